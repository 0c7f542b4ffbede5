"""Points in the middle of pixels, written as a layer to be labelled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError, FeatureError

from ..errors import OutputError
from ..raster.grid import Grid
from ..raster.vector_file import write_layer

SUFFIX = ".gpkg"


def check_points_name(path: str) -> None:
    """Points are written as GeoPackage: its fields can be empty and edited, and it keeps the map's coordinate system.

    Raises:
        OutputError: another ending.
    """
    if not path.lower().endswith(SUFFIX):
        raise OutputError(f"The points would be written to {Path(path).name}.", f"Give a name that ends in {SUFFIX}.")


def write_points(target: Path, layer: str, grid: Grid, rows: NDArray[np.integer], cols: NDArray[np.integer],
                 fields: Mapping[str, NDArray[Any]]) -> None:
    """Write a GeoPackage with one point a pixel; the same points give the same bytes.

    Args:
        target: file to write, which does not exist yet.
        layer: name of the layer.
        grid: the pixels' grid.
        rows: (n,).
        cols: (n,).
        fields: (n,) values of each field.

    Raises:
        OutputError: the file cannot be written.
    """
    to_map = grid.transform
    xs = to_map.a * (cols + 0.5) + to_map.b * (rows + 0.5) + to_map.c
    ys = to_map.d * (cols + 0.5) + to_map.e * (rows + 0.5) + to_map.f
    if not grid.is_georeferenced:
        ys = -ys  # as QGIS shows images without georeference
    try:
        write_layer(target, layer, fields, shapely.points(xs, ys), "Point", grid.crs and grid.crs.to_wkt())
    except (OSError, DataSourceError, FeatureError) as error:
        raise OutputError(f"{target.parent} cannot be written to: {error}.",
                          "Check the folder and the free space.") from error
