"""Labels of a scene cut into tiles: where to learn, and where to look how well it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...inference.tiling import Lattice, blend_weights
from ...labels.labelset import LabelSet
from ...labels.splits import (
    BLOCK_PX,
    BLOCKS_A_SIDE,
    CUT_MARGIN_PX,
    Fold,
    Samples,
    divided_patches,
    find_regions,
    spatial_folds,
)
from ...raster.grid import Window

# More labelled pixels than this (dense label rasters) are held out by square blocks, else by places.
MANY_PIXELS = 4000
UNLABELLED = -1


@dataclass(frozen=True)
class TuneTile:
    """A tile and its labels.

    Attributes:
        window: in the scene.
        target: (rows, cols) class positions to learn from, `UNLABELLED` elsewhere; held-out pixels are unlabelled.
        held_out: (n,) positions in the split's samples of the held-out pixels that are judged on this tile.
    """

    window: Window
    target: NDArray[np.int64]
    held_out: NDArray[np.intp]


@dataclass(frozen=True)
class TuneSplit:
    """All labelled pixels, and which of them are held out.

    Attributes:
        samples: the pixels used.
        labels: (n,) class positions.
        region_ids: (n,) places held out as a whole.
        train, test: positions of the pixels to learn from and of those held out (none if there is one place only).
    """

    samples: Samples
    labels: NDArray[np.int64]
    region_ids: NDArray[np.intp]
    train: NDArray[np.intp]
    test: NDArray[np.intp]


def split_labels(labels: LabelSet, class_ids: Sequence[int], seed: int) -> TuneSplit:
    """Hold out one spatial fold.

    Args:
        labels: labelled pixels.
        class_ids: ids of the classes in the order of the network's outputs.
        seed: of the fold.
    """
    samples = Samples(labels.rows, labels.cols, labels.class_ids, labels.groups)
    if len(samples) > MANY_PIXELS:
        samples, regions = _blocks(samples)
    else:
        if labels.kind == "raster":
            samples = divided_patches(samples)
        regions = find_regions(samples).ids
    folds = spatial_folds(samples.class_ids, regions, seed)
    everything = np.arange(len(samples))
    # The fold that tests most classes; all of them leave out about a third of the places.
    divided = [_divided(samples, regions, fold) for fold in folds] or [(everything, everything[:0])]
    known, test = max(divided, key=lambda parts: len(np.unique(samples.class_ids[parts[1]])))
    lookup = np.full(256, UNLABELLED, np.int64)
    lookup[np.array(class_ids)] = np.arange(len(class_ids))
    return TuneSplit(samples, lookup[samples.class_ids], regions, known, test)


def _divided(samples: Samples, regions: NDArray[np.intp], fold: Fold) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pixels to learn from and to test of a fold; a class that has no other place is learned from, not tested."""
    lone = fold.test[~np.isin(samples.class_ids[fold.test], samples.class_ids[fold.train])]
    tested = fold.test[~np.isin(regions[fold.test], regions[lone])]
    return np.union1d(fold.train, lone), tested


def _blocks(samples: Samples) -> tuple[Samples, NDArray[np.intp]]:
    """Square blocks of a dense label raster as regions; pixels near a cut are left out, so that blocks stay apart."""
    short_side = min(np.ptp(samples.rows), np.ptp(samples.cols)) + 1
    block_px = int(np.clip(short_side // BLOCKS_A_SIDE, *BLOCK_PX))
    inside = np.ones(len(samples), bool)
    for place in (samples.rows, samples.cols):
        inside &= (place % block_px >= CUT_MARGIN_PX) & (place % block_px < block_px - CUT_MARGIN_PX)
    if len(np.unique(samples.class_ids[inside])) < len(np.unique(samples.class_ids)):
        inside[:] = True  # a class of slivers may lie near cuts only
    kept = samples.take(np.flatnonzero(inside))
    regions = kept.rows // block_px * (samples.cols.max() // block_px + 1) + kept.cols // block_px
    return kept, np.unique(regions, return_inverse=True)[1].ravel().astype(np.intp)


def cut_tiles(split: TuneSplit, lattice: Lattice) -> list[TuneTile]:
    """The tiles that hold a label; every held-out pixel is judged on the tile in whose middle it lies most."""
    train, best = np.zeros(len(split.labels), bool), np.zeros(len(split.labels))
    train[split.train] = True
    judged_on = np.full(len(split.labels), -1)
    tiles = lattice.tiles()
    inside = [_inside(split.samples, tile) for tile in tiles]
    for number, (tile, index) in enumerate(zip(tiles, inside, strict=True)):
        index = index[~train[index]]
        weight = blend_weights(tile.shape)[split.samples.rows[index] - tile.row, split.samples.cols[index] - tile.col]
        better = weight > best[index]
        best[index[better]], judged_on[index[better]] = weight[better], number
    tested = np.zeros(len(split.labels), bool)
    tested[split.test] = True
    found = []
    for number, (tile, index) in enumerate(zip(tiles, inside, strict=True)):
        target = np.full(tile.shape, UNLABELLED, np.int64)
        learn = index[train[index]]
        target[split.samples.rows[learn] - tile.row, split.samples.cols[learn] - tile.col] = split.labels[learn]
        held_out = index[tested[index] & (judged_on[index] == number)]
        if len(learn) or len(held_out):
            found.append(TuneTile(tile, target, held_out))
    return found


def _inside(samples: Samples, tile: Window) -> NDArray[np.intp]:
    return np.flatnonzero((samples.rows >= tile.row) & (samples.rows < tile.row + tile.rows)
                          & (samples.cols >= tile.col) & (samples.cols < tile.col + tile.cols))


def class_weights(labels: NDArray[np.int64], n_classes: int, limit: float = 5.0) -> NDArray[np.float32]:
    """(classes,) inverse frequencies with a mean of one over the labels, at most ``limit`` and at least 1 / limit."""
    counts = np.bincount(labels, minlength=n_classes)
    weights = counts.sum() / np.maximum(counts, 1) / max((counts > 0).sum(), 1)
    return np.clip(weights, 1 / limit, limit).astype(np.float32)
