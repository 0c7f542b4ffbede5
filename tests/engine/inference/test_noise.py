import numpy as np
from scipy.ndimage import gaussian_filter

from engine.inference.features import SPECTRUM, fit_maps, sensor_mnf_name
from engine.inference.noise import sensor_noise

from ..raster.scenes import reflectance, write_tif
from .test_statistics import sample_of

DEVIATION = np.array([0.01, 0.02, 0.03, 0.02, 0.01])


def textured(noise=1.0, seed=0, side=90):
    """Ground that varies within a few pixels, by far more than the sensor's noise, all bands together."""
    rng = np.random.default_rng(seed)
    ground = gaussian_filter(rng.normal(size=(side, side)), 1.0)
    ground *= 0.2 / ground.std()
    colour = np.linspace(0.5, 1.5, 5)[:, None, None]
    return (0.5 + colour * ground + noise * DEVIATION[:, None, None] * rng.normal(size=(5, side, side))
            ).astype(np.float32)


def noise_of(path):
    sample = sample_of(path)
    pixels = np.concatenate([p.values[p.valid] for p in sample.patches]).astype(float)
    return sample, sensor_noise(sample, np.cov(pixels.T))


def test_noise_is_found_under_texture_that_neighbours_differ_by(tmp_path):
    sample, noise = noise_of(write_tif(tmp_path / "a.tif", textured()))
    texture, found = np.diag(sample.noise_covariance()), np.diag(noise)
    assert (found < 0.2 * texture).all()
    assert (found > DEVIATION**2).all()


def test_white_noise_on_smooth_ground_counts_alike_in_all_bands(tmp_path):
    rng = np.random.default_rng(1)
    smooth = np.linspace(0.2, 0.6, 80)[None, :, None] + np.linspace(0, 0.3, 80)
    values = (smooth + rng.normal(size=(5, 80, 80)) * DEVIATION[:, None, None]).astype(np.float32)
    _, noise = noise_of(write_tif(tmp_path / "a.tif", values))
    found = np.diag(noise) / DEVIATION**2
    assert found.max() / found.min() < 1.3


def test_more_noise_is_more(tmp_path):
    traces = [np.trace(noise_of(write_tif(tmp_path / f"{n}.tif", textured(n)))[1]) for n in (0.5, 1.0, 2.0)]
    assert traces == sorted(traces)
    assert traces[2] - traces[0] > (2.0**2 - 0.5**2) * (DEVIATION**2).sum()


def test_pixels_without_neighbours_and_flat_bands_give_finite_features(tmp_path):
    single = np.full((5, 9, 9), np.nan, np.float32)
    single[:, ::2, ::2] = reflectance((5, 5))
    flat = reflectance((30, 3))
    flat[2] = 0.25
    for number, values in enumerate((single, flat)):
        maps = fit_maps(sample_of(write_tif(tmp_path / f"{number}.tif", values)))
        assert np.isfinite(maps[sensor_mnf_name(1)].matrix).all()
        assert np.isfinite(maps[SPECTRUM].matrix).all()
