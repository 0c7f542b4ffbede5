"""A look at a bounded number of windows: which bands carry data, and in what range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..reporting import Reporter
from .grid import Window, row_blocks
from .reading import PixelReader

WINDOWS_A_SIDE = 4
WINDOW_PX = 48
KEPT_VALUES_A_BAND = 4000
# With fewer values a constant band says nothing (a scene may have one pixel).
MIN_VALUES_TO_CALL_CONSTANT = 16
# Values read at once while looking through a scene: 16 MB.
SCAN_VALUES = 4_000_000
# Most values read to find out about doubtful bands: a second of reading.
MAX_SCAN_VALUES = 60_000_000


@dataclass(frozen=True)
class ValueRange:
    """Range of the sampled values of the good bands, in physical units."""

    min: float
    p1: float
    p99: float
    max: float


@dataclass
class BandSample:
    """What the sample shows, band by band; arrays run over all bands of the file.

    Attributes:
        count: valid values seen.
        low: smallest value, +inf if none was seen.
        high: largest value, -inf if none was seen.
        values: (bands, kept) some of the values, NaN where missing.
    """

    count: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    values: NDArray[np.float32]

    @classmethod
    def empty(cls, n_bands: int) -> BandSample:
        """A sample in which nothing was seen yet."""
        return cls(np.zeros(n_bands, np.int64), np.full(n_bands, np.inf), np.full(n_bands, -np.inf),
                   np.empty((n_bands, 0), np.float32))

    def add(self, bands: Sequence[int] | NDArray[np.intp], cube: NDArray[np.float32]) -> None:
        """Count in a window of some bands, (bands, rows, cols)."""
        flat = cube.reshape(len(cube), -1)
        valid = np.isfinite(flat)
        self.count[bands] += valid.sum(axis=1)
        self.low[bands] = np.minimum(self.low[bands], np.where(valid, flat, np.inf).min(axis=1))
        self.high[bands] = np.maximum(self.high[bands], np.where(valid, flat, -np.inf).max(axis=1))

    def without_data(self) -> NDArray[np.intp]:
        """Positions (n,) of the bands of which no value was seen."""
        return np.flatnonzero(self.count == 0)

    def constant(self) -> NDArray[np.intp]:
        """Positions (n,) of the bands of which all values seen are the same."""
        return np.flatnonzero((self.count >= MIN_VALUES_TO_CALL_CONSTANT) & (self.low == self.high))

    def percentile(self, bands: NDArray[np.intp], q: float) -> float:
        """Percentile of the kept values of some bands; NaN if there are none."""
        kept = self.values[bands]
        kept = kept[np.isfinite(kept)]
        return float(np.percentile(kept, q)) if kept.size else float("nan")

    def scale(self, factor: float) -> None:
        """Multiply everything seen by a positive factor."""
        self.low *= factor
        self.high *= factor
        self.values *= np.float32(factor)

    def value_range(self, bands: NDArray[np.intp]) -> ValueRange:
        """Range of some bands' values."""
        return ValueRange(float(self.low[bands].min()), self.percentile(bands, 1), self.percentile(bands, 99),
                          float(self.high[bands].max()))


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Ascending positions in a sequence of ``count``: all, or ``most`` of them spread evenly, both ends included."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))


def spread_windows(shape: tuple[int, int]) -> list[Window]:
    """At most 16 windows spread evenly over a scene, corners included."""
    rows, cols = min(shape[0], WINDOW_PX), min(shape[1], WINDOW_PX)
    starts = [sorted({int(at) for at in np.linspace(0, full - part, WINDOWS_A_SIDE)})
              for full, part in zip(shape, (rows, cols), strict=True)]
    return [Window(row, col, rows, cols) for row in starts[0] for col in starts[1]]


def sample_bands(reader: PixelReader, shape: tuple[int, int], bands: NDArray[np.intp], n_bands: int,
                 reporter: Reporter) -> BandSample:
    """Look at spread windows; then through the whole scene for bands that showed nothing or one value there.

    Args:
        reader: reads the scene.
        shape: (rows, cols) of the scene.
        bands: 0-based bands to look at (those not yet known to be bad).
        n_bands: number of bands in the file.
        reporter: asked about cancelling.
    """
    sample = BandSample.empty(n_bands)
    windows = spread_windows(shape)
    kept: list[NDArray[np.float32]] = []
    every = max(1, sum(w.rows * w.cols for w in windows) // KEPT_VALUES_A_BAND)
    for window in windows:
        reporter.check_cancelled()
        cube = reader.read(window, bands)
        sample.add(bands, cube)
        kept.append(cube.reshape(len(cube), -1)[:, ::every].copy())
    sample.values = np.full((n_bands, sum(part.shape[1] for part in kept)), np.nan, np.float32)
    sample.values[bands] = np.concatenate(kept, axis=1)
    _search_everywhere(reader, shape, bands, sample, reporter)
    if not sample.count[bands].any():
        _search_data(reader, shape, bands, sample, reporter)
    return sample


def _search_everywhere(reader: PixelReader, shape: tuple[int, int], bands: NDArray[np.intp], sample: BandSample,
                       reporter: Reporter) -> None:
    """Read doubtful bands strip by strip until they show two different values; all strips of a scene that is small
    enough, evenly spread ones of a large scene.
    """
    doubtful = np.intersect1d(bands, np.flatnonzero(~(sample.low < sample.high)))
    if not len(doubtful):
        return
    rows = max(1, SCAN_VALUES // max(shape[1] * len(doubtful), 1))
    strips = list(row_blocks(shape, rows))
    affordable = max(1, MAX_SCAN_VALUES // max(rows * shape[1] * len(doubtful), 1))
    for window in strips[::-(-len(strips) // affordable)]:
        reporter.check_cancelled()
        sample.add(doubtful, _kept(reader.read(window, doubtful), doubtful, sample))
        doubtful = doubtful[~(sample.low[doubtful] < sample.high[doubtful])]
        if not len(doubtful):
            return


def _search_data(reader: PixelReader, shape: tuple[int, int], bands: NDArray[np.intp], sample: BandSample,
                 reporter: Reporter) -> None:
    """Where nothing was seen at all (a small image on a large canvas), find the first strip with a value in a band."""
    probe = bands[[len(bands) // 2]]
    for window in row_blocks(shape, max(1, SCAN_VALUES // shape[1])):
        reporter.check_cancelled()
        found = np.argwhere(np.isfinite(reader.read(window, probe)[0]))
        if len(found):
            row, col = found[len(found) // 2]
            near = Window(window.row + int(row), int(col), 1, 1).grow(WINDOW_PX // 2, shape)
            sample.add(bands, _kept(reader.read(near, bands), bands, sample))
            return


def _kept(cube: NDArray[np.float32], bands: NDArray[np.intp], sample: BandSample) -> NDArray[np.float32]:
    """The same window, some of its values kept for bands that had none."""
    for band, plane in zip(bands, cube, strict=True):
        if not np.isfinite(sample.values[band]).any():
            fresh = plane[np.isfinite(plane)][:sample.values.shape[1]]
            sample.values[band, :len(fresh)] = fresh
    return cube
