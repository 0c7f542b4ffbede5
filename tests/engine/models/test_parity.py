"""Agreement with the authors' code on its outputs for synthetic scenes and random weights."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareConfig, SpecAwareEncoder, SpectralInput
from engine.models.specaware.meta import ATTRIBUTE_KEYS, attribute_vectors, wavelength_fourier
from engine.models.specaware.positions import gsd_positions

from .rule_weights import state_by_rule

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "specaware"
TOLERANCE = 2e-5
MAE = ("mae_av3_L2", "mae_avng_L1", "mae_avc_L2")

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="shared fixtures not found")


def assert_same(name: str, found, expected) -> None:
    found, expected = (np.asarray(torch.as_tensor(x).detach(), np.float64) for x in (found, expected))
    assert found.shape == expected.shape, name
    error = np.abs(found - expected).max() / np.abs(expected).max()
    assert error <= TOLERANCE, f"{name}: {error:.2e}"


def config_of(folder: str) -> SpecAwareConfig:
    c = json.loads((FIXTURES / folder / "config.json").read_text())
    mae = {} if "decoder_embed_dim" not in c else {
        "decoder_dim": c["decoder_embed_dim"], "decoder_depth": c["decoder_depth"],
        "decoder_heads": c["decoder_num_heads"], "decoder_rank": c["decoder_rank"]}
    return SpecAwareConfig(
        name=folder, embed_dim=c["embed_dim"], depth=c["depth"], heads=c["num_heads"], patch_px=c["patch_size"],
        wv_planes=c["wv_planes"], rank=c["rank"], hyper_layers=c["hyper_layers"], hyper_heads=c["hyper_heads"],
        content_grid=c.get("content_grid", c["img_size"] // c["patch_size"]),
        feature_layers=tuple(i for i in (2, 5, 8, 11) if i < c["depth"]) or (0,), **mae)


@cache
def arrays(folder: str) -> dict[str, torch.Tensor]:
    with np.load(FIXTURES / folder / "data.npz") as data:
        return {name: torch.from_numpy(data[name].astype(np.float32) if data[name].dtype == np.float16 else data[name])
                for name in data.files}


def spectral_of(folder: str, **changes) -> SpectralInput:
    c, d = json.loads((FIXTURES / folder / "config.json").read_text()), arrays(folder)
    return SpectralInput(**{"wavelength_nm": d["wavelength"], "fwhm_nm": d["fwhm"], "sensor": c["sensor"],
                            "level": c["level"]} | changes)


@cache
def mae_case(folder: str) -> SimpleNamespace:
    torch.set_num_threads(1)
    model = SpecAwareAutoencoder(config_of(folder)).eval()
    model.load_state_dict(load_file(FIXTURES / folder / "state.safetensors"), strict=True)
    c, d = json.loads((FIXTURES / folder / "config.json").read_text()), arrays(folder)
    blocks = []
    hook = model.blocks[0].register_forward_hook(lambda module, inputs, output: blocks.append(output))
    with torch.no_grad():
        meta = model.patch_embed.metadata(spectral_of(folder))
        output = model.reconstruct(d["image"], spectral_of(folder), d["gsd"], d["mask_noise"], c["mask_ratio"],
                                   target="patch" if c["norm_pix_loss"] else "raw")
    hook.remove()
    grid = (c["img_size"] // c["patch_size"],) * 2
    return SimpleNamespace(model=model, meta=meta, output=output, block0=blocks[0], data=d, grid=grid)


@pytest.mark.parametrize("folder", MAE)
@torch.no_grad()
def test_conditional_input(folder):
    case = mae_case(folder)
    d, embed, spectral = case.data, case.model.patch_embed, spectral_of(folder)
    width = embed.config.wv_planes
    fourier = wavelength_fourier(spectral.wavelength_nm, width).float()
    assert_same("wavelength_fourier", fourier, d["wavelength_fourier"])
    assert_same("fwhm_embedding", embed.spectral_embedding.fwhm(spectral.fwhm_nm), d["fwhm_embedding"])
    assert_same("spectral_embedding", embed.spectral_embedding.spectrum(spectral.wavelength_nm, spectral.fwhm_nm),
                d["spectral_embedding"])
    assert_same("meta_embedding", embed.spectral_embedding(spectral), d["meta_embedding"])
    assert_same("enhanced_meta_embedding", case.meta, d["enhanced_meta_embedding"])
    assert_same("content_features", embed.content_feature_extractor(d["image"]), d["content_features"])
    assert_same("conditional_input", embed.conditional(d["image"], case.meta), d["conditional_input"])


@pytest.mark.parametrize("folder", MAE)
@torch.no_grad()
def test_factors_and_tokens(folder):
    case = mae_case(folder)
    d, embed = case.data, case.model.patch_embed
    factors = embed.factors(d["conditional_input"])
    assert_same("U", factors.u, d["U"])
    assert_same("V", factors.v, d["V"])
    assert_same("bias", factors.bias, d["bias"])
    for contraction in ("auto", "factored", "merged", "hidden"):
        assert_same(f"tokens {contraction}", embed(d["image"], case.meta, contraction=contraction), d["tokens"])
    assert_same("pos_embed", case.model.positions(case.grid, d["gsd"], embed.config.embed_dim), d["pos_embed"])
    assert_same("decoder_pos_embed", case.model.positions(case.grid, d["gsd"], embed.config.decoder_dim),
                d["decoder_pos_embed"])


@pytest.mark.parametrize("folder", MAE)
@torch.no_grad()
def test_masked_encoder(folder):
    case = mae_case(folder)
    d, mask = case.data, case.output.mask
    assert torch.equal(mask.restore, d["ids_restore"])
    assert torch.equal(mask.hidden, d["mask"])
    assert_same("block0", case.block0, d["block0"])
    latent = case.model.encode_visible(d["image"], case.meta, case.grid, d["gsd"], mask.keep)
    assert_same("encoder_latent", latent, d["encoder_latent"])
    whole = case.model.encode_visible(d["image"], case.meta, case.grid, d["gsd"], None)
    assert_same("encoder_latent_unmasked", whole, d["encoder_latent_unmasked"])
    assert_same("encoder tokens", case.model(d["image"], spectral_of(folder), d["gsd"]).tokens,
                d["encoder_latent_unmasked"])


@pytest.mark.parametrize("folder", MAE)
@torch.no_grad()
def test_decoder_and_losses(folder):
    case = mae_case(folder)
    d, head, out = case.data, case.model.decoder_pred, case.output
    tokens = case.model.decode(d["encoder_latent"], d["ids_restore"], case.grid, d["gsd"])
    assert_same("decoder_tokens", tokens, d["decoder_tokens"])
    assert_same("dec_attention", head.x_attention_pool.attention(tokens), d["dec_attention"])
    pooled = head.x_attention_pool(tokens)
    assert_same("dec_pooled", pooled, d["dec_pooled"])
    assert_same("dec_x_features", head.x_feature_extractor(pooled)[:, 0], d["dec_x_features"])
    conditional = head.conditional(tokens, case.meta)
    assert_same("dec_generator_input", conditional, d["dec_generator_input"])
    factors = head.factors(conditional)
    for name, value in (("dec_U", factors.u), ("dec_V", factors.v), ("dec_bias", factors.bias),
                        ("pred", out.prediction), ("loss_spectral", out.loss_spectral),
                        ("loss_charbonnier", out.loss_charbonnier), ("loss", out.loss)):
        assert_same(name, value, d[name])


@torch.no_grad()
def test_downstream_encoder():
    torch.set_num_threads(1)
    d = arrays("upernet_avng_L2")
    model = SpecAwareEncoder(config_of("upernet_avng_L2")).eval()
    state = load_file(FIXTURES / "upernet_avng_L2" / "state.safetensors")
    model.load_state_dict({name.removeprefix("encoder."): value for name, value in state.items()
                           if name.startswith("encoder.")}, strict=True)
    embed, spectral = model.patch_embed, spectral_of("upernet_avng_L2")
    average, maximum = embed.content_feature_extractor.pool(d["image"])
    assert_same("pool_avg", average[0, 0].view(28, 28), d["pool_avg"])
    assert_same("pool_max", maximum[0, 0].view(28, 28), d["pool_max"])
    meta = embed.metadata(spectral)
    conditional = embed.conditional(d["image"], meta)
    factors, output = embed.factors(conditional), model(d["image"], spectral, d["gsd"])
    for name, value in (("content_features", embed.content_feature_extractor(d["image"])),
                        ("conditional_input", conditional), ("U", factors.u), ("V", factors.v), ("bias", factors.bias),
                        ("tokens", embed(d["image"], meta)), ("encoder_tokens", output.tokens),
                        *((f"feature{i}", feature) for i, feature in enumerate(output.features))):
        assert_same(name, value, d[name])
    wavelength, fwhm = (d[name][0] for name in ("wavelength", "fwhm"))
    other = spectral_of("upernet_avng_L2", wavelength_nm=wavelength, fwhm_nm=fwhm, sensor="others", level="L1")
    assert_same("encoder_tokens_gsd_default_others_L1", model(d["image"], other).tokens,
                d["encoder_tokens_gsd_default_others_L1"])


@torch.no_grad()
def test_full_size_base_encoder():
    d = arrays("encoder_base_rule")
    model = SpecAwareEncoder(PRESETS["specaware-base"]).eval()
    model.load_state_dict(state_by_rule({n: list(p.shape) for n, p in model.state_dict().items()}, 909))
    embed, spectral = model.patch_embed, spectral_of("encoder_base_rule")
    assert_same("rule", model.blocks[0].attn.qkv.weight[0, :8], d["check_blocks_0_attn_qkv_weight_00_8"])
    assert_same("rule", embed.matrix_generator.u_last.weight.flatten()[-8:], d["check_u_generator_6_weight_last8"])
    meta = embed.metadata(spectral)
    conditional = embed.conditional(d["image"], meta)
    factors, output = embed.factors(conditional), model(d["image"], spectral, d["gsd"])
    for name, value in (("conditional_input", conditional), ("U_00", factors.u[0, 0, :8]),
                        ("V_00", factors.v[0, 0, :8]), ("bias", factors.bias),
                        ("tokens", embed(d["image"], meta)[:, ::8]),
                        ("encoder_tokens", output.tokens[:, ::8]), ("feature0", output.features[0][0, ::8]),
                        ("feature2", output.features[2][0, ::8])):
        assert_same(name, value, d[name])


@pytest.mark.parametrize(("file", "entry", "kind", "preset"), [
    ("mae", "base", SpecAwareAutoencoder, "specaware-base"), ("mae", "large", SpecAwareAutoencoder, "specaware-large"),
    ("down", "encoder", SpecAwareEncoder, "specaware-base")])
def test_names_and_shapes_are_the_official_ones(file, entry, kind, preset):
    listed = json.loads((FIXTURES / f"state_dict_shapes_{file}.json").read_text())
    (official,) = (value for name, value in listed.items() if entry in name)
    attribute_vectors()
    with torch.device("meta"):
        ours = {name: list(value.shape) for name, value in kind(PRESETS[preset]).state_dict().items()}
    assert ours == official["tensors"]


def test_constants():
    with np.load(FIXTURES / "attribute_embeddings.npz") as data:
        stored = dict(zip(data["keys"].tolist(), data["embeddings"], strict=True))
    assert_same("attributes", attribute_vectors(), np.stack([stored[key] for key in ATTRIBUTE_KEYS]))
    with np.load(FIXTURES / "embeddings.npz") as data:
        fourier = wavelength_fourier(torch.from_numpy(data["wavelength"]), 128).float()
        assert_same("fourier", fourier, data["fourier128"])
        grid = int(data["grid"])
        assert_same("positions", gsd_positions(grid, grid, data["gsd"].tolist(), 768), data["pos_768"])
