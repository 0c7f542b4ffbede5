"""Where to look for change."""


import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely

from tests.scenes import (
    PLACE,
    write_shapes,
)

from .change_runs import map_extent, quick


def test_several_extents_in_any_system_partly_outside(scene, after, tmp_path):
    degrees = rasterio.warp.transform_bounds("EPSG:32633", "EPSG:4326", *map_extent(50, 40, 40, 40))
    inside = rasterio.warp.transform_bounds("EPSG:32633", "EPSG:4326", *map_extent(20, 10, 10, 12))
    result = quick(scene, after, tmp_path, extents=(degrees, inside), extent_crs="EPSG:4326")
    with rasterio.open(tmp_path / "change.tif") as file:
        seen = np.isfinite(file.read(1))
        col, row = ~PLACE @ (file.transform.c, file.transform.f)
        assert (row, col) == (pytest.approx(20, abs=1.01), pytest.approx(10, abs=1.01))
        assert file.shape == (70 - round(row), 61 - round(col))
    # A rectangle in degrees around one in metres is a little larger.
    assert 120 <= seen[:14].sum() <= 170
    assert not seen[14:28].any()
    assert 20 * 21 <= seen[28:].sum() <= 22 * 23
    assert any("beyond the image" in w for w in result.warnings)


def test_polygons_as_mask_and_one_outside(scene, after, tmp_path):
    triangle = shapely.Polygon([PLACE @ p for p in ((10, 30), (30, 30), (10, 50))])
    far = shapely.Polygon([PLACE @ p for p in ((900, 900), (910, 900), (900, 910))])
    mask = write_shapes(tmp_path / "mask.gpkg", [triangle, far], id=[1, 2])
    result = quick(scene, after, tmp_path, mask=f"{mask}|layername=mask")
    assert result.pixels == pytest.approx(200, abs=12)
    assert any("1 of 2" in w for w in result.warnings)


def test_an_extent_smaller_than_a_pixel_takes_its_pixel(scene, after, tmp_path):
    x, y = PLACE @ (20.1, 30.1)
    assert quick(scene, after, tmp_path, extents=((x, y - 3, x + 3, y),)).pixels == 1
