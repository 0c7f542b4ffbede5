from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint

from engine.raster.cube import Cube
from engine.raster.georeference import find_grid
from engine.raster.grid import Grid

from .scenes import NM, PLACE, UTM, reflectance, write_tif

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def with_points(path, points):
    """An image located by ground control points alone."""
    cube = reflectance()
    with rasterio.open(path, "w", driver="GTiff", dtype="float32", count=5, height=20, width=30) as file:
        file.write(cube)
        file.gcps = points, UTM
        for band, value in enumerate(NM, 1):
            file.update_tags(band, wavelength=str(value))
    return path


def points_of(transform, bend=0.0):
    return [GroundControlPoint(row, col, *(transform @ (col + bend * row * col, row)))
            for row in (0, 10, 20) for col in (0, 15, 30)]


@pytest.mark.parametrize("transform", [PLACE, PLACE @ Affine.rotation(25)])
def test_ground_control_points_make_a_grid(tmp_path, transform):
    with Cube.open(with_points(tmp_path / "a.tif", points_of(transform))) as cube:
        assert cube.grid.transform.almost_equals(transform, 1e-3)
        assert cube.grid.crs == UTM
        assert cube.meta.gsd_m == pytest.approx(30, rel=1e-4)
        assert any("9 ground control points" in note for note in cube.notes)


def test_bent_or_lined_up_points_are_not_used(tmp_path):
    line = [GroundControlPoint(i, i, 5e5 + 30 * i, 5.4e6 - 30 * i) for i in range(5)]
    for name, points, said in (("bent", points_of(PLACE, 0.05), "gdalwarp -tps"), ("line", line, "one line")):
        with Cube.open(with_points(tmp_path / f"{name}.tif", points)) as cube:
            assert not cube.grid.is_georeferenced
            assert any(said in note for note in cube.notes)


def test_pixel_is_point_means_the_centre(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance(), tags={"AREA_OR_POINT": "Point"})
    with rasterio.open(path) as dataset:
        assert find_grid(dataset)[0].same_as(Grid(UTM, PLACE, (20, 30)))
    with rasterio.Env(GTIFF_POINT_GEO_IGNORE=True), rasterio.open(path) as dataset:
        assert dataset.transform.c == pytest.approx(PLACE.c + 15)  # the file states the centre


@pytest.mark.parametrize("transform", [
    PLACE @ Affine.rotation(35), Affine(30, 0, 5e5, 0, 30, 5.4e6), Affine(-30, 0, 5e5, 0, -30, 5.4e6)])
def test_any_direction_has_its_pixel_size_and_extent(tmp_path, transform):
    with Cube.open(write_tif(tmp_path / "a.tif", reflectance(), transform=transform)) as cube:
        assert cube.meta.gsd_m == pytest.approx(30)
        middle = transform @ (15, 10)
        box = cube.grid.extent
        assert box.x_min < middle[0] < box.x_max
        assert box.y_min < middle[1] < box.y_max


@pytest.mark.parametrize("latitude", [0.0, 52.4, -70.0])
def test_degrees_become_metres_at_the_scenes_latitude(tmp_path, latitude):
    path = write_tif(tmp_path / "a.tif", reflectance(), crs="EPSG:4326",
                     transform=Affine(0.001, 0, 13, 0, -0.001, latitude))
    with Cube.open(path) as cube:
        expected = 111.2 * math.sqrt(math.cos(math.radians(latitude)))
        assert cube.meta.gsd_m == pytest.approx(expected, rel=0.01)


def test_a_table_beside_the_image_serves_where_it_has_no_wavelengths(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance(), wavelengths=None)
    (tmp_path / "a.csv").write_text("band;wavelength (µm);fwhm\n" + "\n".join(
        f"{i};{str(v / 1000).replace('.', ',')};0,01" for i, v in enumerate(NM, 1)), encoding="utf-8")
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, NM)
        np.testing.assert_allclose(cube.bands.fwhm_nm, 10)
        assert cube.sources["wavelength"] == "table beside the image (a.csv)"
    (tmp_path / "a_wavelengths.csv").write_text("\n".join(str(v + 1) for v in NM))
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, np.array(NM) + 1)
