"""A small simulated Sentinel-2 scene with labels, and weights of a tiny SpectralGPT: made once, from seeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.spectralgpt import SpectralGptAutoencoder, SpectralGptConfig, SpectralGptEncoder
from engine.models.weights import WeightsCard, save_weights
from engine.spectral.sensors import SENSORS
from engine.training.simulator.sample import training_blocks
from engine.training.simulator.simulate import SceneSpec, simulate_scene
from tests.scenes import CLASSES, SCALE, block_shape, write_image, write_shapes

TINY_GPT = SpectralGptConfig(name="tiny-gpt", image_px=32, embed_dim=16, depth=2, heads=2, decoder_dim=16,
                             decoder_depth=1, decoder_heads=2)
ORDER = (12, 3, 2, 1, 7, 0, 10, 4, 5, 6, 8, 11, 9)  # of the bands in the file: nothing is at its usual place


@dataclass(frozen=True)
class Sentinel2Scene:
    """Files of a scene of 52 x 44 pixels and 13 bands."""

    image: Path
    polygons: Path
    weights: Path


def make_spectralgpt(path: Path) -> Path:
    """Random weights of a tiny encoder, positions included."""
    torch.manual_seed(0)
    encoder = SpectralGptEncoder(TINY_GPT)
    state = SpectralGptAutoencoder(TINY_GPT).state_dict()
    encoder.load_state_dict({name: state[name] for name in encoder.state_dict()})
    save_weights(path, encoder, WeightsCard("tiny-gpt", "a test", ("nothing",), {}, "GPL-3.0-or-later", {}))
    return path


def make_sentinel2(folder: Path) -> Sentinel2Scene:
    """Write all files into a folder; each Sentinel-2 band is the simulated one nearest to it."""
    scene = simulate_scene(SceneSpec(rows=52, cols=44, classes=CLASSES, variability=0.5), 0)
    table = SENSORS["Sentinel-2"].tables[0].only(ORDER)
    good = scene.bands.good_indices
    nearest = good[np.abs(scene.bands.wavelength_nm[good][None] - table.wavelength_nm[:, None]).argmin(1)]
    values = np.clip(np.rint(scene.cube[nearest] / SCALE), 1, 20000).astype(np.int16)
    blocks = training_blocks(scene, 0)
    return Sentinel2Scene(
        write_image(folder / "sentinel2.tif", values, table),
        write_shapes(folder / "labels.gpkg", [block_shape(*b[1:]) for b in blocks],
                     kind=[CLASSES[b[0] - 1] for b in blocks]),
        make_spectralgpt(folder / "tiny-gpt.safetensors"))


@pytest.fixture(scope="session")
def sentinel2(tmp_path_factory: pytest.TempPathFactory) -> Sentinel2Scene:
    """The scene; nobody writes into its folder."""
    return make_sentinel2(tmp_path_factory.mktemp("sentinel2"))
