"""GDAL keeps what windows share."""

from __future__ import annotations

import os

import numpy as np
from rasterio.env import get_gdal_config

from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.raster.source import BLOCK_CACHE_BYTES, gdal_options
from tests.scenes import make_scene


def test_the_cache_is_counted_in_bytes():
    assert BLOCK_CACHE_BYTES >= 64 * 2**20
    with gdal_options():
        assert int(get_gdal_config("GDAL_CACHEMAX")) == BLOCK_CACHE_BYTES


def test_what_was_read_is_not_read_from_the_file_again(tmp_path):
    image = make_scene(tmp_path).image
    with Cube.open(image) as cube:
        first = cube.read(Window(0, 0, *cube.grid.shape))
        os.truncate(image, 8)
        np.testing.assert_array_equal(cube.read(Window(3, 3, 9, 9)), first[:, 3:12, 3:12])
