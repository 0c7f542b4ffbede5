from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.errors import ModelError
from engine.models.resampled_conv import folded_conv, folding_is_cheaper, plain_conv, resampled_conv, resize
from engine.models.specaware import PRESETS, SpecAwareConfig, SpecAwareEncoder, SpectralInput
from engine.models.specaware.patch_resize import LAST_LAYER, resize_generator, resize_patch, with_patch
from engine.models.specaware.upernet import SpecAwareUPerNet, UPerNetConfig

ENCODER = SpecAwareConfig(name="tiny", embed_dim=16, depth=4, heads=2, patch_px=4, wv_planes=16, rank=4, hyper_heads=2,
                          content_grid=4, feature_layers=(0, 1, 2, 3))
SIZES = UPerNetConfig(ENCODER, classes=3, pyramid_dim=8, segmentation_dim=4)
SPECTRAL = SpectralInput([450.0, 550, 650, 850, 1600], [10.0] * 5)


def model(**changes) -> SpecAwareUPerNet:
    torch.manual_seed(0)
    return SpecAwareUPerNet(replace(SIZES, encoder=replace(ENCODER, **changes))).eval()


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(1, 12), cols=st.integers(1, 12), down=st.floats(1, 5), across=st.floats(1, 5),
       seed=st.integers(0, 99))
@torch.no_grad()
def test_folding_equals_enlarging_first_up_to_the_border(rows, cols, down, across, seed):
    torch.manual_seed(seed)
    level, weight = torch.randn(2, 6, rows, cols), torch.randn(5, 6, 3, 3)
    size = (int(rows * down), int(cols * across))
    plain = plain_conv(level, weight, size)
    error = (folded_conv(level, weight, size) - plain).abs().max() / plain.abs().max()
    assert float(error) <= 1e-5


@torch.no_grad()
def test_the_bottleneck_at_full_width_equals_its_formula():
    torch.manual_seed(0)
    levels, weight = [torch.randn(1, 256, side, side) for side in (3, 7, 14, 28)], torch.randn(16, 1024, 3, 3) / 50
    assert all(folding_is_cheaper(level.shape, 16, (56, 56)) for level in levels)
    joined = torch.cat([functional.interpolate(x, size=(56, 56), mode="bilinear") for x in levels], dim=1)
    plain = functional.conv2d(joined, weight, padding=1)
    error = (resampled_conv(levels, weight, (56, 56)) - plain).abs().max() / plain.abs().max()
    assert float(error) <= 1e-5


def test_folding_is_chosen_where_it_spares_work():
    assert folding_is_cheaper((1, 256, 112, 112), 64, (224, 224))
    assert not folding_is_cheaper((1, 256, 224, 224), 64, (224, 224))
    assert not folding_is_cheaper((1, 256, 16, 16), 64, (8, 8))
    assert not folding_is_cheaper((1, 4, 112, 112), 64, (224, 224))


def test_gradients_of_the_folded_form_are_those_of_the_plain_one():
    torch.manual_seed(0)
    gradients = []
    for form in (plain_conv, folded_conv):
        level = torch.linspace(-1, 1, 2 * 3 * 20).view(2, 3, 4, 5).requires_grad_()
        weight = torch.linspace(-1, 1, 2 * 3 * 9).view(2, 3, 3, 3).requires_grad_()
        gradients.append(torch.autograd.grad(form(level, weight, (8, 15)).square().sum(), (level, weight)))
    for plain, folded in zip(*gradients, strict=True):
        torch.testing.assert_close(folded, plain, rtol=1e-4, atol=1e-3)


@torch.no_grad()
@pytest.mark.parametrize("patch_px", [2, 4, 8])
@pytest.mark.parametrize("sides", [(24, 24), (17, 30)])
def test_logits_are_as_large_as_the_image(patch_px, sides):
    logits = model(patch_px=patch_px)(torch.rand(2, 5, *sides), SPECTRAL, 5.0)
    assert logits.shape == (2, 3, *sides)
    assert bool(torch.isfinite(logits).all())


@torch.no_grad()
def test_the_decoder_works_at_the_image_size():
    assert model(patch_px=8).decoded_size(torch.zeros(1, 16, 3, 5)) == (24, 40)
    assert model(patch_px=16).decoded_size(torch.zeros(1, 16, 3, 5)) == (48, 80)


def test_every_weight_learns():
    segmentation = model().train()
    logits = segmentation(torch.rand(2, 5, 16, 16), SPECTRAL, 5.0)
    functional.cross_entropy(logits, torch.randint(0, 3, (2, 16, 16))).backward()
    silent = [name for name, p in segmentation.named_parameters()
              if p.grad is None or not bool(torch.isfinite(p.grad).all())]
    assert silent == []


def test_images_and_sizes_that_cannot_be():
    with pytest.raises(ModelError, match="too small"):
        model()(torch.rand(1, 5, 4, 9), SPECTRAL)
    with pytest.raises(ModelError, match="4 feature maps"):
        UPerNetConfig(replace(ENCODER, feature_layers=(1, 3)), 3)
    with pytest.raises(ModelError, match="6 pyramid"):
        UPerNetConfig(ENCODER, 3, pyramid_dim=6)


@torch.no_grad()
def test_resampled_patches_see_the_same_ground():
    """A flat image stays flat; positions of twice the patch at the same GSD are twice as far apart."""
    torch.manual_seed(0)
    small, sizes = SpecAwareEncoder(ENCODER).eval(), with_patch(ENCODER, 8)
    large = SpecAwareEncoder(sizes).eval()
    large.load_state_dict(resize_patch(small.state_dict(), ENCODER, 8))
    assert (sizes.patch_px, sizes.position_scale) == (8, 2.0)
    assert torch.equal(large.positions((2, 2), 5.0, 16)[0, 1:], small.positions((3, 3), 5.0, 16)[0, [1, 3, 7, 9]])
    image = torch.full((1, 5, 16, 16), 0.3)
    kernels = [m.patch_embed.factors(m.patch_embed.conditional(image, m.patch_embed.metadata(SPECTRAL))).kernels()
               for m in (small, large)]
    # Bilinear enlargement by 2 keeps the mean: four times the pixels, four times the sum.
    torch.testing.assert_close(kernels[1].sum(-1), 4 * kernels[0].sum(-1), rtol=1e-3, atol=1e-4)


def test_the_same_patch_changes_nothing():
    state = SpecAwareEncoder(ENCODER).state_dict()
    same = resize_patch(state, ENCODER, 4)
    assert torch.equal(same[f"{LAST_LAYER}.weight"], state[f"{LAST_LAYER}.weight"])
    assert with_patch(PRESETS["specaware-base"], 8) == PRESETS["specaware-base"]


@pytest.mark.parametrize(("rows", "rank", "mode"), [(60, 4, "bilinear"), (64, 5, "nearest"), (64, 4, "cubic")])
def test_kernels_that_are_not_square_are_refused(rows, rank, mode):
    with pytest.raises(ModelError):
        resize_generator(torch.zeros(rows, 3), torch.zeros(rows), rank, 4, mode)


def test_resize_keeps_a_map_of_the_right_size():
    x = torch.rand(1, 2, 3, 4)
    assert resize(x, (3, 4)) is x
