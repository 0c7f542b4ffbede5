from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.spectral.bands import BandTable, SensorMeta
from engine.spectral.sensors import SENSORS
from engine.training.pretraining.hyper400k import MAX_INVALID, Rules, prepare_patch, rules_for

PLAIN = Rules(2.5, np.zeros(4, bool))


def cube(rows: int = 8, cols: int = 8, bands: int = 4):
    return np.full((bands, rows, cols), 0.25, np.float32)


@pytest.mark.parametrize(("sensor", "level", "largest", "blanked"), [
    ("AVIRIS-Classic", "L1", 30.0, 0), ("AVIRIS-Classic", "L2", 2.5, 27), ("AVIRIS-NG", "L1", 100.0, 0),
    ("AVIRIS-NG", "L2", 2.5, 62), ("AVIRIS-3", "L1", 100.0, 0), ("AVIRIS-3", "L2", 2.5, 35)])
def test_the_published_numbers_hold(sensor, level, largest, blanked):
    rules = rules_for(SensorMeta(sensor, level, 5.0), SENSORS[sensor].bands)
    assert (rules.max_value, int(rules.blanked.sum())) == (largest, blanked)


def test_bands_are_told_by_wavelength_where_their_number_differs():
    table = SENSORS["AVIRIS-NG"].bands
    rules = rules_for(SensorMeta("AVIRIS-NG", "L2", 5.0), table.only(range(2, 425)))
    assert rules.blanked[194 - 2:211 - 2].all()
    assert not rules.blanked[:180].any()
    assert 60 <= rules.blanked.sum() <= 64


def test_blanked_bands_lie_where_water_vapour_takes_the_light():
    for name in ("AVIRIS-Classic", "AVIRIS-3"):
        table = SENSORS[name].bands
        hidden = table.wavelength_nm[rules_for(SensorMeta(name, "L2", 5.0), table).blanked]
        assert (((hidden > 1320) & (hidden < 1460)) | ((hidden > 1750) & (hidden < 1990))).all()


def test_other_sensors_are_refused():
    with pytest.raises(InputError, match="EnMAP"):
        rules_for(SensorMeta("EnMAP", "L2", 30.0), BandTable.from_arrays([500.0], [10.0]))


def test_invalid_values_become_zero_and_valid_ones_stay():
    values = cube()
    values[0, 0, 0], values[1, 0, 1], values[2, 0, 2], values[3, 0, 3] = np.nan, -0.1, 9.0, np.inf
    found = prepare_patch(values, PLAIN, 8)
    assert found.values.dtype == np.float16
    assert found.values[0, 0, 0] == 0
    assert found.values[1, 0, 0] == 0.25  # one poor band does not condemn a pixel
    assert found.values[1, 0, 1] == 0
    assert (found.values[:, 0, 2:4] == 0).all()  # a value over the maximum does
    assert (found.values[:, 1:] == 0.25).all()
    assert found.invalid == pytest.approx((1 + 1 + 4 + 4) / (4 * 64))
    assert found.mean == pytest.approx(0.25)


def test_blanked_bands_are_zero_and_not_judged():
    values = cube()
    values[2] = 99.0
    found = prepare_patch(values, Rules(2.5, np.array([False, False, True, False])), 8)
    assert found.invalid == 0
    assert (found.values[2] == 0).all()
    assert (found.values[[0, 1, 3]] == 0.25).all()


def test_windows_at_the_border_are_padded_with_invalid_values():
    found = prepare_patch(cube(7, 8), PLAIN, 8)
    assert found.invalid == pytest.approx(1 / 8)
    assert found.values.shape == (4, 8, 8)
    assert (found.values[:, 7] == 0).all()
    assert prepare_patch(cube(6, 8), PLAIN, 8).values is None


@settings(deadline=None, max_examples=40)
@given(share=st.floats(0, 1), seed=st.integers(0, 999))
def test_a_patch_is_dropped_above_a_fifth_of_invalid_values(share, seed):
    values = cube()
    values[np.random.default_rng(seed).random(values.shape) < share] = np.nan
    missing = np.isnan(values).mean()
    found = prepare_patch(values, PLAIN, 8)
    assert found.invalid == pytest.approx(missing)
    assert (found.values is None) == (missing > MAX_INVALID)
