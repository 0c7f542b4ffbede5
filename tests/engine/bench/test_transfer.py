from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.bench import transfer as bench
from engine.bench.transfer import Transfer, _as_seen_by, _split, table, transfer
from engine.inference.backbone import Backbone
from engine.inference.device import pick_device
from engine.models.specaware import SpecAwareEncoder
from engine.training.simulator.simulate import SceneSpec, simulate_scene

from ..training.test_episodes import TINY_PIXEL


@pytest.fixture(scope="module")
def backbone():
    torch.manual_seed(0)
    return Backbone("tiny-pixel", SpecAwareEncoder(replace(TINY_PIXEL, tile_px=16)).eval(), "", pick_device("cpu"))


def test_the_same_sensor_loses_nothing(backbone, monkeypatch):
    monkeypatch.setattr(bench, "SIDE_PX", 48)
    monkeypatch.setattr(bench, "LABELS", 8)
    found = transfer(backbone, "ROSIS", "ROSIS", 5)
    assert found.tokens_a == found.tokens_b > 0
    assert found.forest_a == found.forest_b > 0.3


def test_bands_of_another_sensor_are_interpolated():
    spec = SceneSpec(sensor="EnMAP", rows=12, cols=12, gsd_m=20.0, noise=0.0)
    first, other = (simulate_scene(replace(spec, sensor=name), 1) for name in ("EnMAP", "PRISMA"))
    seen = _as_seen_by(first, other)
    good = first.bands.good_indices
    assert seen.shape == (12, 12, len(good))
    assert np.median(np.abs(seen - first.cube[good].transpose(1, 2, 0))) < 0.01


def test_test_pixels_lie_in_other_blocks_and_share_classes():
    labels = np.random.default_rng(0).integers(1, 4, (96, 96)).astype(np.uint8)
    labels[:2, :2] = 9  # too rare
    train, test = _split(labels, 0)
    blocks = np.arange(96) // bench.REGION_PX
    number = blocks[:, None] * 8 + blocks
    assert not set(number[train]) & set(number[test])
    assert set(labels[train]) == set(labels[test]) == {1, 2, 3}


def test_the_table_ends_with_means():
    text = table([Transfer("A", "B", 0, 0.8, 0.7, 0.6, 0.5), Transfer("A", "C", 0, 0.6, 0.6, 0.6, 0.3)])
    assert text.splitlines()[-1] == "| **mean** |  | 0.700 | 0.650 | +5.0 | 0.600 | 0.400 | +20.0 |"
