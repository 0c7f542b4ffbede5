"""Accuracy and area from a stratified random sample of reference points, with standard errors.

The estimators are those of Stehman 2014, "Estimating area and map accuracy for stratified random sampling when the
strata are different from the map classes", Int. J. Remote Sensing 35, equations 3 and 25 (means and their variance), 27
and 28 (ratios and their variance). Where the strata are the map classes they are those of Olofsson et al. 2014, "Good
practices for estimating area and assessing accuracy of land change", Remote Sensing of Environment 148, with the finite
population correction that Olofsson et al. leave out (it is negligible unless a stratum is small).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import LabelError

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """An estimate and its standard error; the error is None where a stratum has a single point."""

    value: float
    se: float | None

    @property
    def margin(self) -> float | None:
        """Half the width of the 95 % interval."""
        return None if self.se is None else Z_95 * self.se

    def times(self, factor: float) -> Estimate:
        """The estimate in another unit."""
        return Estimate(self.value * factor, None if self.se is None else self.se * factor)


@dataclass(frozen=True)
class ClassEstimate:
    """Estimates for one class.

    Attributes:
        mapped_points, reference_points: sample points the map, and the reference, gives this class.
        mapped_share: share of the area the map gives this class.
        area: estimated true share of the area.
        users: user's accuracy, None where no point is mapped as the class.
        producers: producer's accuracy, None where no point is of the class.
    """

    id: int
    mapped_points: int
    reference_points: int
    mapped_share: float
    area: Estimate
    users: Estimate | None
    producers: Estimate | None


@dataclass(frozen=True)
class StratifiedAccuracy:
    """Area-adjusted accuracy.

    Attributes:
        overall: overall accuracy.
        classes: by class, in the order of ``ids``.
        shares: estimated area proportions; rows are map classes, columns reference classes.
        counts: sample points, rows map classes, columns reference classes.
    """

    overall: Estimate
    classes: tuple[ClassEstimate, ...]
    shares: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ReferenceSample:
    """Labelled points of a stratified random sample.

    Attributes:
        strata: (n,) stratum each point was drawn in.
        mapped: (n,) class of the map there.
        reference: (n,) true class.
    """

    strata: NDArray[np.integer]
    mapped: NDArray[np.integer]
    reference: NDArray[np.integer]


def estimate(sample: ReferenceSample, stratum_pixels: Mapping[int, int],
             mapped_pixels: Mapping[int, int]) -> StratifiedAccuracy:
    """Estimate accuracy and area.

    Args:
        sample: the labelled points.
        stratum_pixels: pixels of each stratum.
        mapped_pixels: pixels of each class of the map.

    Raises:
        LabelError: no points, or a stratum without any: its part of the area is unknown.
    """
    names = np.array(sorted(k for k, v in stratum_pixels.items() if v > 0))
    sizes = np.array([stratum_pixels[int(k)] for k in names], float)
    if not len(sample.strata) or (lacking := np.setdiff1d(names, sample.strata)).size:
        total = sum(stratum_pixels[int(k)] for k in lacking) if len(sample.strata) else sizes.sum()
        raise LabelError(f"{total / sizes.sum():.1%} of the map lies in strata without a reference point.",
                         "Label at least two points in every class of the map.")
    strata = _Strata(np.searchsorted(names, sample.strata), sizes)
    ids = sorted({*sample.mapped.tolist(), *sample.reference.tolist(), *mapped_pixels})
    total_mapped = sum(mapped_pixels.values())
    right = (sample.mapped == sample.reference).astype(float)
    classes = []
    for k in ids:
        is_mapped, is_true = (sample.mapped == k).astype(float), (sample.reference == k).astype(float)
        both = is_mapped * is_true
        classes.append(ClassEstimate(int(k), int(is_mapped.sum()), int(is_true.sum()),
                                     mapped_pixels.get(int(k), 0) / max(total_mapped, 1), strata.mean(is_true),
                                     strata.ratio(both, is_mapped), strata.ratio(both, is_true)))
    cells = [[(sample.mapped == i) & (sample.reference == j) for j in ids] for i in ids]
    return StratifiedAccuracy(
        strata.mean(right), tuple(classes),
        tuple(tuple(strata.mean(cell.astype(float)).value for cell in row) for row in cells),
        tuple(tuple(int(cell.sum()) for cell in row) for row in cells))


class _Strata:
    """Which stratum each point belongs to, and the strata's sizes (H,) in pixels."""

    def __init__(self, of_point: NDArray[np.intp], sizes: NDArray[np.float64]) -> None:
        self._of_point, self._sizes = of_point, sizes
        self._points = np.bincount(of_point, minlength=len(sizes)).astype(float)

    def mean(self, y: NDArray[np.float64]) -> Estimate:
        """Mean over the area (eq. 3) and its standard error (eq. 25)."""
        n = self._sizes.sum()
        return Estimate(float(self._total(y) / n), self._error(y, n))

    def ratio(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> Estimate | None:
        """Total of ``y`` over total of ``x`` (eq. 27) and its standard error (eq. 28); None if ``x`` is all 0."""
        total = self._total(x)
        if total == 0:
            return None
        value = self._total(y) / total
        # s_y^2 + R^2 s_x^2 - 2 R s_xy is the variance of the residual y - R x.
        return Estimate(float(value), self._error(y - value * x, total))

    def _total(self, y: NDArray[np.float64]) -> float:
        means = np.bincount(self._of_point, y, len(self._sizes)) / self._points
        return float(self._sizes @ means)

    def _error(self, y: NDArray[np.float64], over: float) -> float | None:
        if (self._points[self._sizes > 1] < 2).any():
            return None
        means = np.bincount(self._of_point, y, len(self._sizes)) / self._points
        squares = np.bincount(self._of_point, (y - means[self._of_point]) ** 2, len(self._sizes))
        variance = squares / np.maximum(self._points - 1, 1)
        left = np.maximum(1 - self._points / self._sizes, 0)
        return float(np.sqrt((self._sizes**2 * left * variance / self._points).sum()) / over)
