"""Images nobody should meet: each gives a clear error or the right result, quickly, and leaves nothing behind."""

from __future__ import annotations

import locale
import os
import shutil
import sys
import time

import numpy as np
import pytest

from engine.errors import InputError, RasterError, WavelengthError
from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window
from engine.reporting import SilentReporter
from engine.tasks.inspect import InspectRequest, run

from ..engine.raster.scenes import NM, reflectance, write_envi, write_tif

MAX_SECONDS = 10
WAVELENGTHS = "wavelength = {450,550,650,850,1650}\nwavelength units = Nanometers\n"


@pytest.fixture(autouse=True)
def _bounded():
    """Nothing takes more than ten seconds."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < MAX_SECONDS


def refused(path, match, kind=RasterError):
    """The image is refused with a sentence and a hint."""
    with pytest.raises(kind, match=match) as caught:
        run(InspectRequest(str(path)), SilentReporter())
    assert caught.value.hint
    assert "Traceback" not in caught.value.message


def whole(cube):
    return cube.read(Window(0, 0, *cube.grid.shape))


def envi(path, cube=None, extra=WAVELENGTHS, **changed):
    """An ENVI file; ``changed`` replaces lines of the header."""
    write_envi(path, reflectance() if cube is None else cube, extra)
    header = path.with_suffix(".hdr")
    lines = [line for line in header.read_text().splitlines()
             if line.split(" =")[0].replace(" ", "_") not in changed]
    header.write_text("\n".join(lines + [f"{k.replace('_', ' ')} = {v}" for k, v in changed.items()]) + "\n")
    return path


# ---------------------------------------------------------------- files
@pytest.mark.parametrize("kept", [0.99, 0.5, 0.01])
def test_truncated_data_file(tmp_path, kept):
    path = envi(tmp_path / "a.img")
    os.truncate(path, int(path.stat().st_size * kept))
    refused(path, "cut off")


def test_truncated_geotiff(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance((200, 200)))
    os.truncate(path, path.stat().st_size // 2)
    refused(path, "damaged")


def test_header_without_data(tmp_path):
    envi(tmp_path / "a.img").unlink()
    refused(tmp_path / "a.hdr", "not beside it")


def test_data_without_header(tmp_path):
    envi(tmp_path / "a.img").with_suffix(".hdr").unlink()
    refused(tmp_path / "a.img", "header is missing")


def test_empty_file(tmp_path):
    (tmp_path / "a.tif").touch()
    refused(tmp_path / "a.tif", "0 bytes")


def test_header_alone_with_empty_data(tmp_path):
    os.truncate(envi(tmp_path / "a.img"), 0)
    refused(tmp_path / "a.hdr", "0 bytes")


def test_directory(tmp_path):
    refused(tmp_path, "folder")


def test_dangling_link(tmp_path):
    (tmp_path / "a.tif").symlink_to(tmp_path / "gone.tif")
    refused(tmp_path / "a.tif", "does not exist")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_named_pipe(tmp_path):
    os.mkfifo(tmp_path / "a.tif")
    refused(tmp_path / "a.tif", "not a regular file")


def test_random_bytes_with_a_known_name(tmp_path):
    for name in ("a.tif", "a.nc", "a.h5", "a.jp2", "a.vrt"):
        (tmp_path / name).write_bytes(np.random.default_rng(0).bytes(4000))
        refused(tmp_path / name, "not an image|damaged|cannot be")


# ---------------------------------------------------------------- headers
def test_header_offset_beyond_the_file(tmp_path):
    refused(envi(tmp_path / "a.img", header_offset=50_000), "cut off")


def test_header_offset_is_skipped(tmp_path):
    path = envi(tmp_path / "a.img", header_offset=128)
    path.write_bytes(bytes(128) + path.read_bytes())
    with Cube.open(path) as cube:
        np.testing.assert_array_equal(whole(cube), reflectance())


@pytest.mark.parametrize("offset", ["-5", "many", "1e99"])
def test_header_offset_that_is_no_number(tmp_path, offset):
    refused(envi(tmp_path / "a.img", header_offset=offset), "header offset|header is missing")


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
    refused(envi(tmp_path / "a.img", data_type=code), "not an image")


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


# ---------------------------------------------------------------- sizes and types
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (5, 5)])
def test_small_rasters(tmp_path, shape):
    with Cube.open(write_tif(tmp_path / "a.tif", reflectance(shape))) as cube:
        np.testing.assert_array_equal(whole(cube), reflectance(shape))
    assert run(InspectRequest(str(tmp_path / "a.tif")), SilentReporter()).good_band_count == 5


def test_one_band(tmp_path):
    refused(write_tif(tmp_path / "a.tif", reflectance(n_bands=1)), "1 band; at least 4")


def test_a_thousand_bands(tmp_path):
    wavelengths = np.linspace(400, 2500, 1000)
    path = write_envi(tmp_path / "a.img", reflectance((12, 14), 1000),
                      "wavelength = {" + ",\n".join(map(str, wavelengths)) + "}\nwavelength units = nm\n")
    with Cube.open(path, Overrides(level="L1")) as cube:
        assert whole(cube).shape == (1000, 12, 14)
        np.testing.assert_allclose(cube.bands.wavelength_nm, wavelengths)


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers(tmp_path, dtype):
    refused(write_tif(tmp_path / "a.tif", reflectance().astype(dtype)), "complex")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"])
def test_every_real_type(tmp_path, dtype):
    stored = (reflectance() * 200).astype(dtype)
    with Cube.open(write_tif(tmp_path / "a.tif", stored), Overrides(level="L1")) as cube:
        np.testing.assert_allclose(whole(cube), stored, rtol=1e-6)


def vrt(path, source, rows=20, cols=30, extra=""):
    """A VRT of five bands of one file."""
    bands = "".join(
        f'<VRTRasterBand dataType="Float32" band="{b}"><Metadata><MDI key="wavelength">{value}</MDI></Metadata>'
        f'<SimpleSource><SourceFilename relativeToVRT="{int(not os.path.isabs(source))}">{source}</SourceFilename>'
        f'<SourceBand>{b}</SourceBand><SrcRect xOff="0" yOff="0" xSize="30" ySize="20"/>'
        f'<DstRect xOff="0" yOff="0" xSize="30" ySize="20"/></SimpleSource></VRTRasterBand>'
        for b, value in enumerate(NM, 1))
    path.write_text(f'<VRTDataset rasterXSize="{cols}" rasterYSize="{rows}">{extra}{bands}</VRTDataset>')
    return path


def test_two_billion_pixels_stream(tmp_path):
    write_tif(tmp_path / "a.tif", reflectance() + 0.01)
    path = vrt(tmp_path / "big.vrt", "a.tif", 2**16, 2**15)
    with Cube.open(path) as cube:
        assert cube.grid.shape == (65536, 32768)
        np.testing.assert_allclose(cube.read(Window(0, 0, 20, 30)), reflectance() + 0.01, rtol=1e-6)
        assert np.isnan(cube.read(Window(65000, 32000, 9, 9))).all()  # zeros everywhere: no data


# ---------------------------------------------------------------- values
def test_all_nodata(tmp_path):
    refused(write_tif(tmp_path / "a.tif", np.full((5, 20, 30), -1, np.float32), nodata=-1), "None of the 5 bands")


def test_all_nan(tmp_path):
    refused(write_tif(tmp_path / "a.tif", np.full((5, 20, 30), np.nan, np.float32)), "None of the 5 bands")


def test_all_zero(tmp_path):
    refused(write_tif(tmp_path / "a.tif", np.zeros((5, 20, 30), np.int16)), "None of the 5 bands")


def test_one_row_of_nan(tmp_path):
    stored = reflectance()
    stored[:, 7] = np.nan
    with Cube.open(write_tif(tmp_path / "a.tif", stored)) as cube:
        values = whole(cube)
        assert np.isnan(values[:, 7]).all()
        assert np.isfinite(np.delete(values, 7, axis=1)).all()
        assert len(cube.bands.good_indices) == 5


def test_negative_reflectance_is_kept(tmp_path):
    stored = reflectance() - 0.05
    with Cube.open(write_tif(tmp_path / "a.tif", stored)) as cube:
        assert cube.meta.level == "L2"
        np.testing.assert_array_equal(whole(cube), stored)


def test_infinite_and_huge_values(tmp_path):
    stored = reflectance()
    stored[0, 0, 0], stored[1, 0, 0], stored[2, 0, 0] = np.inf, -np.inf, 3e38
    with Cube.open(write_tif(tmp_path / "a.tif", stored)) as cube:
        assert np.isnan(whole(cube)[:2, 0, 0]).all()
        assert cube.meta.level == "L2"


def test_nodata_of_each_band_is_its_own(tmp_path):
    stored = reflectance()
    stored[0, 1, 1], stored[1, 1, 1] = -1, -2
    path = write_tif(tmp_path / "a.tif", stored)
    (tmp_path / "b.vrt").write_text(vrt(tmp_path / "b.vrt", "a.tif").read_text().replace(
        'band="1"><Metadata>', 'band="1"><NoDataValue>-1</NoDataValue><Metadata>').replace(
        'band="2"><Metadata>', 'band="2"><NoDataValue>-2</NoDataValue><Metadata>'))
    with Cube.open(tmp_path / "b.vrt") as cube:
        values = whole(cube)
        assert np.isnan(values[:2, 1, 1]).all()
        assert np.isfinite(values[2:, 1, 1]).all()
    assert path.exists()


# ---------------------------------------------------------------- names
@pytest.mark.parametrize("name", [
    "with space.tif", "größe ☀.tif", "it's \"quoted\".tif", "two\nlines.tif", ";|$(touch x)<>.tif", "-rf.tif",
    "%s{}%d.tif", "a&b#c?d=e.tif", "日本語.tif"])
@pytest.mark.skipif(os.name == "nt", reason="Windows forbids these names")
def test_odd_names(tmp_path, name):
    path = write_tif(tmp_path / "plain.tif", reflectance()).rename(tmp_path / name)
    result = run(InspectRequest(str(path)), SilentReporter())
    assert (result.path, result.good_band_count) == (str(path), 5)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_long_path(tmp_path):
    folder = tmp_path / ("d" * 120) / ("e" * 120)
    folder.mkdir(parents=True)
    with Cube.open(write_tif(folder / ("f" * 120 + ".tif"), reflectance())) as cube:
        assert len(str(cube.path)) > 360


@pytest.mark.parametrize("path", ["", "a\0b.tif", "x" * 5000, "/vsimem/a.tif", "/vsistdin/", "GTIFF_DIR:1:a.tif"])
def test_paths_that_are_none(path):
    with pytest.raises(InputError) as caught:
        run(InspectRequest(path), SilentReporter())
    assert caught.value.hint


# ---------------------------------------------------------------- VRT
@pytest.mark.parametrize("source", ["/vsicurl/http://x.invalid/a.tif", "https://x.invalid/a.tif", "/vsis3/b/a.tif",
                                    "WMS:http://x.invalid/wms?"])
def test_vrt_to_the_network(tmp_path, source):
    refused(vrt(tmp_path / "a.vrt", source), "network")


@pytest.mark.parametrize("form", ["{}", "../outside/a.tif", "sub/../../outside/a.tif", "/vsigzip/{}",
                                  'NETCDF:"{}":reflectance', "HDF5:{}://cube"])
def test_vrt_outside_its_folder(tmp_path, monkeypatch, form):
    for name in ("outside", "inside"):
        (tmp_path / name).mkdir()
    target = write_tif(tmp_path / "outside" / "a.tif", reflectance())
    path = vrt(tmp_path / "inside" / "a.vrt", form.format(target))
    refused(path, "outside its folder|network")
    if "a.tif" in form or form == "{}":
        monkeypatch.setenv("SPECAWARE_VRT_FOLDERS", os.pathsep.join([str(tmp_path / "else"), str(target.parent)]))
        (tmp_path / "inside" / "sub").mkdir()
        with Cube.open(path) as cube:
            np.testing.assert_array_equal(whole(cube), reflectance())


def test_vrt_to_a_link_that_leads_outside(tmp_path):
    (tmp_path / "in").mkdir()
    write_tif(tmp_path / "a.tif", reflectance())
    (tmp_path / "in" / "link.tif").symlink_to(tmp_path / "a.tif")
    refused(vrt(tmp_path / "in" / "a.vrt", "link.tif"), "outside its folder")


def test_vrt_of_itself(tmp_path):
    refused(vrt(tmp_path / "a.vrt", "a.vrt"), "nested")


def test_vrt_to_a_file_that_is_gone(tmp_path):
    refused(vrt(tmp_path / "a.vrt", "gone.tif"), "cannot be read|damaged")


def test_vrt_with_code(tmp_path):
    write_tif(tmp_path / "a.tif", reflectance())
    path = vrt(tmp_path / "a.vrt", "a.tif")
    path.write_text(path.read_text().replace(
        '<VRTRasterBand dataType="Float32" band="1">',
        '<VRTRasterBand dataType="Float32" band="1" subClass="VRTDerivedRasterBand"><PixelFunctionLanguage>Python'
        f"</PixelFunctionLanguage><PixelFunctionType>f</PixelFunctionType><PixelFunctionCode>open('{tmp_path}/ran','w')"
        "</PixelFunctionCode>"))
    refused(path, "cannot be read")
    assert not (tmp_path / "ran").exists()


# ---------------------------------------------------------------- surroundings
def test_decimal_comma_locale(tmp_path):
    wanted = next((name for name in ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8") if _has_locale(name)), None)
    if wanted is None:
        pytest.skip("no locale with a decimal comma on this system")
    before = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, wanted)
    try:
        with Cube.open(envi(tmp_path / "a.img", extra=WAVELENGTHS.replace("450", "450.5"))) as cube:
            assert cube.bands.wavelength_nm[0] == 450.5
    finally:
        locale.setlocale(locale.LC_ALL, before)


def _has_locale(name):
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_ALL, before)
    return True


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_file_without_permission(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance())
    path.chmod(0)
    refused(path, "may not be read")


def test_folder_that_cannot_be_written(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance())
    before = path.read_bytes()
    with Cube.open(path) as cube:
        whole(cube)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.tif"]  # no side files


def test_wrong_side_files(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance())
    (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset><Meta")
    (tmp_path / "a.hdr").write_text("ENVI\nwavelength = {1,2}\n")
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)


def test_a_file_replaced_while_it_is_open(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance((300, 300)))
    with Cube.open(path) as cube:
        shutil.copy(path, tmp_path / "b.tif")
        os.truncate(path, 3000)
        with pytest.raises(RasterError):
            whole(cube)
