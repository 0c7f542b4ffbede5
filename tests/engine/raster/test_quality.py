from __future__ import annotations

import numpy as np
import pytest

from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window
from engine.raster.quality import advice, estimate_snr, in_water_vapour, signal_to_noise, spans
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable

from .scenes import reflectance, write_tif

GRID_NM = np.arange(420, 2480, 40.0)


def smooth_scene(noise, shape=(60, 70), seed=0):
    """(bands, rows, cols) two mixed spectra, and normal noise of a deviation for each band."""
    rng = np.random.default_rng(seed)
    share = np.cumsum(np.cumsum(rng.normal(size=shape), 0), 1)
    share = (share - share.min()) / np.ptp(share)
    first, second = 0.2 + 0.1 * np.sin(GRID_NM / 300), 0.4 + 0.1 * np.cos(GRID_NM / 500)
    cube = first[:, None, None] * share + second[:, None, None] * (1 - share)
    return (cube + rng.normal(size=cube.shape) * np.reshape(noise, (-1, 1, 1))).astype(np.float32)


def test_noise_is_found_by_band_and_texture_is_none():
    noise = np.linspace(0.002, 0.01, len(GRID_NM))
    cube = smooth_scene(noise)
    np.testing.assert_allclose(signal_to_noise(cube), cube.mean(axis=(1, 2)) / noise, rtol=0.35)


def test_windows_without_enough_pixels_say_nothing():
    assert np.isnan(signal_to_noise(np.full((5, 9, 9), np.nan, np.float32))).all()
    assert np.isnan(signal_to_noise(reflectance((5, 5)))).all()
    assert np.isnan(signal_to_noise(reflectance((20, 20), 2))).all()


def test_a_noisy_band_is_named_and_still_used(tmp_path):
    noise = np.full(len(GRID_NM), 0.003)
    noise[7] = 0.5
    path = write_tif(tmp_path / "a.tif", smooth_scene(noise)[::-1].copy(), wavelengths=GRID_NM[::-1])
    with Cube.open(path, Overrides(level="L1")) as cube:
        snr = estimate_snr(cube, SilentReporter())
        said = advice(cube.bands, snr)
        assert len(said) == 1
        assert f": {len(GRID_NM) - 7}." in said[0]
        assert len(cube.bands.good_indices) == len(GRID_NM)


def test_water_vapour_bands_are_bad_in_reflectance_only(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance((20, 20), len(GRID_NM)), wavelengths=GRID_NM)
    with Cube.open(path) as cube:
        bad = [band.wavelength_nm for band in cube.bands if not band.good]
        assert bad == [1340, 1380, 1420, 1820, 1860, 1900, 1940]
        assert any("7 bands lie where water vapour" in note for note in cube.notes)
    with Cube.open(path, Overrides(level="L1")) as cube:
        assert len(cube.bands.good_indices) == len(GRID_NM)


def test_the_files_list_of_bad_bands_goes_first_and_the_users_before_it(tmp_path):
    flags = [1] * len(GRID_NM)
    path = write_tif(tmp_path / "a.tif", reflectance((20, 20), len(GRID_NM)), wavelengths=GRID_NM, bbl=flags)
    with Cube.open(path) as cube:
        assert len(cube.bands.good_indices) == len(GRID_NM)
    table = tmp_path / "flags.csv"
    table.write_text("band,good\n" + "\n".join(f"{i + 1},{int(i > 4)}" for i in range(len(GRID_NM))))
    with Cube.open(path, Overrides(wavelengths=table)) as cube:
        assert cube.bands.good_indices.tolist() == list(range(5, len(GRID_NM)))
        assert cube.sources["wavelength"] == "band metadata"
        assert cube.sources["bbl"] == "table given by the user"


def test_multispectral_bands_are_left_alone():
    assert len(in_water_vapour(BandTable.from_arrays([443, 1375, 1940], [20, 30, 30]))) == 0


@pytest.mark.parametrize(("numbers", "text"), [([0, 1, 2, 6], "1-3, 7"), ([4], "5"), ([1, 3], "2, 4")])
def test_band_numbers_in_words(numbers, text):
    assert spans(np.array(numbers)) == text


def test_spectra_of_zeros_are_missing_and_single_zeros_are_not(tmp_path):
    stored = reflectance((20, 30), 12)
    stored[:, 3:5, 2] = 0
    stored[3:, 10, 10] = 0
    stored[4] = -1
    path = write_tif(tmp_path / "a.tif", stored, wavelengths=GRID_NM[:12], nodata=-1)
    with Cube.open(path) as cube:
        values = cube.read(Window(0, 0, 20, 30))
        assert np.isnan(values).all(axis=0).sum() == 2
        assert np.isnan(values[:, 3:5, 2]).all()
        assert (values[-1, 10, 10], values[-1, 4, 3] > 0) == (0, True)
        one = cube.read(Window(0, 0, 20, 30), [11])
        np.testing.assert_array_equal(np.isnan(one[0]), np.isnan(values[-1]))
