"""Where an image's pixels lie: extents, pixel windows and the grid that ties them together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import rasterio.windows
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ..errors import InputError

# WGS 84 ellipsoid: semi-major axis and squared eccentricity.
SEMI_MAJOR_M = 6378137.0
ECCENTRICITY_SQUARED = 0.00669437999014
# Borders within this share of a pixel count as the same border.
SNAP_PX = 1e-3
M2_PER_HA = 10_000


@dataclass(frozen=True)
class Extent:
    """A rectangle in map units; `x_min` < `x_max` and `y_min` < `y_max` unless it is empty."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def __str__(self) -> str:
        return f"x {self.x_min:.10g} to {self.x_max:.10g}, y {self.y_min:.10g} to {self.y_max:.10g}"

    @property
    def is_empty(self) -> bool:
        """True without an area (also when reversed or not finite)."""
        values = (self.x_min, self.y_min, self.x_max, self.y_max)
        return not all(map(math.isfinite, values)) or self.x_min >= self.x_max or self.y_min >= self.y_max


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels, its upper left pixel at (`row`, `col`)."""

    row: int
    col: int
    rows: int
    cols: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.rows, self.cols

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices into an array of the whole scene."""
        return slice(self.row, self.row + self.rows), slice(self.col, self.col + self.cols)

    def grow(self, px: int, shape: tuple[int, int]) -> Window:
        """The window with a margin of ``px`` on each side, clipped to a scene of ``shape``."""
        return Window(self.row - px, self.col - px, self.rows + 2 * px, self.cols + 2 * px).intersection(
            Window(0, 0, *shape))

    def intersection(self, other: Window) -> Window:
        """The common part; zero rows or columns if there is none."""
        row, col = max(self.row, other.row), max(self.col, other.col)
        return Window(row, col, max(min(self.row + self.rows, other.row + other.rows) - row, 0),
                      max(min(self.col + self.cols, other.col + other.cols) - col, 0))

    def within(self, shape: tuple[int, int]) -> bool:
        """True if the window is not empty and lies inside a scene of ``shape``."""
        return (self.row >= 0 and self.col >= 0 and self.rows > 0 and self.cols > 0
                and self.row + self.rows <= shape[0] and self.col + self.cols <= shape[1])

    def to_rasterio(self) -> rasterio.windows.Window:
        """The same window for rasterio."""
        return rasterio.windows.Window(self.col, self.row, self.cols, self.rows)


