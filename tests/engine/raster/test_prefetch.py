from __future__ import annotations

import threading

import numpy as np
import pytest

from engine.bench.io import LAYOUTS, Scene, measure, speed_table
from engine.errors import RasterError
from engine.raster.cube import Cube
from engine.raster.grid import row_blocks
from engine.raster.prefetch import read_ahead

from .scenes import reflectance, write_tif


def test_windows_come_in_order_with_their_values(tmp_path):
    stored = reflectance((41, 30))
    with Cube.open(write_tif(tmp_path / "a.tif", stored)) as cube:
        seen = list(read_ahead(cube.read, row_blocks((41, 30), 8)))
    assert [window.row for window, _ in seen] == [0, 8, 16, 24, 32, 40]
    np.testing.assert_array_equal(np.concatenate([values for _, values in seen], axis=1), stored)
    assert list(read_ahead(lambda window: window, [])) == []


def test_one_window_is_read_ahead_and_no_more():
    read, enough = [], threading.Event()

    def reader(window):
        read.append(window.row)
        if len(read) == 2:
            enough.set()
        return window.row

    ahead = read_ahead(reader, row_blocks((10, 1), 1))
    assert next(ahead)[1] == 0
    assert enough.wait(5)
    assert read == [0, 1]
    ahead.close()
    assert read == [0, 1]


def test_an_error_comes_at_its_turn():
    def reader(window):
        if window.row == 2:
            raise RasterError("row 2", "none")
        return window.row

    ahead = read_ahead(reader, row_blocks((4, 1), 1))
    assert [next(ahead)[1], next(ahead)[1]] == [0, 1]
    with pytest.raises(RasterError, match="row 2"):
        next(ahead)


def test_the_benchmark_reads_every_layout():
    speeds = measure(Scene(70, 20, 5), 1)
    assert [speed.layout for speed in speeds] == list(LAYOUTS)
    assert all(speed.engine_s > 0 and speed.ratio > 0 for speed in speeds)
    assert len(speed_table(speeds).splitlines()) == 2 + len(LAYOUTS)
