"""How unlike the training pixels a pixel is: probabilities say nothing where no such spectrum was ever labelled.

The dissimilarity index of Meyer and Pebesma 2021, "Predicting into unknown space? Estimating the area of applicability
of spatial prediction models", Methods in Ecology and Evolution 12: the distance to the nearest training pixel, compared
with the distances of training pixels to those of other regions. All features count the same here, since they are
noise-whitened components already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.sample import evenly
from .features import mnf_name

NOVELTY_BLOCK = mnf_name(3)
MAX_REFERENCE = 600
CHUNK_PX = 8192
SMALLEST = 1e-6


@dataclass(frozen=True)
class Novelty:
    """Training pixels to compare with.

    Attributes:
        reference: (n, features) float32 of the block `NOVELTY_BLOCK`.
        threshold: distance at which a pixel counts as unlike anything trained on.
    """

    reference: NDArray[np.float32]
    threshold: float

    def score(self, blocks: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """(...) distance to the nearest training pixel over the threshold: above 1 is unlike all of them."""
        values = blocks[NOVELTY_BLOCK]
        flat = values.reshape(-1, values.shape[-1])
        nearest = [_distances(flat[at:at + CHUNK_PX], self.reference).min(1) for at in range(0, len(flat), CHUNK_PX)]
        return (np.concatenate(nearest) / self.threshold).astype(np.float32).reshape(values.shape[:-1])


def fit_novelty(features: NDArray[np.float32], region_ids: NDArray[np.intp]) -> Novelty:
    """Take the training pixels, evenly thinned, and the threshold they imply.

    The threshold is the largest distance from a training pixel to the nearest one of another region, outliers left
    aside (upper whisker of a box plot, as Meyer and Pebesma do). With one region only, to the nearest other pixel.

    Args:
        features: (n, features) of the block `NOVELTY_BLOCK`.
        region_ids: (n,) regions.
    """
    chosen = evenly(len(features), MAX_REFERENCE)
    reference, regions = features[chosen].astype(np.float32), region_ids[chosen]
    gaps = _distances(reference, reference)
    apart = regions[:, None] != regions[None]
    gaps[~apart if apart.any() else np.eye(len(reference), dtype=bool)] = np.inf
    nearest = gaps.min(1)
    nearest = nearest[np.isfinite(nearest)]
    low, high = np.percentile(nearest, (25, 75)) if len(nearest) else (0.0, 0.0)
    inside = nearest[nearest <= high + 1.5 * (high - low)]
    return Novelty(reference, max(float(inside.max(initial=0.0)), SMALLEST))


def _distances(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, m) Euclidean distances."""
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0))
