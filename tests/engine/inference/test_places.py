import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.places import MAX_TILES, place_tiles
from engine.inference.statistics import Scene, SceneSample
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.reporting import SilentReporter

ROWS, COLS = 70, 61


@pytest.fixture(scope="module")
def used(scene):
    with Cube.open(scene.image) as cube:
        yield Scene(cube, cube.bands.good_indices, SceneSample(cube, SilentReporter()).bands)


@settings(deadline=None, max_examples=25)
@given(row=st.integers(0, ROWS - 1), col=st.integers(0, COLS - 1), rows=st.integers(1, ROWS),
       cols=st.integers(1, COLS))
def test_tiles_hold_every_valid_pixel_of_a_window_once(scene, used, row, col, rows, cols):
    window = Window(row, col, min(rows, ROWS - row), min(cols, COLS - col))
    seen = np.zeros((ROWS, COLS), int)
    for place in place_tiles(used, window):
        assert place.tile.within((ROWS, COLS))
        part = seen[place.tile.slices][place.part.slices]
        part += place.valid
        assert place.spectra.shape == (len(scene.bands), place.valid.sum())
    expected = np.zeros((ROWS, COLS), int)
    expected[window.slices] = scene.valid[window.slices]
    np.testing.assert_array_equal(seen, expected)


def test_the_pixel_is_in_the_middle_of_its_tile_and_in_one_token(used):
    (place,) = place_tiles(used, Window(34, 30, 1, 1))
    assert (place.tile.rows, place.tile.cols) == (64, 61)
    assert (place.tile.row + place.part.row, place.tile.col + place.part.col) == (34, 30)
    assert place.part.row == 32
    assert place.tokens(2) == (16 * 31 + 15,)


def test_spectra_are_those_of_the_file(scene, used):
    (place,) = place_tiles(used, Window(20, 11, 2, 3))
    raw = used.cube.read(Window(20, 11, 2, 3), np.arange(len(scene.bands)))
    np.testing.assert_array_equal(place.spectra, raw.reshape(len(raw), -1))


def test_a_place_without_data_has_no_tile(used):
    assert place_tiles(used, Window(0, 0, 9, 7)) == []


def test_of_a_large_place_a_sample_is_looked_at(used):
    tiles = place_tiles(used, Window(0, 0, ROWS, COLS), 10)
    assert MAX_TILES - 1 <= len(tiles) <= MAX_TILES
    assert len({t.tile for t in tiles}) == len(tiles)
