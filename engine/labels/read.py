"""Reading labels of any kind."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import LabelError
from ..raster.grid import Grid
from ..raster.vrt import NETWORK
from .labelset import LabelSet
from .raster import read_raster_labels
from .vector import read_vector_labels

VECTOR_SUFFIXES = {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".kml", ".gml", ".sqlite", ".geojsonl"}
LAYER_MARK = "|layername="


def read_labels(path: str | os.PathLike[str], grid: Grid, class_field: str | None = None,
                layer: str | None = None) -> LabelSet:
    """Read polygons, points or a label raster as labelled pixels of an image.

    Args:
        path: GeoPackage, GeoJSON, Shapefile or another vector file, or a raster on the image's grid;
            a layer may be named as QGIS does (``file.gpkg|layername=x``).
        grid: the image's grid.
        class_field: field with the class; found by its name if None.
        layer: layer of a file with several.

    Raises:
        LabelError: missing or not readable, another place or grid, no clear class field, values that
            are not classes, or fewer than two classes inside the image.
    """
    local, named = split_layer(path)
    layer = layer or named
    if local.suffix.lower() in VECTOR_SUFFIXES:
        return read_vector_labels(local, grid, class_field, layer)
    if class_field or layer:
        raise LabelError(f"{local.name} is taken for a raster, which has neither fields nor layers.",
                         "Leave field and layer out, or give a GeoPackage, GeoJSON or Shapefile.")
    return read_raster_labels(local, grid)


def file_of(name: str) -> str:
    """The file in a name such as ``file.gpkg|layername=x``."""
    return name.partition(LAYER_MARK)[0]


def layer_of(name: str) -> str | None:
    """The layer in a name such as ``file.gpkg|layername=x``, None if it names none."""
    return name.partition(LAYER_MARK)[2].split("|")[0] or None


def split_layer(path: str | os.PathLike[str]) -> tuple[Path, str | None]:
    """A local file and, if it is named as QGIS does, its layer.

    Raises:
        LabelError: a network address, or no such file, or an empty one.
    """
    text = file_of(os.fspath(path))
    if NETWORK.search(text):
        raise LabelError(f"{text} is a network address; labels are read from local files only.", "Save them first.")
    local = Path(text)
    if not local.is_file():
        raise LabelError(f"The labels {text} do not exist or are not a file.", "Check the path.")
    if local.stat().st_size == 0:
        raise LabelError(f"The labels {text} are empty (0 bytes).", "Save them again.")
    return local, layer_of(os.fspath(path))
