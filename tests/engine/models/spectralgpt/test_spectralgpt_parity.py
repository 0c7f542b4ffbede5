"""Agreement with the authors' code on its outputs for random images and weights."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.bench.spectralgpt_fixture import INPUTS, ZERO_GRADIENT, spectralgpt_outputs
from engine.models.spectralgpt import (
    SpectralGptAutoencoder,
    SpectralGptChange,
    SpectralGptClassifier,
    SpectralGptConfig,
    SpectralGptSegmentation,
)
from engine.models.spectralgpt.datasets import (
    SEGMUNICH_EPS,
    bigearthnet_labels,
    eurosat_bands,
    match_size,
    oscd_class_weights,
    oscd_image,
    oscd_windows,
    segmunich_bands,
    segmunich_labels,
)
from engine.models.spectralgpt.groups import layer_decay
from engine.models.spectralgpt.preprocessing import ben_clip8, clip_to_bytes, evaluation_crop, minmax, normalise
from engine.models.vit import parameter_count

FIXTURES = Path(__file__).resolve().parents[5] / "shared" / "fixtures" / "spectralgpt"
FORWARD, GRADIENT = 2e-5, 1e-4
FOLDERS = ("mae_32px", "cls_32px_sep", "cls_32px_joint", "seg_32px", "cd_32px")

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="shared fixtures not found")


def assert_same(name: str, found, expected, tolerance: float = FORWARD) -> None:
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape, name
    error = np.abs(found - expected).max() / np.abs(expected).max()
    assert error <= tolerance, f"{name}: {error:.2e}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_stored_tensor(folder):
    torch.set_num_threads(1)
    with np.load(FIXTURES / folder / "data.npz") as stored:
        data = dict(stored)
    config = json.loads((FIXTURES / folder / "config.json").read_text())
    found = spectralgpt_outputs(config, load_file(FIXTURES / folder / "state.safetensors"), data)
    compared = {name for name in data if name not in INPUTS and not name.endswith(ZERO_GRADIENT)}
    assert compared <= set(found)
    for name in compared:
        assert_same(name, found[name], data[name], GRADIENT if name.startswith("grad::") else FORWARD)


@pytest.mark.parametrize(("entry", "build"), [
    ("mae_base_96", lambda: SpectralGptAutoencoder(SpectralGptConfig(image_px=96))),
    ("mae_base_128", lambda: SpectralGptAutoencoder(SpectralGptConfig())),
    ("cls_base_128_joint_released_default", lambda: SpectralGptClassifier(SpectralGptConfig(positions="joint"), 10)),
    ("cls_base_128_sep", lambda: SpectralGptClassifier(SpectralGptConfig(), 10)),
    ("seg_base_128", lambda: SpectralGptSegmentation(SpectralGptConfig())),
    ("cd_base_128", lambda: SpectralGptChange(SpectralGptConfig()))])
def test_names_and_shapes_are_the_official_ones(entry, build):
    listed = json.loads((FIXTURES / "official_state_dict_keys.json").read_text())
    with torch.device("meta"):
        model = build()
    assert {name: list(value.shape) for name, value in model.state_dict().items()} == listed["keys"][entry]
    assert parameter_count(model) == listed["param_counts"][entry]


@pytest.mark.parametrize(("kind", "positions"), [("sep", "separable"), ("joint", "joint")])
def test_layer_decay(kind, positions):
    listed = json.loads((FIXTURES / f"layer_decay_{kind}.json").read_text())
    with torch.device("meta"):
        decay = layer_decay(SpectralGptClassifier(SpectralGptConfig(positions=positions), 10))
    assert decay.keys() == listed.keys()
    for name, (lr_scale, weight_decay) in listed.items():
        assert decay[name].lr_scale == pytest.approx(lr_scale), name
        assert decay[name].weight_decay == weight_decay, name


@cache
def preparation() -> dict[str, np.ndarray]:
    with np.load(FIXTURES / "preprocessing.npz") as data:
        return {name: data[name] for name in data.files}


def bands_first(name: str) -> np.ndarray:
    return preparation()[name].transpose(2, 0, 1)


def test_preparation_of_sentinel2_images():
    d, raw13, raw12 = preparation(), bands_first("raw13"), bands_first("raw12")
    without_cirrus = eurosat_bands(raw13, as_published=True)
    for name, found in (
            ("fmow_minmax_hwc", minmax(raw13).transpose(1, 2, 0)),
            ("fmow_eval32", evaluation_crop(normalise(without_cirrus), 32)),
            ("eurosat_eval32", evaluation_crop(normalise(without_cirrus, "eurosat_zscore"), 32)),
            ("ben_pretrain_eval32", evaluation_crop(minmax(raw12, eps=1e-12), 32)),
            ("ben_finetune_eval32", evaluation_crop(ben_clip8(raw12), 32)),
            ("segmunich_input12", minmax(segmunich_bands(bands_first("segmunich_raw10"), as_published=True),
                                         SEGMUNICH_EPS))):
        assert_same(name, found, d[name])
    assert np.array_equal(clip_to_bytes(raw12).transpose(1, 2, 0), d["ben_finetune_uint8_hwc"])


def test_preparation_of_labels():
    d = preparation()
    assert np.array_equal(segmunich_labels(d["segmunich_label_raw"]), d["segmunich_label"])
    names = ("Continuous urban fabric", "Broad-leaved forest", "Water bodies", "Airports", "Sea and ocean")
    assert np.array_equal(bigearthnet_labels(names), d["ben_multihot_example"])


def test_preparation_of_oscd():
    d = preparation()
    first, second = (oscd_image({name[8:]: value for name, value in d.items() if name.startswith(f"oscd_t{date}_")},
                                keep_integers=True) for date in (1, 2))
    windows = oscd_windows(*first.shape[1:], patch_px=32)
    edges = [[edge for s in window for edge in (s.start, s.stop)] for window in windows]
    assert np.array_equal(edges, d["oscd_coords"])
    assert len(windows) == d["oscd_n_patches"]
    for name, image in (("oscd_last_I1", first), ("oscd_last_I2", match_size(second, first))):
        assert_same(name, minmax(image[:, *windows[-1]].astype(np.float64), eps=0), d[name])
    changed = d["oscd_cm"] != 0
    assert np.array_equal(changed[windows[-1]], d["oscd_last_label"])
    assert_same("weights", oscd_class_weights(changed.mean()), d["oscd_class_weights"])
