"""A class map: its pixels, classes and where it lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import LabelError
from ..raster.grid import Grid
from ..raster.legend import ClassInfo
from ..raster.source import data_file, gdal_settings, open_raster
from ..raster.vrt import refuse_foreign_sources
from .raster import class_values, classes_of_raster


@dataclass(frozen=True)
class ClassMap:
    """A map of classes.

    Attributes:
        path: its file.
        grid: where the pixels lie.
        values: (rows, cols) uint8 class ids, 0 where there is none.
        classes: the classes that have pixels, by id.
        tags: what the file says of itself.
    """

    path: Path
    grid: Grid
    values: NDArray[np.uint8]
    classes: tuple[ClassInfo, ...]
    tags: dict[str, str]

    def pixels(self) -> dict[int, int]:
        """Number of pixels of each class."""
        counts = np.bincount(self.values.ravel(), minlength=256)
        return {info.id: int(counts[info.id]) for info in self.classes}


def read_class_map(path: str | os.PathLike[str]) -> ClassMap:
    """Read a map of whole numbers from 1 to 255; 0 and nodata are no class.

    Raises:
        RasterError: not a local raster.
        LabelError: several bands, other values, or no classified pixel.
    """
    local = data_file(path)
    refuse_foreign_sources(local)
    with gdal_settings(), open_raster(local) as dataset:
        if dataset.count != 1:
            raise LabelError(f"The map {local.name} has {dataset.count} bands instead of one.",
                             "Choose a class map, such as classify writes.")
        values = class_values(dataset, local)
        ids = np.unique(values[values > 0])
        if not len(ids):
            raise LabelError(f"The map {local.name} has no classified pixel.", "Choose a class map.")
        return ClassMap(local, Grid(dataset.crs, dataset.transform, dataset.shape), values,
                        classes_of_raster(dataset, local, ids), dict(dataset.tags()))
