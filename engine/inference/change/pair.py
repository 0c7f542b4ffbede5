"""Two aligned images read together: the bands both have, on the pixels of the earlier one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...raster.alignment import Image
from ...raster.grid import Window, blocks
from ...raster.sample import evenly
from ...reporting import Reporter
from ...spectral.bands import BandTable
from ...spectral.matching import BandSource, CommonBands
from ..statistics import MIN_PRESENT

SAMPLE_PX = 64
MAX_SAMPLE_WINDOWS = 240
# Values of one date held at once while the pair is being learnt: 96 MB.
MAX_SAMPLE_VALUES = 24_000_000


@dataclass(frozen=True)
class PairPatch:
    """A window of both dates.

    Attributes:
        before: (rows, cols, bands) float32, physical units; NaN in both dates where one of them has no value.
        after: the same of the later date.
        valid: (rows, cols) pixels of which at least half of the bands are present in both.
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    valid: NDArray[np.bool_]

    def crop(self, window: Window) -> PairPatch:
        """A part, counted from the patch's corner; a view."""
        return PairPatch(self.before[window.slices], self.after[window.slices], self.valid[window.slices])


class ImagePair:
    """Two dates of one place.

    Args:
        before: the earlier image, whose pixels are kept.
        after: the later image, read on the same pixels.
        bands: what they have in common.
    """

    def __init__(self, before: Image, after: Image, bands: CommonBands) -> None:
        self.before, self.after, self.common = before, after, bands

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.before.grid.shape

    @property
    def bands(self) -> BandTable:
        """The common bands."""
        return self.common.table

    def read(self, window: Window) -> PairPatch:
        """Read a window of both dates."""
        before = _common(self.before, window, self.common.first)
        after = _common(self.after, window, self.common.second)
        present = np.isfinite(before) & np.isfinite(after)
        gaps = ~present
        before[gaps], after[gaps] = np.nan, np.nan
        return PairPatch(before, after, present.mean(axis=-1) >= MIN_PRESENT)

    def sample(self, reporter: Reporter) -> list[PairPatch]:
        """Windows spread evenly over the scene, those without a valid pixel left out; few enough to be held."""
        windows = list(blocks(self.shape, SAMPLE_PX))
        limit = int(np.clip(MAX_SAMPLE_VALUES / (SAMPLE_PX**2 * len(self.bands)), 1, MAX_SAMPLE_WINDOWS))
        found = []
        for window in (windows[i] for i in evenly(len(windows), limit)):
            reporter.check_cancelled()
            patch = self.read(window)
            if patch.valid.any():
                found.append(patch)
        return found


def _common(image: Image, window: Window, source: BandSource) -> NDArray[np.float32]:
    """(rows, cols, bands) of the common bands; a value made mostly of missing ones is missing."""
    values = image.read(window, source.indices).transpose(1, 2, 0)
    if source.weights is None:
        return np.array(values)  # a copy in this order; gaps are marked in it
    present = np.isfinite(values)
    weight = source.apply(present.astype(np.float32))
    total = source.apply(np.where(present, values, 0))
    return np.where(weight > MIN_PRESENT, total / np.maximum(weight, 1e-6), np.nan).astype(np.float32)
