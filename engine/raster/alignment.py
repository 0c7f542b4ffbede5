"""Two images of one place: how their grids lie to each other, and one read on the pixels of the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import rasterio.warp
from numpy.typing import NDArray
from rasterio.errors import CRSError

from ..errors import InputError, RasterError
from ..spectral.bands import BandTable, SensorMeta
from .grid import Grid, Window, blocks
from .resampling import sample_bilinear

# Grids whose pixels differ by no more than this are read without resampling.
SAME_PX = 0.01
# A pixel is averaged from at most this many samples a side of a finer image.
MAX_SAMPLES_A_SIDE = 8
# Most values of the moving image read at once: 128 MB.
MAX_SOURCE_VALUES = 32_000_000
OUTLINE_POINTS = 21

SAME, OFFSET, SHIFTED, RESOLUTION, OTHER_CRS = "same", "offset", "shifted", "resolution", "crs"


class Image(Protocol):
    """What can be aligned: an open `Cube`, or anything that is read the same way."""

    @property
    def grid(self) -> Grid:
        """Where its pixels lie."""

    @property
    def bands(self) -> BandTable:
        """Its bands, in file order."""

    @property
    def meta(self) -> SensorMeta:
        """Sensor, level and pixel size."""

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """(bands, rows, cols) of a window, NaN where there is no value."""


@dataclass(frozen=True)
class Shift:
    """How far the content of the moving image lies from where it should, in pixels of the reference."""

    rows: float = 0.0
    cols: float = 0.0


@dataclass(frozen=True)
class GridRelation:
    """How a moving grid lies on a reference grid.

    Attributes:
        kind: ``same`` pixels; ``offset`` by whole pixels; ``shifted`` by a fraction of a pixel; ``resolution`` (other
            pixel size or rotation); ``crs``.
        shift_px: fraction of a pixel, -0.5 to 0.5, from the reference's pixels to the nearest ones of the moving image;
            None where the pixels differ in size or the systems differ.
        pixel_ratio: side of a moving pixel in reference pixels: 1 same size, 0.5 twice as fine.
        overlap: the reference's pixels the moving image touches.
        overlap_share: of the reference's pixels.
    """

    kind: str
    shift_px: Shift | None
    pixel_ratio: float
    overlap: Window
    overlap_share: float

    def __str__(self) -> str:
        share = f"{100 * self.overlap_share:.3g} % of the pixels are common"
        if self.kind == SAME:
            return "The grids are the same."
        if self.kind == OFFSET:
            return f"The pixels are the same, the extents are not; {share}."
        if self.kind == SHIFTED and self.shift_px is not None:
            return (f"The pixels are shifted by {self.shift_px.rows:+.2f} rows and {self.shift_px.cols:+.2f} columns;"
                    f" {share}.")
        what = "coordinate systems" if self.kind == OTHER_CRS else "pixel sizes or directions"
        return f"The {what} differ (a pixel of the second is {self.pixel_ratio:.3g} of the first); {share}."


class AlignedImage:
    """A moving image read by windows of a reference grid; it has what an `Image` has.

    Same pixels are copied. Otherwise values are interpolated between the four nearest pixels (bilinear); where the
    moving image is finer they are averaged over the reference's pixel. A value is missing where pixels without value
    have more than half of the weight. A window's values do not depend on how the scene is cut into windows.

    Attributes:
        grid: the reference grid.
        bands: of the moving image.
        meta: of the moving image, with the reference's pixel size.
        relation: what was found.
    """

    def __init__(self, moving: Image, grid: Grid, relation: GridRelation, gsd_m: float, shift: Shift) -> None:
        self._moving, self._shift = moving, shift
        self.grid, self.relation = grid, relation
        self.bands = moving.bands
        self.meta = SensorMeta(moving.meta.name, moving.meta.level, gsd_m)
        self._samples = min(MAX_SAMPLES_A_SIDE, max(1, round(1 / relation.pixel_ratio)))
        self._copies = relation.kind in (SAME, OFFSET) and shift == Shift()

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """Read a window of the reference grid.

        Args:
            window: inside the reference grid.
            bands: 0-based positions in the moving file; its good bands if None.

        Returns:
            (bands, rows, cols) in physical units, NaN where the moving image has no value.

        Raises:
            InputError: the window is not inside the reference grid.
            RasterError: the moving image cannot be read.
        """
        if not window.within(self.grid.shape):
            raise InputError(f"{window} does not lie inside an image of {self.grid.shape[0]} x {self.grid.shape[1]}.")
        chosen = self.bands.good_indices if bands is None else np.asarray(bands, np.intp)
        out = np.full((len(chosen), *window.shape), np.nan, np.float32)
        self._fill(out, window, chosen)
        return out

    def _fill(self, out: NDArray[np.float32], window: Window, bands: NDArray[np.intp]) -> None:
        """Fill (bands, rows, cols) for a window, in pieces if its source is large."""
        rows, cols = moving_positions(self.grid, self._moving.grid, window, 1 if self._copies else self._samples,
                                      self._shift)
        source = _source_window(rows, cols, self._moving.grid.shape)
        if source is None:
            return
        if source.rows * source.cols * max(1, len(bands)) > MAX_SOURCE_VALUES and max(window.shape) > 1:
            for part in blocks(window.shape, (max(window.shape) + 1) // 2):
                place = Window(window.row + part.row, window.col + part.col, *part.shape)
                self._fill(out[(slice(None), *part.slices)], place, bands)
            return
        if self._copies:
            rows, cols = np.floor(rows) + 0.5, np.floor(cols) + 0.5
        out[:] = sample_bilinear(self._moving.read(source, bands), rows - source.row, cols - source.col,
                                 1 if self._copies else self._samples)


def align(reference: Image, moving: Image, *, resample: bool = True, min_overlap: float = 0.0,
          shift: Shift | None = None) -> AlignedImage:
    """The moving image on the grid of the reference; nothing is read before windows are asked for.

    Args:
        reference: whose pixels are kept.
        moving: read on these pixels.
        resample: False refuses grids whose pixels are not the same.
        min_overlap: refuse if less than this share of the reference's pixels is common.
        shift: correct this displacement of the moving image's content, see `Shift`.

    Raises:
        RasterError: no overlap, or less than asked for; one image has no georeference; other pixels and no resampling.
    """
    relation = relate(reference.grid, moving.grid)
    if relation.overlap_share < min_overlap:
        raise RasterError(f"The images have only {100 * relation.overlap_share:.2g} % of the pixels in common.",
                          "Choose images of the same place.")
    if not resample and relation.kind not in (SAME, OFFSET):
        raise RasterError(f"The images do not have the same pixels. {relation}",
                          "Allow resampling, or bring the second image to the grid of the first.")
    return AlignedImage(moving, reference.grid, relation, reference.meta.gsd_m, shift or Shift())


def relate(reference: Grid, moving: Grid) -> GridRelation:
    """Find out how two grids lie to each other.

    Two images without georeference must have the same shape. A missing CRS is taken to be the other image's.

    Raises:
        RasterError: they do not overlap, or it cannot be known.
    """
    if reference.is_georeferenced != moving.is_georeferenced:
        raise RasterError("Only one of the two images has a georeference, so where they overlap cannot be known.",
                          "Georeference the other one, or strip both if their pixels are the same.")
    if not reference.is_georeferenced and reference.shape != moving.shape:
        raise RasterError("The images have no georeference and differ in size: "
                          f"{reference.shape[0]} x {reference.shape[1]} and {moving.shape[0]} x {moving.shape[1]}"
                          " pixels.", "Georeference them, or cut them to the same pixels.")
    overlap, share = _overlap(reference, moving)
    centre = Window(overlap.row + overlap.rows // 2, overlap.col + overlap.cols // 2, 1, 1)
    rows, cols = moving_positions(reference, moving, centre, 2)
    steps = 2 * np.array([[rows[1, 0] - rows[0, 0], rows[0, 1] - rows[0, 0]],
                          [cols[1, 0] - cols[0, 0], cols[0, 1] - cols[0, 0]]])
    ratio = float(1 / max(math.sqrt(abs(np.linalg.det(steps))), 1e-9))
    if not _same_crs(reference, moving):
        return GridRelation(OTHER_CRS, None, ratio, overlap, share)
    if np.abs(steps - np.eye(2)).max() * max(*reference.shape, *moving.shape) > SAME_PX:
        return GridRelation(RESOLUTION, None, ratio, overlap, share)
    away = [-float(np.mean(at) - 0.5 - round(float(np.mean(at)) - 0.5)) for at in (rows, cols)]
    shift = Shift(*(value if abs(value) > SAME_PX else 0.0 for value in away))
    kind = SHIFTED if shift != Shift() else SAME if reference.same_as(moving) else OFFSET
    return GridRelation(kind, shift, 1.0, overlap, share)


def moving_positions(reference: Grid, moving: Grid, window: Window, samples: int = 1,
                     shift: Shift | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where in a moving image the pixels of a reference window lie.

    Args:
        reference: grid of the window.
        moving: grid of the other image.
        window: inside the reference grid.
        samples: evenly spaced points a side of each pixel; 1 is its centre.
        shift: displacement of the moving image's content.

    Returns:
        Rows and columns, (rows x samples, cols x samples), with 0.5 at the centre of the first pixel; infinite where a
        point cannot be transformed.
    """
    shift = shift or Shift()
    inside = (np.arange(samples) + 0.5) / samples
    row = (np.arange(window.rows)[:, None] + inside).reshape(-1) + window.row + shift.rows
    col = (np.arange(window.cols)[:, None] + inside).reshape(-1) + window.col + shift.cols
    return _transformed(reference, moving, *np.meshgrid(row, col, indexing="ij"))


