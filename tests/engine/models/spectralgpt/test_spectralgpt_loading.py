from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.errors import ModelError
from engine.models.spectralgpt import (
    SpectralGptAutoencoder,
    SpectralGptChange,
    SpectralGptClassifier,
    SpectralGptConfig,
    SpectralGptEncoder,
    SpectralGptSegmentation,
    infer_config,
    load_checkpoint,
    unwrap,
)
from engine.models.spectralgpt.groups import Decay, layer_decay, layer_decay_groups
from engine.models.spectralgpt.tokens import resize_table

from .small import THIN, TINY, images, with_weights

X = images(2, 6, 16, 16)


def checkpoint(kind=SpectralGptAutoencoder, config=TINY, *more):
    return dict(with_weights(kind(config, *more)).state_dict())


@torch.no_grad()
@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: {"model": s, "epoch": 3, "args": object()},
                                  lambda s: {"state_dict": s}, lambda s: {f"module.{n}": v for n, v in s.items()}])
def test_all_wrappings_load(wrap):
    model = SpectralGptAutoencoder(TINY).eval()
    report = load_checkpoint(model, wrap(checkpoint()))
    assert report.missing == report.ignored == report.resized == ()
    noise = images(2, 32)
    assert torch.equal(model(X, noise).prediction, with_weights(SpectralGptAutoencoder(TINY))(X, noise).prediction)


@torch.no_grad()
def test_encoder_leaves_everything_else_out():
    for kind, more, example in ((SpectralGptAutoencoder, (), "decoder_pred.bias"),
                                (SpectralGptClassifier, (4,), "head.bias"),
                                (SpectralGptSegmentation, (3, THIN), "decoder.conv_x1.bias")):
        source = with_weights(kind(TINY, *more))
        encoder = SpectralGptEncoder(TINY).eval()
        report = load_checkpoint(encoder, source.state_dict())
        assert example in report.ignored
        assert len(report.ignored) == len(source.state_dict()) - len(encoder.state_dict())
        assert torch.equal(encoder.tokens(X), source.tokens(X))


@torch.no_grad()
@pytest.mark.parametrize(("build", "head"), [
    (lambda: SpectralGptClassifier(TINY, 4), {"head.weight", "head.bias"}),
    (lambda: SpectralGptChange(TINY, 2, THIN), {"fc.0.weight", "cls_seg.0.bias", "decoder.PPMHead.final.0.weight"})])
def test_new_heads_go_on_pretrained_encoders(build, head):
    model = build().eval()
    with pytest.raises(ModelError, match="lacks"):
        load_checkpoint(model, checkpoint())
    before = model.state_dict()["head.weight" if "head.weight" in head else "fc.0.weight"].clone()
    report = load_checkpoint(model, checkpoint(), fresh_head=True)
    assert head <= set(report.missing)
    assert "mask_token" in report.ignored
    assert torch.equal(model.state_dict()[next(n for n in ("head.weight", "fc.0.weight") if n in head)], before)
    assert torch.equal(model.tokens(X), with_weights(SpectralGptAutoencoder(TINY)).tokens(X))


def test_head_of_another_size_is_refused_or_left_out():
    state = checkpoint(SpectralGptClassifier, TINY, 4)
    with pytest.raises(ModelError, match=r"head\.\w+ is \[4"):
        load_checkpoint(SpectralGptClassifier(TINY, 7), state)
    assert set(load_checkpoint(SpectralGptClassifier(TINY, 7), state, fresh_head=True).ignored) == {
        "head.weight", "head.bias"}
    segmentation = checkpoint(SpectralGptSegmentation, TINY, 2, THIN)
    assert load_checkpoint(SpectralGptChange(TINY, 2, THIN), segmentation).ignored == ()


@torch.no_grad()
def test_tables_are_resized_and_reported():
    state = checkpoint()
    larger = SpectralGptAutoencoder(replace(TINY, image_px=24))
    report = load_checkpoint(larger, state)
    assert report.resized == ("pos_embed_spatial", "decoder_pos_embed_spatial")
    for name in report.resized:
        assert torch.equal(getattr(larger, name), resize_table(state[name], 1, (4, 4), (6, 6)))
    assert torch.equal(larger.pos_embed_temporal, state["pos_embed_temporal"])
    encoder = SpectralGptEncoder(replace(TINY, image_px=24))
    assert load_checkpoint(encoder, state).resized == ("pos_embed_spatial",)


