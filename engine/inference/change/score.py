"""The unsupervised change score: a weighted geometric mean of three kinds of evidence.

- Spectral difference: mean absolute difference of the bands after normalisation, in standard deviations of the pixels
  that did not change (change vector analysis, Malila 1980, with the city-block length, in which one band with an
  outlier decides less), averaged over a small and a larger neighbourhood.
- Structure: one minus the contrast-and-structure factor of SSIM (Wang, Bovik, Sheikh and Simoncelli 2004, "Image
  quality assessment: from error visibility to structural similarity", IEEE TIP 13, second factor of equation 13) in a
  Gaussian window: a field that only became brighter keeps its pattern, a new building does not.
- Context: distance of the encoder's tokens of both dates.

A geometric mean, since the three have different units and tails: doubling any of them means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...raster.grid import Window
from .invariant import Normalisation, smooth_valid
from .pair import ImagePair, PairPatch
from .tokens import TokenDistance

FINE_PX, COARSE_PX, STRUCTURE_PX, TOKEN_PX = 1.5, 4.0, 2.0, 1.0
FINE_SHARE, COARSE_SHARE, STRUCTURE_SHARE, TOKEN_SHARE = 0.5, 0.5, 0.5, 0.3
# Variance (bands have a variance of one) below which a window counts as without structure.
FLAT = 0.1
# Neighbouring bands are averaged to so many for the structure term.
STRUCTURE_BANDS = 32
SMALLEST = 1e-3
# Reach of the widest filter: SciPy cuts a Gaussian at four standard deviations.
MARGIN_PX = 16


@dataclass(frozen=True)
class Evidence:
    """What speaks for a change in a window.

    Attributes:
        logs: (rows, cols, kinds) logarithms of fine and coarse spectral difference, structure, and (with an encoder)
            token distance.
        difference: (rows, cols, bands) normalised difference, after minus before, in standard deviations.
        valid: (rows, cols).
    """

    logs: NDArray[np.float32]
    difference: NDArray[np.float32]
    valid: NDArray[np.bool_]

    def log_score(self) -> NDArray[np.float32]:
        """(rows, cols) logarithm of the score."""
        shares = np.array([FINE_SHARE, COARSE_SHARE, STRUCTURE_SHARE, TOKEN_SHARE], np.float32)
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
        size = np.abs(difference).mean(-1)
        kinds = [smooth_valid(size, patch.valid, FINE_PX), smooth_valid(size, patch.valid, COARSE_PX),
                 self._structure(patch, after)]
        if self._tokens is not None:
            kinds.append(smooth_valid(self._tokens.read(outer), patch.valid, TOKEN_PX))
        logs = np.stack([np.log(np.maximum(kind[inner], np.float32(SMALLEST))) for kind in kinds], axis=-1)
        return Evidence(logs, difference[inner], patch.valid[inner])

    def _structure(self, patch: PairPatch, after: NDArray[np.float32]) -> NDArray[np.float32]:
        """(rows, cols) one minus the structure term, 0 to 2."""
        one, two = (_thinned(self._lines.fill(side) - self._lines.before_mean, self._lines.spread)
                    for side in (patch.before, after))
        mean_one, mean_two, square_one, square_two, product = (
            smooth_valid(v, patch.valid, STRUCTURE_PX) for v in (one, two, one * one, two * two, one * two))
        covariance = product - mean_one * mean_two
        variances = np.maximum(square_one - mean_one**2, 0) + np.maximum(square_two - mean_two**2, 0)
        factor = (2 * covariance + FLAT) / (variances + FLAT)
        return np.asarray(1 - factor.mean(-1), np.float32)


def _thinned(values: NDArray[np.float32], spread: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standardised bands, neighbours averaged so that at most `STRUCTURE_BANDS` are left."""
    standard = np.asarray(values / spread, np.float32)
    if values.shape[-1] <= STRUCTURE_BANDS:
        return standard
    starts = np.linspace(0, values.shape[-1], STRUCTURE_BANDS + 1).astype(int)
    counts = np.diff(starts).astype(np.float32)
    return np.asarray(np.add.reduceat(standard, starts[:-1], axis=-1) / counts, np.float32)
