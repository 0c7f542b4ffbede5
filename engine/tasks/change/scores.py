"""Where the scores of a change map come from: the unsupervised score, a head on it, or a fine-tuned network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ...inference.change.score import ChangeScorer
from ...inference.tuned_model import LOG_PROBABILITY
from ...inference.tuned_reader import TunedReader
from ...raster.grid import Window

if TYPE_CHECKING:
    from ...training.few_labels.change_head import ChangeHead


@dataclass(frozen=True)
class LogScores:
    """Scores of a window.

    Attributes:
        logs: (rows, cols) logarithms.
        valid: (rows, cols).
    """

    logs: NDArray[np.float32]
    valid: NDArray[np.bool_]


class ScoreSource(Protocol):
    """Scores of any window of the scene."""

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""


@dataclass(frozen=True)
class UnsupervisedScores:
    """The unsupervised score."""

    scorer: ChangeScorer

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""
        evidence = self.scorer.read(window)
        return LogScores(evidence.log_score(), evidence.valid)


@dataclass(frozen=True)
class HeadScores:
    """Probabilities by a head on the evidence of the unsupervised score."""

    scorer: ChangeScorer
    head: ChangeHead

    def read(self, window: Window) -> LogScores:
        """Scores of a window inside the scene."""
        evidence = self.scorer.read(window)
        return LogScores(np.log(self.head.probability(evidence)), evidence.valid)


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
        return LogScores(blended[..., self.changed] - total, features.valid)
