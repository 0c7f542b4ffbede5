from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch.nn import functional

from engine.errors import ModelError
from engine.models.spectralgpt import (
    PRESETS,
    LossOptions,
    SpectralGptAutoencoder,
    SpectralGptChange,
    SpectralGptClassifier,
    SpectralGptConfig,
    SpectralGptEncoder,
    SpectralGptSegmentation,
)
from engine.models.spectralgpt.autoencoder import spectral_loss, standardise, token_loss
from engine.models.spectralgpt.blocks import DropPath
from engine.models.spectralgpt.pyramid import resize
from engine.models.spectralgpt.tokens import patchify, resize_table, separable_positions, unpatchify
from engine.models.vit import parameter_count

from .small import THIN, TINY, images, with_weights

REGRESSION = Path(__file__).with_name("regression.safetensors")
NOISE = images(2, 32, seed=3)


def regression_outputs() -> dict[str, torch.Tensor]:
    """What `regression.safetensors` holds; run this module to write it anew."""
    x, y = images(2, 6, 16, 16), images(2, 6, 16, 16, seed=2)
    model = with_weights(SpectralGptAutoencoder(TINY))
    masked = model(x, NOISE, 0.75)
    masked.loss.backward()
    found = {"latent": masked.latent, "prediction": masked.prediction[0], "loss_token": masked.loss_token,
             "loss_spectral": masked.loss_spectral, "gradient": model.pos_embed_temporal.grad,
             "gradient_embedding": model.patch_embed.proj.bias.grad,
             "logits": with_weights(SpectralGptClassifier(TINY, 5))(x),
             "segmentation": with_weights(SpectralGptSegmentation(TINY, 3, THIN))(x)[0],
             "change": with_weights(SpectralGptChange(TINY, 2, THIN))(x, y)[0],
             "other_grid": model(images(1, 6, 8, 12), images(1, 12)).prediction}
    return {name: value.detach().contiguous() for name, value in found.items()}


def test_outputs_are_those_stored():
    torch.set_num_threads(1)
    stored = load_file(REGRESSION)
    found = regression_outputs()
    assert found.keys() == stored.keys()
    for name, value in found.items():
        torch.testing.assert_close(value, stored[name], rtol=1e-4, atol=1e-5, msg=name)


@pytest.mark.parametrize(("name", "entries", "encoder", "total_96", "total_128"), [
    ("spectralgpt-base", 271, 85_403_904, 98_496_960, 98_640_320),
    ("spectralgpt-large", 463, 302_775_296, 315_970_752, 316_142_784),
    ("spectralgpt-huge", 591, 630_260_480, 643_558_336, 643_759_040)])
def test_sizes_are_the_published_ones(name, entries, encoder, total_96, total_128):
    with torch.device("meta"):
        assert parameter_count(SpectralGptEncoder(PRESETS[name])) == encoder
        assert parameter_count(SpectralGptAutoencoder(replace(PRESETS[name], image_px=96))) == total_96
        whole = SpectralGptAutoencoder(PRESETS[name])
    assert parameter_count(whole) == total_128
    assert len(whole.state_dict()) == entries


@settings(deadline=None, max_examples=30)
@given(groups=st.integers(1, 3), per_token=st.integers(1, 3), rows=st.integers(1, 3), cols=st.integers(1, 3),
       patch=st.integers(1, 3))
def test_tokens_are_blocks_of_bands_and_pixels(groups, per_token, rows, cols, patch):
    x = images(2, groups * per_token, rows * patch, cols * patch)
    tokens = patchify(x, per_token, patch)
    t, r, c = groups - 1, rows - 1, cols // 2
    block = x[:, t * per_token:(t + 1) * per_token, r * patch:(r + 1) * patch, c * patch:(c + 1) * patch]
    assert torch.equal(tokens[:, (t * rows + r) * cols + c], block.flatten(1))
    assert torch.equal(unpatchify(tokens, (rows, cols), per_token, patch), x)


@torch.no_grad()
def test_embedding_is_the_3d_convolution():
    embed, x = with_weights(SpectralGptEncoder(TINY)).patch_embed, images(2, 6, 16, 16)
    convolved = embed.proj(x.unsqueeze(1)).flatten(2).transpose(1, 2)
    torch.testing.assert_close(embed(patchify(x, 3, 4)), convolved)


@torch.no_grad()
def test_attention_is_its_formula():
    attention, x = with_weights(SpectralGptEncoder(TINY)).blocks[0].attn, images(2, 5, 16)
    heads = []
    for rows in (slice(0, 8), slice(8, 16)):
        q, k, v = (functional.linear(x, m.weight[rows], m.bias[rows]) for m in (attention.q, attention.k, attention.v))
        heads.append(torch.softmax(q @ k.transpose(1, 2) / 8 ** 0.5, dim=-1) @ v)
    torch.testing.assert_close(attention(x), attention.proj(torch.cat(heads, dim=-1)))


