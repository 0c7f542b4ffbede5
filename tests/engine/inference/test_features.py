import numpy as np
import pytest

from engine.inference.backbone import load_backbone
from engine.inference.features import (
    GUIDE,
    MNF_SIZES_PX,
    SENSOR_MNF_SIZES_PX,
    SPECTRUM,
    TOKENS,
    FeatureReader,
    fit_maps,
    mnf_name,
    sensor_mnf_name,
)
from engine.inference.statistics import Scene, SceneSample, box_mean
from engine.inference.tiling import Lattice
from engine.inference.tokens import TokenField
from engine.raster.cube import Cube
from engine.raster.grid import Window, blocks
from engine.reporting import SilentReporter


@pytest.fixture(scope="module")
def opened(scene):
    with Cube.open(scene.image) as cube:
        yield cube, SceneSample(cube, SilentReporter())


@pytest.fixture(scope="module")
def reader(scene, opened):
    cube, sample = opened
    used = Scene(cube, cube.bands.good_indices, sample.bands)
    backbone = load_backbone(scene.weights, "cpu")
    tokens = TokenField.fit(backbone.on(used, 1.0, SilentReporter()), Lattice(used.shape), backbone.patch_px)
    return FeatureReader(used, fit_maps(sample), tokens)


@pytest.fixture(scope="module")
def whole(reader):
    return reader.read(Window(0, 0, *reader.shape))


def test_every_block_has_a_total_variance_of_about_one(whole):
    assert set(whole.blocks) == {SPECTRUM, GUIDE, TOKENS, *map(mnf_name, MNF_SIZES_PX),
                                 *map(sensor_mnf_name, SENSOR_MNF_SIZES_PX)}
    for name, block in whole.blocks.items():
        total = block[whole.valid].var(0).sum()
        low, high = {GUIDE: (1, 3), TOKENS: (0.3, 1.5)}.get(name, (0.85, 1.1))
        assert low < total < high, name


def test_validity_is_that_of_the_file(scene, whole):
    np.testing.assert_array_equal(whole.valid, scene.valid)
    assert all(np.isfinite(block).all() for block in whole.blocks.values())


def test_whitened_noise_is_isotropic(opened):
    _, sample = opened
    linear = fit_maps(sample)[mnf_name(3)]
    noise = linear.matrix.T.astype(float) @ sample.noise_covariance() @ linear.matrix
    np.testing.assert_allclose(noise / np.diag(noise).mean(), np.eye(len(noise)), atol=0.02)


def test_whitened_components_come_by_signal(whole):
    variance = whole.blocks[mnf_name(3)][whole.valid].var(0)
    assert (np.diff(variance) <= 1e-6).all()


def test_means_of_squares_are_means_of_spectra(opened):
    """Projecting first and averaging then must be the same as the docstring's averaging first."""
    cube, sample = opened
    linear = fit_maps(sample)[mnf_name(5)]
    patch = Scene(cube, cube.bands.good_indices, sample.bands).read(Window(4, 4, 20, 20))
    mean = box_mean(patch.values - linear.centre, patch.valid, 5)
    np.testing.assert_allclose(linear.apply(patch), mean @ linear.matrix, atol=1e-3)


@pytest.mark.parametrize("window", [Window(0, 0, 1, 1), Window(69, 60, 1, 1), Window(10, 20, 30, 25),
                                    Window(60, 0, 10, 61)])
def test_a_window_is_a_crop_of_the_scene(reader, whole, window):
    part = reader.read(window)
    np.testing.assert_array_equal(part.valid, whole.valid[window.slices])
    for name, block in part.blocks.items():
        np.testing.assert_allclose(block, whole.blocks[name][window.slices], atol=1e-4, err_msg=name)


def test_blocks_join_without_a_seam(reader, whole):
    for block in blocks(reader.shape, 23):
        np.testing.assert_allclose(reader.read(block).blocks[TOKENS], whole.blocks[TOKENS][block.slices], atol=1e-4)


def test_tokens_know_places_apart(whole):
    """Tokens of different pixels differ, also within one patch of the encoder."""
    tokens = whole.blocks[TOKENS]
    assert np.abs(tokens[30, 30] - tokens[30, 31]).max() > 1e-4
    assert np.abs(np.diff(tokens, axis=0)).max(-1).min() > 0
