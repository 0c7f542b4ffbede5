from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
import torch

from engine.errors import CancelledError, DeviceError, ModelError
from engine.inference.backbone import load_backbone
from engine.inference.device import Device
from engine.inference.embedders import MAX_DEVIATION
from engine.inference.statistics import BandStatistics, Scene, SceneSample
from engine.models.files import file_hash
from engine.models.spectralgpt import preprocessing
from engine.models.weights import load_any
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.reporting import SilentReporter
from engine.spectral.sentinel2 import match_sentinel2
from tests.scenes import TINY, TINY_PIXEL, make_weights
from tests.sentinel2 import ORDER, TINY_GPT

SILENT = SilentReporter()


@pytest.fixture(scope="module")
def gpt(sentinel2):
    return load_backbone(sentinel2.weights, "cpu")


@pytest.fixture(scope="module")
def specaware(scene):
    return load_backbone(str(scene.weights), "cpu")


@pytest.fixture(scope="module")
def opened(sentinel2):
    with Cube.open(sentinel2.image) as cube:
        yield Scene(cube, cube.bands.good_indices, SceneSample(cube, SILENT).bands)


def test_both_kinds_load_and_tell_what_they_are(scene, sentinel2, gpt, specaware):
    assert (gpt.name, gpt.family, gpt.patch_px, gpt.sha256) == ("tiny-gpt", "spectralgpt", 8,
                                                                file_hash(sentinel2.weights))
    assert (specaware.name, specaware.family, specaware.patch_px) == ("tiny", "specaware", 2)
    assert specaware.sha256 == file_hash(scene.weights)


def test_names_of_the_list_and_the_bundled_one():
    bundled = load_backbone(None, "cpu")
    assert bundled.name == load_backbone("specaware-pixel", "cpu").name
    assert bundled.family == "specaware"
    with pytest.raises(ModelError, match="no weights called 'nowhere'"):
        load_backbone("nowhere")


def test_an_unknown_device_is_refused(scene):
    with pytest.raises(DeviceError):
        load_backbone(scene.weights, "tpu")


def test_spectralgpt_sees_its_bands_in_its_order(opened, gpt):
    """The same features as the encoder itself gives for the 12 bands, scaled."""
    tile = Window(2, 3, 24, 16)
    (found,) = gpt.on(opened, 1.0, SILENT).encode([tile])
    bands = match_sentinel2(opened.cube.bands)
    assert bands.tolist() != sorted(bands.tolist())
    image = opened.cube.read(tile, bands)
    mean, std = (v[bands][:, None, None] for v in (opened.bands.mean, opened.bands.std))
    image = np.clip((image - mean + 2 * std) / (4 * std), 0, 1)
    with torch.no_grad():
        tokens = gpt.module(torch.from_numpy(image)[None])[0].reshape(4, 3, 2, TINY_GPT.embed_dim)
    expected = torch.nn.functional.layer_norm(tokens, tokens.shape[-1:]).permute(0, 3, 1, 2).flatten(0, 1)
    np.testing.assert_allclose(found, expected, atol=1e-4 if gpt.device.dtype == torch.float32 else 0.1)


def test_a_tile_the_patch_does_not_divide(opened, gpt):
    (found,) = gpt.on(opened, 1.0, SILENT).encode([Window(0, 0, 52, 44)])
    assert found.shape == (4 * TINY_GPT.embed_dim, 7, 6)
    assert np.isfinite(found).all()


def test_units_do_not_matter_to_spectralgpt(opened, gpt):
    embedder = gpt.embedder(opened.cube.bands, opened.cube.meta, 1.0)
    values = opened.cube.read(Window(0, 0, 16, 16))[None]
    valid = np.ones((1, 16, 16), bool)
    np.testing.assert_allclose(embedder.prepare(10_000 * values, valid), embedder.prepare(values, valid), atol=1e-4)
    expected = preprocessing.minmax(values[0][match_sentinel2(opened.cube.bands)])
    np.testing.assert_allclose(embedder.prepare(values, valid)[0], expected, atol=1e-5)