@pytest.mark.parametrize(("side", "kept"), [(96, 57), (128, 102), (32, 6), (48, 14)])
def test_ninety_percent_are_hidden_jointly(side, kept):
    config = replace(TINY, bands=12, patch_px=8, image_px=side)
    n = config.groups * config.grid_side ** 2
    out = SpectralGptAutoencoder(config)(images(2, 12, side, side), images(2, n))
    assert out.latent.shape == (2, kept, 16)
    assert out.mask.hidden.sum(dim=1).tolist() == [n - kept] * 2
    assert out.mask.hidden.unflatten(1, (4, -1)).std(dim=1).max() > 0  # groups of a patch are not hidden together


@torch.no_grad()
def test_hidden_tokens_cannot_be_seen():
    model, x = with_weights(SpectralGptAutoencoder(TINY)), images(2, 6, 16, 16)
    out = model(x, NOISE, 0.75)
    hidden = unpatchify(out.mask.hidden.unsqueeze(-1).expand(-1, -1, 48), (4, 4), 3, 4)
    other = model(x + 5 * hidden, NOISE, 0.75)
    assert torch.equal(out.latent, other.latent)
    assert torch.equal(out.prediction, other.prediction)
    assert other.loss_token > out.loss_token


@torch.no_grad()
def test_decoder_puts_tokens_back_in_their_places():
    model, x = with_weights(SpectralGptAutoencoder(TINY)), images(1, 6, 16, 16)
    first, second = (model(x, noise, 0.0).prediction for noise in (NOISE[:1], NOISE[1:]))
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-5)


def test_losses_are_their_formulas():
    prediction, target = images(2, 8, 3), images(2, 8, 3, seed=5)
    hidden = torch.tensor([[1, 0] * 4, [1, 1, 1, 0] * 2]).float()
    squares = [(prediction[b, n] - target[b, n]).square().mean() for b in range(2) for n in range(8) if hidden[b, n]]
    torch.testing.assert_close(token_loss(prediction, target, hidden), torch.stack(squares).mean())
    p, t = (v.view(2, 2, 4, 3) for v in (prediction, target))
    torch.testing.assert_close(spectral_loss(prediction, target, 2, "sum"),
                               functional.mse_loss(p[:, 0] + p[:, 1], t[:, 0] + t[:, 1]))
    mean3 = functional.mse_loss(p.mean(1), t.mean(1)) / 2 + functional.mse_loss(p.mean(2), t.mean(2)) / 2
    torch.testing.assert_close(spectral_loss(prediction, target, 2, "mean3"), mean3)
    assert spectral_loss(prediction, target, 2, "none") == 0
    standard = standardise(target)
    torch.testing.assert_close(standard.var(dim=-1), torch.ones(2, 8), rtol=1e-2, atol=0)


@torch.no_grad()
def test_loss_options():
    model, x = with_weights(SpectralGptAutoencoder(TINY)), images(2, 6, 16, 16)
    plain, same, raw = (model(x, NOISE, 0.75, options) for options in (
        None, LossOptions(norm_pix=True), LossOptions(norm_pix=True, raw_spectral_target=True)))
    assert same.loss_token == raw.loss_token != plain.loss_token
    assert raw.loss_spectral == plain.loss_spectral != same.loss_spectral
    assert model(x, NOISE, 0.75, LossOptions(spectral="none")).loss == plain.loss_token
    with pytest.raises(ValueError, match="not one of"):
        LossOptions(spectral="cosine")


@torch.no_grad()
def test_position_tables_are_interpolated_within_groups():
    spatial, spectral = images(1, 16, 5), images(1, 3, 5, seed=2)
    resized = resize_table(spatial, 1, (4, 4), (6, 5))
    joint = resize_table(separable_positions(spatial, spectral), 3, (4, 4), (6, 5))
    torch.testing.assert_close(joint, separable_positions(resized, spectral))
    assert resize_table(spatial, 1, (4, 4), (4, 4)) is spatial
    constant = resize_table(torch.full((1, 16, 5), 2.0), 1, (4, 4), (7, 3))
    torch.testing.assert_close(constant, torch.full((1, 21, 5), 2.0))
    assert torch.equal(separable_positions(spatial, spectral)[0, 2 * 16 + 7], spatial[0, 7] + spectral[0, 2])


