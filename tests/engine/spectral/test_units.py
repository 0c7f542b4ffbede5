from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WavelengthError
from engine.spectral.units import OPTICAL_NM, UNITS, known_unit, to_nanometres

BACK = {"nm": lambda nm: nm, "µm": lambda nm: nm / 1000, "ångström": lambda nm: nm * 10, "cm-1": lambda nm: 1e7 / nm}
optical = st.lists(st.floats(*OPTICAL_NM), min_size=4, max_size=40).map(np.array)


@pytest.mark.parametrize(("name", "unit"), [
    ("Nanometers", "nm"), (" NM ", "nm"), ("nanometres", "nm"), ("[nm]", "nm"), ("Micrometers", "µm"), ("µm", "µm"),
    ("\u03bcm", "µm"), ("\ufffdm", "µm"), ("MICRONS", "µm"), ("um", "µm"), ("Angstroms", "ångström"), ("Å", "ångström"),
    ("cm-1", "cm-1"), ("Wavenumber", "cm-1"), ("1/cm", "cm-1"), ("Unknown", None), ("Index", None), ("", None),
    ("metre", None), ("GHz", "frequency")])
def test_names_of_units(name, unit):
    assert known_unit(name) == unit


def test_a_named_unit_that_cannot_be_is_corrected_and_said():
    found = to_nanometres(np.array([450.0, 800.0]), "cm-1", "header")
    assert found.unit == "nm"
    assert "named 'cm-1'" in found.note


def test_widths_in_wavenumbers_are_those_around_the_centre():
    found = to_nanometres(np.array([20000.0, 10000.0]), "cm-1", "header")
    np.testing.assert_allclose(found.wavelength_nm, [500, 1000])
    low, high = 1e7 / (10000 + 50), 1e7 / (10000 - 50)
    assert found.widths_nm(np.array([100.0, 100.0]))[1] == pytest.approx(high - low, rel=1e-3)


def test_angstrom_without_a_name_is_not_guessed():
    with pytest.raises(WavelengthError, match="not plausible for an optical sensor") as caught:
        to_nanometres(np.array([4500.0, 5500.0, 8500.0]), "", "table")
    assert "wavelength_angstrom" in caught.value.hint


@settings(max_examples=400, deadline=None)
@given(optical, st.sampled_from(sorted(UNITS)), st.sampled_from([str.upper, str.lower, str.title]))
def test_every_named_unit_gives_the_same_nanometres(values_nm, unit, case):
    found = to_nanometres(BACK[unit](values_nm), case(unit), "header")
    np.testing.assert_allclose(found.wavelength_nm, values_nm, rtol=1e-9)
    assert bool(found.note) == (unit not in ("nm", "µm"))


@settings(max_examples=400, deadline=None)
@given(optical, st.sampled_from(["nm", "µm"]), st.sampled_from(["", "Unknown", "GeV", "Index", "nm", "Micrometers"]))
def test_nanometres_and_micrometres_are_told_apart_whatever_is_named(values_nm, unit, named):
    found = to_nanometres(BACK[unit](values_nm), named, "header")
    np.testing.assert_allclose(found.wavelength_nm, values_nm, rtol=1e-9)
    assert bool(found.note) == (known_unit(named) != unit)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=20).map(np.array), st.text(max_size=12))
def test_anything_else_is_plausible_or_refused(values, named):
    try:
        found = to_nanometres(values, named, "header")
    except WavelengthError:
        return
    assert ((found.wavelength_nm >= 99.9) & (found.wavelength_nm <= 50_001)).all()
