"""Polygons as units: fields, stands or parcels of an image that each get one class."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from ..errors import LabelError
from ..raster.chips import Chip
from ..raster.grid import Grid
from .chips import unit_chips
from .read import VECTOR_SUFFIXES, split_layer
from .vector import POLYGON_TYPES, polygon_pixels, read_layer, shapes_in_pixels

MAX_UNITS = 100_000


@dataclass(frozen=True)
class Units:
    """Polygons to classify, and the chips that show them.

    Attributes:
        chips: windows of the image, blank outside their unit.
        of_chip: (chips,) position of each chip's unit.
        numbers: (units,) place of each unit in its layer, from 1.
        outlines: (units,) polygons as the layer holds them.
        crs: of the outlines.
        fields: (units,) values of every field of the layer.
        pixels: (units,) outlines in (column, row) of the image.
        notes: what was left out or repaired.
    """

    chips: tuple[Chip, ...]
    of_chip: NDArray[np.intp]
    numbers: NDArray[np.int32]
    outlines: NDArray[np.object_]
    crs: str | None
    fields: dict[str, NDArray[np.generic]]
    pixels: NDArray[np.object_]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, index: NDArray[np.intp]) -> Units:
        """Some of the units, without their chips."""
        return Units((), np.array([], np.intp), self.numbers[index], self.outlines[index], self.crs,
                     {name: values[index] for name, values in self.fields.items()}, self.pixels[index], self.notes)

    def mean(self, values: NDArray[np.float64], at: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Means over the chips of each unit, weighted by the pixels of the unit that a chip shows.

        Args:
            values: (n, columns) of chips.
            at: (n,) their positions in ``chips``.

        Returns:
            (units, columns) of the units with at least one such chip, and the positions of these units.
        """
        pixels = np.array([self.chips[i].pixels for i in at], np.float64)
        total = np.zeros((len(self), values.shape[1]))
        np.add.at(total, self.of_chip[at], values * pixels[:, None])
        weight = np.bincount(self.of_chip[at], pixels, minlength=len(self))
        seen = np.flatnonzero(weight)
        return total[seen] / weight[seen, None], seen


def read_units(source: str | os.PathLike[str], image: Path, grid: Grid, chip_px: int) -> Units:
    """Read polygons over an image, in any coordinate system.

    Args:
        source: GeoPackage, GeoJSON or Shapefile; a layer may be named as QGIS does (``file.gpkg|layername=x``).
        image: the image.
        grid: its grid.
        chip_px: largest side of a chip; larger units are looked at in parts.

    Raises:
        LabelError: not readable, no polygons, too many, or all outside the image.
    """
    path, layer = split_layer(source)
    if path.suffix.lower() not in VECTOR_SUFFIXES:
        raise LabelError(f"{path.name} is no layer of polygons.", "Give a GeoPackage, GeoJSON or Shapefile.")
    found = read_layer(path, layer)
    outlines = found.shapes
    index = np.flatnonzero(np.isin(shapely.get_type_id(outlines), POLYGON_TYPES) & ~shapely.is_empty(outlines))
    if not 0 < len(index) <= MAX_UNITS:
        raise LabelError(f"{path.name} holds {len(index)} polygons; 1 to {MAX_UNITS} can be classified.",
                         "Give the polygons to classify, such as fields or parcels.")
    notes: list[str] = []
    if other := len(outlines) - len(index):
        notes.append(f"{other} features of {path.name} are no polygons and were left out.")
    shapes = shapes_in_pixels(outlines[index], found.crs, grid, notes)
    chips: list[Chip] = []
    of_chip: list[int] = []
    for at, shape in enumerate(shapes):
        inside = polygon_pixels(shape, grid.shape)[0]
        if len(inside):
            mine = unit_chips(image, *np.divmod(inside, grid.shape[1]), grid.shape, chip_px)
            chips += mine
            of_chip += [at] * len(mine)
    if not chips:
        raise LabelError(f"All {len(index)} polygons of {path.name} lie outside the image ({grid.extent}).",
                         "Check that polygons and image show the same place and name their coordinate systems.")
    if outside := len(index) - len(set(of_chip)):
        notes.append(f"{outside} polygons of {path.name} lie outside the image and were left out.")
    return Units(tuple(chips), np.array(of_chip, np.intp), (index + 1).astype(np.int32), outlines[index], found.crs,
                 {name: values[index] for name, values in found.fields.items()}, shapes, tuple(notes))
