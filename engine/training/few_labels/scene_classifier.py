"""A classifier of whole chips from few examples: a mixture of linear heads, chosen by cross-validation inside them.

A head is a linear discriminant analysis with a shrunk covariance (Friedman 1989, "Regularized discriminant analysis",
JASA 84), fitted in the span of the training chips. With five chips a class the within-class scatter still tells which
differences are mere variety; a logistic regression cannot know.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from ...inference.chip_features import EDGES, INDICES, SPECTRUM, STATISTICS, TEXTURE
from ...inference.chip_reader import TOKENS
from ...inference.classifier import tempered
from ...reporting import Reporter, tracked
from .calibration import Calibration, HeldOut, calibrate

SHRINKAGES = (0.1, 0.3, 0.5)
FOLDS, REPEATS = 5, 4
# Shares of heads fall by a factor e with this much held-out accuracy.
TEMPERATURE = 0.03
MIN_SHARE = 0.02
TINY = 1e-6


@dataclass(frozen=True)
class Candidate:
    """A head that can be part of the mixture: blocks of features and shrinkage of its covariance."""

    name: str
    blocks: tuple[str, ...]
    shrinkage: float


CANDIDATES = tuple(Candidate(f"{name}, shrinkage {s:g}", blocks, s) for name, blocks in (
    ("spectrum", (SPECTRUM, INDICES)), ("statistics", STATISTICS), ("statistics + tokens", (*STATISTICS, TOKENS)),
    ("texture", (TEXTURE, EDGES))) for s in SHRINKAGES)


@dataclass(frozen=True)
class LinearHead:
    """``softmax((features - centre) @ weights + bias)`` on joined blocks, each standardised.

    Attributes:
        candidate: what it was fitted as.
        blocks: the blocks it found.
        centre: (features,).
        weights: (features, classes).
        bias: (classes,); -inf for a class without examples.
    """

    candidate: Candidate
    blocks: tuple[str, ...]
    centre: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, features: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float64]:
        """(n, classes)."""
        x = np.concatenate([features[b] for b in self.blocks], axis=1).astype(np.float64)
        # What a chip cannot show is taken to be as in the typical example.
        logits = np.nan_to_num(x - self.centre) @ self.weights + self.bias
        logits = np.exp(logits - logits.max(1, keepdims=True))
        return logits / logits.sum(1, keepdims=True)


@dataclass(frozen=True)
class SceneFit:
    """Heads and their shares in the mixture.

    Attributes:
        heads, shares: of the same length; shares sum to one.
        scores: held-out accuracy of every candidate, empty if nothing could be held out.
        held_out: (n, classes) probabilities of the mixture for each training chip by heads that have not seen it
            (the shares have), as they are before calibration; rows of NaN where a chip could not be held out.
        calibration: of these, groups of chips held out together; None without any.
    """

    heads: tuple[LinearHead, ...]
    shares: tuple[float, ...]
    scores: dict[str, float]
    held_out: NDArray[np.float64]
    calibration: Calibration | None

    def probabilities(self, features: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float64]:
        """(n, classes) of the mixture."""
        total: NDArray[np.float64] = sum(s * h.probabilities(features)  # type: ignore[assignment]
                                         for s, h in zip(self.shares, self.heads, strict=True))
        if self.calibration is None:
            return total
        return tempered(total.astype(np.float32), self.calibration.temperature).astype(np.float64)

    @property
    def token_share(self) -> float:
        """Weight in the mixture, 0 to 1, of the heads that use the encoder."""
        return sum(s for s, h in zip(self.shares, self.heads, strict=True) if TOKENS in h.blocks)


def fit_scenes(features: Mapping[str, NDArray[np.float32]], labels: NDArray[np.intp], groups: NDArray[np.intp],
               n_classes: int, seed: int, reporter: Reporter) -> SceneFit:
    """Score every candidate on held-out chips, and mix those that do well.

    Args:
        features: blocks (n, features).
        labels: (n,) class positions.
        groups: (n,) chips of one group (cut from one polygon) are held out together.
        n_classes: number of classes.
        seed: of the folds.
        reporter: for progress and cancelling.
    """
    folds = chip_folds(labels, groups, seed)
    candidates = _candidates(features)
    guesses = {c: np.zeros((len(labels), n_classes)) for c in candidates}
    tested = np.zeros(len(labels))
    for train, test in tracked(folds, len(folds), reporter, "choosing the heads"):
        tested[test] += 1
        for candidate in candidates:
            head = fit_head(candidate, _rows(features, train), labels[train], n_classes)
            guesses[candidate][test] += head.probabilities(_rows(features, test))
    seen = tested > 0
    scores = {c.name: float((g[seen].argmax(1) == labels[seen]).mean()) for c, g in guesses.items()} if seen.any() \
        else {}
    shares = _shares(scores)
    chosen = [c for c in candidates if c.name in shares]
    mixed = sum(shares[c.name] * guesses[c] for c in chosen) / np.where(seen, tested, np.nan)[:, None]
    heads = []
    for candidate in chosen:
        reporter.check_cancelled()
        heads.append(fit_head(candidate, features, labels, n_classes))
    parts = np.unique(groups, return_inverse=True)[1].ravel() % FOLDS
    calibration = calibrate(HeldOut(mixed[seen].astype(np.float32), labels[seen], parts[seen])) if seen.any() else None
    return SceneFit(tuple(heads), tuple(shares[c.name] for c in chosen), scores, mixed, calibration)


def _candidates(features: Mapping[str, NDArray[np.float32]]) -> list[Candidate]:
    """Those that differ, as far as the features are there."""
    present = {c: tuple(b for b in c.blocks if b in features) for c in CANDIDATES}
    return list({(blocks, c.shrinkage): c for c, blocks in present.items() if blocks}.values())


def chip_folds(labels: NDArray[np.intp], groups: NDArray[np.intp], seed: int
               ) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Repeated stratified folds that keep groups together; a fold whose training side lacks two classes is left out."""
    group_counts = [len(np.unique(groups[labels == c])) for c in np.unique(labels)]
    n_folds = min(FOLDS, max(group_counts))
    if n_folds < 2 or len(group_counts) < 2:
        return []
    found = []
    for repeat in range(REPEATS):
        split = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed + repeat)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of classes with fewer chips than folds
            parts = list(split.split(labels, labels, groups))
        for train, test in parts:
            # A chip whose class the training side does not know would test nothing.
            test = test[np.isin(labels[test], labels[train])]
            if len(test) and len(np.unique(labels[train])) >= 2:
                found.append((train, test))
    return found


