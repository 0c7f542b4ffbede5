"""GDAL keeps what windows share."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from rasterio.env import get_gdal_config

from engine.raster.block_cache import USUAL_BYTES, block_cache
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.raster.source import gdal_options
from tests.scenes import make_scene


def limit():
    with gdal_options():
        return int(get_gdal_config("GDAL_CACHEMAX"))


def test_the_cache_is_counted_in_bytes():
    assert limit() == USUAL_BYTES >= 64 * 2**20


def test_a_job_may_limit_it_for_all_its_threads():
    with block_cache(100 * 2**20), ThreadPoolExecutor(1) as pool:
        assert limit() == pool.submit(limit).result() == 100 * 2**20
    assert limit() == USUAL_BYTES


def test_a_job_that_fails_leaves_the_usual_limit():
    with pytest.raises(InterruptedError), block_cache(100 * 2**20):
        raise InterruptedError
    assert limit() == USUAL_BYTES


def test_what_was_read_is_not_read_from_the_file_again(tmp_path):
    image = make_scene(tmp_path).image
    with Cube.open(image) as cube:
        first = cube.read(Window(0, 0, *cube.grid.shape))
        os.truncate(image, 8)
        np.testing.assert_array_equal(cube.read(Window(3, 3, 9, 9)), first[:, 3:12, 3:12])