@dataclass(frozen=True)
class Grid:
    """The pixel grid of an image.

    Attributes:
        crs: coordinate reference system, None if the file names none.
        transform: (col, row) of pixel corners to map coordinates; identity without a georeference.
        shape: (rows, cols).
    """

    crs: CRS | None
    transform: Affine
    shape: tuple[int, int]

    @property
    def is_georeferenced(self) -> bool:
        """False for an image that has pixel coordinates only."""
        return not self.transform.is_identity

    @property
    def extent(self) -> Extent:
        """The rectangle around all pixels, in map units."""
        rows, cols = self.shape
        corners = [self.transform @ corner for corner in ((0, 0), (cols, 0), (0, rows), (cols, rows))]
        xs, ys = zip(*corners, strict=True)
        return Extent(min(xs), min(ys), max(xs), max(ys))

    @property
    def gsd_m(self) -> float | None:
        """Ground sampling distance: side of a square of a pixel's area; None if the map's units are not known."""
        if self.crs is None or not self.is_georeferenced:
            return None
        area = abs(self.transform.determinant)
        try:
            if self.crs.is_geographic:
                extent = self.extent
                east_m, north_m = _metres_per_degree((extent.y_min + extent.y_max) / 2)
                return math.sqrt(area * east_m * north_m) or None
            return math.sqrt(area) * self.crs.linear_units_factor[1] or None
        except CRSError:
            return None

    @property
    def pixel_ha(self) -> float | None:
        """Area of a pixel in hectares; None if its size is not known."""
        return None if self.gsd_m is None else self.gsd_m**2 / M2_PER_HA

    @property
    def whole(self) -> Window:
        """All pixels."""
        return Window(0, 0, *self.shape)

    def part(self, extent: tuple[float, float, float, float] | None) -> Window:
        """The pixels of (x_min, y_min, x_max, y_max), see `window_of`; all of them for None."""
        return self.whole if extent is None else self.window_of(Extent(*extent))

    def pixel_at(self, x: float, y: float) -> Window:
        """The pixel under a point in map units; y below 0 is mirrored for an image without georeference.

        Raises:
            InputError: the point lies outside the scene.
        """
        if not self.is_georeferenced and y < 0:
            y = -y
        rows, cols = self.shape
        col, row = ~self.transform @ (x, y) if math.isfinite(x) and math.isfinite(y) else (-1.0, -1.0)
        if not (0 <= row < rows and 0 <= col < cols):
            raise InputError(f"The point {x:.10g}, {y:.10g} lies outside the image ({self.extent}).",
                             "Choose a point on the image, in the image's coordinate system.")
        return Window(int(row), int(col), 1, 1)

    def window_of(self, extent: Extent) -> Window:
        """The pixels an extent touches, clipped to the scene.

        For an image without georeference, map y runs downward from 0; extents with y below 0, as QGIS
        shows such images, are mirrored.

        Args:
            extent: in map units of the grid.

        Raises:
            InputError: the extent is empty or lies outside the scene.
        """
        if extent.is_empty:
            raise InputError(f"The extent ({extent}) is empty.",
                             "Give x_min,y_min,x_max,y_max with x_min < x_max and y_min < y_max.")
        if not self.is_georeferenced and extent.y_max <= 0:
            extent = Extent(extent.x_min, -extent.y_max, extent.x_max, -extent.y_min)
        inverse = ~self.transform
        corners = [inverse @ (x, y) for x in (extent.x_min, extent.x_max) for y in (extent.y_min, extent.y_max)]
        cols, rows = zip(*corners, strict=True)
        row, col = math.floor(min(rows) + SNAP_PX), math.floor(min(cols) + SNAP_PX)
        window = Window(row, col, math.ceil(max(rows) - SNAP_PX) - row, math.ceil(max(cols) - SNAP_PX) - col)
        clipped = window.intersection(self.whole)
        if not clipped.within(self.shape):
            raise InputError(f"The extent ({extent}) lies outside the image ({self.extent}).",
                             "Draw it over the image, in the image's coordinate system.")
        return clipped

    def sub(self, window: Window) -> Grid:
        """The grid of a window's pixels."""
        return Grid(self.crs, self.transform @ Affine.translation(window.col, window.row), window.shape)

    def same_as(self, other: Grid) -> bool:
        """True if both grids have the same pixels.

        Corners may differ by a hundredth of a pixel; a missing CRS equals any. Two images without
        georeference are the same if their shapes are.
        """
        if self.shape != other.shape or (self.crs and other.crs and self.crs != other.crs):
            return False
        inverse = ~self.transform
        rows, cols = self.shape
        for corner in ((0, 0), (cols, 0), (0, rows), (cols, rows)):
            col, row = inverse @ (other.transform @ corner)
            if math.hypot(col - corner[0], row - corner[1]) > 0.01:
                return False
        return True


def _metres_per_degree(latitude_deg: float) -> tuple[float, float]:
    """Length of a degree of longitude and of latitude on WGS 84."""
    latitude = math.radians(max(-89.9, min(89.9, latitude_deg)))
    flat = 1 - ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
    east = math.pi / 180 * SEMI_MAJOR_M * math.cos(latitude) / math.sqrt(flat)
    north = math.pi / 180 * SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / flat**1.5
    return east, north


def row_blocks(shape: tuple[int, int], rows: int) -> Iterator[Window]:
    """Full-width windows of at most ``rows`` rows that cover every pixel once, from the top."""
    for row in range(0, shape[0], rows):
        yield Window(row, 0, min(rows, shape[0] - row), shape[1])


def blocks(shape: tuple[int, int], size_px: int) -> Iterator[Window]:
    """Windows of at most ``size_px`` by ``size_px`` that cover every pixel once, row by row."""
    for band in row_blocks(shape, size_px):
        for col in range(0, shape[1], size_px):
            yield Window(band.row, col, band.rows, min(size_px, shape[1] - col))