@torch.no_grad()
def test_classifier_options():
    x = images(2, 6, 16, 16)
    plain, skipping = (with_weights(SpectralGptClassifier(TINY, 5, skip)) for skip in (False, True))
    torch.testing.assert_close(plain.pooled(x), plain.tokens(x).mean(dim=1))
    torch.testing.assert_close(skipping.pooled(x), plain.tokens(x)[:, 1:].mean(dim=1))
    torch.testing.assert_close(plain(x), plain.head(plain.norm(plain.pooled(x))))
    joint = SpectralGptClassifier(replace(TINY, positions="joint"), 5).eval()
    torch.testing.assert_close(joint(x.flip(2)), joint(unpatchify(patchify(x.flip(2), 3, 4).unflatten(
        1, (2, 16)).flip(2).flatten(1, 2), (4, 4), 3, 4)))  # a table of zeros does not know places


@torch.no_grad()
def test_levels_are_fused_as_if_joined():
    decoder = with_weights(SpectralGptSegmentation(TINY, 3, THIN)).decoder
    levels = [images(2, 4, side, side + 1, seed=side) for side in (4, 8, 16, 32)]
    joined = torch.cat([resize(level, (32, 33)) for level in levels], dim=1)
    torch.testing.assert_close(decoder.fuse(levels), decoder.fuse_all(joined), rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_maps_have_the_size_of_the_image():
    config = replace(TINY, patch_px=8, image_px=32)
    assert with_weights(SpectralGptSegmentation(config, 3, THIN))(images(1, 6, 32, 48)).shape == (1, 3, 32, 48)
    out = with_weights(SpectralGptChange(config, 2, THIN))(images(1, 6, 32, 48), images(1, 6, 32, 48, seed=2))
    torch.testing.assert_close(out.exp().sum(dim=1), torch.ones(1, 32, 48))


@torch.no_grad()
def test_change_is_a_signed_difference():
    model, x, y = with_weights(SpectralGptChange(TINY, 2, THIN)), images(1, 6, 16, 16), images(1, 6, 16, 16, seed=2)
    out, back = model(x, y), model(y, x)
    assert (out - back).abs().max() > 0.01
    model.fc[0].bias += 3
    torch.testing.assert_close(model(x, y), out, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(model(x, x), model(y, y))


def test_dropout_places_differ_between_the_models():
    def dropped(model):
        return {name for name, module in model.named_modules() if isinstance(module, torch.nn.Dropout) and module.p}

    neck = {f"decoder.{name}.3" for name in ("Conv_fuse1", "Conv_fuse1_", "Conv_fuse2", "Conv_fuse2_", "Conv_fuse3",
                                             "Conv_fuse3_", "fuse_all")}
    assert dropped(SpectralGptChange(TINY, 2, THIN)) == neck
    assert dropped(SpectralGptSegmentation(TINY, 3, THIN)) == neck | {"conv0.4", "conv1.4", "conv2.4", "conv3.3",
                                                                      "decoder.PPMHead.final.3"}


def test_drop_path():
    torch.manual_seed(0)
    drop, x = DropPath(0.25), torch.ones(4000, 2, 3)
    out = drop(x)
    assert torch.equal(out[:, 0, 0], out[:, 1, 2])
    assert out.unique().tolist() == [0, pytest.approx(4 / 3)]
    assert out.mean() == pytest.approx(1, abs=0.05)
    assert drop.eval()(x) is x
    rates = [block.drop_path.rate for block in SpectralGptEncoder(replace(TINY, depth=5), 0.2).blocks]
    assert rates == pytest.approx([0, 0.05, 0.1, 0.15, 0.2])


@torch.no_grad()
def test_start_of_pretraining():
    torch.manual_seed(0)
    model = SpectralGptAutoencoder(replace(TINY, embed_dim=64, decoder_dim=64))
    assert model.pos_embed_spatial.std().item() == pytest.approx(0.02, rel=0.2)
    assert model.mask_token.std().item() == pytest.approx(0.02, rel=0.4)
    bound = (6 / (48 + 64)) ** 0.5
    assert bound * 0.99 < model.patch_embed.proj.weight.abs().max() <= bound
    assert model.blocks[0].mlp.fc1.bias.abs().max() == 0


@pytest.mark.parametrize("shape", [(1, 5, 16, 16), (1, 6, 15, 16), (1, 6, 16, 0)])
def test_images_that_do_not_fit_are_refused(shape):
    with pytest.raises(ModelError, match=r"bands|patches"):
        SpectralGptEncoder(TINY)(torch.zeros(shape))


@pytest.mark.parametrize("changes", [{"bands": 10, "bands_per_token": 3}, {"image_px": 20, "patch_px": 8},
                                     {"heads": 0}, {"positions": "sine"}, {"depth": 0}, {"mlp_ratio": 0.0}])
def test_impossible_architectures_are_refused(changes):
    with pytest.raises(ModelError, match="impossible"):
        SpectralGptConfig(**changes)


if __name__ == "__main__":
    save_file(regression_outputs(), REGRESSION)
