from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.raster.columns import Columns, split_list, without_units
from engine.raster.cube import Cube
from engine.raster.tags import parse_header, read_header

from .scenes import NM, reflectance, write_envi

names = st.from_regex(r"[a-z][a-z0-9]{0,8}( [a-z0-9]{1,6}){0,2}", fullmatch=True)
words = st.text(st.characters(codec="latin-1", exclude_characters="{}=;,\n\r", exclude_categories=["Cc", "Z"]),
                min_size=1, max_size=12)


def test_lists_over_lines_comments_and_repeated_names():
    text = ("ENVI\n; made = by hand\nsamples = 3\n wavelength  units = Nanometers\nwavelength = {\n 450,\n 550,\n"
            " 650,\n}\ndescription = {a = b,\n c}\nsamples = 4\nband names = {one, two")
    assert parse_header(text) == {
        "samples": "4", "wavelength units": "Nanometers", "wavelength": "{\n 450,\n 550,\n 650,\n}",
        "description": "{a = b,\n c}", "band names": "{one, two"}


def test_a_header_that_is_not_utf8(tmp_path):
    path = tmp_path / "a.hdr"
    path.write_bytes("ENVI\nwavelength units = µm\n".encode("latin-1"))
    assert read_header(path) == {"wavelength units": "µm"}


def test_an_image_with_such_a_header(tmp_path):
    path = write_envi(tmp_path / "a.img", reflectance(), "")
    header = path.with_suffix(".hdr")
    header.write_bytes(header.read_bytes() + b"wavelength = {0.45,0.55,0.65,0.85,1.65}\nwavelength units = \xb5m\n")
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)
        assert not any("units" in note for note in cube.notes)


@pytest.mark.parametrize("text", ["{450 nm, 550 nm,\n650 nm, 850 nm, 1650 nm}", "{450,0; 550,0; 650,0; 850,0; 1650,0}",
                                  "{0.45 µm, 0.55µm, 0.65um, 0.85 µm, 1.65 microns,}"])
def test_wavelengths_with_units_or_decimal_commas(tmp_path, text):
    with Cube.open(write_envi(tmp_path / "a.img", reflectance(), f"wavelength = {text}\n")) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)


def test_plain_numbers_have_no_unit():
    plain = Columns("test", ("4.5e2", "550"))
    assert without_units(plain) is plain


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(names, st.one_of(words, st.lists(words, min_size=1, max_size=9)), max_size=8),
       st.sampled_from([",", ",\n ", " ,\n\t"]), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_parsed(entries, comma, line_end):
    lines = ["ENVI", *(f"{name} = " + (value if isinstance(value, str) else "{" + comma.join(value) + "}")
                       for name, value in entries.items())]
    found = parse_header(line_end.join(lines))
    assert found.keys() == entries.keys()
    for name, value in entries.items():
        expected = (value,) if isinstance(value, str) else tuple(value)
        assert split_list(found[name]) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
@example("\x85=")
def test_no_text_breaks_the_parser(text):
    for key, value in parse_header(text).items():
        assert key
        assert key == key.strip()
        split_list(value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(300, 3000), min_size=1, max_size=30), st.sampled_from([" nm", "nm", " Nanometers"]))
def test_units_move_to_their_place(values, unit):
    found = without_units(Columns("test", tuple(f"{value:.3f}{unit}" for value in values)))
    assert found.units == unit.strip().lower()
    np.testing.assert_allclose([float(text) for text in found.wavelength], values, atol=1e-3)
