from __future__ import annotations

import numpy as np
import pytest
import rasterio.warp
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS

from engine.errors import InputError, RasterError
from engine.raster import alignment
from engine.raster.alignment import Shift, align, moving_positions, relate
from engine.raster.cube import Cube
from engine.raster.grid import Grid, Window, blocks
from engine.spectral.bands import BandTable, SensorMeta

from .scenes import PLACE, UTM, reflectance, write_tif


class Picture:
    """A scene in memory."""

    def __init__(self, cube, transform=PLACE, crs=UTM):
        self.cube, self.grid = cube, Grid(crs, transform, cube.shape[1:])
        self.bands = BandTable.from_arrays(500.0 + 10 * np.arange(len(cube)), [10.0] * len(cube))
        self.meta = SensorMeta("unknown", "L2", 30.0)

    def read(self, window, bands=None):
        return self.cube[(self.bands.good_indices if bands is None else bands, *window.slices)]


def waves(rows, cols):
    """A smooth pattern of map position, (2, ...)."""
    return np.stack([np.sin(rows / 6) + np.cos(cols / 5), rows * 0.01 + cols * 0.02]).astype(np.float32)


def picture(shape, transform=PLACE, crs=UTM):
    """The pattern seen through any grid: its coordinates are pixels of 30 m from the reference's corner."""
    here = Grid(crs, transform, shape)
    rows, cols = moving_positions(here, Grid(UTM, PLACE, shape), Window(0, 0, *shape))
    return Picture(waves(rows, cols), transform, crs)


def whole(grid):
    return Window(0, 0, *grid.shape)


def test_same_grid_is_copied_bit_by_bit():
    first, second = Picture(reflectance()), Picture(reflectance(seed=1))
    second.cube[1, 3, 4] = np.nan
    aligned = align(first, second, resample=False)
    assert aligned.relation.kind == "same"
    assert aligned.relation.overlap_share == 1
    np.testing.assert_array_equal(aligned.read(whole(first.grid)), second.cube)


def test_an_offset_of_whole_pixels_is_cropped_and_filled_with_nan():
    first = Picture(reflectance((20, 30)))
    second = Picture(reflectance((25, 18), seed=1), PLACE @ Affine.translation(5, -3))
    aligned = align(first, second, resample=False)
    assert aligned.relation.kind == "offset"
    assert aligned.relation.overlap == Window(0, 5, 20, 18)
    assert aligned.relation.overlap_share == pytest.approx(18 / 30, abs=0.02)
    values = aligned.read(whole(first.grid))
    np.testing.assert_array_equal(values[:, :, 5:23], second.cube[:, 3:23])
    assert np.isnan(values[:, :, :5]).all()
    assert np.isnan(values[:, :, 23:]).all()


def test_a_shift_by_a_fraction_is_reported_and_undone():
    first, second = picture((40, 50)), picture((40, 50), PLACE @ Affine.translation(0.3, -0.4))
    relation = relate(first.grid, second.grid)
    assert relation.kind == "shifted"
    assert relation.shift_px.rows == pytest.approx(-0.4, abs=1e-6)
    assert relation.shift_px.cols == pytest.approx(0.3, abs=1e-6)
    assert "-0.40 rows and +0.30 columns" in str(relation)
    values = align(first, second).read(whole(first.grid))
    np.testing.assert_allclose(values[:, 1:-1, 1:-1], first.cube[:, 1:-1, 1:-1], atol=0.01)
    with pytest.raises(RasterError, match="same pixels"):
        align(first, second, resample=False)


@pytest.mark.parametrize("size", [0.25, 0.5, 2.0])
def test_another_resolution_is_averaged_or_interpolated(size):
    first = picture((40, 40))
    second = picture((int(40 / size), int(40 / size)), PLACE @ Affine.scale(size))
    aligned = align(first, second)
    assert aligned.relation.kind == "resolution"
    assert aligned.relation.pixel_ratio == pytest.approx(size)
    assert aligned.meta.gsd_m == 30
    np.testing.assert_allclose(aligned.read(whole(first.grid))[:, 3:-3, 3:-3], first.cube[:, 3:-3, 3:-3],
                               atol=0.01 + 0.03 * size)


