"""The last layers of a network's heads set to what logistic regression finds, before anything is trained.

With few labels a descent from zero learns a handful of places by heart. Logistic regression has an optimum, and how
much the encoder's tokens count beside the pixel's spectrum is chosen on spatial folds of the labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...inference.classifier import LinearHead
from ...labels.splits import Fold, spatial_folds, thin
from ...models.tuned import GRID_NM, Look, TunedNet
from ...reporting import Reporter
from ..few_labels.pixel_classifier import Candidate, fit_head, macro_f1
from .data import TuneSplit

MAX_PER_CLASS = 300
PENALTY_C = 10.0
# How large the tokens are beside the spectrum, cautious first; a bolder one must gain this much macro-F1.
FACTORS = (0.0, 0.1, 0.3, 1.0)
GAIN = 0.01
# Of a class that only held-out pixels have: never the answer, and still a number.
UNKNOWN_BIAS = -20.0


@dataclass(frozen=True)
class Seen:
    """A batch of one as the network sees it.

    Attributes:
        look: of a tile.
        rows: (n,) of labelled pixels in the tile.
        cols: (n,) of the same.
        at: (n,) their positions in the split's samples.
    """

    look: Look
    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    at: NDArray[np.intp]


def few_of(split: TuneSplit, seed: int) -> NDArray[np.intp]:
    """Positions of the training pixels that are enough to fit to, drawn evenly from their places."""
    kept = thin(split.samples.take(split.train), split.region_ids[split.train], MAX_PER_CLASS, seed)
    return split.train[kept]


def warm_start(net: TunedNet, seen: Iterable[Seen], split: TuneSplit, seed: int, reporter: Reporter) -> float:
    """Set the last layers of the heads.

    Args:
        net: its heads are calibrated.
        seen: tiles that hold training pixels, each pixel once.
        split: the labelled pixels.
        seed: of the folds.
        reporter: told how much the tokens count; asked about cancelling.

    Returns:
        Mean negative log probability of the right classes of these pixels.
    """
    parts, at = _inputs(net, seen)
    scales = [(len(GRID_NM) / max(float(x.var(0).sum()), 1e-9)) ** 0.5 for x in parts]
    labels, ids = split.labels[at].astype(np.uint8), np.arange(net.config.classes, dtype=np.uint8)
    joined = [np.concatenate([x * s * f for x, s, f in zip(parts, scales, (1.0, factor), strict=False)], axis=1)
              for factor in (FACTORS if len(parts) > 1 else FACTORS[:1])]
    with threadpool_limits(1):
        folds = spatial_folds(labels, split.region_ids[at], seed)
        chosen = _choose(joined, labels, folds, ids, reporter)
        head = _fit(joined[chosen], labels, ids)
    if len(parts) > 1:
        reporter.log("info", f"The head begins as a logistic regression; tokens have {FACTORS[chosen]:g} of the "
                     "spectrum's size.")
    factors = [s * f for s, f in zip(scales, (1.0, FACTORS[chosen]), strict=False)]
    _set(net, head, [x.shape[1] for x in parts], factors)
    known = head.probabilities({"x": joined[chosen]})[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(known, 1e-12)).mean())


@torch.no_grad()
def _inputs(net: TunedNet, seen: Iterable[Seen]) -> tuple[list[NDArray[np.float32]], NDArray[np.intp]]:
    """(n, features) of the last layers of both heads at the labelled pixels, and the (n,) pixels, in their order."""
    net.eval()
    rows: list[list[NDArray[np.float32]]] = []
    at: list[NDArray[np.intp]] = []
    for tile in seen:
        rows.append([x[0][:, tile.rows, tile.cols].T.numpy() for x in net.last_inputs(tile.look)])
        at.append(tile.at)
    order = np.argsort(np.concatenate(at))
    return [np.concatenate(part)[order] for part in zip(*rows, strict=True)], np.concatenate(at)[order]


def _choose(joined: Sequence[NDArray[np.float32]], labels: NDArray[np.uint8], folds: Sequence[Fold],
            ids: NDArray[np.uint8], reporter: Reporter) -> int:
    """Position of the factor to take; the most cautious without folds."""
    best, best_score = 0, -1.0
    for number, x in enumerate(joined if folds and len(joined) > 1 else ()):
        truth, mapped = [], []
        for fold in folds:
            reporter.check_cancelled()
            truth.append(labels[fold.test])
            mapped.append(_fit(x[fold.train], labels[fold.train], ids).probabilities({"x": x[fold.test]}).argmax(1))
        score = macro_f1(np.concatenate(truth), np.concatenate(mapped).astype(np.uint8))
        if score > best_score + GAIN:
            best, best_score = number, score
    return best


def _fit(x: NDArray[np.float32], labels: NDArray[np.uint8], ids: NDArray[np.uint8]) -> LinearHead:
    return fit_head(Candidate("start", ("x",), PENALTY_C), x.astype(np.float64), labels, ids)


@torch.no_grad()
def _set(net: TunedNet, head: LinearHead, widths: Sequence[int], factors: Sequence[float]) -> None:
    parts = np.split(head.weights, np.cumsum(widths)[:-1])
    bias = torch.from_numpy(np.maximum(head.bias, UNKNOWN_BIAS))
    for layer, weights, factor in zip(net.last_layers(), parts, factors, strict=True):
        layer.weight.copy_(torch.from_numpy(weights.T * factor)[:, :, None, None])
        if layer.bias is not None:
            layer.bias.copy_(bias)
        bias = torch.zeros_like(bias)
