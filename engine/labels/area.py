"""The part of an image to look at: rectangles and polygons in any coordinate system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ..errors import InputError
from ..raster.grid import SNAP_PX, Extent, Grid, Window
from .read import file_of, layer_of
from .vector import POLYGON_TYPES, read_layer, shapes_in_pixels

# A rectangle's sides are curved in another system; so many pieces follow them closely.
PIECES_A_SIDE = 20


@dataclass(frozen=True)
class Area:
    """Pixels to look at.

    Attributes:
        scene: (rows, cols) of the image.
        window: the smallest window that holds them.
        shapes: polygons in (column, row), None for the whole window.
        notes: what was left out, in sentences.
    """

    scene: tuple[int, int]
    window: Window
    shapes: NDArray[np.object_] | None
    notes: tuple[str, ...] = ()

    def mask(self, window: Window) -> NDArray[np.bool_]:
        """(rows, cols) pixels of a window whose centre lies in the area."""
        if self.shapes is None:
            return np.ones(window.shape, bool)
        place = Affine.translation(window.col, window.row)
        return rasterio.features.rasterize(list(self.shapes), window.shape, transform=place, dtype="uint8") > 0


def find_area(grid: Grid, extents: Sequence[Extent] = (), extent_crs: str | None = None, polygons: str | None = None,
              layer: str | None = None) -> Area:
    """Join rectangles and polygons.

    Args:
        grid: of the image.
        extents: rectangles; everything, if there are neither rectangles nor polygons.
        extent_crs: their coordinate system, the image's if None.
        polygons: file of polygons; a layer may be named as QGIS does.
        layer: layer of a file with several.

    Raises:
        InputError: an empty or reversed rectangle, an unknown system, no polygon, or all outside the image.
    """
    if not extents and polygons is None:
        return Area(grid.shape, grid.whole, None)
    notes: list[str] = []
    shapes = [_rectangles(extents, extent_crs, grid)] if extents else []
    if polygons is not None:
        shapes.append(_polygons(polygons, layer, grid, notes))
    return _inside(np.concatenate(shapes), grid, notes)


def _rectangles(extents: Sequence[Extent], crs: str | None, grid: Grid) -> NDArray[np.object_]:
    for extent in extents:
        if extent.is_empty:
            raise InputError(f"The extent ({extent}) is empty or reversed.",
                             "Give x_min,y_min,x_max,y_max with x_min < x_max and y_min < y_max.")
    try:
        system = CRS.from_user_input(crs).to_wkt() if crs else grid.crs and grid.crs.to_wkt()
    except (CRSError, ValueError) as error:  # rasterio lets some of its parsing errors through
        raise InputError(f"The coordinate system {crs!r} of the extent is not known.",
                         "Name it like EPSG:4326.") from error
    boxes = [shapely.segmentize(shapely.box(e.x_min, e.y_min, e.x_max, e.y_max),
                                max(e.x_max - e.x_min, e.y_max - e.y_min) / PIECES_A_SIDE) for e in extents]
    return shapes_in_pixels(np.array(boxes, object), system, grid, [])


def _polygons(text: str, layer: str | None, grid: Grid, notes: list[str]) -> NDArray[np.object_]:
    path = Path(file_of(text))
    if not path.is_file():
        raise InputError(f"The mask {path} does not exist or is not a file.", "Check the path.")
    found = read_layer(path, layer or layer_of(text))
    given = found.shapes[~shapely.is_missing(found.shapes) & ~shapely.is_empty(found.shapes)]
    given = given[np.isin(shapely.get_type_id(given), POLYGON_TYPES)]
    if not len(given):
        raise InputError(f"The mask {path.name} holds no polygon.", "Draw polygons around the places to look at.")
    return shapes_in_pixels(given, found.crs, grid, notes)


def _inside(shapes: NDArray[np.object_], grid: Grid, notes: list[str]) -> Area:
    """The shapes that touch the image; those too small to hold a pixel's centre take the pixels they touch."""
    rows, cols = grid.shape
    shapes = np.array([_whole_pixels(shape) for shape in shapes], object)
    touching = shapely.area(shapely.intersection(shapes, shapely.box(0, 0, cols, rows))) > 0
    if not touching.any():
        raise InputError(f"All {len(shapes)} extents and polygons lie outside the image ({grid.extent}).",
                         "Draw them over the image, and check the coordinate system.")
    if outside := int((~touching).sum()):
        notes.append(f"{outside} of {len(shapes)} extents and polygons lie outside the image and were left out.")
    x_min, y_min, x_max, y_max = shapely.total_bounds(shapes[touching])
    row, col = int(np.floor(y_min + SNAP_PX)), int(np.floor(x_min + SNAP_PX))
    window = Window(row, col, int(np.ceil(y_max - SNAP_PX)) - row, int(np.ceil(x_max - SNAP_PX)) - col)
    clipped = window.intersection(grid.whole)
    if clipped != window:
        notes.append("The area reaches beyond the image; only the part inside is looked at.")
    return Area(grid.shape, clipped, shapes[touching], tuple(notes))


def _whole_pixels(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape, or the pixels around it if it is thinner than the distance between pixel centres."""
    if shapely.is_empty(shape):
        return shape
    x_min, y_min, x_max, y_max = shapely.bounds(shape)
    holds_centre = np.ceil(x_min - 0.5) <= np.floor(x_max - 0.5) and np.ceil(y_min - 0.5) <= np.floor(y_max - 0.5)
    return shape if holds_centre else shapely.box(np.floor(x_min), np.floor(y_min), np.ceil(x_max), np.ceil(y_max))
