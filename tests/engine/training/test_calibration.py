import numpy as np
import pytest

from engine.inference.classifier import tempered
from engine.training.few_labels.calibration import HeldOut, calibrate, calibration_error, fit_temperature, reliability


def honest(n=4000, classes=4, seed=0):
    """Probabilities and classes drawn with them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(classes, 0.5), n).astype(np.float32)
    truth = (probabilities.cumsum(1) < rng.random((n, 1))).sum(1).clip(max=classes - 1)
    return probabilities, truth


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_that_spoilt_them_is_found(temperature):
    probabilities, truth = honest()
    spoilt = tempered(probabilities, 1 / temperature)
    assert fit_temperature(spoilt, truth) == pytest.approx(temperature, rel=0.07)
    np.testing.assert_array_equal(spoilt.argmax(1), probabilities.argmax(1))


def test_calibration_helps_overconfident_probabilities_and_leaves_honest_ones():
    probabilities, truth = honest()
    folds = np.arange(len(truth)) % 3
    spoilt = calibrate(HeldOut(tempered(probabilities, 0.4), truth, folds))
    assert spoilt.temperature == pytest.approx(2.5, rel=0.07)
    assert spoilt.ece_raw > 0.1
    assert spoilt.ece < 0.04
    fine = calibrate(HeldOut(probabilities, truth, folds))
    assert fine.ece < 0.04
    assert fine.temperature == pytest.approx(1, rel=0.07)


def test_a_temperature_that_does_not_carry_over_to_other_folds_is_not_used():
    """One fold is overconfident, the other the opposite: what suits one makes the other worse."""
    probabilities, truth = honest()
    folds = np.arange(len(truth)) % 2
    mixed = np.where(folds[:, None] == 0, tempered(probabilities, 0.4), tempered(probabilities, 2.5))
    found = calibrate(HeldOut(mixed, truth, folds))
    assert found.temperature == 1
    assert found.ece == found.ece_raw


@pytest.mark.parametrize(("pixels", "folds"), [(12, 3), (200, 1)])
def test_too_little_to_calibrate_on(pixels, folds):
    probabilities, truth = honest(pixels)
    found = calibrate(HeldOut(tempered(probabilities, 0.3), truth, np.arange(pixels) % folds))
    assert found.temperature == 1
    assert found.ece == found.ece_raw


def test_reliability_by_hand():
    probabilities = np.array([[0.95, 0.05], [0.97, 0.03], [0.4, 0.6], [1, 0]], np.float32)
    curve = reliability(probabilities, np.array([0, 1, 1, 0]))
    assert [(round(b.confidence, 3), round(b.accuracy, 3), b.pixels) for b in curve] == [(0.6, 1, 1), (0.973, 0.667, 3)]
    assert calibration_error(curve) == pytest.approx((0.4 + 3 * (0.9733 - 2 / 3)) / 4, abs=1e-4)