@torch.no_grad()
@pytest.mark.parametrize("image_px", [16, 24])
def test_separable_tables_are_joined_for_a_joint_model(image_px):
    source, config = with_weights(SpectralGptEncoder(TINY)), replace(TINY, positions="joint", image_px=image_px)
    model = SpectralGptEncoder(config)
    assert load_checkpoint(model, source.state_dict()).resized == ("pos_embed",)
    x = images(1, 6, image_px, image_px)
    torch.testing.assert_close(model.tokens(x), source.tokens(x), rtol=1e-4, atol=1e-5)
    with pytest.raises(ModelError, match="joint"):
        load_checkpoint(SpectralGptEncoder(TINY), model.state_dict())


@pytest.mark.parametrize(("change", "message"), [
    (lambda s: s.pop("blocks.1.attn.q.weight"), "lacks 1 weights"),
    (lambda s: s.update({"blocks.0.attn.qkv.weight": torch.zeros(3)}), "has unknown 1 weights"),
    (lambda s: s.update({"norm.weight": torch.zeros(3)}), "norm.weight is"),
    (lambda s: s.update({"pos_embed_spatial": torch.zeros(1, 15, 16)}), "not those of a square image"),
    (lambda s: s.update({"norm.bias": torch.full((16,), torch.nan)}), "not finite"),
    (lambda s: s.update({"norm.bias": [1.0]}), "not a floating-point tensor"),
    (lambda s: s.update({"module.norm.bias": torch.zeros(16)}), "two of the same name"),
    (lambda s: s.clear(), "no weights")])
def test_anything_else_is_refused(change, message):
    state, model = checkpoint(), SpectralGptAutoencoder(TINY)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    change(state)
    with pytest.raises(ModelError, match=message):
        load_checkpoint(model, {"model": state})
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_architecture_is_read_from_shapes():
    state = checkpoint()
    assert infer_config(state, heads=2, decoder_heads=2) == replace(TINY, name="custom")
    joint = replace(TINY, positions="joint")
    found = infer_config(checkpoint(SpectralGptClassifier, joint, 4), bands=6, heads=2)
    assert replace(found, name="tiny", decoder_dim=8, decoder_depth=1, decoder_heads=2) == joint
    with pytest.raises(ModelError, match="heads is not known for a width of 16"):
        infer_config(state)
    for name in ("patch_embed.proj.weight", "pos_embed_temporal", "blocks.0.mlp.fc1.weight"):
        with pytest.raises(ModelError, match=name.replace(".", r"\.")):
            infer_config({n: v for n, v in state.items() if n != name}, heads=2)


def test_published_sizes_are_recognised():
    config = SpectralGptConfig(name="spectralgpt-base", image_px=96, depth=1, decoder_depth=1)
    state = SpectralGptAutoencoder(config).state_dict()
    assert infer_config({"model": state}) == config
    assert unwrap({"model": state}).keys() == state.keys()


def test_layer_decay():
    model = SpectralGptClassifier(TINY, 4)
    decay = layer_decay(model, decay=0.5, weight_decay=0.1)
    assert decay["patch_embed.proj.weight"] == Decay(0.125, 0.1)
    assert decay["blocks.0.attn.k.bias"] == Decay(0.25, 0.0)
    assert decay["blocks.1.mlp.fc1.weight"] == Decay(0.5, 0.1)
    assert decay["pos_embed_spatial"] == decay["norm.weight"] == Decay(1.0, 0.0)
    assert decay["head.weight"] == Decay(1.0, 0.1)
    joint = layer_decay(SpectralGptClassifier(replace(TINY, positions="joint"), 4), decay=0.5)
    assert joint["pos_embed"] == Decay(0.125, 0.0)
    groups = layer_decay_groups(model, lr=2.0, decay=0.5, weight_decay=0.1)
    assert sorted(id(p) for group in groups for p in group["params"]) == sorted(map(id, model.parameters()))
    assert {(g["lr"], g["weight_decay"]) for g in groups} == {(2 * d.lr_scale, d.weight_decay) for d in decay.values()}
    torch.optim.AdamW(groups)
