"""A random forest on the spectra of the same pixels, so that one sees what the network adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from ...inference.tiling import Lattice
from ...inference.tuned_reader import SceneInput
from ...labels.splits import Samples, thin
from ...raster.grid import Window
from ...reporting import Reporter
from .data import TuneSplit

TREES = 300
MAX_PER_CLASS = 300


def on_data(samples: Samples, inputs: Sequence[SceneInput], reporter: Reporter) -> NDArray[np.bool_]:
    """(n,) pixels that hold data in every date."""
    valid = np.ones(len(samples), bool)
    for index, tile in _cells(samples, inputs[0].scene.shape):
        reporter.check_cancelled()
        rows, cols = samples.rows[index] - tile.row, samples.cols[index] - tile.col
        for source in inputs:
            valid[index] &= source.scene.read(tile).valid[rows, cols]
    return valid


def forest_guesses(split: TuneSplit, inputs: Sequence[SceneInput], seed: int, reporter: Reporter) -> NDArray[np.int64]:
    """(n,) class positions of the held-out pixels, in the order of ``split.test``; learned from the others."""
    mine = split.train[thin(split.samples.take(split.train), split.region_ids[split.train], MAX_PER_CLASS, seed)]
    forest = RandomForestClassifier(TREES, random_state=seed, class_weight="balanced", n_jobs=1)
    forest.fit(spectra_at(split.samples.take(mine), inputs, reporter), split.labels[mine])
    tested = split.samples.take(split.test)
    answer = np.zeros(len(tested), np.int64)
    for index, tile in _cells(tested, inputs[0].scene.shape):
        reporter.check_cancelled()
        answer[index] = forest.predict(_values(tested, index, tile, inputs))
    return answer


def spectra_at(samples: Samples, inputs: Sequence[SceneInput], reporter: Reporter) -> NDArray[np.float32]:
    """(n, bands of all dates) of labelled pixels, in the units of the images."""
    found = np.zeros((len(samples), sum(len(source.scene.indices) for source in inputs)), np.float32)
    for index, tile in _cells(samples, inputs[0].scene.shape):
        reporter.check_cancelled()
        found[index] = _values(samples, index, tile, inputs)
    return found


def _values(samples: Samples, index: NDArray[np.intp], tile: Window, inputs: Sequence[SceneInput]
            ) -> NDArray[np.float32]:
    rows, cols = samples.rows[index] - tile.row, samples.cols[index] - tile.col
    return np.concatenate([source.scene.read(tile).values[rows, cols] for source in inputs], axis=1)


def _cells(samples: Samples, shape: tuple[int, int]) -> Iterator[tuple[NDArray[np.intp], Window]]:
    """Samples by cells of a lattice without overlap."""
    lattice = Lattice(shape, stride_px=64)
    done = np.zeros(len(samples), bool)
    for tile in lattice.tiles():
        index = np.flatnonzero(~done & (samples.rows >= tile.row) & (samples.rows < tile.row + tile.rows)
                               & (samples.cols >= tile.col) & (samples.cols < tile.col + tile.cols))
        if len(index):
            done[index] = True
            yield index, tile
