"""Spatial splits of labelled pixels: neighbours are near-duplicates and must not sit on both sides.

Pixels are joined into regions (polygons, or pixels near each other), and whole regions are held out. After Roberts et
al. 2017, "Cross-validation strategies for data with temporal, spatial, hierarchical, or phylogenetic structure",
Ecography 40.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.model_selection import StratifiedGroupKFold

# Candidate gaps between regions, widest first. The widest that still leaves most classes several regions is used.
GAPS_PX = (40, 30, 20, 14, 10, 7, 5, 3, 2)
WANTED_REGIONS = 3
MAX_FOLDS = 3
# Dense label rasters are cut into blocks this large, with the pixels near a cut left out.
BLOCK_PX = (9, 32)
BLOCKS_A_SIDE = 10
CUT_MARGIN_PX = 2


@dataclass(frozen=True)
class Samples:
    """Labelled pixels.

    Attributes:
        rows, cols: (n,) pixel positions.
        class_ids: (n,) class of each pixel.
        groups: (n,) what was labelled together (polygon, point, patch of a label raster).
    """

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    class_ids: NDArray[np.uint8]
    groups: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.class_ids)

    def take(self, index: NDArray[np.intp]) -> Samples:
        """The samples at these positions."""
        return Samples(self.rows[index], self.cols[index], self.class_ids[index], self.groups[index])


@dataclass(frozen=True)
class Fold:
    """Positions of the samples used for training and for testing."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


@dataclass(frozen=True)
class Regions:
    """Which region each sample belongs to, and the gap in pixels that separates regions (0: polygons only)."""

    ids: NDArray[np.intp]
    gap_px: int

    def count(self, class_ids: NDArray[np.uint8]) -> dict[int, int]:
        """Number of regions that hold each class."""
        return {int(c): len(np.unique(self.ids[class_ids == c])) for c in np.unique(class_ids)}


def divide(samples: Samples) -> Samples:
    """Cut patches of a label raster that are larger than a block into blocks, so that parts can be held out.

    Pixels within `CUT_MARGIN_PX` of a cut are left out: blocks are at least five pixels apart. Smaller patches stay.
    """
    short_side = min(np.ptp(samples.rows), np.ptp(samples.cols)) + 1
    block_px = int(np.clip(short_side // BLOCKS_A_SIDE, *BLOCK_PX))
    _, patch = np.unique(samples.groups, return_inverse=True)
    large = np.zeros(patch.max() + 1, bool)
    for place in (samples.rows, samples.cols):
        low, high = np.full(len(large), np.iinfo(np.intp).max), np.full(len(large), -1)
        np.minimum.at(low, patch, place)
        np.maximum.at(high, patch, place)
        large |= high - low >= block_px
    cut, inside = large[patch], np.ones(len(samples), bool)
    for place in (samples.rows, samples.cols):
        inside &= (place % block_px >= CUT_MARGIN_PX) & (place % block_px < block_px - CUT_MARGIN_PX)
    block = samples.rows // block_px * (samples.cols.max() // block_px + 1) + samples.cols // block_px
    _, groups = np.unique(np.column_stack([patch, np.where(cut, block, -1)]), axis=0, return_inverse=True)
    kept = np.flatnonzero(inside | ~cut)
    return Samples(samples.rows, samples.cols, samples.class_ids, groups.ravel().astype(np.int32)).take(kept)


def divided_patches(samples: Samples) -> Samples:
    """The same where no class gets lost; a class of slivers may lie near cuts only, and then all patches stay whole."""
    divided = divide(samples)
    return divided if set(divided.class_ids.tolist()) == set(samples.class_ids.tolist()) else samples


def find_regions(samples: Samples) -> Regions:
    """Join samples of one group, and samples within a gap of each other, into regions.

    The gap (chessboard distance, pixels) is the widest of `GAPS_PX` that leaves three quarters of the classes at least
    three regions, or, where labels are too few, two.
    """
    points = np.column_stack([samples.rows, samples.cols]).astype(float)
    for wanted in (WANTED_REGIONS, 2):
        for gap in GAPS_PX:
            regions = Regions(_connected(points, samples.groups, gap), gap)
            if np.mean([n >= wanted for n in regions.count(samples.class_ids).values()]) >= 0.75:
                return regions
    return Regions(np.unique(samples.groups, return_inverse=True)[1].astype(np.intp), 0)


def _connected(points: NDArray[np.float64], groups: NDArray[np.int32], gap: float) -> NDArray[np.intp]:
    """Connected components of "same group or nearer than the gap"."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    near = cKDTree(points).query_pairs(gap, p=np.inf, output_type="ndarray")
    order = np.argsort(groups, kind="stable")
    same = order[:-1][np.diff(groups[order]) == 0], order[1:][np.diff(groups[order]) == 0]
    left, right = np.concatenate([near[:, 0], same[0]]), np.concatenate([near[:, 1], same[1]])
    graph = coo_matrix((np.ones(len(left)), (left, right)), shape=(len(points), len(points)))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def spatial_folds(class_ids: NDArray[np.uint8], region_ids: NDArray[np.intp], seed: int,
                  repeats: int = 1) -> list[Fold]:
    """Folds that hold out whole regions, classes spread as evenly as they can be.

    Returns an empty list when there are fewer than two regions: nothing can be held out. A fold whose training side
    has fewer than two classes is left out.
    """
    n_folds = min(MAX_FOLDS, len(np.unique(region_ids)), int(np.bincount(class_ids).max()))
    if n_folds < 2:
        return []
    folds = []
    for repeat in range(repeats):
        split = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed + repeat)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of classes with fewer pixels than folds
            parts = list(split.split(class_ids, class_ids, region_ids))
        folds += [Fold(train, test) for train, test in parts if len(np.unique(class_ids[train])) >= 2 and len(test)]
    return folds


def assessable(class_ids: NDArray[np.uint8], folds: Sequence[Fold]) -> NDArray[np.bool_]:
    """(n,) samples that some fold tests while its training side knows their class."""
    known = np.zeros(len(class_ids), bool)
    for fold in folds:
        known[fold.test] |= np.isin(class_ids[fold.test], class_ids[fold.train])
    return known


def thin(samples: Samples, region_ids: NDArray[np.intp], limit: int, seed: int) -> NDArray[np.intp]:
    """At most ``limit`` samples of each class, drawn evenly from its regions; sorted positions."""
    rng = np.random.default_rng(seed)
    kept = []
    for class_id in np.unique(samples.class_ids):
        index = rng.permutation(np.flatnonzero(samples.class_ids == class_id))
        # The n-th sample of every region comes before the (n+1)-th of any.
        _, region = np.unique(region_ids[index], return_inverse=True)
        rank = np.empty(len(index), int)
        for r in range(region.max() + 1):
            rank[region == r] = np.arange((region == r).sum())
        kept.append(index[np.argsort(rank, kind="stable")[:limit]])
    return np.sort(np.concatenate(kept)).astype(np.intp)
