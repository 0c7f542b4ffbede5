"""Relative radiometric normalisation of two dates on pixels that did not change.

A line for each band brings the later date to the values of the earlier one. It is fitted by matching mean and standard
deviation over the pixels whose smoothed difference is among the smallest, and the choice of pixels is repeated with the
new lines. This is the idea of pseudo-invariant features chosen by iterated reweighting (Canty and Nielsen 2008,
"Automatic radiometric normalization of multitemporal satellite imagery with the iteratively re-weighted MAD
transformation", Remote Sensing of Environment 112), with trimming in place of the chi-square weights: where half of the
scene is sea, those weights settle on water alone and the lines are wrong for land.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ...errors import RasterError
from ...reporting import Reporter
from ..statistics import Patch, band_noise
from .pair import PairPatch

KEPT_SHARE = 0.8
ROUNDS = 5
SMOOTHING_PX = 2.0
# A difference of less than this part of a band's spread is no difference: keeps identical images from dividing by zero.
MIN_RESIDUAL = 1e-3


@dataclass(frozen=True)
class Normalisation:
    """Lines that bring the later date to the earlier one's values, and the spread that is left.

    Attributes:
        before_mean: (bands,) mean of the earlier date over invariant pixels.
        after_mean: (bands,) the same of the later date.
        gain: (bands,) slope of the lines.
        spread: (bands,) standard deviation of the earlier date over invariant pixels.
        residual: (bands,) standard deviation of the difference over invariant pixels, after the lines.
        noise: (bands,) root mean square of the differences of neighbouring pixels of the earlier date.
    """

    before_mean: NDArray[np.float32]
    after_mean: NDArray[np.float32]
    gain: NDArray[np.float32]
    spread: NDArray[np.float32]
    residual: NDArray[np.float32]
    noise: NDArray[np.float32]

    def apply(self, after: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., bands) values of the later date as the earlier one would have shown them."""
        return (after - self.after_mean) * self.gain + self.before_mean

    def fill(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., bands) values of the earlier date, or normalised ones, with the mean where none is."""
        return np.where(np.isfinite(values), values, self.before_mean)


def fit_normalisation(sample: Sequence[PairPatch], reporter: Reporter) -> Normalisation:
    """Fit the lines to sampled windows; ``reporter`` is asked about cancelling.

    Raises:
        RasterError: no pixel has values in both images.
    """
    if not any(p.valid.any() for p in sample):
        raise RasterError("No pixel has data in both images.", "Choose images of the same place, and check nodata.")
    noise = _noise(sample)
    kept = [p.valid for p in sample]
    lines = _lines(sample, kept, noise)
    for _ in range(ROUNDS):
        sizes = []
        for patch in sample:
            reporter.check_cancelled()
            sizes.append(_smoothed_size(patch, lines))
        limit = np.quantile(np.concatenate([s[p.valid] for s, p in zip(sizes, sample, strict=True)]), KEPT_SHARE)
        kept = [p.valid & (s <= limit) for s, p in zip(sizes, sample, strict=True)]
        lines = _lines(sample, kept, noise)
    return lines


def _noise(sample: Sequence[PairPatch]) -> NDArray[np.float32]:
    """See `Normalisation`; gaps take the mean of their window."""
    patches = [Patch(np.where(np.isfinite(p.before), p.before, _moments(p.before[p.valid])[0]), p.valid)
               for p in sample if p.valid.any()]
    return band_noise(patches, _moments(np.concatenate([p.before[p.valid] for p in sample]))[1])


def _lines(sample: Sequence[PairPatch], kept: Sequence[NDArray[np.bool_]],
           noise: NDArray[np.float32]) -> Normalisation:
    """Lines that match mean and standard deviation over the kept pixels."""
    before = np.concatenate([p.before[k] for p, k in zip(sample, kept, strict=True)])
    after = np.concatenate([p.after[k] for p, k in zip(sample, kept, strict=True)])
    before_mean, spread = _moments(before)
    after_mean, after_spread = _moments(after)
    gain = (spread / np.maximum(after_spread, 1e-12)).astype(np.float32)
    # Where only one date has a spread (a saturated band, say) nothing can be matched but the mean.
    gain = np.where((spread > 0) & (after_spread > 0), gain, np.float32(1))
    difference = (after - after_mean) * gain + before_mean - before
    residual = _moments(difference)[1]
    floor = np.maximum(MIN_RESIDUAL * spread, np.float32(1e-9))
    return Normalisation(before_mean, after_mean, gain, np.maximum(spread, np.float32(1e-9)),
                         np.maximum(residual, floor), noise)


def _moments(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of each column, missing values left out."""
    present = np.isfinite(values)
    count = np.maximum(present.sum(0), 1)
    mean = (np.where(present, values, 0).sum(0, dtype=np.float64) / count).astype(np.float32)
    square = np.where(present, values - mean, 0) ** 2
    return mean, np.sqrt(square.sum(0, dtype=np.float64) / count).astype(np.float32)


def _smoothed_size(patch: PairPatch, lines: Normalisation) -> NDArray[np.float32]:
    """(rows, cols) mean absolute difference in standard deviations, smoothed over valid pixels."""
    gaps = np.abs((lines.apply(patch.after) - patch.before) / lines.spread)
    size = np.where(np.isfinite(gaps), gaps, 0).mean(-1)
    return smooth_valid(size, patch.valid, SMOOTHING_PX)


def smooth_valid(values: NDArray[np.float32], valid: NDArray[np.bool_], sigma_px: float) -> NDArray[np.float32]:
    """Gaussian mean of (rows, cols) or (rows, cols, bands) over valid pixels; at borders over what is inside."""
    planes = values if values.ndim == 3 else values[..., None]
    sigma = (sigma_px, sigma_px)
    weight = gaussian_filter(valid.astype(np.float32), sigma, mode="constant")
    masked = np.where(valid[..., None], planes, 0).astype(np.float32)
    total = gaussian_filter(masked, (*sigma, 0), mode="constant")
    return (total / np.maximum(weight, np.float32(1e-6))[..., None]).reshape(values.shape)
