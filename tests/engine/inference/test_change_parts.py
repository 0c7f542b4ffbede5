"""Parts of change detection: shift, normalisation, threshold, and the area looked at."""

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from scipy.ndimage import gaussian_filter, shift

from engine.bench.change_pairs import CHANGED, UNCHANGED, PairSpec, make_pair
from engine.errors import RasterError
from engine.inference.change.invariant import fit_normalisation, smooth_valid
from engine.inference.change.pair import PairPatch
from engine.inference.change.registration import phase_correlation
from engine.inference.change.thresholds import LogHistogram, find_threshold, noise_limit
from engine.labels.area import find_area
from engine.raster.grid import Extent, Grid
from engine.reporting import SilentReporter
from engine.tasks.change.map import choose_threshold


def texture(seed, size=96):
    return gaussian_filter(np.random.default_rng(seed).normal(size=(size, size)), 1.5).astype(np.float32)


@settings(deadline=None, max_examples=15)
@given(st.floats(-4, 4), st.floats(-4, 4))
def test_a_shift_is_found_to_a_tenth_of_a_pixel(rows, cols):
    plane = texture(0)
    found = phase_correlation([plane], [shift(plane, (rows, cols), order=3, mode="wrap")])
    assert found.rows == pytest.approx(rows, abs=0.15)
    assert found.cols == pytest.approx(cols, abs=0.15)


def test_planes_without_structure_have_no_shift():
    flat = np.ones((32, 32), np.float32)
    assert phase_correlation([flat], [flat]) is None


def patch(before, after):
    valid = np.isfinite(before).all(-1)
    return PairPatch(before.astype(np.float32), after.astype(np.float32), valid)


def test_lines_are_those_of_the_pixels_that_did_not_change():
    rng = np.random.default_rng(1)
    before = np.stack([texture(s, 64) for s in (1, 2, 3)], -1) + 2
    after = before * [2, 1, 0.5] + [1, 0, -1] + rng.normal(0, 1e-3, before.shape)
    after[10:24, 10:24] += 3  # 5 % changed
    lines = fit_normalisation([patch(before, after)], SilentReporter())
    np.testing.assert_allclose(lines.gain, [0.5, 1, 2], rtol=0.03)
    left = lines.apply(after.astype(np.float32))[30:] - before[30:]
    assert np.abs(left).max() < 0.05


def test_no_common_pixel_is_refused():
    with pytest.raises(RasterError, match="No pixel"):
        fit_normalisation([patch(np.full((8, 8, 3), np.nan), np.ones((8, 8, 3)))], SilentReporter())


def test_smoothing_does_not_spread_what_is_missing():
    values, valid = np.ones((20, 20), np.float32), np.ones((20, 20), bool)
    values[5:9, 5:9], valid[5:9, 5:9] = 1e6, False
    np.testing.assert_allclose(smooth_valid(values, valid, 2.0)[valid], 1, rtol=1e-5)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_the_threshold_separates_two_populations(share):
    rng, n = np.random.default_rng(2), 50_000
    changed = rng.random(n) < share
    scores = np.where(changed, rng.normal(2.0, 0.3, n), rng.normal(0.0, 0.3, n))
    histogram = LogHistogram()
    for part in np.array_split(scores, 7):
        histogram.add(part)
    marked = scores > find_threshold(histogram)
    assert marked[changed].mean() > 0.95
    assert marked[~changed].mean() < 0.05


def test_equal_scores_have_no_threshold():
    histogram = LogHistogram()
    histogram.add(np.zeros(1000))
    assert find_threshold(histogram) is None


@pytest.mark.parametrize(("apart", "warned", "least", "most"), [(0.0, True, 0, 0.001), (2.5, False, 0.05, 0.1)])
def test_scores_of_one_group_are_warned_of_and_hardly_any_is_marked(apart, warned, least, most):
    rng, reporter, histogram = np.random.default_rng(3), SilentReporter(), LogHistogram()
    scores = np.concatenate([rng.normal(0, 0.3, 20_000), rng.normal(apart, 0.3, 1500)])
    histogram.add(scores)
    threshold = choose_threshold(histogram, None, False, reporter)
    assert any("one group" in text for text in reporter.warnings) is warned
    assert least <= np.mean(np.exp(scores) / threshold.divisor > threshold.value) <= most


def test_the_limit_of_noise_does_not_rise_with_a_tail_of_large_scores():
    rng, few, many = np.random.default_rng(4), LogHistogram(), LogHistogram()
    quiet = rng.normal(0, 0.5, 20_000)
    few.add(quiet)
    many.add(np.concatenate([quiet, rng.uniform(2, 6, 1000)]))
    assert noise_limit(few) == pytest.approx(2, abs=0.05)
    assert noise_limit(many) == pytest.approx(2, abs=0.3)


GRID = Grid(CRS.from_epsg(32633), Affine(30, 0, 500_000, 0, -30, 5_400_000), (40, 60))


@settings(deadline=None, max_examples=25)
@given(st.integers(-20, 59), st.integers(-20, 39), st.integers(1, 50), st.integers(1, 50))
def test_a_rectangle_of_whole_pixels_holds_exactly_these(col, row, cols, rows):
    inside = max(min(col + cols, 60) - max(col, 0), 0) * max(min(row + rows, 40) - max(row, 0), 0)
    if not inside:
        return
    (x0, y0), (x1, y1) = GRID.transform @ (col, row + rows), GRID.transform @ (col + cols, row)
    area = find_area(GRID, [Extent(x0, y0, x1, y1)])
    assert area.window.rows * area.window.cols == inside
    assert area.mask(area.window).all()


def test_a_semi_synthetic_pair_differs_where_it_says():
    cube = np.stack([texture(s, 60) for s in range(6)]) + 3
    quiet = PairSpec(noise=0.0, season=0.0, illumination=0.0, shift_px=(0.0, 0.0), changed_share=0.1)
    pair = make_pair(cube, quiet, 0)
    differs = np.abs(pair.after - pair.before).max(0) > 1e-6
    assert 0.08 < (pair.truth == CHANGED).mean() < 0.2
    assert differs[pair.truth == CHANGED].all()
    assert not differs[pair.truth == UNCHANGED].any()