def test_pixels_without_data_are_zero(opened, gpt, specaware):
    values, valid = np.full((1, 13, 8, 8), 0.3, np.float32), np.ones((1, 8, 8), bool)
    values[0, :, 0] = np.linspace(0.1, 0.6, 8)
    valid[0, 4:] = False
    for backbone in (gpt, specaware):
        for statistics in (None, opened.bands):
            batch = backbone.embedder(opened.cube.bands, opened.cube.meta, 2.0, statistics).prepare(values, valid)
            assert (batch[0, :, 4:] == 0).all()
            assert (batch[0, :, 0, -1] > 0).any()
    torch.testing.assert_close(batch[0, :, :4], torch.from_numpy(values[0, :, :4] * 2))


def test_other_images_are_refused_early(scene, gpt, specaware):
    with Cube.open(scene.image) as cube:
        specaware.check_bands(cube.bands)
        for refused in (lambda: gpt.check_bands(cube.bands), lambda: gpt.embedder(cube.bands, cube.meta, 1.0)):
            with pytest.raises(ModelError, match="Sentinel-2's"):
                refused()


@pytest.mark.parametrize("family", ["gpt", "specaware"])
def test_a_chip_is_the_mean_of_its_maps(opened, gpt, specaware, family):
    backbone, meta = {"gpt": gpt, "specaware": specaware}[family], opened.cube.meta
    chips = np.stack([opened.cube.read(Window(r, 5, 16, 24)) for r in range(0, 30, 3)])
    found = backbone.encode_chips(chips, opened.cube.bands, meta, 1.0, SILENT)
    embedder = backbone.embedder(opened.cube.bands, meta, 1.0)
    maps = embedder.maps(embedder.prepare(chips[3:4], np.ones((1, 16, 24), bool)), backbone.device)
    width = {"gpt": 4 * TINY_GPT.embed_dim, "specaware": 2 * TINY.embed_dim}[family]
    assert found.shape == (10, width)
    np.testing.assert_allclose(found[3], maps[0].mean((1, 2)), atol=1e-4 if backbone.device.dtype == torch.float32
                               else 0.05)
    assert np.abs(found[3] - found[7]).max() > 1e-3


def test_only_places_with_data_count_in_a_chip(opened, specaware):
    chip = opened.cube.read(Window(0, 0, 16, 16))
    chip[:, 8:] = np.nan
    found = specaware.encode_chips(np.stack([chip, np.full_like(chip, np.nan)]), opened.cube.bands, opened.cube.meta,
                                   1.0, SILENT)
    embedder = specaware.embedder(opened.cube.bands, opened.cube.meta, 1.0)
    maps = embedder.maps(embedder.prepare(np.nan_to_num(chip)[None], np.isfinite(chip[None, 0])), specaware.device)
    np.testing.assert_allclose(found[0], maps[0, :, :4].mean((1, 2)), atol=1e-4 if specaware.device.dtype ==
                               torch.float32 else 0.05)
    assert (found[1] == 0).all()


def test_chips_can_be_cancelled(opened, specaware):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        specaware.encode_chips(np.zeros((1, 13, 8, 8), np.float32), opened.cube.bands, opened.cube.meta, 1.0, reporter)


def test_the_module_is_ready_for_inference(gpt, sentinel2):
    assert not gpt.module.training
    state = load_any(sentinel2.weights)[0].state_dict()
    assert all(torch.equal(value, state[name]) for name, value in gpt.module.state_dict().items())


def test_bands_are_found_by_name_where_there_are_no_wavelengths(sentinel2, gpt, opened, tmp_path):
    path = tmp_path / "named.tif"
    names = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
    with rasterio.open(sentinel2.image) as image:
        values, profile = image.read(), image.profile
    with rasterio.open(path, "w", **profile) as out:
        out.write(values)
        out.descriptions = [names[i] for i in ORDER]
    with Cube.open(path) as cube:
        gpt.check_bands(cube.bands)
        np.testing.assert_array_equal(match_sentinel2(cube.bands), match_sentinel2(opened.cube.bands))


@pytest.fixture(scope="module")
def pixelwise(tmp_path_factory):
    """A backbone with standardised input and random weights."""
    return load_backbone(make_weights(tmp_path_factory.mktemp("pixel") / "w.safetensors", TINY_PIXEL), "cpu")


