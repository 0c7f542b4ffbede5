from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WavelengthError
from engine.spectral.bands import BandTable
from engine.spectral.responses import match_bands, read_responses

FINE = BandTable.from_arrays(np.arange(400.0, 1001.0, 5.0), [5.0] * 121)


def test_a_flat_spectrum_stays_flat_and_a_line_stays_a_line():
    target = BandTable.from_arrays([450, 600, 803], [20, 60, 4])
    found = match_bands(FINE, target)
    np.testing.assert_allclose(found.weights.sum(0), 1)
    np.testing.assert_allclose(FINE.wavelength_nm @ found.weights, target.wavelength_nm, atol=0.2)


def test_widths_add_in_squares():
    source = BandTable.from_arrays(np.arange(400.0, 1001.0, 2.0), [10.0] * 301)
    found = match_bands(source, BandTable.from_arrays([700.0], [20.0]))
    weights = found.weights[:, 0]
    spread = np.sqrt((weights * (source.wavelength_nm - 700) ** 2).sum()) * 2.3548
    assert np.hypot(spread, 10) == pytest.approx(20, rel=0.02)


def test_gaps_and_ends_are_not_bridged():
    source = FINE.only([i for i in range(len(FINE)) if not 680 < FINE[i].wavelength_nm < 760])
    found = match_bands(source, BandTable.from_arrays([390, 500, 720, 850, 1100], [10, 10, 20, 10, 10]))
    assert found.seen.tolist() == [False, True, False, True, False]
    assert not found.weights[:, ~found.seen].any()


def test_order_and_doubles_do_no_harm():
    target = BandTable.from_arrays([500, 700], [30, 30])
    expected = match_bands(FINE, target).weights
    turned = match_bands(FINE.only(range(len(FINE))[::-1]), target).weights
    np.testing.assert_allclose(turned[::-1], expected, atol=1e-12)
    doubled = match_bands(FINE.only([*range(len(FINE)), 5]), target).weights
    np.testing.assert_allclose(doubled[:-1], expected, atol=1e-12)


@pytest.mark.parametrize("text", ["", "a,b\n", "wavelength,a\n500,x\n510,1\n520,1\n", "wavelength,a\n1,1\n1,1\n1,1\n",
                                  "wavelength,a\n500,0\n510,0\n520,0\n", "wavelength\n500\n510\n520\n"])
def test_bad_tables_are_explained(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(WavelengthError) as caught:
        read_responses(tmp_path / "t.csv")
    assert caught.value.hint


def test_tables_with_decimal_commas_and_micrometres(tmp_path):
    (tmp_path / "t.csv").write_text("wavelength (µm);B1\n0,52;0\n0,50;0,5\n0,51;1\n0,49;0\n", encoding="utf-8")
    curves = read_responses(tmp_path / "t.csv")
    np.testing.assert_allclose(curves.wavelength_nm, [490, 500, 510, 520])
    assert curves.bands[0].wavelength_nm == pytest.approx(506.67, abs=0.01)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(380, 1020), st.floats(1, 90)), min_size=1, max_size=12), st.floats(0.01, 2))
def test_weights_keep_means(bands, level):
    target = BandTable.from_arrays(*(list(values) for values in zip(*bands, strict=True)))
    try:
        found = match_bands(FINE, target)
    except WavelengthError:
        return
    assert (found.weights >= 0).all()
    np.testing.assert_allclose(np.full(len(FINE), level) @ found.weights, np.where(found.seen, level, 0), rtol=1e-9)
