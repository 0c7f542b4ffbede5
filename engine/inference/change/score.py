"""The unsupervised change score: a weighted geometric mean of two or three kinds of evidence.

- Spectral difference: mean absolute difference of the bands after normalisation, in standard deviations of the pixels
  that did not change (change vector analysis, Malila 1980, with the city-block length, in which one band with an
  outlier decides less), averaged over neighbours that changed alike (`..smoothing`, with the difference as its guide):
  noise is averaged away, the border of a change stays where it is.
- Structure: one minus the contrast-and-structure factor of SSIM (Wang, Bovik, Sheikh and Simoncelli 2004, "Image
  quality assessment: from error visibility to structural similarity", IEEE TIP 13, second factor of equation 13) in a
  Gaussian window: a field that only became brighter keeps its pattern, a new building does not. The least one nearby
  counts, since a change disturbs the windows around it, too.
- Context: distance of the encoder's tokens of both dates, averaged over the same neighbours.

A geometric mean, since they have different units and tails: doubling any of them means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter

from ...raster.grid import Window
from ..smoothing import Smoothing, smooth
from .invariant import Normalisation, smooth_valid
from .pair import ImagePair, PairPatch
from .tokens import TokenDistance

# Neighbours whose differences lie this many standard deviations apart, in the root mean square of the bands, count for
# 0.61 of one that changed just alike.
ALIKE = Smoothing("changed alike", 2.5, (1, 2, 4))
STRUCTURE_PX, STRUCTURE_REACH_PX = 2.0, 2
DIFFERENCE_SHARE, STRUCTURE_SHARE, TOKEN_SHARE = 1.0, 0.5, 0.3
# Added to the structure term: below it, a clean pair's and a noisy one's are the same.
STRUCTURE_FLOOR = 0.1
# Variance (bands have a variance of one) below which a window counts as without structure.
FLAT = 0.1
# Neighbouring bands are averaged to so many for the structure term and for telling who changed alike.
FEW_BANDS = 32
SMALLEST = 1e-3
# Reach of the widest filter: SciPy cuts a Gaussian at four standard deviations.
MARGIN_PX = max(ALIKE.reach_px, round(4 * STRUCTURE_PX) + STRUCTURE_REACH_PX)


@dataclass(frozen=True)
class Evidence:
    """What speaks for a change in a window.

    Attributes:
        logs: (rows, cols, kinds) logarithms of spectral difference, structure, and (with an encoder) token distance.
        difference: (rows, cols, bands) normalised difference, after minus before, in standard deviations.
        valid: (rows, cols).
    """

    logs: NDArray[np.float32]
    difference: NDArray[np.float32]
    valid: NDArray[np.bool_]

    def log_score(self) -> NDArray[np.float32]:
        """(rows, cols) logarithm of the score."""
        shares = np.array([DIFFERENCE_SHARE, STRUCTURE_SHARE, TOKEN_SHARE], np.float32)
        return self.logs @ shares[:self.logs.shape[-1]]


class ChangeScorer:
    """Scores any window of a pair; the result does not depend on how the scene is cut into windows.

    Args:
        pair: the two dates.
        lines: brings the later date to the earlier one's values.
        tokens: distance of the encoder's tokens, None to do without.
    """

    def __init__(self, pair: ImagePair, lines: Normalisation, tokens: TokenDistance | None) -> None:
        self._pair, self._lines, self._tokens = pair, lines, tokens

    def read(self, window: Window) -> Evidence:
        """Evidence in a window inside the scene."""
        outer = window.grow(MARGIN_PX, self._pair.shape)
        inner = Window(window.row - outer.row, window.col - outer.col, *window.shape).slices
        patch = self._pair.read(outer)
        after = self._lines.apply(patch.after)
        difference = (after - patch.before) / self._lines.residual
        difference = np.where(np.isfinite(difference), difference, np.float32(0))
        few = _thinned(difference)
        guide = few / np.float32(np.sqrt(few.shape[-1]))
        kinds = [_among_alike(np.abs(difference).mean(-1), guide, patch.valid), self._structure(patch, after)]
        if self._tokens is not None:
            kinds.append(_among_alike(self._tokens.read(outer), guide, patch.valid))
        logs = np.stack([np.log(np.maximum(kind[inner], np.float32(SMALLEST))) for kind in kinds], axis=-1)
        return Evidence(logs, difference[inner], patch.valid[inner])

    def _structure(self, patch: PairPatch, after: NDArray[np.float32]) -> NDArray[np.float32]:
        """(rows, cols) one minus the structure term, 0 to 2, and the floor."""
        one, two = (_thinned((self._lines.fill(side) - self._lines.before_mean) / self._lines.spread)
                    for side in (patch.before, after))
        mean_one, mean_two, square_one, square_two, product = (
            smooth_valid(v, patch.valid, STRUCTURE_PX) for v in (one, two, one * one, two * two, one * two))
        covariance = product - mean_one * mean_two
        variances = np.maximum(square_one - mean_one**2, 0) + np.maximum(square_two - mean_two**2, 0)
        factor = (2 * covariance + FLAT) / (variances + FLAT)
        least = minimum_filter(np.where(patch.valid, 1 - factor.mean(-1), np.inf), 2 * STRUCTURE_REACH_PX + 1)
        return np.asarray(least + STRUCTURE_FLOOR, np.float32)


def _among_alike(values: NDArray[np.float32], guide: NDArray[np.float32],
                 valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(rows, cols) mean over neighbours that changed alike."""
    return smooth(values[..., None], guide, valid, ALIKE)[..., 0]


def _thinned(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(rows, cols, bands) with neighbouring bands averaged so that at most `FEW_BANDS` are left."""
    if values.shape[-1] <= FEW_BANDS:
        return values
    starts = np.linspace(0, values.shape[-1], FEW_BANDS + 1).astype(int)
    counts = np.diff(starts).astype(np.float32)
    return np.asarray(np.add.reduceat(values, starts[:-1], axis=-1) / counts, np.float32)
