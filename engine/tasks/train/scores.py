"""How good a fine-tuned network is on the held-out pixels, beside a random forest, and how sure it may be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...labels.accuracy import Accuracy, assess
from ...reporting import Reporter
from ...training.few_labels.calibration import Calibration, HeldOut, calibrate
from ...training.fine_tuning.baseline import forest_guesses
from .data import TrainData

# The temperature is scored crosswise: fitted without the places it is tried on, which come in so many parts.
PARTS = 5
HEADLINE = ("oa", "kappa", "macro_f1", "oa_interval", "macro_f1_interval")
FOLD = "one spatial fold; it also chose the epoch, so the score is slightly optimistic"
NOT_JUDGED: dict[str, dict[str, Any] | None] = {"specaware": None, "random_forest": None}
NOTHING = "nothing: the labels lie in too few places; the last epoch was kept"


@dataclass(frozen=True)
class TunedScores:
    """Of the best epoch and of a random forest on the same pixels, and how well probabilities fit."""

    ours: Accuracy
    forest: Accuracy
    calibration: Calibration

    @property
    def headlines(self) -> dict[str, dict[str, Any] | None]:
        """Both accuracies, each in a line."""
        return {"specaware": headline(self.ours), "random_forest": headline(self.forest)}


def judge(data: TrainData, probabilities: NDArray[np.float32], seed: int, reporter: Reporter) -> TunedScores | None:
    """Score the held-out pixels; what cannot be assessed is told.

    Args:
        data: images and labels.
        probabilities: (n, classes) of the held-out pixels, in the order of the split's.
        seed: of the forest and of the intervals.
        reporter: takes the warnings, and is asked about cancelling.
    """
    split, names = data.split, {c.id: c.name for c in data.labels.classes}
    if not len(split.test):
        reporter.log("warning", "The labels lie in too few places to hold any out: the last epoch was kept, and there "
                     "is no accuracy estimate. Label each class in at least two places.")
        return None
    ids = np.array([c.id for c in data.labels.classes], np.uint8)
    truth, regions = split.labels[split.test], split.region_ids[split.test]
    if missing := [names[int(i)] for i in ids if i not in ids[truth]]:
        reporter.log("warning", f"Not assessed, since no labelled place of it was held out: {', '.join(missing)}.")
    forest = forest_guesses(split, data.inputs, seed, reporter)
    places = np.unique(regions, return_inverse=True)[1].ravel() % PARTS
    return TunedScores(assess(ids[truth], ids[probabilities.argmax(1)], regions, names, seed),
                       assess(ids[truth], ids[forest], regions, names, seed),
                       calibrate(HeldOut(probabilities, truth, places)))


def headline(scores: Accuracy) -> dict[str, Any]:
    """What is told of an accuracy in one line."""
    return {key: getattr(scores, key) for key in HEADLINE}


def for_card(scores: TunedScores | None) -> dict[str, Any]:
    """What the model file says of its scores."""
    if scores is None:
        return {"held_out": NOTHING}
    return {"held_out": FOLD, "pixels": sum(c.tested for c in scores.ours.classes), **headline(scores.ours),
            "classes": [asdict(c) for c in scores.ours.classes], "random_forest_macro_f1": scores.forest.macro_f1,
            "temperature": scores.calibration.temperature, "calibration_error": scores.calibration.ece,
            "calibration_error_raw": scores.calibration.ece_raw}
