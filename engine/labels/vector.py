"""Labels drawn as polygons or points."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import rasterio.features
import rasterio.warp
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from shapely.geometry.base import BaseGeometry

from ..errors import LabelError
from ..raster.grid import Extent, Grid, Window
from .classes import classes_of
from .labelset import Claims, LabelSet, settle

POINT_TYPES = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
POLYGON_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_vector_labels(path: Path, grid: Grid, class_field: str | None, layer: str | None) -> LabelSet:
    """Turn polygons and points into labelled pixels of a grid.

    A pixel belongs to a polygon if its centre lies inside; a polygon too small to hold any pixel
    centre gets the pixels it touches. A point labels the pixel it lies in.

    Raises:
        LabelError: see `read_labels`.
    """
    read = read_layer(path, layer)
    geometries = read.shapes
    notes: list[str] = []
    found = classes_of(read.fields, class_field)
    notes += found.notes
    if without := int((found.class_ids == 0).sum()):
        notes.append(f"{without} features without a class were left out.")
    groups = np.flatnonzero((found.class_ids > 0) & ~shapely.is_missing(geometries) & ~shapely.is_empty(geometries))
    if empty := len(geometries) - without - len(groups):
        notes.append(f"{empty} features without a shape were left out.")
    if not len(groups):
        raise LabelError(f"{path.name} has no feature with a class and a shape.", "Draw polygons or points.")
    shapes = shapes_in_pixels(geometries[groups], read.crs, grid, notes)
    kinds = shapely.get_type_id(shapes)
    if not np.isin(kinds, POINT_TYPES + POLYGON_TYPES).any():
        raise LabelError(f"{path.name} holds lines, not polygons or points.", "Draw polygons or points.")
    claims = _claims(shapes, groups, found.class_ids[groups], grid.shape, notes)
    if not len(claims.pixels):
        raise _all_outside(path, shapes, grid)
    kind = "polygons" if np.isin(kinds, POLYGON_TYPES).any() else "points"
    return settle(claims, grid.shape[1], found.classes, notes, kind)


@dataclass(frozen=True)
class VectorLayer:
    """A layer of a vector file.

    Attributes:
        crs: as pyogrio names it, None without one.
        shapes: (features,) geometries, None where a feature has none.
        fields: (features,) values of every field.
    """

    crs: str | None
    shapes: NDArray[np.object_]
    fields: dict[str, NDArray[np.generic]]


def read_layer(path: Path, layer: str | None) -> VectorLayer:
    """The one layer with shapes, or the named one.

    Raises:
        LabelError: no such layer, several, or not readable.
    """
    try:
        layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
        if layer is None and len(layers) != 1:
            listing = ", ".join(layers) or "none"
            raise LabelError(f"{path.name} has {len(layers)} layers with shapes: {listing}.", "Name the layer to use.")
        if layer is not None and layer not in layers:
            raise LabelError(f"{path.name} has no layer {layer!r} with shapes; it has {', '.join(layers) or 'none'}.",
                             "Name one of these layers.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer or layers[0], force_2d=True)
        geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
            pyogrio.errors.GeometryError, UnicodeDecodeError) as error:
        raise LabelError(f"The labels {path.name} cannot be read: {error}.",
                         "Give a GeoPackage, GeoJSON or Shapefile of polygons or points, or a raster.") from error
    fields = dict(zip(map(str, meta["fields"]), columns, strict=True))
    return VectorLayer(meta["crs"], np.asarray(geometries, object), fields)


def shapes_in_pixels(geometries: NDArray[np.object_], crs: str | None, grid: Grid,
                     notes: list[str]) -> NDArray[np.object_]:
    """Geometries in (column, row) of the grid, repaired; what was done is added to ``notes``.

    Raises:
        LabelError: they cannot be reprojected.
    """
    return _repaired(_in_pixels(geometries, crs, grid, notes), notes)


def _in_pixels(geometries: NDArray[np.object_], crs: str | None, grid: Grid,
               notes: list[str]) -> NDArray[np.object_]:
    """Geometries in (column, row) of the grid."""
    if crs is None or grid.crs is None:
        which = "labels have" if crs is None else "image has"
        notes.append(f"The {which} no coordinate system; labels and image are taken to share one.")
    elif (source := CRS.from_user_input(crs)) != grid.crs:
        geometries = _reprojected(geometries, source, grid.crs)
        notes.append("The labels were reprojected to the coordinate system of the image.")
    inverse = ~grid.transform
    flip = not grid.is_georeferenced and shapely.total_bounds(geometries)[3] <= 0
    to_pixels = inverse @ Affine.scale(1, -1) if flip else inverse
    linear = np.array([[to_pixels.a, to_pixels.b], [to_pixels.d, to_pixels.e]])
    return shapely.transform(geometries, lambda xy: xy @ linear.T + (to_pixels.c, to_pixels.f))


def _reprojected(geometries: NDArray[np.object_], source: CRS, target: CRS) -> NDArray[np.object_]:
    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(rasterio.warp.transform(source, target, xy[:, 0], xy[:, 1])[:2])

    try:
        return shapely.transform(geometries, project)
    except RasterioError as error:
        raise LabelError("The labels cannot be reprojected to the coordinate system of the image.",
                         "Save them in the coordinate system of the image.") from error


def _repaired(shapes: NDArray[np.object_], notes: list[str]) -> NDArray[np.object_]:
    """Self-crossing polygons made valid; shapes beyond the reach of a projection become empty."""
    bounds = shapely.bounds(shapes)
    shapes = np.where(np.isfinite(bounds).all(axis=1), shapes, shapely.Point())
    wrong = ~shapely.is_valid(shapes)
    if wrong.any():
        shapes[wrong] = [_polygons_of(shapely.make_valid(shape)) for shape in shapes[wrong]]
        notes.append(f"{int(wrong.sum())} invalid polygons (crossing themselves) were repaired.")
    return shapes


def _polygons_of(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a repaired shape, without stray lines and points."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons([p for p in parts if shapely.get_type_id(p) == shapely.GeometryType.POLYGON])


def _claims(shapes: NDArray[np.object_], groups: NDArray[np.intp], class_ids: NDArray[np.uint8],
            shape: tuple[int, int], notes: list[str]) -> Claims:
    """Pixels of all features, counting what lies outside or is neither polygon nor point."""
    pixels: list[NDArray[np.int64]] = []
    outside = touched = other = 0
    for geometry in shapes:
        kind = shapely.get_type_id(geometry)
        found = np.empty(0, np.int64)
        if kind in POINT_TYPES:
            found = _point_pixels(geometry, shape)
        elif kind in POLYGON_TYPES:
            found, small = polygon_pixels(geometry, shape)
            touched += small
        else:
            other += 1
        outside += len(found) == 0 and kind in POINT_TYPES + POLYGON_TYPES
        pixels.append(found)
    for count, text in ((outside, "{} features lie outside the image and were left out."),
                        (touched, "{} polygons smaller than a pixel label the pixels they touch."),
                        (other, "{} features are neither polygons nor points and were left out.")):
        if count:
            notes.append(text.format(count))
    lengths = [len(found) for found in pixels]
    return Claims(np.concatenate(pixels), np.repeat(class_ids, lengths), np.repeat(groups, lengths).astype(np.int32))


def _point_pixels(points: BaseGeometry, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Pixels (row x columns + column) that hold a point; points on the far border belong to the last pixel."""
    xy = shapely.get_coordinates(points)
    inside = ((xy >= 0) & (xy <= (shape[1], shape[0]))).all(axis=1)
    cols, rows = np.minimum(np.floor(xy[inside]).astype(np.int64), (shape[1] - 1, shape[0] - 1)).T
    return np.unique(rows * shape[1] + cols)


