import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WavelengthError
from engine.spectral.bands import BandTable
from engine.spectral.resample import resample, response_matrix

FINE_NM = np.arange(400.0, 1001.0, 1.0)


def bands(wavelength_nm, fwhm_nm):
    return BandTable.from_arrays(wavelength_nm, fwhm_nm)


@settings(deadline=None, max_examples=30)
@given(value=st.floats(-2, 2), slope=st.floats(-1e-3, 1e-3), fwhm=st.floats(0, 60), centre=st.floats(520, 880))
def test_straight_lines_are_kept(value, slope, fwhm, centre):
    line = value + slope * (FINE_NM - 700)
    seen = resample(line[None], FINE_NM, bands([centre], [fwhm]))
    assert seen[0, 0] == pytest.approx(value + slope * (centre - 700), abs=1e-4)


def test_gaussian_line_widens_as_theory_says():
    # A Gaussian of width a through a Gaussian response of width b has a peak lower by a / sqrt(a^2 + b^2).
    a, b = 20.0, 15.0
    sigma = a / 2.3548200450309493
    line = np.exp(-0.5 * ((FINE_NM - 700) / sigma) ** 2)
    seen = resample(line[None], FINE_NM, bands([700.0], [b]))
    assert seen[0, 0] == pytest.approx(a / np.hypot(a, b), rel=1e-4)


def test_uneven_grid_gives_the_same_as_an_even_one():
    uneven = np.concatenate([np.arange(400, 700, 0.5), np.arange(700, 1001, 2.0)])
    table = bands([690.0, 700.0, 712.0], [20.0, 20.0, 20.0])
    even = resample(np.sin(FINE_NM / 40)[None], FINE_NM, table)
    assert resample(np.sin(uneven / 40)[None], uneven, table) == pytest.approx(even, abs=2e-3)


def test_edges_and_unknown_width():
    table = bands([400.0, 1000.0, 650.5], [10.0, 10.0, np.nan])
    weights = response_matrix(FINE_NM, table)
    assert weights.sum(0) == pytest.approx(1.0)
    assert weights[250:252, 2] == pytest.approx(0.5)


def test_missing_samples_only_touch_bands_that_see_them():
    spectrum = np.ones((1, len(FINE_NM)))
    spectrum[0, 300] = np.nan
    seen = resample(spectrum, FINE_NM, bands([500.0, 700.0], [10.0, 10.0]))
    assert seen[0, 0] == 1.0
    assert np.isnan(seen[0, 1])


@pytest.mark.parametrize("table", [bands([350.0], [10.0]), bands([1200.0], [5.0]), bands([np.nan], [5.0])])
def test_bands_outside_are_refused(table):
    with pytest.raises(WavelengthError, match="outside"):
        response_matrix(FINE_NM, table)


def test_wrong_shapes_are_refused():
    with pytest.raises(WavelengthError):
        resample(np.ones((2, 5)), FINE_NM, bands([500.0], [10.0]))
    with pytest.raises(WavelengthError):
        response_matrix(FINE_NM[::-1], bands([500.0], [10.0]))
