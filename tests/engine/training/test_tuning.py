from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.tiling import Lattice
from engine.labels.labelset import LabelSet
from engine.models.specaware.encoder import SpecAwareEncoder
from engine.models.specaware.spectral_input import SpectralInput
from engine.models.tuned import GRID_NM, HEADS, Look, TunedConfig, TunedNet, on_grid
from engine.raster.legend import ClassInfo
from engine.reporting import SilentReporter
from engine.training.fine_tuning.augment import Turn, drop_bands, vary_light
from engine.training.fine_tuning.data import UNLABELLED, class_weights, cut_tiles, split_labels
from engine.training.fine_tuning.settings import (
    TuneSettings,
    drop_path_hooks,
    layer_rate,
    learning_factor,
    make_optimizer,
)
from engine.training.fine_tuning.warm_start import Seen, few_of, warm_start
from tests.scenes import TINY

CLASSES = (ClassInfo(3, "a", (1, 2, 3)), ClassInfo(7, "b", (4, 5, 6)))


def label_set(rows, cols, ids, groups):
    as_array = [np.array(v) for v in (rows, cols)]
    return LabelSet(*as_array, np.array(ids, np.uint8), np.array(groups, np.int32), CLASSES, (), "polygons")


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.integers(2, 30))
def test_learning_and_judging_never_share_a_pixel(seed, places):
    rng = np.random.default_rng(seed)
    at = rng.choice(90 * 80, places, replace=False)
    split = split_labels(label_set(at // 80, at % 80, 3 + 4 * (np.arange(places) % 2), np.arange(places)), (3, 7), seed)
    tiles = cut_tiles(split, Lattice((90, 80)))
    assert set(split.train).isdisjoint(split.test)
    assert set(split.region_ids[split.train]).isdisjoint(split.region_ids[split.test])
    learned, judged = set(), []
    for tile in tiles:
        rows, cols = np.nonzero(tile.target != UNLABELLED)
        learned |= set(zip((rows + tile.window.row).tolist(), (cols + tile.window.col).tolist(), strict=True))
        judged += tile.held_out.tolist()
    samples = split.samples
    assert learned == {(int(samples.rows[i]), int(samples.cols[i])) for i in split.train}
    assert sorted(judged) == sorted(split.test.tolist()), "each held-out pixel is judged once"


def test_large_patches_of_a_raster_are_cut_so_that_parts_can_be_held_out():
    rows, cols = (v.ravel() for v in np.mgrid[:60, :60])
    ids = np.where(rows < 30, 3, 7)
    patches = replace(label_set(rows, cols, ids, ids), kind="raster")
    split = split_labels(patches, (3, 7), 0)
    assert set(split.labels[split.test]) == {0, 1} == set(split.labels[split.train])
    apart = np.abs(np.stack([split.samples.rows, split.samples.cols], 1)[split.test][:, None]
                   - np.stack([split.samples.rows, split.samples.cols], 1)[split.train][None]).max(-1)
    assert apart.min() >= 5


@pytest.mark.parametrize("seed", range(5))
def test_a_class_with_one_place_is_learned_from_and_not_tested(seed):
    places = np.arange(9)
    ids = np.where(places == 4, 7, 3)
    split = split_labels(label_set(places * 20, places * 15, ids, places), (3, 7), seed)
    assert 4 in split.train
    assert len(split.test)
    assert (split.labels[split.test] == 0).all()


def test_the_heads_begin_as_a_logistic_regression():
    """What the network says of its pixels is what the fit says; classes that the spectra tell are told at once."""
    rng = np.random.default_rng(0)
    cols = np.arange(0, 64, 4)
    labels = cols // 4 % 2
    split = split_labels(label_set(np.full(16, 5), cols, 3 + 4 * labels, np.arange(16)), (3, 7), 0)
    spectrum = torch.from_numpy(rng.normal(size=(1, len(GRID_NM), 16, 64)).astype(np.float32)) / 4
    spectrum[0, 3, 5, cols] += torch.from_numpy(2.0 * labels).float()
    layers = tuple(torch.from_numpy(rng.normal(size=(1, 32, 8, 32)).astype(np.float32)) for _ in range(2))
    for kind in ("linear", "kernel", "mlp"):
        torch.manual_seed(0)
        net = TunedNet(SpecAwareEncoder(TINY), TunedConfig(kind, 2)).eval()
        look = Look(layers, spectrum)
        net.calibrate([look])
        at = few_of(split, 0)
        seen = [Seen(look, split.samples.rows[at], split.samples.cols[at], at)]
        loss = warm_start(net, seen, split, 0, SilentReporter())
        with torch.no_grad():
            logs = net.logits(look).log_softmax(1)[0][:, split.samples.rows[at], split.samples.cols[at]].numpy()
        assert -logs[split.labels[at], np.arange(len(at))].mean() == pytest.approx(loss, rel=1e-3, abs=1e-4)
        assert (logs.argmax(0) == split.labels[at]).all()


def test_a_turn_moves_image_and_labels_alike():
    labels = torch.arange(12).reshape(1, 3, 4)
    for turn in (Turn(q, m) for q in range(4) for m in (False, True)):
        assert torch.equal(turn.apply(labels[:, None].repeat(1, 2, 1, 1))[:, 1], turn.apply(labels))


def test_light_varies_smoothly_over_the_wavelength():
    wavelength_nm = torch.linspace(400, 2400, 50)
    gain = vary_light(torch.ones(1, 50, 40, 40), wavelength_nm, torch.Generator().manual_seed(1)).mean((2, 3))[0]
    assert (gain - 1).abs().max() > 0.01
    assert gain.diff().abs().max() < 0.02


def test_dropped_bands_keep_their_wavelengths():
    spectral = SpectralInput(torch.linspace(400, 2400, 40), torch.full((40,), 10.0))
    images = torch.as_tensor(spectral.wavelength_nm)[None, :, None, None].repeat(2, 1, 3, 3)
    kept, left = drop_bands(images, spectral, torch.Generator().manual_seed(3))
    assert 24 <= left.bands < 40
    assert torch.equal(kept[0, :, 0, 0], torch.as_tensor(left.wavelength_nm))


def test_a_line_is_the_same_on_the_grid_of_any_sensor():
    for centres in (torch.linspace(400, 2450, 300), torch.linspace(390, 2460, 90)):
        grid = on_grid((centres / 2500)[None, :, None, None].float(), centres)[0, :, 0, 0]
        np.testing.assert_allclose(grid[1:-1], np.array(GRID_NM)[1:-1] / 2500, atol=0.004)


def test_what_a_sensor_lacks_is_missing_on_the_grid():
    grid = on_grid(torch.ones(1, 50, 1, 1), torch.linspace(400, 1000, 50))[0, :, 0, 0]
    np.testing.assert_array_equal(torch.isfinite(grid), np.array(GRID_NM) <= 1060)


def test_rates_fall_from_the_head_to_the_first_block():
    names = ("head.x", "encoder.norm.weight", "encoder.blocks.7.mlp", "encoder.blocks.6.mlp", "encoder.blocks.0.mlp",
             "encoder.patch_embed.x")
    rates = [layer_rate(name, 8, 0.5) for name in names]
    assert rates == sorted(rates, reverse=True)
    assert rates[3] == rates[2] / 2


def test_matrices_of_one_by_one_convolutions_decay():
    net = TunedNet(SpecAwareEncoder(TINY), TunedConfig("linear", 3))
    decay = {id(p): g["weight_decay"] for g in make_optimizer(net, TuneSettings()).param_groups for p in g["params"]}
    last = net.spectral_head.layers[-1]
    assert decay[id(last.weight)] > 0
    assert decay[id(last.bias)] == 0


def test_the_rate_warms_up_and_falls():
    rates = [learning_factor(e, 20) for e in np.linspace(0, 20, 41)]
    assert np.argmax(rates) == 4
    assert rates[-1] < 0.05
    assert all(a > b for a, b in pairwise(rates[4:]))


def test_skipped_blocks_only_while_training():
    net = TunedNet(SpecAwareEncoder(TINY), TunedConfig("linear", 2))
    hooks = drop_path_hooks(net, 0.9)
    x = torch.randn(64, 5, TINY.embed_dim)
    block = net.encoder.blocks[-1]
    with torch.no_grad():
        skipped = (block.train()(x) == x).all(dim=(1, 2)).float().mean()
        assert 0.7 < skipped < 1
        assert not (block.eval()(x) == x).all(dim=(1, 2)).any()
        for hook in hooks:
            hook.remove()
        assert not (block.train()(x) == x).all(dim=(1, 2)).any()


def test_rare_classes_weigh_more_within_limits():
    weights = class_weights(np.array([0] * 90 + [1] * 10), 3)
    assert weights[1] > weights[0]
    assert weights.max() <= 5
    assert weights.min() >= 0.2


@pytest.mark.parametrize("head", HEADS)
def test_logits_of_any_size(head):
    encoder = SpecAwareEncoder(replace(TINY, depth=4, feature_layers=(0, 1, 2, 3)))
    net = TunedNet(encoder, TunedConfig(head, 3)).eval()
    spectral = SpectralInput([500.0, 900.0, 1600.0, 2200.0], [10.0] * 4)
    look = net.look(torch.rand(2, 4, 7, 5), torch.tensor([500.0, 900.0, 1600.0, 2200.0]), spectral, 10.0)
    assert net.logits(look).shape == (2, 3, 7, 5)
    assert torch.isfinite(net.logits(look)).all()
