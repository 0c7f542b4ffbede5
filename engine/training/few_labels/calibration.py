"""Calibration: probabilities that come true as often as they say, fitted on held-out regions.

Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks", ICML): one number that flattens or
sharpens all probabilities and leaves the order of the classes, and so the map, as it is. The expected calibration error
is that of the same paper (section 2, equation 3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ...inference.classifier import tempered

BINS = 10
BOUNDS = (0.2, 5.0)
# With fewer held-out pixels a temperature is mostly noise.
MIN_TESTED = 30


@dataclass(frozen=True)
class HeldOut:
    """Predictions for pixels that took no part in the training.

    Attributes:
        probabilities: (n, classes).
        truth: (n,) column of the true class.
        folds: (n,) fold each pixel was held out in.
    """

    probabilities: NDArray[np.float32]
    truth: NDArray[np.intp]
    folds: NDArray[np.intp]


@dataclass(frozen=True)
class Bin:
    """Pixels of like confidence: mean confidence, share that is right, and their number."""

    confidence: float
    accuracy: float
    pixels: int


@dataclass(frozen=True)
class Calibration:
    """How probabilities were calibrated and how well they fit.

    Attributes:
        temperature: above 1 flattens, below 1 sharpens; 1 where there was too little to fit it on, or where
            temperatures fitted on the other folds do not make the right classes more probable.
        ece_raw: expected calibration error of the probabilities as the classifier gives them.
        ece: the same after scaling each fold with a temperature fitted on the other folds, if one is used.
        curve: reliability after scaling, by tenths of confidence; tenths without pixels are left out.
    """

    temperature: float
    ece_raw: float
    ece: float
    curve: tuple[Bin, ...]


def calibrate(held_out: HeldOut) -> Calibration:
    """Fit the temperature on all held-out pixels, and score it crosswise over the folds."""
    folds, scaled = np.unique(held_out.folds), held_out.probabilities.copy()
    enough = len(held_out.truth) >= MIN_TESTED and len(folds) > 1
    for fold in folds if enough else ():
        here = held_out.folds == fold
        scaled[here] = tempered(scaled[here], fit_temperature(held_out.probabilities[~here], held_out.truth[~here]))
    temperature = 1.0
    if enough and _loss(scaled, held_out.truth) < _loss(held_out.probabilities, held_out.truth):
        temperature = fit_temperature(held_out.probabilities, held_out.truth)
    else:
        scaled = held_out.probabilities
    curve = reliability(scaled, held_out.truth)
    return Calibration(temperature, calibration_error(reliability(held_out.probabilities, held_out.truth)),
                       calibration_error(curve), curve)


def fit_temperature(probabilities: NDArray[np.float32], truth: NDArray[np.intp]) -> float:
    """The temperature of least negative log-likelihood.

    Args:
        probabilities: (n, classes).
        truth: (n,) column of the true class.
    """
    def loss(log_temperature: float) -> float:
        return _loss(tempered(probabilities, float(np.exp(log_temperature))), truth)

    best = minimize_scalar(loss, bounds=tuple(np.log(BOUNDS)), method="bounded", options={"xatol": 1e-4})
    # Rounded, so that the last digits of the optimiser do not reach the file.
    return round(float(np.exp(best.x)), 3)


def _loss(probabilities: NDArray[np.float32], truth: NDArray[np.intp]) -> float:
    """Mean negative log-likelihood."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12)).mean())


def reliability(probabilities: NDArray[np.float32], truth: NDArray[np.intp]) -> tuple[Bin, ...]:
    """Confidence against accuracy, by tenths of confidence."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    at = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(Bin(float(confidence[at == b].mean()), float(right[at == b].mean()), int((at == b).sum()))
                 for b in range(BINS) if (at == b).any())


def calibration_error(curve: tuple[Bin, ...]) -> float:
    """Expected calibration error: mean distance of confidence and accuracy, weighted by pixels."""
    total = sum(b.pixels for b in curve)
    return sum(b.pixels * abs(b.confidence - b.accuracy) for b in curve) / total
