"""Where the scores of a change map come from: the unsupervised score, a head on it, or a fine-tuned network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from ...inference.change.score import ChangeScorer
from ...inference.tuned_model import LOG_PROBABILITY
from ...inference.tuned_reader import TunedReader
from ...raster.grid import Window
from ...training.few_labels.change_head import ChangeHead

# Smoothing spreads a strong change over its border; the border lies where the score falls to half of its peak nearby.
PEAK_REACH_PX, PEAK_SHARE = 3, 0.5


@dataclass(frozen=True)
class LogScores:
    """Scores of a window.

    Attributes:
        logs: (rows, cols) logarithms.
        valid: (rows, cols).
        inside: (rows, cols) False on the blurred border of a stronger change.
    """

    logs: NDArray[np.float32]
    valid: NDArray[np.bool_]
    inside: NDArray[np.bool_]


class ScoreSource(Protocol):
    """Scores of any window of the scene."""

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""


@dataclass(frozen=True)
class UnsupervisedScores:
    """The unsupervised score; pixels less than half as strong as the strongest nearby are not inside."""

    scorer: ChangeScorer
    scene: tuple[int, int]

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""
        outer = window.grow(PEAK_REACH_PX, self.scene)
        evidence = self.scorer.read(outer)
        raw = evidence.log_score()
        peak = maximum_filter(np.where(evidence.valid, raw, -np.inf), 2 * PEAK_REACH_PX + 1, mode="nearest")
        crop = Window(window.row - outer.row, window.col - outer.col, *window.shape).slices
        return LogScores(raw[crop], evidence.valid[crop], (raw >= peak + math.log(PEAK_SHARE))[crop])


@dataclass(frozen=True)
class HeadScores:
    """Probabilities by a head on the evidence of the unsupervised score; they have no height to compare."""

    scorer: ChangeScorer
    head: ChangeHead

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""
        evidence = self.scorer.read(window)
        return LogScores(np.log(self.head.probability(evidence)), evidence.valid, np.ones(window.shape, bool))


@dataclass(frozen=True)
class TunedScores:
    """Probabilities by a fine-tuned siamese network, of the class at position ``changed``."""

    reader: TunedReader
    changed: int

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""
        features = self.reader.read(window)
        blended = features.blocks[LOG_PROBABILITY]  # means of logarithms, whose probabilities add up to less than one
        total = np.logaddexp.reduce(blended, axis=-1)
        return LogScores(blended[..., self.changed] - total, features.valid, np.ones(window.shape, bool))
