"""Labels given as a raster on the image's grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ..errors import LabelError, RasterError
from ..raster.grid import Grid, row_blocks
from ..raster.legend import ClassInfo, default_palette
from ..raster.legend_files import aux_path
from ..raster.safe_xml import ParseError, parse_xml
from ..raster.source import data_file, gdal_settings, open_raster
from ..raster.vrt import refuse_foreign_sources
from .labelset import Claims, LabelSet, settle

EIGHT_CONNECTED = np.ones((3, 3), bool)
ROWS_A_BLOCK = 512
MAX_AUX_BYTES = 5_000_000


def read_raster_labels(path: Path, grid: Grid) -> LabelSet:
    """Read a label raster: 1 to 255 are classes, 0, NaN and nodata mean unlabelled.

    Raises:
        LabelError: another grid, more than one band, or values that are not classes.
    """
    try:
        local = data_file(path)
        refuse_foreign_sources(local)
        dataset = open_raster(local)
    except RasterError as error:
        raise LabelError(f"The labels cannot be read. {error.message}", error.hint) from error
    with gdal_settings(), dataset:
        if dataset.count != 1:
            raise LabelError(f"The label raster {path.name} has {dataset.count} bands instead of one.",
                             "Choose a raster of class numbers, or a layer of polygons or points.")
        _check_grid(dataset, grid, path)
        values = class_values(dataset, path)
        classes = classes_of_raster(dataset, local, np.unique(values[values > 0]))
    claims = patches(values)
    return settle(claims, grid.shape[1], classes, [], "raster")


def _check_grid(dataset: DatasetReader, grid: Grid, path: Path) -> None:
    own = Grid(dataset.crs, dataset.transform, dataset.shape)
    both_placed = own.is_georeferenced and grid.is_georeferenced
    if own.shape == grid.shape and (own.same_as(grid) or not both_placed):
        return
    sizes = [f"{g.shape[0]} x {g.shape[1]} pixels, {g.extent}, {g.crs or 'no coordinate system'}" for g in (own, grid)]
    raise LabelError(f"The label raster {path.name} is not on the grid of the image: {sizes[0]} against {sizes[1]}.",
                     "Resample it to the grid of the image (nearest neighbour), or give the labels as polygons.")


def class_values(dataset: DatasetReader, path: Path) -> NDArray[np.uint8]:
    """(rows, cols) class numbers, 0 where unlabelled; read block by block."""
    values = np.zeros(dataset.shape, np.uint8)
    nodata = dataset.nodata
    for block in row_blocks(dataset.shape, ROWS_A_BLOCK):
        try:
            stored = dataset.read(1, window=block.to_rasterio())
        except RasterioError as error:
            raise LabelError(f"The label raster {path.name} cannot be read at row {block.row}.",
                             "The file is damaged or cut off; copy it again.") from error
        labelled = np.ones(stored.shape, bool) if nodata is None or np.isnan(nodata) else stored != nodata
        if stored.dtype.kind == "f":
            labelled &= ~np.isnan(stored)
        found = stored[labelled]
        wrong = found[(found < 0) | (found > 255) | (found != np.floor(found))]
        if len(wrong):
            raise LabelError(f"The label raster {path.name} holds {wrong[0]:g}; classes are whole numbers from 1 to"
                             " 255.", "Use 0 or nodata for unlabelled pixels.")
        values[block.slices][labelled] = found.astype(np.uint8)
    return values


def patches(values: NDArray[np.uint8]) -> Claims:
    """Labelled pixels with the number of their 8-connected patch of one class."""
    patches = np.zeros(values.shape, np.int32)
    found = 0
    for class_id in np.unique(values[values > 0]):
        mask = values == class_id
        numbered, count = scipy.ndimage.label(mask, EIGHT_CONNECTED)
        patches[mask] = numbered[mask] + found
        found += count
    pixels = np.flatnonzero(values)
    return Claims(pixels.astype(np.int64), values.ravel()[pixels], patches.ravel()[pixels] - np.int32(1))


def classes_of_raster(dataset: DatasetReader, path: Path, ids: NDArray[np.uint8]) -> tuple[ClassInfo, ...]:
    """Names and colours from the label raster where it has them."""
    names = _category_names(aux_path(path))
    labels = [names[i] if i < len(names) and names[i] else f"class {i}" for i in ids.tolist()]
    classes = default_palette(labels, ids.tolist())
    try:
        table = dataset.colormap(1)
    except ValueError:
        return classes
    own = [tuple(table.get(i, (0, 0, 0, 0))[:3]) for i in ids.tolist()]
    if len(set(own)) < len(own):
        return classes
    return tuple(ClassInfo(c.id, c.name, (rgb[0], rgb[1], rgb[2])) for c, rgb in zip(classes, own, strict=True))


def _category_names(aux: Path) -> list[str]:
    """Category names of band 1 from GDAL's .aux.xml, empty if there are none."""
    try:
        if aux.stat().st_size > MAX_AUX_BYTES:
            return []
        root = parse_xml(aux.read_bytes())
    except (OSError, ParseError):
        return []
    return [(item.text or "").strip() for item in root.findall("PAMRasterBand[@band='1']/CategoryNames/Category")]
