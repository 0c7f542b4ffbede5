import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import CancelledError, RasterError
from engine.inference.statistics import MAX_WINDOWS, Scene, SceneSample, box_mean, sample_windows, valid_pixels
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.reporting import SilentReporter

from ..raster.scenes import reflectance, write_tif


def sample_of(path):
    with Cube.open(path) as cube:
        return SceneSample(cube, SilentReporter())


def test_a_pixel_needs_half_of_its_bands():
    values = np.ones((4, 1, 3), np.float32)
    values[:2, 0, 1], values[:3, 0, 2] = np.nan, (np.nan, np.inf, np.nan)
    assert valid_pixels(values).tolist() == [[True, True, False]]


def test_band_statistics_leave_missing_values_out(tmp_path):
    values = reflectance((20, 30))
    expected = values.copy()
    values[1, :5], values[:3, 10, 10] = -9, -9
    expected[1, :5], expected[:, 10, 10] = np.nan, np.nan  # the pixel has less than half of its bands
    sample = sample_of(write_tif(tmp_path / "a.tif", values, nodata=-9))
    np.testing.assert_allclose(sample.bands.mean, np.nanmean(expected, (1, 2)), rtol=1e-5)
    np.testing.assert_allclose(sample.bands.std, np.nanstd(expected, (1, 2)), rtol=1e-4)
    assert sample.mean_value() == pytest.approx(sample.bands.mean.mean(), rel=1e-5)


def test_missing_values_become_the_mean_of_the_band(tmp_path):
    values = reflectance((20, 30))
    values[1, 3, 4], values[:, 5, 6] = np.nan, np.nan
    with Cube.open(write_tif(tmp_path / "a.tif", values)) as cube:
        sample = SceneSample(cube, SilentReporter())
        patch = Scene(cube, cube.bands.good_indices, sample.bands).read(Window(2, 3, 5, 6))
    assert patch.values.shape == (5, 6, 5)
    assert patch.values[1, 1, 1] == sample.bands.mean[1]
    assert not patch.valid[3, 3]
    assert patch.valid.sum() == 29
    np.testing.assert_array_equal(patch.values[3, 3], sample.bands.mean)
    np.testing.assert_array_equal(patch.values[0, 0], values[:, 2, 3])


def test_noise_is_what_neighbours_differ_by(tmp_path):
    rng = np.random.default_rng(0)
    deviation = np.array([0.01, 0.02, 0.03, 0.04, 0.05])
    smooth = np.linspace(0.2, 0.4, 60)[None, :, None] + np.linspace(0, 0.3, 60)
    values = (smooth + rng.normal(size=(5, 60, 60)) * deviation[:, None, None]).astype(np.float32)
    noise = sample_of(write_tif(tmp_path / "a.tif", values)).noise_covariance()
    np.testing.assert_allclose(np.diag(noise), 2 * deviation**2, rtol=0.15)
    assert np.abs(noise - np.diag(np.diag(noise))).max() < 1e-4


def test_single_pixels_stand_in_with_the_variance_of_the_bands(tmp_path):
    values = np.full((5, 9, 9), np.nan, np.float32)
    values[:, ::2, ::2] = reflectance((5, 5))
    sample = sample_of(write_tif(tmp_path / "a.tif", values))
    noise = sample.noise_covariance()
    np.testing.assert_allclose(np.diag(noise), sample.bands.std.astype(float) ** 2, rtol=0.01)


def test_an_image_without_a_valid_pixel_is_refused(tmp_path):
    values = reflectance((6, 10))
    for band in range(5):  # each band has values, no pixel has half of them
        values[band, :, np.arange(10) % 5 != band] = np.nan
    with pytest.raises(RasterError, match="no valid pixel"):
        sample_of(write_tif(tmp_path / "a.tif", values))


def test_sampling_can_be_cancelled(tmp_path):
    reporter = SilentReporter()
    with Cube.open(write_tif(tmp_path / "a.tif", reflectance())) as cube:
        reporter.cancelled.set()
        with pytest.raises(CancelledError):
            SceneSample(cube, reporter)


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (64, 64), (65, 130)])
def test_small_scenes_are_sampled_whole(shape):
    seen = np.zeros(shape, int)
    for window in sample_windows(shape):
        seen[window.slices] += 1
    assert (seen == 1).all()


def test_large_scenes_are_sampled_evenly():
    windows = sample_windows((5000, 3000))
    assert len(windows) == len(set(windows)) == MAX_WINDOWS
    assert windows[0].row == 0
    assert windows[-1].row + windows[-1].rows == 5000


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 5]), st.floats(0, 1), st.integers(0, 99))
def test_box_mean_is_the_mean_of_the_valid_pixels_of_a_square(rows, cols, size_px, share, seed):
    rng = np.random.default_rng(seed)
    values, valid = rng.normal(size=(rows, cols, 2)).astype(np.float32), rng.random((rows, cols)) < share
    expected, reach = np.zeros_like(values), size_px // 2
    for r in range(rows):
        for c in range(cols):
            near = slice(max(r - reach, 0), r + reach + 1), slice(max(c - reach, 0), c + reach + 1)
            if valid[near].any():
                expected[r, c] = values[near][valid[near]].mean(0)
    np.testing.assert_allclose(box_mean(values, valid, size_px), expected, atol=1e-4)


def test_noise_of_a_band_is_what_neighbours_differ_by(tmp_path):
    rng = np.random.default_rng(0)
    smooth = np.linspace(0.2, 0.6, 60)[None, :, None] * np.ones((4, 1, 60))
    values = smooth + rng.normal(0, 1, (4, 60, 60)) * np.array([0.001, 0.01, 0.03, 0.02])[:, None, None]
    sample = sample_of(write_tif(tmp_path / "a.tif", values.astype(np.float32)))
    np.testing.assert_allclose(sample.bands.noise[1:], np.sqrt(2) * np.array([0.01, 0.03, 0.02]), rtol=0.2)
    assert sample.bands.noise[0] < 0.5 * sample.bands.noise[1]
