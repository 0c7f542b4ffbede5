"""ENVI headers that are wrong or unusual: a clear error or the right result."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import WavelengthError
from engine.raster.cube import Cube

from ..engine.raster.scenes import NM, reflectance
from .images import MAX_SECONDS, WAVELENGTHS, envi, refused, whole

pytestmark = pytest.mark.timeout(MAX_SECONDS)


def test_header_offset_beyond_the_file(tmp_path):
    refused(envi(tmp_path / "a.img", header_offset=50_000), "cut off")


def test_header_offset_is_skipped(tmp_path):
    path = envi(tmp_path / "a.img", header_offset=128)
    path.write_bytes(bytes(128) + path.read_bytes())
    with Cube.open(path) as cube:
        np.testing.assert_array_equal(whole(cube), reflectance())


@pytest.mark.parametrize("offset", ["-5", "many", "1e99"])
def test_header_offset_that_is_no_number(tmp_path, offset):
    refused(envi(tmp_path / "a.img", header_offset=offset), "header offset|as a.hdr describes it")


def test_interleave_that_does_not_exist(tmp_path):
    refused(envi(tmp_path / "a.img", interleave="bpx"), "'bpx' that does not exist")


@pytest.mark.parametrize(("interleave", "axes"), [("bil", (1, 0, 2)), ("bip", (1, 2, 0)), ("BSQ", (0, 1, 2))])
def test_each_interleave_is_read_right(tmp_path, interleave, axes):
    path = envi(tmp_path / "a.img", interleave=interleave)
    path.write_bytes(np.ascontiguousarray(reflectance().transpose(axes)).tobytes())
    with Cube.open(path) as cube:
        np.testing.assert_array_equal(whole(cube), reflectance())


@pytest.mark.parametrize("code", ["0", "77", "float"])
def test_data_type_that_does_not_exist(tmp_path, code):
    refused(envi(tmp_path / "a.img", data_type=code), "not an image .* as a.hdr describes it")


def test_data_type_wider_than_the_file(tmp_path):
    refused(envi(tmp_path / "a.img", data_type=5), "cut off")


def test_big_endian(tmp_path):
    path = envi(tmp_path / "a.img", byte_order=1)
    path.write_bytes(reflectance().astype(">f4").tobytes())
    with Cube.open(path) as cube:
        np.testing.assert_array_equal(whole(cube), reflectance())


def test_wavelengths_over_many_lines_with_a_trailing_comma(tmp_path):
    text = "wavelength = {\n 450,\n 550,\n\n 650,\n 850,\n 1650,\n}\nwavelength units = Nanometers\n"
    with Cube.open(envi(tmp_path / "a.img", extra=text)) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)


def test_wavelengths_with_units_in_the_band_names(tmp_path):
    text = "band names = {Blue (450 nm), Green (550 nm),\n Red (650 nm), NIR (850 nm), SWIR, 1 (1650 nm)}\n"
    refused(envi(tmp_path / "a.img", extra=text), "wavelengths", WavelengthError)
    with Cube.open(envi(tmp_path / "b.img", extra=text.replace("SWIR, 1", "SWIR 1"))) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)


@pytest.mark.parametrize(("text", "message"), [
    ("wavelength = {450,550,650}\n", "3 wavelengths for 5 bands"),
    ("wavelength = {450,550,650,850,950,1050}\n", "6 wavelengths for 5 bands"),
    ("wavelength = {450,NaN,650,850,1650}\n", "band 2"), ("wavelength = {450,550,x,850,1650}\n", "band 3"),
    ("wavelength = {1,2,3,4,\n", "wavelengths for 5 bands"), ("", "no band wavelengths"),
    ("wavelength = {0,0,0,0,0}\n", "positive")])
def test_wrong_wavelength_lists(tmp_path, text, message):
    refused(envi(tmp_path / "a.img", extra=text), message, WavelengthError)


def test_bad_band_list_of_a_wrong_length(tmp_path):
    with Cube.open(envi(tmp_path / "a.img", extra=WAVELENGTHS + "bbl = {1,0}\n")) as cube:
        assert len(cube.bands.good_indices) == 5
        assert any("2 entries for 5 bands" in note for note in cube.notes)


def test_bad_band_list_of_zeros(tmp_path):
    refused(envi(tmp_path / "a.img", extra=WAVELENGTHS + "bbl = {0,0,0,0,0}\n"), "marks all 5 bands bad")
