"""Ways to hold labels out: by place, by blocks with a buffer, or one area after the other; repeated and seeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans

from .schemes import MAX_AREAS, Scheme
from .splits import Fold, Samples, spatial_folds

VARIOGRAM_SAMPLES = 1500
LAGS = 24
# The range is where differences reach this share of what they are far apart.
SILL_SHARE = 0.95


@dataclass(frozen=True)
class Plan:
    """Folds, and the range of the labels' autocorrelation in pixels (None where it was not needed)."""

    folds: tuple[Fold, ...]
    range_px: float | None = None


def plan(scheme: Scheme, samples: Samples, region_ids: NDArray[np.intp], seed: int) -> Plan:
    """Folds of labelled pixels; none where nothing can or shall be held out."""
    if scheme.kind == "none":
        return Plan(())
    if scheme.kind == "areas":
        return Plan(tuple(leave_one_area_out(samples, region_ids, seed)))
    if scheme.kind == "blocks":
        range_px = autocorrelation_range_px(samples, samples.class_ids, seed)
        return Plan(tuple(block_folds(samples, range_px, seed, scheme.repeats)), range_px)
    return Plan(tuple(spatial_folds(samples.class_ids, region_ids, seed, scheme.repeats)))


def autocorrelation_range_px(samples: Samples, values: NDArray[np.generic], seed: int) -> float:
    """Distance beyond which equal values are no more frequent than anywhere.

    From the empirical variogram of a categorical variable (Goovaerts 1997, "Geostatistics for natural resources
    evaluation", section 2.3): the share of pairs at a distance that differ, against the share of all pairs.

    Args:
        samples: where the values are.
        values: (n,) classes, or 0 and 1 for wrong and right.
        seed: of the sample taken where there are many.

    Returns:
        The first distance class that reaches `SILL_SHARE` of the sill; half the largest distance if none does, 0 if all
        values are equal.
    """
    index = np.random.default_rng(seed).permutation(len(samples))[:VARIOGRAM_SAMPLES]
    if len(np.unique(values[index])) < 2:
        return 0.0
    places = np.column_stack([samples.rows, samples.cols])[index].astype(float)
    gaps, kinds = pdist(places), np.unique(values[index], return_inverse=True)[1]
    differ = pdist(kinds[:, None].astype(float), "hamming")
    sill, far = differ.mean(), max(gaps.max() / 2, 1.0)
    edges = np.geomspace(1, far + 1, LAGS + 1) - 1
    lag = np.clip(np.searchsorted(edges, gaps, side="right") - 1, 0, LAGS)
    pairs = np.bincount(lag, minlength=LAGS + 1)[:LAGS]
    shares = np.bincount(lag, differ, LAGS + 1)[:LAGS] / np.maximum(pairs, 1)
    reached = np.flatnonzero((pairs >= 10) & (shares >= SILL_SHARE * sill))
    return float(edges[reached[0]]) if len(reached) else float(far)


def block_folds(samples: Samples, range_px: float, seed: int, repeats: int = 1) -> list[Fold]:
    """Folds of squares as large as the range, trained without what lies within the range of a test pixel.

    After Roberts et al. 2017 (Ecography 40) and Valavi et al. 2019, "blockCV", Methods in Ecology and Evolution 10.
    Where the buffer would cost the training side a class it is narrowed to a half, a quarter, ... of the range.
    """
    side = max(range_px, 2.0)
    places = np.column_stack([samples.rows, samples.cols]).astype(float)
    folds: list[Fold] = []
    for repeat in range(repeats):
        corner = np.random.default_rng(seed + repeat).random(2) * side
        squares = np.floor((places + corner) / side).astype(np.int64)
        block = np.unique(squares, axis=0, return_inverse=True)[1].ravel().astype(np.intp)
        folds += [_buffered(fold, places, samples.class_ids, range_px)
                  for fold in spatial_folds(samples.class_ids, block, seed + repeat)]
    return folds


def _buffered(fold: Fold, places: NDArray[np.float64], class_ids: NDArray[np.uint8], buffer_px: float) -> Fold:
    gap = cKDTree(places[fold.test]).query(places[fold.train])[0]
    while buffer_px >= 1:
        kept = fold.train[gap > buffer_px]
        if len(np.unique(class_ids[kept])) == len(np.unique(class_ids[fold.train])):
            return Fold(kept, fold.test)
        buffer_px /= 2
    return fold


def leave_one_area_out(samples: Samples, region_ids: NDArray[np.intp], seed: int) -> list[Fold]:
    """Folds that leave out one part of the scene each.

    Regions are joined by k-means of their centres (Ruß and Brenning 2010, "Data mining in precision agriculture",
    IPMU) into at most `MAX_AREAS` areas.
    """
    regions, of_sample = np.unique(region_ids, return_inverse=True)
    if len(regions) < 2:
        return []
    centres = np.array([[samples.rows[of_sample == r].mean(), samples.cols[of_sample == r].mean()]
                        for r in range(len(regions))])
    count = min(MAX_AREAS, len(np.unique(centres, axis=0)))
    area = KMeans(count, n_init=5, random_state=seed).fit_predict(centres)[of_sample] if count > 1 else of_sample
    return _one_out(area, samples.class_ids)


def _one_out(group: NDArray[np.integer], class_ids: NDArray[np.uint8]) -> list[Fold]:
    folds: Sequence[Fold] = [Fold(np.flatnonzero(group != k), np.flatnonzero(group == k)) for k in np.unique(group)]
    return [f for f in folds if len(np.unique(class_ids[f.train])) >= 2 and len(f.test)]
