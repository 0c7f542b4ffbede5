"""Agreement with the authors' code on its outputs for synthetic scenes and random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.bench.parity import FORWARD_TOLERANCE, compare, compare_folder, load_fixture
from engine.bench.specaware_fixture import architecture, load, spectral_input
from engine.models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareEncoder
from engine.models.specaware.contractions import CONTRACTIONS
from engine.models.specaware.meta import ATTRIBUTE_KEYS, attribute_vectors, wavelength_fourier
from engine.models.specaware.patch_resize import resize_generator
from engine.models.specaware.positions import gsd_positions
from engine.models.specaware.upernet import SpecAwareUPerNet, UPerNetConfig

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "specaware"
MAE = ("mae_av3_L2", "mae_avng_L1", "mae_avc_L2")

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="shared fixtures not found")


def assert_same(name: str, found, expected) -> None:
    result = compare(name, np.asarray(expected), torch.as_tensor(found))
    assert result.ok, result


@pytest.mark.parametrize(("folder", "arrays"), [*((folder, 32) for folder in MAE), ("upernet_avng_L2", 24),
                                                ("encoder_base_rule", 10)])
def test_every_stored_array_is_ours(folder, arrays):
    parity = compare_folder(FIXTURES / folder)
    assert len(parity.comparisons) == arrays
    assert [c for c in parity.comparisons if not c.ok] == []
    assert max(c.tolerance for c in parity.comparisons) == FORWARD_TOLERANCE


@pytest.mark.parametrize("folder", MAE)
@torch.no_grad()
def test_every_contraction_gives_the_stored_tokens(folder):
    fixture = load_fixture(FIXTURES / folder)
    inputs = {name: torch.from_numpy(fixture.data[name]).float() for name in ("image", "wavelength", "fwhm")}
    embed = load(SpecAwareAutoencoder(architecture(fixture.config)), fixture.config, fixture.state).patch_embed
    meta = embed.metadata(spectral_input(fixture.config, inputs))
    for contraction in CONTRACTIONS:
        assert_same(contraction, embed(inputs["image"], meta, contraction=contraction), fixture.data["tokens"])


@pytest.mark.parametrize(("file", "entry", "kind", "sizes"), [
    ("mae", "mae_base", SpecAwareAutoencoder, PRESETS["specaware-base"]),
    ("mae", "mae_large", SpecAwareAutoencoder, PRESETS["specaware-large"]),
    ("down", "encoder", SpecAwareEncoder, PRESETS["specaware-base"]),
    ("down", "upernet", SpecAwareUPerNet, UPerNetConfig(PRESETS["specaware-base"], 8))])
def test_names_and_shapes_are_the_official_ones(file, entry, kind, sizes):
    listed = json.loads((FIXTURES / f"state_dict_shapes_{file}.json").read_text())
    (official,) = (value for name, value in listed.items() if entry in name)
    attribute_vectors()
    with torch.device("meta"):
        model = kind(sizes)
    assert {name: list(value.shape) for name, value in model.state_dict().items()} == official["tensors"]
    assert sum(value.numel() for value in model.parameters()) == official["n_params"]


@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
@pytest.mark.parametrize("patch_px", [4, 16])
def test_patch_resampling(patch_px, mode):
    with np.load(FIXTURES / "patch_resize.npz") as data:
        weight, bias = resize_generator(torch.from_numpy(data["weight"]), torch.from_numpy(data["bias"]), 4, patch_px,
                                        mode)
        assert_same("weight", weight, data[f"weight_{patch_px}_{mode}"])
        assert_same("bias", bias, data[f"bias_{patch_px}_{mode}"])


def test_constants():
    with np.load(FIXTURES / "attribute_embeddings.npz") as data:
        stored = dict(zip(data["keys"].tolist(), data["embeddings"], strict=True))
    assert_same("attributes", attribute_vectors(), np.stack([stored[key] for key in ATTRIBUTE_KEYS]))
    with np.load(FIXTURES / "embeddings.npz") as data:
        fourier = wavelength_fourier(torch.from_numpy(data["wavelength"]), 128).float()
        assert_same("fourier", fourier, data["fourier128"])
        grid = int(data["grid"])
        assert_same("positions", gsd_positions(grid, grid, data["gsd"].tolist(), 768), data["pos_768"])
