from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.inference.radiometry import TARGET_MEAN, input_scale


def test_reflectance_is_left_alone():
    assert input_scale("L2", 0.07) == 1.0


@pytest.mark.parametrize("mean", [1e-3, 4.2, 2500.0])
def test_radiance_gets_the_same_mean_in_any_unit(mean):
    assert mean * input_scale("L1", mean) == pytest.approx(TARGET_MEAN)


@pytest.mark.parametrize(("level", "mean"), [("L1", 0.0), ("L1", -1.0), ("L1", float("nan")), ("L3", 1.0)])
def test_what_cannot_be_scaled_is_refused(level, mean):
    with pytest.raises(InputError):
        input_scale(level, mean)
