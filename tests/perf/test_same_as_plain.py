"""The fast forms give what the formulas give, to 1e-5 of the largest value, and gradients to 1e-4."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.bench import plain
from engine.bench.memory import allocated_peak
from engine.models.resampled_conv import resampled_conv
from engine.models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareConfig, SpectralInput
from engine.models.specaware.autoencoder import PixelTarget
from engine.models.specaware.content import pool_grid
from engine.models.specaware.contractions import CONTRACTIONS, slabs
from engine.models.specaware.decoder_head import Expansion, HyperLinear
from engine.models.specaware.hyper import patchify
from engine.models.specaware.losses import reconstruction_losses
from engine.models.specaware.upernet import Neck, UPerNetDecoder

from . import formulas

SIZES = SpecAwareConfig(embed_dim=48, depth=2, heads=2, patch_px=4, wv_planes=16, rank=6, hyper_heads=2,
                        content_grid=7, feature_layers=(0, 1), decoder_dim=32, decoder_depth=1, decoder_heads=2,
                        decoder_rank=5)
SLAB = "engine.models.specaware.contractions.SLAB_VALUES"
HEAD_SLAB = "engine.models.specaware.decoder_head.SLAB_VALUES"


def model(**changes) -> SpecAwareAutoencoder:
    torch.manual_seed(0)
    found = SpecAwareAutoencoder(replace(SIZES, **changes)).eval()
    for parameter in found.parameters():  # as drawn, most generated weights would be nearly zero
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return found


def spectral(bands: int) -> SpectralInput:
    return SpectralInput(torch.linspace(400, 2400, bands), torch.full((bands,), 9.0), "avng", "L2")


def error(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).abs().max() / expected.abs().max())


@torch.no_grad()
def test_the_plain_reference_is_the_formula():
    net, image, info = model(), torch.rand(1, 5, 12, 8), spectral(5)
    embed, head, meta = net.patch_embed, net.decoder_pred, net.patch_embed.metadata(info)
    factors = embed.factors(embed.conditional(image, meta))
    tokens = formulas.embedding(image[0], 4, factors.u[0], factors.v[0], factors.bias[0], float(embed.scaler))
    assert error(plain.embed_tokens(embed, image, info)[0], tokens) <= 1e-5
    decoded = torch.randn(1, 7, 32)
    factors = head.factors(head.conditional(decoded, meta))
    expected = formulas.pixels(decoded[0], factors.u[0], factors.v[0], factors.bias[0])
    assert error(plain.predict_pixels(head, decoded, meta)[0], expected) <= 1e-5


@pytest.mark.parametrize("slab", [1, 3000, 2 ** 21])
@pytest.mark.parametrize("contraction", CONTRACTIONS)
@pytest.mark.parametrize(("bands", "rows", "cols"), [(3, 28, 28), (40, 24, 36)])
@torch.no_grad()
def test_embedding(contraction, bands, rows, cols, slab, monkeypatch):
    monkeypatch.setattr(SLAB, slab)
    embed, image, info = model().patch_embed, torch.rand(2, bands, rows, cols), spectral(bands)
    expected = plain.embed_tokens(embed, image, info)
    assert error(embed(image, embed.metadata(info), contraction=contraction), expected) <= 1e-5
    keep = torch.stack([torch.randperm(expected.shape[1])[:11] for _ in range(2)])
    chosen = expected.gather(1, keep.unsqueeze(-1).expand(-1, -1, expected.shape[2]))
    assert error(embed(image, embed.metadata(info), keep, contraction=contraction), chosen) <= 1e-5


@pytest.mark.parametrize(("patch_px", "bands_first"), [(8, True), (8, False), (4, True)])
def test_patches_in_half_precision_are_those_in_float32(patch_px, bands_first):
    image = torch.rand(2, 3, 24, 16)
    found = torch.cat(list(slabs(image, patch_px, None, bands_first, torch.bfloat16)), dim=2 if bands_first else 1)
    expected = patchify(image, patch_px).bfloat16()
    assert torch.equal(found, expected.transpose(1, 2) if bands_first else expected)


@torch.no_grad()
def test_embedding_in_bfloat16():
    net, image, info = model(patch_px=8), torch.rand(2, 90, 40, 48), spectral(90)
    embed, keep = net.patch_embed, torch.stack([torch.randperm(30)[:11] for _ in range(2)])
    expected = plain.embed_tokens(embed, image, info)
    with torch.autocast("cpu", torch.bfloat16):
        found = embed(image, embed.metadata(info), contraction="hidden")
        chosen = embed(image, embed.metadata(info), keep, contraction="hidden")
        assert chosen.dtype == found.dtype == torch.float32
    assert 1e-5 < error(found, expected) <= 2e-2
    assert error(chosen, found.gather(1, keep.unsqueeze(-1).expand(-1, -1, found.shape[2]))) <= 2e-2


@pytest.mark.parametrize("slab", [1, 700, 2 ** 21])
@pytest.mark.parametrize("contraction", ["merged", "hidden"])
@torch.no_grad()
def test_predicting_pixels(contraction, slab, monkeypatch):
    monkeypatch.setattr(HEAD_SLAB, slab)
    net, tokens = model(), torch.randn(2, 30, 32)
    meta = net.patch_embed.metadata(spectral(9))
    expected = plain.predict_pixels(net.decoder_pred, tokens, meta)
    assert error(net.decoder_pred(tokens, meta, contraction), expected) <= 1e-5
    assert error(net.decoder_pred(tokens, meta, contraction, first=1), expected[:, 1:]) <= 1e-5


@pytest.mark.parametrize("sides", [(28, 56), (30, 13), (5, 7)])
def test_pooling_to_a_grid(sides):
    image = torch.rand(2, 3, *sides)
    for reduce, reference in ((torch.mean, torch.nn.functional.adaptive_avg_pool2d),
                              (torch.amax, torch.nn.functional.adaptive_max_pool2d)):
        assert error(pool_grid(image, 7, reduce), reference(image, 7).flatten(2)) <= 1e-6


def test_a_masked_step_and_its_gradients():
    net, image, info = model(), torch.rand(2, 12, 28, 28), spectral(12)
    noise = torch.rand(2, 49)
    found = net.reconstruct(image, info, 10.0, noise)
    weights = list(net.parameters())
    gradients = torch.autograd.grad(found.loss, weights)
    reference = plain.reconstruct(net, image, info, 10.0, noise)
    assert error(found.prediction.detach(), reference.prediction.detach()) <= 1e-5
    torch.testing.assert_close(found.loss, reference.loss, rtol=1e-5, atol=0)
    largest = max(float(g.abs().max()) for g in gradients)
    for ours, theirs in zip(gradients, torch.autograd.grad(reference.loss, weights), strict=True):
        assert float((ours - theirs).abs().max()) <= 1e-4 * max(float(theirs.abs().max()), 1e-3 * largest)


@pytest.mark.parametrize("band_axis", [1, 3])
@pytest.mark.parametrize("slab", [1, 30, 2 ** 21])
def test_the_gradient_of_the_losses_by_hand(slab, band_axis, monkeypatch):
    monkeypatch.setattr(HEAD_SLAB, slab)
    torch.manual_seed(0)
    prediction = torch.randn(2, 3, 2 * 5, requires_grad=True)
    target, weight = torch.randn_like(prediction), torch.tensor([[1.0, 0, 0.3], [0, 1, 1]])
    prediction.data[0, 0, :5] = 0  # a spectrum of length 0 has no direction
    scale = torch.tensor(1.5, requires_grad=True)

    def pixels(part: torch.Tensor, factor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return (part * factor).unflatten(2, (-1, 5)).movedim(3, band_axis), part

    def pull(gradient, part, same, totals):
        assert same is not None
        gradient = gradient.movedim(band_axis, 3).flatten(2)
        totals[0].add_((gradient * part).sum())
        return gradient * scale.detach()

    def wanted(part: slice) -> torch.Tensor:
        return pixels(target[:, part], torch.tensor(1.0))[0]

    way = Expansion(prediction, (scale,), pixels, pull, band_axis, 2, 10)
    loss, angle = reconstruction_losses(way, wanted, weight)
    expected_angle, distance = plain.losses(prediction * scale, target, weight, 5)
    torch.testing.assert_close(angle, expected_angle.detach())
    torch.testing.assert_close(loss, expected_angle + distance)
    for ours, theirs in zip(torch.autograd.grad(3 * loss, (prediction, scale)),
                            torch.autograd.grad(3 * (expected_angle + distance), (prediction, scale)), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    with torch.no_grad():
        torch.testing.assert_close(reconstruction_losses(way, wanted, weight)[0], loss.detach())


@pytest.mark.parametrize("slab", [1, 700, 2 ** 21])
@pytest.mark.parametrize("contraction", ["merged", "hidden"])
def test_the_gradient_of_either_way_to_predict(contraction, slab, monkeypatch):
    monkeypatch.setattr(HEAD_SLAB, slab)
    net, image, info = model(), torch.rand(2, 9, 16, 20), spectral(9)
    tokens, weight = torch.randn(2, 21, 32, requires_grad=True), torch.rand(2, 20)
    meta, head = net.patch_embed.metadata(info).detach(), net.decoder_pred
    way = head.expansion(tokens, meta, tokens[:, 1:], contraction)
    loss, _ = reconstruction_losses(way, PixelTarget(image, 4, "raw", None, way.band_axis), weight)
    prediction = plain.predict_pixels(head, tokens, meta)[:, 1:]
    expected = sum(plain.losses(prediction, plain.target(image, 4), weight, 9))
    torch.testing.assert_close(loss, expected)
    weights = [tokens, *head.parameters()]
    gradients = torch.autograd.grad(expected, weights)
    largest = max(float(g.abs().max()) for g in gradients)
    for ours, theirs in zip(torch.autograd.grad(loss, weights), gradients, strict=True):
        assert float((ours - theirs).abs().max()) <= 1e-4 * max(float(theirs.abs().max()), 1e-3 * largest)


def test_blocks_computed_again_give_the_same_gradients_for_less_memory():
    net, image, info = model(depth=12, decoder_depth=12), torch.rand(1, 4, 48, 48), spectral(4)
    noise, weights, found = torch.rand(1, 144), list(net.parameters()), []
    for net.recompute_blocks in (False, True):
        def step() -> list[torch.Tensor]:
            return list(torch.autograd.grad(net.reconstruct(image, info, 10.0, noise).loss, weights))

        found.append((step(), allocated_peak(step)))
    for ours, theirs in zip(found[1][0], found[0][0], strict=True):
        torch.testing.assert_close(ours, theirs)
    assert found[1][1] < 0.6 * found[0][1]


@pytest.mark.parametrize("sides", [(6, 6), (5, 8)])
@torch.no_grad()
def test_the_segmentation_head(sides):
    torch.manual_seed(0)
    neck, decoder = Neck(16, 32).eval(), UPerNetDecoder(32, 8).eval()
    features, size = [torch.randn(1, 16, *sides) for _ in range(4)], (8 * sides[0], 8 * sides[1])
    assert error(decoder(neck(features), size), plain.segment(neck, decoder, features, size)) <= 1e-5
    levels = [torch.randn(1, 4, 3, 3), torch.randn(1, 4, 6, 6)]
    assert resampled_conv(levels, torch.randn(8, 8, 3, 3), (12, 12)).shape == (1, 8, 12, 12)


@pytest.mark.parametrize("side", [56, 168])
@torch.no_grad()
def test_an_eighth_of_the_memory(side):
    net, info, image = model(embed_dim=256, patch_px=2, rank=4), spectral(60), torch.rand(1, 60, side, side)
    meta = net.patch_embed.metadata(info)
    plain_peak = allocated_peak(lambda: plain.embed_tokens(net.patch_embed, image, info))
    assert allocated_peak(lambda: net.patch_embed(image, meta, contraction="hidden")) * 8 <= plain_peak


@torch.no_grad()
def test_the_bands_are_related_to_each_other_once_for_a_scene(monkeypatch):
    net, calls = model(), []
    whole = net.patch_embed.spectral_aware_transformer.forward
    monkeypatch.setattr(net.patch_embed.spectral_aware_transformer, "forward",
                        lambda embedding: (calls.append(1), whole(embedding))[1])
    for _ in range(3):  # tiles of one scene, each with metadata of its own making
        net(torch.rand(2, 9, 16, 16), spectral(9), 4.0)
    assert len(calls) == 1


def test_allocations_are_counted_at_their_peak():
    def work() -> None:
        first = torch.zeros(2 ** 20)
        del first
        second, third = torch.zeros(2 ** 19), torch.zeros(2 ** 19)
        del second, third

    assert abs(allocated_peak(work) - 2 ** 22) <= 2 ** 12


def test_the_decoder_head_takes_the_form_with_less_work():
    with torch.device("meta"):
        base, small = (HyperLinear(PRESETS[f"specaware-{size}"]) for size in ("base", "small"))
    assert base.cheapest_contraction(tokens=785, bands=224) == "hidden"
    assert base.cheapest_contraction(tokens=785, bands=5) == "merged"
    assert small.cheapest_contraction(tokens=1025, bands=200) == "merged"
