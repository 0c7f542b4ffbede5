"""A pixel classifier from few labels, its settings chosen by spatial cross-validation inside the labels.

Several linear heads on different features are fitted and mixed: the better a head does on held-out regions, the more
it counts. With few regions these scores are mostly noise, so heads on the plain spectrum, which never do badly, get a
bonus that shrinks with the number of regions. No score, no smoothing: with labels that cannot be validated the choice
is cautious.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from ...inference.classifier import LinearHead, PixelClassifier
from ...inference.features import SPECTRUM, TOKENS, mnf_name, sensor_mnf_name
from ...inference.smoothing import STRENGTHS, Smoothing
from ...labels.splits import Fold, spatial_folds
from ...reporting import Reporter
from .label_windows import LabelledFeatures

REPEATS = 2
TEMPERATURE = 0.05
CAUTION = 0.5
MIN_SHARE = 0.02
# Held-out macro-F1 of a strength of smoothing is in doubt by this much, divided by the square root of the samples.
SMOOTHING_DOUBT = 0.07
MAX_ITERATIONS = 200


@dataclass(frozen=True)
class Candidate:
    """A head that can be part of the mixture.

    Attributes:
        blocks: features it uses.
        c: inverse strength of its L2 penalty (scikit-learn's C).
        caution: share of the bonus for cautious heads.
    """

    name: str
    blocks: tuple[str, ...]
    c: float
    caution: float = 0.0


CANDIDATES = (
    Candidate("spectrum, strong penalty", (SPECTRUM,), 3, 1.0),
    Candidate("spectrum", (SPECTRUM,), 30, 1.0),
    Candidate("spectrum + MNF", (SPECTRUM, sensor_mnf_name(1)), 10, 0.5),
    Candidate("MNF", (sensor_mnf_name(1),), 100),
    Candidate("spectrum + MNF 3x3", (SPECTRUM, mnf_name(3)), 10),
    Candidate("spectrum + MNF 5x5", (SPECTRUM, mnf_name(5)), 10),
    Candidate("MNF 3x3", (mnf_name(3),), 100),
    Candidate("MNF 5x5", (mnf_name(5),), 100),
    Candidate("spectrum + tokens", (SPECTRUM, TOKENS), 10, 0.5),
    Candidate("spectrum + tokens + MNF 3x3", (SPECTRUM, TOKENS, mnf_name(3)), 10),
)


@dataclass(frozen=True)
class Fit:
    """A classifier and how it was chosen.

    Attributes:
        classifier: fitted on all samples.
        scores: macro-F1 of each candidate on held-out regions, empty if nothing could be held out.
        smoothing_scores: the same of the mixture for each strength of smoothing.
    """

    classifier: PixelClassifier
    scores: dict[str, float]
    smoothing_scores: dict[str, float]


def fit_classifier(data: LabelledFeatures, index: NDArray[np.intp], class_ids: NDArray[np.uint8], seed: int,
                   reporter: Reporter) -> Fit:
    """Choose and fit a classifier.

    Args:
        data: features of all labelled pixels.
        index: samples to use; nothing else of ``data`` is looked at but windows without their labels.
        class_ids: sorted ids of all classes.
        seed: of the folds.
        reporter: asked about cancelling.
    """
    candidates = [c for c in CANDIDATES if all(b in data.blocks for b in c.blocks)]
    labels, regions = data.class_ids[index], data.region_ids[index]
    folds = [Fold(index[f.train], index[f.test]) for f in spatial_folds(labels, regions, seed, REPEATS)]
    trained = [_fit_heads(data, fold.train, candidates, class_ids, reporter) for fold in folds]
    scores = _candidate_scores(data, folds, trained, candidates, class_ids)
    shares = _shares(candidates, scores, len(np.unique(regions)))
    strength_scores = _smoothing_scores(data, folds, trained, shares, class_ids)
    heads = _fit_heads(data, index, [c for c in candidates if c.name in shares], class_ids, reporter)
    classifier = PixelClassifier(class_ids, _with_shares(heads, shares), _choose_smoothing(strength_scores, len(index)))
    return Fit(classifier, scores, strength_scores)


def _fit_heads(data: LabelledFeatures, index: NDArray[np.intp], candidates: Sequence[Candidate],
               class_ids: NDArray[np.uint8], reporter: Reporter) -> tuple[LinearHead, ...]:
    heads = []
    for candidate in candidates:
        reporter.check_cancelled()
        features = np.concatenate([data.blocks[b][index] for b in candidate.blocks], axis=1)
        heads.append(fit_head(candidate, features, data.class_ids[index], class_ids))
    return tuple(heads)


def fit_head(candidate: Candidate, features: NDArray[np.float32], labels: NDArray[np.uint8],
             class_ids: NDArray[np.uint8]) -> LinearHead:
    """Multinomial logistic regression, all classes weighing the same: how many pixels were drawn says nothing."""
    model = LogisticRegression(C=candidate.c, class_weight="balanced", max_iter=MAX_ITERATIONS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, labels)
    weights = np.zeros((features.shape[1], len(class_ids)), np.float32)
    bias = np.full(len(class_ids), -np.inf, np.float32)
    columns = np.searchsorted(class_ids, model.classes_)
    if len(columns) == 2:  # scikit-learn keeps one row for two classes; their difference is what counts
        weights[:, columns[1]], bias[columns] = model.coef_[0], (0, model.intercept_[0])
    else:
        weights[:, columns], bias[columns] = model.coef_.T, model.intercept_
    return LinearHead(candidate.name, candidate.blocks, weights, bias, 1.0)


def _candidate_scores(data: LabelledFeatures, folds: Sequence[Fold], trained: Sequence[tuple[LinearHead, ...]],
                      candidates: Sequence[Candidate], class_ids: NDArray[np.uint8]) -> dict[str, float]:
    """Macro-F1 of each candidate over the held-out samples of all folds."""
    if not folds:
        return {}
    truth = np.concatenate([data.class_ids[fold.test] for fold in folds])
    scores = {}
    for position, candidate in enumerate(candidates):
        mapped = [class_ids[heads[position].probabilities(data.at(fold.test)).argmax(-1)]
                  for fold, heads in zip(folds, trained, strict=True)]
        scores[candidate.name] = macro_f1(truth, np.concatenate(mapped))
    return scores


def macro_f1(truth: NDArray[np.uint8], mapped: NDArray[np.uint8]) -> float:
    """Mean F1 of the classes in ``truth``."""
    return float(f1_score(truth, mapped, labels=np.unique(truth), average="macro", zero_division=0))


def _shares(candidates: Sequence[Candidate], scores: Mapping[str, float], regions: int) -> dict[str, float]:
    """Weights of the heads in the mixture, summing to one; heads with next to no weight are left out."""
    merit = {c.name: scores.get(c.name, 0.0) + CAUTION * c.caution / np.sqrt(max(regions, 1)) for c in candidates}
    if not scores:
        merit = {c.name: 0.0 for c in candidates if c.caution == max(k.caution for k in candidates)}
    best = max(merit.values())
    raw = {name: float(np.exp((value - best) / TEMPERATURE)) for name, value in merit.items()}
    kept = {name: value for name, value in raw.items() if value >= MIN_SHARE * sum(raw.values())}
    return {name: value / sum(kept.values()) for name, value in kept.items()}


def _with_shares(heads: Sequence[LinearHead], shares: Mapping[str, float]) -> tuple[LinearHead, ...]:
    return tuple(LinearHead(h.name, h.blocks, h.weights, h.bias, shares[h.name]) for h in heads if h.name in shares)


def _smoothing_scores(data: LabelledFeatures, folds: Sequence[Fold], trained: Sequence[tuple[LinearHead, ...]],
                      shares: Mapping[str, float], class_ids: NDArray[np.uint8]) -> dict[str, float]:
    """Macro-F1 of the mixture on held-out samples, for every strength of smoothing."""
    truth: list[NDArray[np.uint8]] = []
    mapped: dict[str, list[NDArray[np.uint8]]] = {strength.name: [] for strength in STRENGTHS}
    for fold, heads in zip(folds, trained, strict=True):
        mixture = PixelClassifier(class_ids, _with_shares(heads, shares), STRENGTHS[0])
        for window in data.windows_of(fold.test):
            truth.append(data.class_ids[window.samples])
            mixed = mixture.mix(window.blocks)
            for name, weights in window.operators.items():
                mapped[name].append(class_ids[(weights @ mixed).argmax(-1)])
    if not truth:
        return {}
    return {name: macro_f1(np.concatenate(truth), np.concatenate(found)) for name, found in mapped.items()}


def _choose_smoothing(scores: Mapping[str, float], samples: int) -> Smoothing:
    """The mean strength, each weighing by its score; none without scores.

    With few labels the best score is mostly chance, and strengths next to each other do about as well: their mean is
    steadier. Every step from cautious to bold costs half of the doubt.
    """
    if not scores:
        return STRENGTHS[0]
    doubt, steps = SMOOTHING_DOUBT / np.sqrt(samples), np.arange(len(STRENGTHS))
    merit = np.array([scores[s.name] for s in STRENGTHS]) / doubt - steps / 2
    weights = np.exp(merit - merit.max())
    return STRENGTHS[round(float((weights * steps).sum() / weights.sum()))]
