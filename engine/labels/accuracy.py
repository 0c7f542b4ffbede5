"""Accuracy of a map from a confusion matrix, with intervals that know that pixels of one region are not independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INTERVAL = (2.5, 97.5)
RESAMPLES = 500


@dataclass(frozen=True)
class ClassAccuracy:
    """Accuracy of one class; None where it is undefined (no such pixels)."""

    id: int
    name: str
    tested: int
    producers: float | None
    users: float | None
    f1: float | None


@dataclass(frozen=True)
class Accuracy:
    """Scores of a classification.

    Attributes:
        oa: overall accuracy.
        kappa: Cohen's kappa.
        macro_f1: mean F1 of the tested classes.
        oa_interval, macro_f1_interval: 95 % intervals, bootstrap over regions (None with fewer than three regions).
        confusion: rows are reference classes, columns mapped classes, in the order of ``classes``.
    """

    oa: float
    kappa: float
    macro_f1: float
    oa_interval: tuple[float, float] | None
    macro_f1_interval: tuple[float, float] | None
    classes: tuple[ClassAccuracy, ...]
    confusion: tuple[tuple[int, ...], ...]


def confusion_matrix(truth: NDArray[np.uint8], mapped: NDArray[np.uint8], ids: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(classes, classes) counts; ``ids`` is sorted and holds every value of both arrays."""
    n = len(ids)
    flat = np.searchsorted(ids, truth) * n + np.searchsorted(ids, mapped)
    return np.bincount(flat, minlength=n * n).reshape(n, n)


def assess(truth: NDArray[np.uint8], mapped: NDArray[np.uint8], region_ids: NDArray[np.intp],
           names: dict[int, str], seed: int) -> Accuracy:
    """Score mapped against reference classes.

    Args:
        truth: (n,) reference class ids.
        mapped: (n,) mapped class ids.
        region_ids: (n,) spatial region of each sample; regions are what the bootstrap draws.
        names: class names by id.
        seed: of the bootstrap.
    """
    ids = np.array(sorted(names), np.uint8)
    counts = confusion_matrix(truth, mapped, ids)
    oa, kappa, macro_f1 = _summary(counts)
    oa_interval, f1_interval = _intervals(truth, mapped, region_ids, ids, seed)
    return Accuracy(oa, kappa, macro_f1, oa_interval, f1_interval, _by_class(counts, ids, names),
                    tuple(tuple(int(v) for v in row) for row in counts))


def _summary(counts: NDArray[np.int64]) -> tuple[float, float, float]:
    """Overall accuracy, kappa and macro-F1 (over classes with reference pixels)."""
    total, hits = counts.sum(), np.diag(counts)
    rows, cols = counts.sum(1), counts.sum(0)
    oa = hits.sum() / total
    chance = (rows * cols).sum() / total**2
    kappa = (oa - chance) / (1 - chance) if chance < 1 else 0.0
    f1 = 2 * hits / np.maximum(rows + cols, 1)
    return float(oa), float(kappa), float(f1[rows > 0].mean())


def _by_class(counts: NDArray[np.int64], ids: NDArray[np.uint8], names: dict[int, str]) -> tuple[ClassAccuracy, ...]:
    result = []
    for i, class_id in enumerate(ids):
        hit, row, col = int(counts[i, i]), int(counts[i].sum()), int(counts[:, i].sum())
        result.append(ClassAccuracy(int(class_id), names[int(class_id)], row, hit / row if row else None,
                                    hit / col if col else None, 2 * hit / (row + col) if row else None))
    return tuple(result)


def _intervals(truth: NDArray[np.uint8], mapped: NDArray[np.uint8], region_ids: NDArray[np.intp],
               ids: NDArray[np.uint8], seed: int) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Bootstrap over regions: whole regions are drawn with replacement (Field and Welsh 2007)."""
    regions = np.unique(region_ids)
    if len(regions) < 3:
        return None, None
    tables = np.stack([confusion_matrix(truth[region_ids == r], mapped[region_ids == r], ids) for r in regions])
    rng = np.random.default_rng(seed)
    draws = [_summary(tables[rng.integers(len(regions), size=len(regions))].sum(0)) for _ in range(RESAMPLES)]
    oa, _, f1 = np.percentile(np.array(draws), INTERVAL, axis=0).T
    return (float(oa[0]), float(oa[1])), (float(f1[0]), float(f1[1]))
