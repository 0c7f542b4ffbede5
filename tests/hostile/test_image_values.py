"""Sizes, types and values nobody should meet: a clear error or the right result."""

from __future__ import annotations

import numpy as np
import pytest

from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window
from engine.reporting import SilentReporter
from engine.tasks.inspect import InspectRequest, run

from ..engine.raster.scenes import reflectance, write_envi, write_tif
from .images import MAX_SECONDS, refused, vrt, whole

pytestmark = pytest.mark.timeout(MAX_SECONDS)


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


def test_two_billion_pixels_stream(tmp_path):
    write_tif(tmp_path / "a.tif", reflectance() + 0.01)
    path = vrt(tmp_path / "big.vrt", "a.tif", 2**16, 2**15)
    with Cube.open(path) as cube:
        assert cube.grid.shape == (65536, 32768)
        np.testing.assert_allclose(cube.read(Window(0, 0, 20, 30)), reflectance() + 0.01, rtol=1e-6)
        assert np.isnan(cube.read(Window(65000, 32000, 9, 9))).all()  # zeros everywhere: no data


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
