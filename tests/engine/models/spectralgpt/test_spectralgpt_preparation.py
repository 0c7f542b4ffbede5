from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.models.spectralgpt.datasets import (
    BANDS,
    BEN_INDEX,
    EUROSAT_BANDS,
    SEGMUNICH_BANDS,
    bigearthnet_labels,
    eurosat_bands,
    match_size,
    oscd_class_weights,
    oscd_image,
    oscd_windows,
    segmunich_bands,
)
from engine.models.spectralgpt.preprocessing import (
    band_range,
    clip_to_bytes,
    evaluation_crop,
    minmax,
    normalise,
    scale_to_range,
)


def named(order) -> np.ndarray:
    """One pixel, each band's value telling its name."""
    return np.array([sorted(EUROSAT_BANDS).index(name) for name in order], np.float32)[:, None, None]


@settings(deadline=None, max_examples=40)
@given(scale=st.floats(1e-4, 1e4), offset=st.floats(-100, 100), seed=st.integers(0, 99))
def test_units_do_not_matter(scale, offset, seed):
    image = np.random.default_rng(seed).random((3, 4, 5))
    found = minmax(image * scale + offset, eps=0)
    np.testing.assert_allclose(found, minmax(image, eps=0), atol=1e-6)
    assert found.min() == 0
    assert found.max() == 1


def test_bands_without_contrast_or_values_become_zero():
    image = np.array([[[3, 3, 3]], [[1, np.nan, 5]], [[np.nan] * 3], [[np.inf, 1, 2]]], np.float32)
    for eps in (0, 1e-10):
        np.testing.assert_allclose(minmax(image, eps), [[[0, 0, 0]], [[0, 0, 1]], [[0, 0, 0]], [[0, 0, 1]]])


def test_tiles_with_the_range_of_the_scene_fit():
    scene = np.random.default_rng(0).integers(0, 9000, (12, 8, 8)).astype(np.uint16)
    low, high = band_range(scene)
    tiles = [scale_to_range(scene[:, :, part], low, high) for part in (slice(0, 3), slice(3, 8))]
    assert np.array_equal(np.concatenate(tiles, axis=2), minmax(scene))
    assert minmax(scene).dtype == np.float32


def test_published_statistics():
    image = np.full((12, 1, 1), 1370.19151926)
    assert clip_to_bytes(image)[0, 0, 0] == 127
    assert clip_to_bytes(image * 100).min() == 255
    assert normalise(image, "ben_clip8")[0, 0, 0] == pytest.approx(127 / 255)
    scores = normalise(np.full((12, 1, 1), 2368.51236873), "eurosat_zscore")
    assert scores[10, 0, 0] == pytest.approx(0, abs=1e-6)  # B11 meets its own mean, not cirrus's
    with pytest.raises(InputError, match="no normalisation 'zscore'"):
        normalise(image, "zscore")


@pytest.mark.parametrize(("source", "side", "expected"), [((64, 64), 128, (128, 128)), ((40, 60), 32, (32, 32)),
                                                          ((300, 300), 256, (256, 256))])
def test_evaluation_crop_size(source, side, expected):
    assert evaluation_crop(np.zeros((2, *source)), side).shape == (2, *expected)


def test_evaluation_crop_takes_the_middle_without_clipping():
    ramp = np.tile(np.linspace(-1, 1, 36), (1, 36, 1)).astype(np.float32)
    np.testing.assert_allclose(evaluation_crop(ramp, 32), ramp[:, 2:34, 2:34], atol=1e-6)
    edge = np.repeat([0.0, 1.0], 10)[None, None, :].repeat(20, axis=1)
    assert evaluation_crop(edge, 32).max() > 1


def test_eurosat_bands_go_by_name():
    assert np.array_equal(eurosat_bands(named(EUROSAT_BANDS)), named(BANDS))
    published = [name for name in EUROSAT_BANDS if name != "B11"]
    assert np.array_equal(eurosat_bands(named(EUROSAT_BANDS), as_published=True), named(published))


def test_segmunich_bands_go_by_name():
    image = named(SEGMUNICH_BANDS)
    found = segmunich_bands(image)
    mean = image.mean()
    assert np.array_equal(np.delete(found, [0, 9], axis=0), np.delete(named(BANDS), [0, 9], axis=0))
    assert found[[0, 9]].ravel().tolist() == pytest.approx([mean, mean])
    published = segmunich_bands(image, as_published=True)
    assert np.array_equal(published[:10], image)
    assert published[10:].ravel().tolist() == pytest.approx([mean, mean])


def test_bigearthnet_labels():
    assert set(BEN_INDEX.values()) == set(range(19))
    assert len(BEN_INDEX) == 32
    assert bigearthnet_labels(["Pastures", "Airports", "Estuaries"]).nonzero()[0].tolist() == [4, 18]


def oscd_files(value: float = 1000.0) -> dict[str, np.ndarray]:
    sizes = {name: (24, 24) if name in ("B02", "B03", "B04", "B08") else (12, 11) for name in BANDS}
    sizes |= {"B01": (4, 4), "B09": (4, 4)}
    return {name: np.full(size, value, np.uint16) for name, size in sizes.items()}


def test_oscd_bands_share_a_grid():
    image = oscd_image(oscd_files())
    assert image.shape == (12, 24, 24)
    np.testing.assert_allclose(image, 1000, rtol=1e-5)


def test_whole_numbers_lose_what_the_spline_gives():
    files = oscd_files(0)
    files["B05"][5:, :] = 3000
    whole, exact = oscd_image(files, keep_integers=True)[4], oscd_image(files)[4]
    assert whole.dtype == np.uint16
    assert exact.min() < -100  # the spline undershoots at the step
    inside = exact > 1
    np.testing.assert_allclose(whole[inside], exact[inside], atol=0.51)


def test_second_date_takes_the_size_of_the_first():
    first, second = np.zeros((2, 5, 4)), np.arange(24.0).reshape(2, 3, 4)
    found = match_size(second, first)
    assert found.shape == first.shape
    assert np.array_equal(found[:, 4], second[:, 2])
    assert match_size(first, second).shape == second.shape


def test_oscd_windows_and_weights():
    windows = oscd_windows(128 + 63, 128)
    assert [(r.start, c.start) for r, c in windows] == [(0, 0), (63, 0)]
    assert oscd_windows(127, 200) == []
    assert oscd_class_weights(0.05) == pytest.approx((1.0, 1.9))