def test_finer_pixels_are_averaged_exactly():
    fine = reflectance((40, 60))
    first = Picture(reflectance((20, 30)))
    aligned = align(first, Picture(fine, PLACE @ Affine.scale(0.5)))
    expected = fine.reshape(5, 20, 2, 30, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(aligned.read(whole(first.grid)), expected, rtol=1e-5)


@pytest.mark.parametrize("transform", [PLACE @ Affine.translation(20, 20) @ Affine.rotation(30) @
                                       Affine.translation(-25, -25), Affine(30, 0, 500000, 0, 30, 5400000 - 40 * 30)],
                         ids=["rotated", "south-up"])
def test_rotated_and_south_up_grids(transform):
    first, second = picture((40, 40)), picture((50, 50), transform)
    values = align(first, second).read(Window(15, 15, 10, 10))
    np.testing.assert_allclose(values, first.cube[:, 15:25, 15:25], atol=0.02)


@pytest.mark.parametrize("code", [4326, 32632, 3857])
def test_another_coordinate_system(code):
    first, crs = picture((40, 40)), CRS.from_epsg(code)
    transform, width, height = rasterio.warp.calculate_default_transform(
        UTM, crs, 40, 40, *[getattr(first.grid.extent, name) for name in ("x_min", "y_min", "x_max", "y_max")])
    second = picture((height, width), transform, crs)
    aligned = align(first, second)
    assert aligned.relation.kind == "crs"
    assert aligned.relation.shift_px is None
    np.testing.assert_allclose(aligned.read(whole(first.grid))[:, 2:-2, 2:-2], first.cube[:, 2:-2, 2:-2], atol=0.03)


def test_longitudes_beyond_180_meet_those_below():
    first = Picture(reflectance(), Affine(0.01, 0, -170, 0, -0.01, 10), CRS.from_epsg(4326))
    second = Picture(reflectance(), Affine(0.01, 0, 190, 0, -0.01, 10), CRS.from_epsg(4269))
    assert align(first, second).relation.overlap_share > 0.9


def test_images_apart_are_refused_with_their_places():
    far = Picture(reflectance(), PLACE @ Affine.translation(1000, 0))
    with pytest.raises(RasterError, match=r"do not overlap: the first covers x 500000 .* second x 530000"):
        align(Picture(reflectance()), far)
    degrees = Picture(reflectance(), Affine(0.001, 0, 100, 0, -0.001, -20), CRS.from_epsg(4326))
    with pytest.raises(RasterError, match="EPSG:4326"):
        align(Picture(reflectance()), degrees)


def test_touching_images_do_not_overlap():
    with pytest.raises(RasterError, match="overlap"):
        relate(Grid(UTM, PLACE, (10, 10)), Grid(UTM, PLACE @ Affine.translation(10, 0), (10, 10)))


def test_too_little_overlap_is_refused():
    with pytest.raises(RasterError, match="10 %"):
        align(Picture(reflectance()), Picture(reflectance(), PLACE @ Affine.translation(27, 0)), min_overlap=0.5)


def test_images_without_georeference():
    plain = Affine.identity()
    assert relate(Grid(None, plain, (5, 6)), Grid(None, plain, (5, 6))).kind == "same"
    with pytest.raises(RasterError, match="5 x 6 and 5 x 7"):
        relate(Grid(None, plain, (5, 6)), Grid(None, plain, (5, 7)))
    with pytest.raises(RasterError, match="Only one"):
        relate(Grid(UTM, PLACE, (5, 6)), Grid(None, plain, (5, 6)))


def test_missing_values_stay_local_and_each_band_is_judged_alone():
    first, second = picture((30, 30)), picture((30, 30), PLACE @ Affine.translation(0.25, 0))
    second.cube[0, 10, 10] = np.nan
    values = align(first, second).read(whole(first.grid))
    missing = np.argwhere(np.isnan(values[0]))
    assert missing.tolist() == [[10, 10]]
    assert np.isfinite(values[1]).all()


def test_a_known_shift_of_the_content_is_corrected():
    first = picture((40, 40))
    displaced = picture((40, 40), PLACE @ Affine.translation(-1.3, -0.6))
    displaced.grid = first.grid  # its georeference is wrong by (0.6, 1.3) pixels
    values = align(first, displaced, shift=Shift(0.6, 1.3)).read(Window(5, 5, 30, 30))
    np.testing.assert_allclose(values, first.cube[:, 5:35, 5:35], atol=0.015)


def test_large_sources_are_read_in_pieces(monkeypatch):
    first, second = picture((16, 16)), picture((128, 128), PLACE @ Affine.scale(0.125))
    expected = align(first, second).read(whole(first.grid))
    monkeypatch.setattr(alignment, "MAX_SOURCE_VALUES", 2000)
    np.testing.assert_array_equal(align(first, second).read(whole(first.grid)), expected)


def test_files_are_aligned(tmp_path):
    cube = reflectance()
    with (Cube.open(write_tif(tmp_path / "a.tif", cube)) as first,
          Cube.open(write_tif(tmp_path / "b.tif", cube, transform=PLACE @ Affine.translation(2, 0))) as second):
        aligned = align(first, second)
        np.testing.assert_array_equal(aligned.read(Window(0, 2, 20, 28), [4]), cube[[4], :, :28])
        with pytest.raises(InputError):
            aligned.read(Window(0, 0, 21, 30))


@settings(max_examples=150, deadline=None)
@given(st.floats(-12, 12), st.floats(-12, 12), st.sampled_from([0.4, 1.0, 1.7]), st.integers(3, 20),
       st.floats(0, 360))
def test_values_do_not_depend_on_the_windows(row, col, size, step, turn):
    first = picture((24, 26))
    second = picture((30, 30), PLACE @ Affine.translation(col, row) @ Affine.rotation(turn) @ Affine.scale(size))
    second.cube[:, 11:13, 9] = np.nan
    try:
        aligned = align(first, second)
    except RasterError:
        return
    expected = aligned.read(whole(first.grid))
    for part in blocks(first.grid.shape, step):
        np.testing.assert_allclose(aligned.read(part), expected[(slice(None), *part.slices)], atol=1e-5)
    inside = np.zeros(first.grid.shape, bool)
    inside[aligned.relation.overlap.slices] = True
    assert np.isnan(expected[:, ~inside]).all()


@settings(max_examples=250, deadline=None)
@given(st.integers(-25, 25), st.integers(-25, 25), st.floats(-0.49, 0.49), st.floats(-0.49, 0.49))
def test_any_shift_is_found(rows, cols, row_part, col_part):
    reference = Grid(UTM, PLACE, (20, 30))
    moving = Grid(UTM, PLACE @ Affine.translation(cols + col_part, rows + row_part), (20, 30))
    try:
        relation = relate(reference, moving)
    except RasterError:
        assert abs(rows + row_part) > 19.9 or abs(cols + col_part) > 29.9
        return
    assert relation.shift_px.rows == pytest.approx(row_part, abs=0.011)
    assert relation.shift_px.cols == pytest.approx(col_part, abs=0.011)
    assert relation.overlap_share > 0
