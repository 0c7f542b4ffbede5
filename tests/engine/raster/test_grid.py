from __future__ import annotations

import math

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS

from engine.errors import InputError
from engine.raster.grid import Extent, Grid, Window, blocks, row_blocks

from .scenes import PLACE, UTM

SIDES = st.integers(1, 70)
GRID = Grid(UTM, PLACE, (40, 60))


@settings(deadline=None)
@given(st.tuples(SIDES, SIDES), st.integers(1, 80))
def test_blocks_cover_every_pixel_once(shape, size):
    for windows in (blocks(shape, size), row_blocks(shape, size)):
        seen = np.zeros(shape, int)
        for window in windows:
            assert window.within(shape)
            seen[window.slices] += 1
        assert (seen == 1).all()


@settings(deadline=None)
@given(st.tuples(SIDES, SIDES), st.integers(0, 69), st.integers(0, 69), st.integers(0, 20))
def test_a_grown_window_is_the_clipped_neighbourhood(shape, row, col, px):
    window = Window(min(row, shape[0] - 1), min(col, shape[1] - 1), 1, 1)
    mask = np.zeros(shape, bool)
    mask[max(window.row - px, 0):window.row + px + 1, max(window.col - px, 0):window.col + px + 1] = True
    seen = np.zeros(shape, bool)
    seen[window.grow(px, shape).slices] = True
    assert (seen == mask).all()


@settings(deadline=None)
@given(st.floats(0, 6), st.booleans(), st.integers(0, 30), st.integers(0, 50), st.integers(1, 9), st.integers(1, 9))
def test_the_extent_of_a_window_finds_it_again(angle, south_up, row, col, rows, cols):
    flip = Affine.scale(1, -1) if south_up else Affine.identity()
    quarter = round(angle / (math.pi / 2)) * 90
    grid = Grid(UTM, PLACE @ Affine.rotation(quarter) @ flip, (40, 60))
    window = Window(row, col, rows, cols)
    assert grid.window_of(grid.sub(window).extent) == window


def test_windows_apart_share_nothing():
    common = Window(0, 0, 5, 5).intersection(Window(7, 7, 2, 2))
    assert common.rows == common.cols == 0
    assert not common.within((9, 9))


def test_partly_outside_is_clipped():
    assert GRID.window_of(Extent(499000, 5399700, 500060, 5500000)) == Window(0, 0, 10, 2)


@pytest.mark.parametrize("extent", [
    Extent(500100, 5399000, 500100, 5399500), Extent(500200, 5399000, 500100, 5399500),
    Extent(float("nan"), 0, 1, 1), Extent(0, 0, 10, 10)])
def test_empty_reversed_or_outside_is_refused(extent):
    with pytest.raises(InputError) as caught:
        GRID.window_of(extent)
    assert caught.value.hint


def test_without_georeference_mirrored_y_is_understood():
    grid = Grid(None, Affine.identity(), (10, 20))
    assert grid.window_of(Extent(2, -5, 4, -1)) == grid.window_of(Extent(2, 1, 4, 5)) == Window(1, 2, 4, 2)


@pytest.mark.parametrize(("crs", "transform", "expected"), [
    (UTM, PLACE, 30.0),
    (UTM, Affine.rotation(30) @ Affine.scale(5, -5), 5.0),
    (CRS.from_epsg(2263), Affine.scale(10, -10), 3.048),  # US survey feet
    (None, PLACE, None),
    (UTM, Affine.identity(), None)])
def test_pixel_size_in_metres(crs, transform, expected):
    found = Grid(crs, transform, (10, 10)).gsd_m
    assert found is None if expected is None else found == pytest.approx(expected, rel=1e-3)


def test_degrees_become_metres_at_the_scene_centre():
    # At 60 N a degree of longitude is 55 800 m, of latitude 111 412 m.
    grid = Grid(CRS.from_epsg(4326), Affine(0.001, 0, 10, 0, -0.001, 60.005), (10, 10))
    assert grid.gsd_m == pytest.approx(math.sqrt(55.800 * 111.412), rel=1e-3)


def test_same_grid_allows_rounding_only():
    near = Grid(UTM, Affine.translation(0.05, 0) @ PLACE, (40, 60))
    assert GRID.same_as(near)
    assert GRID.same_as(Grid(None, PLACE, (40, 60)))
    assert not GRID.same_as(Grid(UTM, Affine.translation(15, 0) @ PLACE, (40, 60)))
    assert not GRID.same_as(Grid(UTM, PLACE, (40, 61)))
    assert not GRID.same_as(Grid(CRS.from_epsg(32632), PLACE, (40, 60)))