def test_standardised_input_does_not_see_units_and_gains(scene, pixelwise):
    assert (pixelwise.patch_px, pixelwise.tile_px) == (1, 16)
    with Cube.open(scene.image) as cube:
        used = Scene(cube, cube.bands.good_indices, SceneSample(cube, SILENT).bands)
        values = used.read(Window(0, 0, 16, 16)).values.transpose(2, 0, 1)[None]
        bands, meta = cube.bands.only(used.indices), cube.meta
    valid = np.ones((1, 16, 16), bool)
    first = pixelwise.embedder(bands, meta, 1.0, used.bands)
    gain = np.linspace(0.5, 2, len(bands), dtype=np.float32)
    other = pixelwise.embedder(bands, meta, 1.0, BandStatistics(used.bands.mean * gain, used.bands.std * gain,
                                                                used.bands.noise * gain))
    seen = first.prepare(values, valid)
    assert float(seen.mean()) == pytest.approx(0, abs=1)
    torch.testing.assert_close(seen, other.prepare(values * gain[:, None, None], valid), atol=1e-3, rtol=1e-3)
    dead = values.copy()
    dead[0, 0, 0, 0] = 1e9
    assert float(first.prepare(dead, valid).max()) <= MAX_DEVIATION
    assert not first.prepare(values, ~valid).any()


def test_the_content_of_a_scene_reaches_standardised_tokens(scene, pixelwise):
    with Cube.open(scene.image) as cube:
        used = Scene(cube, cube.bands.good_indices, SceneSample(cube, SILENT).bands)
        values = used.read(Window(0, 0, 16, 16)).values.transpose(2, 0, 1)[None]
        bands, meta = cube.bands.only(used.indices), cube.meta
    valid, noisier = np.ones((1, 16, 16), bool), replace(used.bands, noise=used.bands.std)
    maps = []
    for statistics in (used.bands, noisier):
        embedder = pixelwise.embedder(bands, meta, 1.0, statistics)
        maps.append(embedder.maps(embedder.prepare(values, valid), pixelwise.device))
    assert maps[0].shape[2:] == (16, 16)
    assert float((maps[0] - maps[1]).abs().max()) > 1e-4


def test_what_is_computed_once_for_a_scene_gives_the_tokens_of_the_whole_encoder(scene, pixelwise):
    with Cube.open(scene.image) as cube:
        used = Scene(cube, cube.bands.good_indices, SceneSample(cube, SILENT).bands)
        values = used.read(Window(0, 0, 16, 16)).values.transpose(2, 0, 1)[None]
        embedder = pixelwise.embedder(cube.bands.only(used.indices), cube.meta, 1.0, used.bands)
    batch, exact = embedder.prepare(values, np.ones((1, 16, 16), bool)), Device("cpu", torch.float32, "CPU")
    with torch.inference_mode():
        layers = embedder.module(batch, embedder.spectral, cube.meta.gsd_m, content=embedder.content).features
    normed = [torch.nn.functional.layer_norm(layer.movedim(1, -1), layer.shape[1:2]) for layer in layers]
    expected = torch.cat(normed, dim=-1).movedim(-1, 1)
    torch.testing.assert_close(embedder.maps(batch, exact), expected, rtol=1e-4, atol=1e-4)
    half = embedder.maps(batch, Device("cpu", torch.bfloat16, "CPU"))
    assert float((half - expected).abs().max() / expected.abs().max()) < 3e-2


def test_standardised_input_needs_the_scene(scene, pixelwise):
    with Cube.open(scene.image) as cube, pytest.raises(ModelError, match="statistics of a whole scene"):
        pixelwise.embedder(cube.bands, cube.meta, 1.0)


def test_chips_of_standardised_pixels_are_seen_tile_by_tile(scene, pixelwise):
    with Cube.open(scene.image) as cube:
        used = Scene(cube, cube.bands.good_indices, SceneSample(cube, SILENT).bands)
        bands, meta = cube.bands.only(used.indices), cube.meta
        chip = used.read(Window(0, 0, 16, 40)).values.transpose(2, 0, 1).copy()
    chip[:, :, 36:] = np.nan
    found, = pixelwise.encode_chips(chip[None], bands, meta, 1.0, SILENT, used.bands)
    halves = [pixelwise.encode_chips(part[None], bands, meta, 1.0, SILENT, used.bands)[0]
              for part in (chip[..., :16], chip[..., 16:32], chip[..., 24:])]
    # The last tile is moved back inside; of it 12 of 16 columns hold data.
    expected = (16 * halves[0] + 16 * halves[1] + 12 * halves[2]) / 44
    np.testing.assert_allclose(found, expected, atol=1e-4 if pixelwise.device.dtype == torch.float32 else 0.05)
    assert np.abs(halves[0] - halves[2]).max() > 0.05
