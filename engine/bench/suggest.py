"""Do suggested places teach more than random ones? A simulation on scenes whose labels are known.

Half of the scene's blocks may be labelled, the other half tests; blocks touch, so pixels within `BUFFER_PX` of the
first half are not scored. A first map is made from a few labels a class. Then labels are added in two ways, at the
places `suggest` would name and at random ones, and both maps are scored on the test half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt
from threadpoolctl import threadpool_limits

from ..inference.backbone import load_backbone
from ..inference.classifier import PixelClassifier
from ..inference.features import Features
from ..inference.novelty import NOVELTY_BLOCK, fit_novelty
from ..labels.raster import read_raster_labels
from ..labels.splits import Samples, find_regions
from ..raster.cube import Cube
from ..raster.grid import Window
from ..reporting import Reporter
from ..training.few_labels.label_windows import read_labelled
from ..training.few_labels.landcover import train
from ..training.few_labels.pixel_classifier import fit_classifier, macro_f1
from ..training.few_labels.suggest import Candidates, choose

FIRST_PER_CLASS = 3
ADDED = 30
BUFFER_PX = 3
BLOCKS_A_SIDE = 10
MIN_PIXELS = 20
GAP_PX = 2.0


@dataclass(frozen=True)
class Round:
    """Macro-F1 on the test half: of the first map, and with labels added at suggested and at random places."""

    scene: str
    seed: int
    first: float
    suggested: float
    random: float


class _Whole:
    """The features of a whole scene, kept in memory."""

    def __init__(self, features: Features) -> None:
        self.features, self.shape = features, features.valid.shape

    def read(self, window: Window) -> Features:
        """A part."""
        return Features({k: v[window.slices] for k, v in self.features.blocks.items()},
                        self.features.valid[window.slices])


@dataclass(frozen=True)
class _Half:
    """Labelled pixels: row, column and class of those that may be learned from and of those that test."""

    pool: NDArray[np.intp]
    test: NDArray[np.intp]


def simulate(folder: Path, seeds: Sequence[int], reporter: Reporter) -> list[Round]:
    """Run the simulation on one scene.

    Args:
        folder: holds ``image.tif`` and ``labels.tif``.
        seeds: one round each.
        reporter: for progress and cancelling.
    """
    with Cube.open(folder / "image.tif") as cube, threadpool_limits(1):
        labels = read_raster_labels(folder / "labels.tif", cube.grid)
        reader = _Whole(train(cube, labels, load_backbone(None, "cpu"), 0, reporter).reader.read(
            cube.grid.whole))
    truth = np.zeros(reader.shape, np.uint8)
    truth[labels.rows, labels.cols] = labels.class_ids
    truth[~reader.features.valid] = 0
    with threadpool_limits(1):
        return [_round(folder.name, reader, truth, seed, reporter) for seed in seeds]


def _round(name: str, reader: _Whole, truth: NDArray[np.uint8], seed: int, reporter: Reporter) -> Round:
    rng = np.random.default_rng(seed)
    half = _halves(truth, rng)
    classes = truth[tuple(half.pool.T)]
    first = np.concatenate([_first_of(half.pool, np.flatnonzero(classes == k), rng) for k in np.unique(classes)])
    start, probabilities = _learn(reader, truth, half.pool[first], seed, reporter)
    free = np.setdiff1d(np.arange(len(half.pool)), first)
    places = half.pool[free]
    candidates = _candidates(reader, half.pool[first], places, probabilities)
    suggested = free[choose(candidates, ADDED, GAP_PX, seed)]
    drawn = rng.choice(free, ADDED, replace=False)
    scores = [macro_f1(truth[tuple(half.test.T)], start[tuple(half.test.T)])]
    for added in (suggested, drawn):
        mapped, _ = _learn(reader, truth, half.pool[np.concatenate([first, added])], seed, reporter)
        scores.append(macro_f1(truth[tuple(half.test.T)], mapped[tuple(half.test.T)]))
    return Round(name, seed, *scores)


def _halves(truth: NDArray[np.uint8], rng: np.random.Generator) -> _Half:
    """Blocks drawn at random; classes with too few pixels on either side are left out."""
    side = max(5, min(truth.shape) // BLOCKS_A_SIDE)
    rows, cols = np.indices(truth.shape) // side
    is_pool = (rng.random((rows.max() + 1, cols.max() + 1)) < 0.5)[rows, cols]
    far = distance_transform_cdt(~is_pool, "chessboard") > BUFFER_PX
    pool, test = (truth > 0) & is_pool, (truth > 0) & far
    kept = [k for k in np.unique(truth[truth > 0])
            if min((truth[pool] == k).sum(), (truth[test] == k).sum()) >= MIN_PIXELS]
    return _Half(np.argwhere(pool & np.isin(truth, kept)), np.argwhere(test & np.isin(truth, kept)))


def _first_of(pool: NDArray[np.intp], index: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """The first labels of a class: what an analyst clicks at one place and near it."""
    centre = pool[rng.choice(index)]
    return index[np.argsort(np.abs(pool[index] - centre).max(1), kind="stable")[:FIRST_PER_CLASS]]


def _learn(reader: _Whole, truth: NDArray[np.uint8], places: NDArray[np.intp], seed: int,
           reporter: Reporter) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Map of the scene, and its probabilities, from labels at these places."""
    rows, cols = places[np.lexsort(places.T[::-1])].T
    samples = Samples(rows, cols, truth[rows, cols], np.arange(len(rows), dtype=np.int32))
    data = read_labelled(reader, samples, find_regions(samples).ids, reporter)  # type: ignore[arg-type]
    ids = np.unique(samples.class_ids)
    classifier: PixelClassifier = fit_classifier(data, np.arange(len(rows)), ids, seed, reporter).classifier
    probabilities = classifier.predict(reader.features)
    return ids[probabilities.argmax(-1)], probabilities


def _candidates(reader: _Whole, labelled: NDArray[np.intp], places: NDArray[np.intp],
                probabilities: NDArray[np.float32]) -> Candidates:
    """What `suggest` knows about the places that could be labelled."""
    features = reader.features.blocks[NOVELTY_BLOCK]
    regions = find_regions(Samples(labelled[:, 0], labelled[:, 1], np.ones(len(labelled), np.uint8),
                                   np.arange(len(labelled), dtype=np.int32))).ids
    novelty = fit_novelty(features[tuple(labelled.T)], regions)
    here = tuple(places.T)
    ordered = np.sort(probabilities[here], axis=-1)
    return Candidates(places[:, 0], places[:, 1], ordered[:, -1] - ordered[:, -2],
                      novelty.score({NOVELTY_BLOCK: features[here]}), features[here])


def table(rounds: Sequence[Round]) -> str:
    """Rounds as markdown, with the mean of each scene."""
    lines = ["| scene | seed | first map | 30 suggested | 30 random | difference |", "|---|---|---|---|---|---|"]
    for scene in dict.fromkeys(r.scene for r in rounds):
        of_scene = [r for r in rounds if r.scene == scene]
        lines += [_line(scene, str(r.seed), r.first, r.suggested, r.random) for r in of_scene]
        means = [float(np.mean([getattr(r, k) for r in of_scene])) for k in ("first", "suggested", "random")]
        lines.append(_line(f"**{scene}**", "**mean**", *means))
    return "\n".join(lines)


def _line(scene: str, seed: str, first: float, suggested: float, random: float) -> str:
    return f"| {scene} | {seed} | {first:.3f} | {suggested:.3f} | {random:.3f} | {suggested - random:+.3f} |"
