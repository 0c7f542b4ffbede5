"""A supervised change score from labelled changed and unchanged places."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from ...errors import LabelError
from ...inference.change.score import ChangeScorer, Evidence
from ...labels.accuracy import assess
from ...labels.labelset import LabelSet
from ...labels.splits import Samples, assessable, find_regions, spatial_folds, thin
from ...labels.unchanged import CHANGED, NAMES, UNCHANGED, unchanged_class
from ...raster.grid import Window
from ...reporting import Reporter
from .calibration import HeldOut, calibrate

MAX_SAMPLES_PER_CLASS = 4000
MIN_SAMPLES = 4
COMPONENTS = 8
PENALTY_C = 1.0
CELL_PX = 128
MAX_LOG_ODDS = 30.0


@dataclass(frozen=True)
class ChangeHead:
    """Logistic regression on the evidence and on the main components of the spectral difference.

    Attributes:
        centre, scale: (features,) of the standardisation.
        components: (bands, k) of the difference.
        weights: (features,).
        bias: of the log-odds.
    """

    components: NDArray[np.float32]
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float

    def probability(self, evidence: Evidence) -> NDArray[np.float32]:
        """(rows, cols) probability of a change."""
        features = _features(evidence.logs, evidence.difference, self.components)
        odds = ((features - self.centre) / self.scale) @ self.weights + np.float32(self.bias)
        return (1 / (1 + np.exp(-np.clip(odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)))).astype(np.float32)

    def flattened(self, temperature: float) -> ChangeHead:
        """The same with its log-odds divided by a temperature: above 1 it is less sure."""
        return replace(self, weights=self.weights / np.float32(temperature), bias=self.bias / temperature)


@dataclass(frozen=True)
class TrainedHead:
    """A head and how good it is on places it has not seen.

    Attributes:
        validation: accuracy and calibration of the head on held-out pixels, and the AUC of the unsupervised score on
            the same ones; None if nothing could be held out.
        used: labelled pixels used, unchanged and changed.
        notes: what the user should know.
    """

    head: ChangeHead
    validation: dict[str, Any] | None
    used: tuple[int, int]
    notes: tuple[str, ...]


def train_head(scorer: ChangeScorer, labels: LabelSet, shape: tuple[int, int], seed: int,
               reporter: Reporter) -> TrainedHead:
    """Fit the head and validate it on held-out places.

    Args:
        scorer: evidence of any window.
        labels: changed and unchanged pixels.
        shape: (rows, cols) of the scene.
        seed: of drawing and folds.
        reporter: asked about cancelling.

    Raises:
        LabelError: it cannot be told which class is which, or one of the two has too few pixels with data.
    """
    still = unchanged_class(labels.classes)
    truth = np.where(labels.class_ids == still, UNCHANGED, CHANGED).astype(np.uint8)
    samples = Samples(labels.rows, labels.cols, truth, labels.groups)
    samples = samples.take(thin(samples, np.unique(samples.groups, return_inverse=True)[1], MAX_SAMPLES_PER_CLASS,
                                seed))
    logs, difference, score, valid = _read(scorer, samples, shape, reporter)
    samples, logs, difference, score = samples.take(valid), logs[valid], difference[valid], score[valid]
    counts = [int((samples.class_ids == c).sum()) for c in NAMES]
    if min(counts) < MIN_SAMPLES:
        raise LabelError(f"{counts[0]} unchanged and {counts[1]} changed labelled pixels lie on data of both images; "
                         f"at least {MIN_SAMPLES} of each are needed.", "Label more places.")
    with threadpool_limits(1):
        validation = _validate(samples, logs, difference, score, seed, reporter)
        head = _fit(logs, difference, samples.class_ids)
    if validation:
        head = head.flattened(validation["calibration"]["temperature"])
    notes = () if validation else ("The labels lie in too few places to hold any out: the supervised score has no "
                                   "accuracy estimate. Label changed and unchanged ground in several places.",)
    return TrainedHead(head, validation, (counts[0], counts[1]), notes)


def _features(logs: NDArray[np.float32], difference: NDArray[np.float32],
              components: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., features): evidence, the components, and their size on a log scale."""
    parts = difference @ components
    return np.concatenate([logs, np.arcsinh(parts), np.log1p(np.abs(parts))], axis=-1).astype(np.float32)