def fit_head(candidate: Candidate, features: Mapping[str, NDArray[np.float32]], labels: NDArray[np.intp],
             n_classes: int) -> LinearHead:
    """Standardise every block to a total variance of one, go to the span of the examples, and fit there."""
    blocks = tuple(b for b in candidate.blocks if b in features)
    x = np.concatenate([features[b] for b in blocks], axis=1).astype(np.float64)
    width = np.concatenate([np.full(features[b].shape[1], np.sqrt(features[b].shape[1])) for b in blocks])
    shown = np.where(np.isfinite(x).any(0), x, 0)
    centre, spread = np.nanmean(shown, 0), np.nanstd(shown, 0)
    scale = np.where(spread > TINY * (1 + np.abs(centre)), 1 / np.maximum(spread, TINY) / width, 0)
    z = np.nan_to_num(x - centre) * scale
    _, sizes, axes = np.linalg.svd(z, full_matrices=False)
    axes = axes[sizes > TINY * max(sizes[0], TINY)].T
    weights, bias = np.zeros((x.shape[1], n_classes)), np.full(n_classes, -np.inf)
    known = np.unique(labels)
    if axes.shape[1] == 0:
        bias[known] = 0
        return LinearHead(candidate, blocks, centre, weights, bias)
    if len(labels) == len(known):  # one example each has no scatter: the nearest one wins
        centres = np.stack([(z @ axes)[labels == c][0] for c in known])
        weights[:, known] = scale[:, None] * (axes @ centres.T)
        bias[known] = -(centres**2).sum(1) / 2
        return LinearHead(candidate, blocks, centre, weights, bias)
    # All classes weigh the same: how many chips were labelled says nothing.
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=candidate.shrinkage,
                                       priors=np.full(len(known), 1 / len(known))).fit(z @ axes, labels)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(known) == 2:  # one row: the logit of the second class against the first
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights[:, known] = scale[:, None] * (axes @ coefficients.T)
    bias[known] = intercepts
    return LinearHead(candidate, blocks, centre, weights, bias)


def baseline_guesses(mean_std: NDArray[np.float32], labels: NDArray[np.intp], groups: NDArray[np.intp],
                     seed: int, reporter: Reporter) -> NDArray[np.intp]:
    """(n,) classes of held-out chips by logistic regression on means and standard deviations of the bands; -1 without.

    Only the first repeat of the folds is used, so that each chip gets one answer.
    """
    guesses = np.full(len(labels), -1, np.intp)
    for train, test in chip_folds(labels, groups, seed):
        reporter.check_cancelled()
        centre, spread = mean_std[train].mean(0), mean_std[train].std(0) + TINY
        model = LogisticRegression(max_iter=1000).fit((mean_std[train] - centre) / spread, labels[train])
        fresh = test[guesses[test] < 0]
        if len(fresh):
            guesses[fresh] = model.predict((mean_std[fresh] - centre) / spread)
    return guesses


def _rows(features: Mapping[str, NDArray[np.float32]], index: NDArray[np.intp]) -> dict[str, NDArray[np.float32]]:
    return {name: block[index] for name, block in features.items()}


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    """Weights by held-out accuracy; without scores all heads on the plain statistics count the same."""
    if not scores:
        plain = [c.name for c in CANDIDATES if c.blocks == STATISTICS]
        return dict.fromkeys(plain, 1 / len(plain))
    best = max(scores.values())
    raw = {name: float(np.exp((score - best) / TEMPERATURE)) for name, score in scores.items()}
    total = sum(raw.values())
    kept = {name: value for name, value in raw.items() if value >= MIN_SHARE * total}
    return {name: value / sum(kept.values()) for name, value in kept.items()}


def accuracy_interval(correct: NDArray[np.bool_], groups: NDArray[np.intp], seed: int,
                      resamples: int = 1000) -> tuple[float, float] | None:
    """95 % bootstrap interval of a share, whole groups drawn (Field and Welsh 2007); None with fewer than three."""
    _, position = np.unique(groups, return_inverse=True)
    n = int(position.max()) + 1 if len(position) else 0
    if n < 3:
        return None
    hits, sizes = np.bincount(position, correct, n), np.bincount(position, minlength=n)
    draws = np.random.default_rng(seed).integers(n, size=(resamples, n))
    low, high = np.percentile(hits[draws].sum(1) / sizes[draws].sum(1), (2.5, 97.5))
    return float(low), float(high)
