"""PRISMA, EMIT, AVIRIS-3 and NEON, as made by `tests.products.hdf`."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from affine import Affine

from engine.errors import RasterError
from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window
from tests.products.check import check_product
from tests.products.hdf import write_aviris3, write_emit, write_neon, write_prisma
from tests.products.scene import PLACE


@pytest.mark.parametrize(("level", "name"), [("1", "L1"), ("2C", "L2"), ("2D", "L2")])
def test_prisma(tmp_path, level, name):
    made = write_prisma(tmp_path, level)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.driver, cube.meta.name, cube.meta.level) == (f"PRISMA L{level}", "PRISMA", name)
        assert cube.meta.gsd_m == pytest.approx(30)
        if level == "2D":
            assert cube.grid.crs.to_epsg() == 32633
            # Single precision of the corners in the file: 0.25 m at 5.7 million.
            assert cube.grid.transform.almost_equals(PLACE, precision=0.6)
        else:
            assert not cube.grid.is_georeferenced
            assert any("sensor geometry" in note for note in cube.notes)


def test_prisma_of_another_level_is_refused(tmp_path):
    path = write_prisma(tmp_path, "2D").path
    with h5py.File(path, "r+") as file:
        file.attrs["Processing_Level"] = np.bytes_("2B")
    with pytest.raises(RasterError, match="level 2B"):
        Cube.open(path)


@pytest.mark.parametrize(("kind", "level", "name"), [("reflectance", "L2", "EMIT L2A"), ("radiance", "L1", "EMIT L1B")])
def test_emit_comes_on_the_map(tmp_path, kind, level, name):
    made = write_emit(tmp_path, kind)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.driver, cube.meta.name, cube.meta.level) == (name, "EMIT", level)
        assert cube.grid.crs.to_epsg() == 4326
        assert cube.grid.transform == Affine(5e-4, 0, 11, 0, -5e-4, 48)
        bad = [i for i, band in enumerate(cube.bands) if not band.good]
        assert bad == ([5, 13, 21] if kind == "reflectance" else [])


def test_negative_entries_of_the_look_up_table_repeat_a_neighbour(tmp_path):
    made = write_emit(tmp_path)
    with h5py.File(made.path, "r+") as file:
        for name in ("glt_x", "glt_y"):
            file[f"location/{name}"][:, ::2] *= -1
    with Cube.open(made.path) as cube:
        check_product(cube, made)


def test_emit_without_look_up_table_stays_in_sensor_geometry(tmp_path):
    made = write_emit(tmp_path)
    with h5py.File(made.path, "r+") as file:
        raw = file["reflectance"][:].transpose(2, 0, 1)
        del file["location"]
    with Cube.open(made.path) as cube:
        assert cube.grid.shape == (40, 30)
        values = cube.read(_whole(cube), range(24))
        np.testing.assert_array_equal(values, np.where(raw == -9999, np.nan, raw))


@pytest.mark.parametrize(("kind", "level", "name"), [("reflectance", "L2", "AVIRIS-3 L2A"),
                                                     ("radiance", "L1", "AVIRIS-3 L1B")])
def test_aviris3(tmp_path, kind, level, name):
    made = write_aviris3(tmp_path, kind)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.driver, cube.meta.name, cube.meta.level) == (name, "AVIRIS-3", level)
        assert cube.grid.transform.almost_equals(PLACE @ Affine.rotation(-13) @ Affine.scale(0.1), 1e-4)
        assert cube.meta.gsd_m == pytest.approx(3)


@pytest.mark.parametrize(("kind", "level"), [("Reflectance", "L2"), ("Radiance", "L1")])
def test_neon(tmp_path, kind, level):
    made = write_neon(tmp_path, kind)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.driver, cube.meta.name, cube.meta.level) == (f"NEON {kind.lower()}", "NEON AOP", level)
        assert cube.grid.transform == Affine(1, 0, 402300, 0, -1, 5781900)
        bad = np.array([band.wavelength_nm for band in cube.bands if not band.good])
        assert len(bad) == 5
        assert (((bad >= 1340) & (bad <= 1445)) | ((bad >= 1790) & (bad <= 1955))).all()


def test_the_kind_is_found_in_the_file_not_in_its_name(tmp_path):
    made = write_prisma(tmp_path, "2D")
    renamed = made.path.rename(tmp_path / "EMIT_L2A_RFL_001.nc")
    with Cube.open(renamed) as cube:
        assert cube.driver == "PRISMA L2D"


@pytest.mark.parametrize("pattern", ['HDF5:"{}"://HDFEOS/SWATHS/PRS_L2D_HCO/Data_Fields/VNIR_Cube',
                                     "HDF5:{}://HDFEOS/cube", 'NETCDF:"{}":reflectance', "netcdf:{}:reflectance"])
def test_a_layer_inside_a_product_means_the_product(tmp_path, pattern):
    made = write_prisma(tmp_path, "2D")
    with Cube.open(pattern.format(made.path)) as cube:
        assert cube.path == made.path


def test_a_layer_inside_a_file_that_is_not_there_is_refused():
    with pytest.raises(RasterError, match="does not exist"):
        Cube.open('HDF5:"/nowhere/a.he5"://cube')


def test_what_the_user_states_goes_before_the_product(tmp_path):
    made = write_neon(tmp_path)
    table = tmp_path / "t.csv"
    table.write_text("band,wavelength_nm,fwhm_nm\n" + "".join(f"{i + 1},{400 + 50 * i},6\n" for i in range(40)))
    with Cube.open(made.path, Overrides(sensor="AVIRIS-NG", gsd_m=2.0, wavelengths=table)) as cube:
        assert (cube.meta.name, cube.meta.gsd_m) == ("AVIRIS-NG", 2.0)
        assert cube.bands[1].wavelength_nm == 450


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_cut_off_file_is_refused_or_fails_while_reading(tmp_path, cut):
    path = write_emit(tmp_path).path
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * cut)])
    with pytest.raises(RasterError), Cube.open(path) as cube:
        cube.read(_whole(cube))


@pytest.mark.parametrize("missing", ["sensor_band_parameters/wavelengths", "sensor_band_parameters/fwhm"])
def test_missing_parts_are_named(tmp_path, missing):
    path = write_emit(tmp_path).path
    with h5py.File(path, "r+") as file:
        del file[missing]
    with pytest.raises(RasterError, match=missing):
        Cube.open(path)


def test_wavelengths_of_another_number_are_refused_with_both_numbers(tmp_path):
    path = write_aviris3(tmp_path).path
    with h5py.File(path, "r+") as file:
        del file["reflectance/wavelength"]
        file["reflectance/wavelength"] = np.arange(29.0)
    with pytest.raises(RasterError, match=r"\(30, 17, 21\) with 29 wavelengths"):
        Cube.open(path)


def test_hdf4_is_refused_with_a_way_out(tmp_path):
    path = tmp_path / "EO1H0000.L1R"
    path.write_bytes(b"\x0e\x03\x13\x01" + bytes(100))
    with pytest.raises(RasterError, match="HDF4") as caught:
        Cube.open(path)
    assert "GeoTIFF" in caught.value.hint


def _whole(cube):
    return Window(0, 0, *cube.grid.shape)