def _read(scorer: ChangeScorer, samples: Samples, shape: tuple[int, int],
          reporter: Reporter) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32],
                                       NDArray[np.intp]]:
    """Evidence, difference and unsupervised score of the samples, and the positions of those with data."""
    cells = samples.rows // CELL_PX * (shape[1] // CELL_PX + 1) + samples.cols // CELL_PX
    found: dict[str, list[NDArray[Any]]] = {"at": [], "logs": [], "difference": [], "score": [], "valid": []}
    for cell in np.unique(cells):
        reporter.check_cancelled()
        at = np.flatnonzero(cells == cell)
        rows, cols = samples.rows[at], samples.cols[at]
        window = Window(int(rows.min()), int(cols.min()), int(np.ptp(rows)) + 1, int(np.ptp(cols)) + 1)
        evidence, place = scorer.read(window), (rows - window.row, cols - window.col)
        values: tuple[NDArray[Any], ...] = (at, evidence.logs[place], evidence.difference[place],
                                            evidence.log_score()[place], evidence.valid[place])
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
    order = np.argsort(np.concatenate(found["at"]))
    logs, difference, score, valid = (np.concatenate(found[n])[order] for n in ("logs", "difference", "score", "valid"))
    return logs, difference, score, np.flatnonzero(valid)


def _fit(logs: NDArray[np.float32], difference: NDArray[np.float32], truth: NDArray[np.uint8]) -> ChangeHead:
    """Fit components, standardisation and weights."""
    _, vectors = np.linalg.eigh(difference.T.astype(np.float64) @ difference)
    components = vectors[:, ::-1][:, :COMPONENTS].astype(np.float32)
    features = _features(logs, difference, components)
    centre, scale = features.mean(0), np.maximum(features.std(0), np.float32(1e-6))
    model = LogisticRegression(C=PENALTY_C, class_weight="balanced", max_iter=1000)
    model.fit((features - centre) / scale, truth == CHANGED)
    return ChangeHead(components, centre, scale, model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _validate(samples: Samples, logs: NDArray[np.float32], difference: NDArray[np.float32],
              score: NDArray[np.float32], seed: int, reporter: Reporter) -> dict[str, Any] | None:
    """Scores of the head on held-out regions, and the AUC of the unsupervised score on the same pixels."""
    regions, truth = find_regions(samples), samples.class_ids
    folds = spatial_folds(truth, regions.ids, seed)
    probability, fold_ids = np.full(len(truth), np.nan, np.float32), np.zeros(len(truth), np.intp)
    for number, fold in enumerate(folds):
        reporter.check_cancelled()
        head = _fit(logs[fold.train], difference[fold.train], truth[fold.train])
        part = Evidence(logs[fold.test][None], difference[fold.test][None], np.ones((1, len(fold.test)), bool))
        probability[fold.test], fold_ids[fold.test] = head.probability(part)[0], number
    tested = np.flatnonzero(assessable(truth, folds) & np.isfinite(probability)) if folds else np.empty(0, np.intp)
    if len(np.unique(truth[tested])) < 2:
        return None
    where = regions.ids[tested]
    changed = truth[tested] == CHANGED
    mapped = np.where(probability[tested] > 0.5, CHANGED, UNCHANGED).astype(np.uint8)
    accuracy = assess(truth[tested], mapped, where, NAMES, seed)
    both = np.stack([1 - probability[tested], probability[tested]], axis=1)
    calibration = calibrate(HeldOut(both, changed.astype(np.intp), fold_ids[tested]))
    return {"method": "spatial cross-validation, whole regions held out", "pixels": len(tested),
            "regions": len(np.unique(where)), "auc": float(roc_auc_score(changed, probability[tested])),
            "calibration": asdict(calibration),
            "unsupervised_auc": float(roc_auc_score(changed, score[tested])), **asdict(accuracy)}
