"""A scene ready for computing, and what a bounded sample of it tells about its bands: level, spread and noise.

The noise covariance is estimated from differences of neighbouring pixels (Green, Berman, Switzer and Craig 1988, "A
transformation for ordering multispectral data in terms of image quality", IEEE TGRS 26), horizontal and vertical ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from ..errors import RasterError
from ..raster.cube import Cube
from ..raster.grid import Window, blocks
from ..raster.sample import evenly
from ..reporting import Reporter

WINDOW_PX = 64
MAX_WINDOWS = 40
# A pixel with fewer of its good bands present is treated as missing.
MIN_PRESENT = 0.5
NOISE_RIDGE = 1e-3


@dataclass(frozen=True)
class Patch:
    """Values of a window, ready for computing.

    Attributes:
        values: (rows, cols, bands) float32, physical units; missing values replaced by the band's mean.
        valid: (rows, cols) pixels of which at least half of the good bands are present.
    """

    values: NDArray[np.float32]
    valid: NDArray[np.bool_]

    def crop(self, window: Window) -> Patch:
        """A part, counted from the patch's corner; a view."""
        return Patch(self.values[window.slices], self.valid[window.slices])


@dataclass(frozen=True)
class BandStatistics:
    """Mean and standard deviation of each good band, (bands,) float32.

    Attributes:
        mean: of each band.
        std: of each band, 1 where it does not vary.
        noise: standard deviation of the difference of neighbouring pixels; None where nobody looked.
    """

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    noise: NDArray[np.float32] | None = None


def sample_windows(shape: tuple[int, int]) -> list[Window]:
    """Non-overlapping windows spread evenly over a scene: all of a small one, at most `MAX_WINDOWS` of a large one."""
    windows = list(blocks(shape, WINDOW_PX))
    return [windows[i] for i in evenly(len(windows), MAX_WINDOWS)]


def valid_pixels(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(rows, cols) mask of a (bands, rows, cols) array with NaN for missing values."""
    return np.isfinite(values).mean(axis=0) >= MIN_PRESENT


@dataclass(frozen=True)
class Scene:
    """An open image, the bands of it that are used, and what replaces their missing values.

    Attributes:
        cube: the image.
        indices: (bands,) 0-based positions of the bands in the file, in the order used.
        bands: statistics of these bands.
    """

    cube: Cube
    indices: NDArray[np.intp]
    bands: BandStatistics

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.cube.grid.shape

    def read(self, window: Window) -> Patch:
        """Read a window; what is missing becomes the band's mean."""
        return filled(self.cube.read(window, self.indices), self.bands)


def filled(raw: NDArray[np.float32], bands: BandStatistics) -> Patch:
    """(bands, rows, cols) with NaN for missing values, which become the band's mean."""
    present = np.isfinite(raw)
    if present.all():
        return Patch(raw.transpose(1, 2, 0), np.ones(raw.shape[1:], bool))
    valid = present.mean(axis=0, dtype=np.float32) >= MIN_PRESENT
    return Patch(np.where(present, raw, bands.mean[:, None, None]).transpose(1, 2, 0), valid)


class SceneSample:
    """The sampled windows of a scene and their statistics; holds the windows, so keep it short-lived."""

    def __init__(self, cube: Cube, reporter: Reporter) -> None:
        raw = []
        for window in sample_windows(cube.grid.shape):
            reporter.check_cancelled()
            values = cube.read(window)
            if valid_pixels(values).any():
                raw.append(values)
        if not raw:
            raise RasterError("The image holds no valid pixel in any sampled part.",
                              "Check the nodata value of the image.")
        self.bands = band_statistics(raw)
        self.patches = [filled(values, self.bands) for values in raw]

    def mean_value(self) -> float:
        """Mean over good bands and valid pixels."""
        return float(self.bands.mean.mean())

    def noise_covariance(self) -> NDArray[np.float64]:
        """(bands, bands) second moments of neighbour differences, with a small ridge."""
        n_bands, pairs = len(self.bands.mean), 0
        noise = np.zeros((n_bands, n_bands))
        for patch in self.patches:
            for gaps in neighbour_differences(patch):
                noise += gaps.T.astype(np.float64) @ gaps
                pairs += len(gaps)
        # A scene of single pixels has no neighbours: then every band's own variance stands in.
        noise = noise / pairs if pairs else np.diag(self.bands.std.astype(np.float64) ** 2)
        ridge = NOISE_RIDGE * np.trace(noise) / n_bands or 1.0
        return noise + ridge * np.eye(n_bands)


def band_statistics(raw: Sequence[NDArray[np.float32]]) -> BandStatistics:
    """Statistics of windows (bands, rows, cols), NaN for missing values, at least one of them with a valid pixel."""
    bands = _mean_and_spread(raw)
    return replace(bands, noise=band_noise([filled(values, bands) for values in raw], bands.std))


def _mean_and_spread(raw: Sequence[NDArray[np.float32]]) -> BandStatistics:
    """Mean and standard deviation over the present values of valid pixels."""
    flat = np.concatenate([v[:, valid_pixels(v)] for v in raw], axis=1)
    count = np.maximum(np.isfinite(flat).sum(1), 1)
    mean = np.nansum(flat, axis=1, dtype=np.float64) / count
    variance = np.nansum((flat - mean[:, None].astype(np.float32)) ** 2, axis=1, dtype=np.float64) / count
    std = np.sqrt(variance)
    return BandStatistics(mean.astype(np.float32), np.where(std > 0, std, 1).astype(np.float32))


def band_noise(patches: Sequence[Patch], std: NDArray[np.float32]) -> NDArray[np.float32]:
    """(bands,) root mean square of the differences of neighbours; single pixels have none, and ``std`` stands in."""
    gaps = [part for patch in patches for part in neighbour_differences(patch) if len(part)]
    if not gaps:
        return std
    squares = np.sum([np.einsum("nb,nb->b", part, part, dtype=np.float64) for part in gaps], axis=0)
    return np.asarray(np.sqrt(squares / sum(len(part) for part in gaps)), np.float32)


def neighbour_differences(patch: Patch) -> list[NDArray[np.float32]]:
    """Differences of horizontal and of vertical neighbours, each (n, bands)."""
    values, valid = patch.values, patch.valid
    return [(values[:, 1:] - values[:, :-1])[valid[:, 1:] & valid[:, :-1]],
            (values[1:] - values[:-1])[valid[1:] & valid[:-1]]]


def box_mean(values: NDArray[np.float32], valid: NDArray[np.bool_], size_px: int) -> NDArray[np.float32]:
    """Mean of (rows, cols, features) over a square of valid pixels; 0 where there is none."""
    if size_px == 1:
        return values if valid.all() else np.where(valid[..., None], values, 0)
    # Zeros outside count as no pixels, so borders are means of what is there.
    weight = uniform_filter(valid.astype(np.float32), size_px, mode="constant")
    planes = (values if valid.all() else np.where(valid[..., None], values, 0)).transpose(2, 0, 1)
    total = uniform_filter(planes, (1, size_px, size_px), mode="constant")
    return (total / np.maximum(weight, 1e-6)).transpose(1, 2, 0)
