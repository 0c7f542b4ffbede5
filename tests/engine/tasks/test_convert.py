"""Conversion to GeoTIFF: read back, it is the same image."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import rasterio

from engine.errors import CancelledError, InputError, OutputError, RasterError
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.reporting import SilentReporter
from engine.tasks.convert import ConvertRequest, run
from tests.products.hdf import write_emit, write_neon, write_prisma
from tests.products.tiff import write_enmap, write_safe
from tests.scenes import files_in


def converted(made, folder, **options):
    out = folder / "out.tif"
    return run(ConvertRequest(str(made.path), str(out), **options), SilentReporter()), out


@pytest.mark.parametrize("make", [
    lambda folder: write_prisma(folder, "2D"), lambda folder: write_prisma(folder, "1"), write_emit, write_neon,
    write_enmap, write_safe], ids=["PRISMA L2D", "PRISMA L1", "EMIT", "NEON", "EnMAP", "Sentinel-2"])
def test_the_copy_reads_as_the_product(tmp_path, make):
    made = make(tmp_path)
    result, out = converted(made, tmp_path)
    with Cube.open(made.path) as before, Cube.open(out) as after:
        whole = Window(0, 0, *before.grid.shape)
        assert after.grid.same_as(before.grid)
        assert after.grid.crs == before.grid.crs
        assert (after.meta.name, after.meta.level) == (before.meta.name, before.meta.level)
        np.testing.assert_allclose(after.bands.wavelength_nm, before.bands.wavelength_nm, rtol=1e-7)
        np.testing.assert_allclose(after.bands.fwhm_nm, before.bands.fwhm_nm, rtol=1e-7)
        assert [b.good for b in after.bands] == [b.good for b in before.bands]
        everything = range(len(before.bands))
        np.testing.assert_array_equal(after.read(whole, everything), before.read(whole, everything))
        assert (result.product, result.band_count) == (before.driver, len(before.bands))
        assert result.good_band_count == len(before.bands.good_indices)


def test_the_copy_is_tiled_and_every_band_is_described(tmp_path):
    made = write_emit(tmp_path)
    _, out = converted(made, tmp_path)
    with rasterio.open(out) as file:
        assert file.profile["tiled"]
        assert np.isnan(file.nodata)
        assert file.tags()["level"] == "L2"
        for number in file.indexes:
            tags = file.tags(number)
            assert float(tags["wavelength"]) == pytest.approx(made.wavelength_nm[number - 1], abs=1e-3)
            assert float(tags["fwhm"]) == pytest.approx(made.fwhm_nm[number - 1])
            assert tags["wavelength_units"] == "Nanometers"
            assert tags["bbl"] == str(int(number - 1 not in (5, 13, 21)))


def test_integers_keep_reflectance_to_half_a_ten_thousandth(tmp_path):
    made = write_prisma(tmp_path, "2D")
    result, out = converted(made, tmp_path, stored="int16")
    with Cube.open(out) as cube:
        values = cube.read(Window(0, 0, *cube.grid.shape), range(len(cube.bands)))
        np.testing.assert_array_equal(np.isnan(values), np.isnan(made.values))
        np.testing.assert_allclose(values, made.values, atol=6e-5)
    with rasterio.open(out) as file:
        assert set(file.scales) == {1e-4}
        assert file.dtypes[0] == "int16"
    assert result.clipped == 0


def test_values_that_do_not_fit_into_integers_are_counted(tmp_path):
    made = write_neon(tmp_path)
    with h5py.File(made.path, "r+") as file:
        cube = file["HARV/Reflectance/Reflectance_Data"]
        cube.attrs["Scale_Factor"] = 5000.0
        cube[3, 4, 7] = 30000
    result, out = converted(made, tmp_path, stored="int16")
    assert result.clipped == 1
    assert any("3.2767" in note for note in result.notes)
    with rasterio.open(out) as file:
        assert file.read(8)[3, 4] == 32767


def test_part_of_an_image(tmp_path):
    made = write_neon(tmp_path)
    result, out = converted(made, tmp_path, extent=(402303.0, 5781890.0, 402310.0, 5781898.0))
    assert (result.rows, result.cols) == (8, 7)
    with Cube.open(out) as cube:
        np.testing.assert_allclose(cube.read(Window(0, 0, 8, 7), range(40)), made.values[:, 2:10, 3:10], atol=1e-6)
        assert (cube.grid.transform.c, cube.grid.transform.f) == (402303.0, 5781898.0)


def test_the_same_image_gives_the_same_bytes(tmp_path):
    made = write_prisma(tmp_path, "2D")
    _, out = converted(made, tmp_path)
    first = out.read_bytes()
    converted(made, tmp_path)
    assert out.read_bytes() == first


@pytest.mark.parametrize(("options", "error", "message"), [
    ({"stored": "float64"}, InputError, "float64"),
    ({"stored": "int16", "level": "L1"}, InputError, "Radiance cannot be stored"),
    ({"extent": (0.0, 0.0, 1.0, 1.0)}, InputError, "outside the image")])
def test_what_cannot_be_meant_leaves_no_file(tmp_path, options, error, message):
    made = write_neon(tmp_path)
    with pytest.raises(error, match=message):
        converted(made, tmp_path, **options)
    assert files_in(tmp_path) == {made.path.name}


def test_the_input_is_never_the_output(tmp_path):
    made = write_enmap(tmp_path)
    before = made.path.read_bytes()
    with pytest.raises(OutputError, match="also an input"):
        run(ConvertRequest(str(made.path), str(made.path)), SilentReporter())
    metadata = next(tmp_path.glob("*METADATA.XML"))
    with pytest.raises(OutputError, match="also an input"):
        run(ConvertRequest(str(metadata), str(made.path)), SilentReporter())
    assert made.path.read_bytes() == before


def test_cancelling_leaves_no_file(tmp_path):
    made = write_emit(tmp_path)
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        run(ConvertRequest(str(made.path), str(tmp_path / "out.tif")), reporter)
    assert files_in(tmp_path) == {made.path.name}


def test_a_damaged_product_leaves_no_file(tmp_path):
    made = write_emit(tmp_path)
    data = made.path.read_bytes()
    made.path.write_bytes(data[:len(data) // 2])
    with pytest.raises(RasterError):
        converted(made, tmp_path)
    assert files_in(tmp_path) == {made.path.name}