def _transformed(reference: Grid, moving: Grid, rows: NDArray[np.float64],
                 cols: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixel coordinates of one grid in another."""
    if _same_crs(reference, moving):
        to = ~moving.transform @ reference.transform
        return to.d * cols + to.e * rows + to.f, to.a * cols + to.b * rows + to.c
    there = reference.transform
    x, y = there.a * cols + there.b * rows + there.c, there.d * cols + there.e * rows + there.f
    xs, ys = rasterio.warp.transform(reference.crs, moving.crs, x.ravel().tolist(), y.ravel().tolist())
    x, y = np.reshape(xs, rows.shape), np.reshape(ys, rows.shape)
    if moving.crs is not None and moving.crs.is_geographic:
        # Longitudes of 0 to 360 and of -180 to 180 mean the same places.
        middle = (moving.extent.x_min + moving.extent.x_max) / 2
        with np.errstate(invalid="ignore"):
            x = np.where(np.isfinite(x), middle + (x - middle + 180) % 360 - 180, np.inf)
    back = ~moving.transform
    with np.errstate(invalid="ignore"):
        found_rows, found_cols = back.d * x + back.e * y + back.f, back.a * x + back.b * y + back.c
    lost = ~(np.isfinite(x) & np.isfinite(y))
    return np.where(lost, np.inf, found_rows), np.where(lost, np.inf, found_cols)


def _same_crs(reference: Grid, moving: Grid) -> bool:
    """True if map coordinates mean the same; a missing CRS equals any."""
    try:
        return not reference.crs or not moving.crs or bool(reference.crs == moving.crs)
    except CRSError:
        return False


def _overlap(reference: Grid, moving: Grid) -> tuple[Window, float]:
    """The reference's pixels a moving image touches, and which share they are."""
    at = (np.arange(OUTLINE_POINTS) + 0.5) / OUTLINE_POINTS
    edge_rows, edge_cols = np.meshgrid([0.0, *(at * moving.shape[0]), float(moving.shape[0])],
                                       [0.0, *(at * moving.shape[1]), float(moving.shape[1])], indexing="ij")
    found_rows, found_cols = _transformed(moving, reference, edge_rows, edge_cols)
    window = _source_window(found_rows, found_cols, reference.shape, margin_px=0)
    if window is None:
        raise RasterError(f"The images do not overlap: the first covers {reference.extent}, the second "
                          f"{moving.extent}{_in_systems(reference, moving)}.", "Choose two images of the same place.")
    rows, cols = np.meshgrid(window.row + at * window.rows, window.col + at * window.cols, indexing="ij")
    back_rows, back_cols = _transformed(reference, moving, rows, cols)
    inside = ((back_rows >= 0) & (back_rows <= moving.shape[0]) & (back_cols >= 0) & (back_cols <= moving.shape[1]))
    pixels = window.rows * window.cols * float(inside.mean())
    return window, pixels / (reference.shape[0] * reference.shape[1])


def _in_systems(reference: Grid, moving: Grid) -> str:
    """Names of two coordinate systems that differ, for a message."""
    if reference.crs is None or moving.crs is None or _same_crs(reference, moving):
        return ""
    return f" ({reference.crs.to_string()[:40]} and {moving.crs.to_string()[:40]})"


def _source_window(rows: NDArray[np.float64], cols: NDArray[np.float64], shape: tuple[int, int],
                   margin_px: int = 1) -> Window | None:
    """The pixels around some positions, clipped to an image; None if there are none."""
    finite = np.isfinite(rows) & np.isfinite(cols)
    if not finite.any():
        return None
    limits = []
    for at, size in ((rows[finite], shape[0]), (cols[finite], shape[1])):
        low, high = np.clip([at.min() + SAME_PX, at.max() - SAME_PX], -2.0 - margin_px, size + 2.0 + margin_px)
        limits.append((math.floor(low) - margin_px, math.ceil(high) + margin_px))
    (row, row_end), (col, col_end) = limits
    window = Window(row, col, row_end - row, col_end - col).intersection(Window(0, 0, *shape))
    return window if window.within(shape) else None