def polygon_pixels(polygon: BaseGeometry, shape: tuple[int, int]) -> tuple[NDArray[np.int64], bool]:
    """Pixels of a polygon, and whether it held no pixel centre."""
    nothing = np.empty(0, np.int64)
    if shapely.is_empty(polygon):
        return nothing, False
    x_min, y_min, x_max, y_max = np.clip(shapely.bounds(polygon), -1, max(shape) + 1)
    row, col = int(np.floor(y_min)), int(np.floor(x_min))
    window = Window(row, col, int(np.ceil(y_max)) - row, int(np.ceil(x_max)) - col)
    window = window.intersection(Window(0, 0, *shape))
    if not window.within(shape):
        return nothing, False
    place = Affine.translation(window.col, window.row)
    for all_touched in (False, True):
        mask = rasterio.features.rasterize([polygon], window.shape, transform=place, all_touched=all_touched,
                                           dtype="uint8")
        rows, cols = np.nonzero(mask)
        if len(rows):
            return (rows + window.row) * shape[1] + cols + window.col, all_touched
    return nothing, False


def _all_outside(path: Path, shapes: NDArray[np.object_], grid: Grid) -> LabelError:
    col_min, row_min, col_max, row_max = shapely.total_bounds(shapes)
    corners = [grid.transform @ (x, y) for x in (col_min, col_max) for y in (row_min, row_max)]
    xs, ys = zip(*corners, strict=True)
    extent = Extent(min(xs), min(ys), max(xs), max(ys))
    return LabelError(f"All labels of {path.name} ({extent}) lie outside the image ({grid.extent}).",
                      "Check that labels and image show the same place and name their coordinate systems.")
