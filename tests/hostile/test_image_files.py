"""Files that are no image, or only part of one, and files with odd names: a clear error or the right result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from engine.errors import InputError, RasterError
from engine.raster.cube import Cube
from engine.reporting import SilentReporter
from engine.tasks.inspect import InspectRequest, run
from tests.scenes import engine_environment

from ..engine.raster.scenes import NM, reflectance, write_tif
from .images import MAX_SECONDS, WAVELENGTHS, envi, refused, whole

pytestmark = pytest.mark.timeout(MAX_SECONDS)


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


def test_spectral_library_instead_of_an_image(tmp_path):
    envi(tmp_path / "a.img", file_type="ENVI Spectral Library").rename(tmp_path / "a.sli")
    for name in ("a.sli", "a.img"):
        if name == "a.img":
            (tmp_path / "a.sli").rename(tmp_path / name)
        refused(tmp_path / name, "a.* is a spectral library, not an image")


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


READ_IN_GERMAN = """
import locale, sys
locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
assert locale.localeconv()["decimal_point"] == ","
from engine.raster.cube import Cube
with Cube.open(sys.argv[1]) as cube:
    print(cube.bands.wavelength_nm[0], cube.meta.gsd_m)
"""


@pytest.mark.timeout(60)  # making a locale takes its time
def test_decimal_comma_locale(tmp_path):
    if shutil.which("localedef") is None:
        pytest.skip("no localedef to make a locale with a decimal comma")
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"], capture_output=True)
    if not (tmp_path / "de_DE.UTF-8" / "LC_NUMERIC").is_file():
        pytest.skip(f"the locale cannot be made: {made.stderr!r}")
    path = envi(tmp_path / "a.img", extra=WAVELENGTHS.replace("450", "450.5") + (
        "map info = {UTM, 1, 1, 500000, 5400000, 7.5, 7.5, 33, North, WGS-84}\n"))
    shown = subprocess.run([sys.executable, "-c", READ_IN_GERMAN, path], capture_output=True, text=True,
                           env={**engine_environment(), "LOCPATH": str(tmp_path)}, check=True)
    assert shown.stdout.split() == ["450.5", "7.5"]


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
