"""Computes what a SpecAware parity fixture stores, under the fixture's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ..models.specaware import SpecAwareAutoencoder, SpecAwareConfig, SpecAwareEncoder, SpectralInput
from ..models.specaware.hyper import HyperEmbedding
from ..models.specaware.meta import ATTRIBUTE_KEYS, attribute_vectors, wavelength_fourier
from ..models.specaware.upernet import SpecAwareUPerNet, UPerNetConfig
from ..models.vit import VIT_NORM_EPS
from .rule_weights import state_by_rule

INPUTS = frozenset({"image", "wavelength", "fwhm", "gsd", "mask_noise"})
FEATURE_LAYERS = (2, 5, 8, 11)
# What the fixtures store of large arrays: every so many tokens, channels or pixels.
TOKEN_STEP, CHANNEL_STEP, NECK_STEP, DECODER_STEP = 8, 8, 4, 2


def specaware_outputs(config: Mapping[str, Any], state: Mapping[str, Tensor],
                      data: Mapping[str, Any]) -> dict[str, Tensor]:
    """Run the model a fixture describes on the fixture's inputs.

    Args:
        config: its ``config.json``.
        state: its weights, official names; loaded strictly. Drawn by rule from the configuration's seed if empty.
        data: its arrays by name, of which `INPUTS` are read.

    Returns:
        Tensors by the fixture's names.

    Raises:
        KeyError: a model or a setting this program does not know.
        RuntimeError: weights that do not fit the model.
    """
    run = {"specaware-mae": _autoencoder, "specaware-upernet": _segmentation,
           "specaware-encoder": _encoder}[config["model"]]
    if config.get("vit_norm_eps", VIT_NORM_EPS) != VIT_NORM_EPS:
        raise KeyError(f"vit_norm_eps = {config['vit_norm_eps']}")
    inputs = {name: _plain(data[name]) for name in INPUTS if name in data}
    with torch.no_grad():
        return run(config, state, inputs)


def architecture(config: Mapping[str, Any]) -> SpecAwareConfig:
    """The encoder's and decoder's sizes."""
    decoder = {ours: config[theirs] for ours, theirs in (
        ("decoder_dim", "decoder_embed_dim"), ("decoder_depth", "decoder_depth"),
        ("decoder_heads", "decoder_num_heads"), ("decoder_rank", "decoder_rank")) if theirs in config}
    layers = config.get("feature_idx", [i for i in FEATURE_LAYERS if i < config["depth"]]) or [0]
    return SpecAwareConfig(
        name=config["model"], embed_dim=config["embed_dim"], depth=config["depth"], heads=config["num_heads"],
        mlp_ratio=float(config.get("mlp_ratio", 4)), patch_px=config["patch_size"], wv_planes=config["wv_planes"],
        rank=config["rank"], hyper_layers=config["hyper_layers"], hyper_heads=config["hyper_heads"],
        content_grid=config.get("content_grid", config["img_size"] // config["patch_size"]),
        feature_layers=tuple(layers), **decoder)


def spectral_input(config: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> SpectralInput:
    """The bands and the sensor of a fixture."""
    return SpectralInput(inputs["wavelength"], inputs["fwhm"], config["sensor"], config["level"])


def load(model: nn.Module, config: Mapping[str, Any], state: Mapping[str, Tensor]) -> Any:
    """The model with the fixture's weights, in evaluation mode."""
    if not state:
        state = state_by_rule({name: value.shape for name, value in model.state_dict().items()}, config["seed"])
    model.load_state_dict(dict(state), strict=True)
    return model.eval()


def _plain(value: Any) -> Tensor:
    """Images are stored in half precision; all computing is in single."""
    value = torch.as_tensor(value)
    return value.float() if value.dtype == torch.float16 else value


def _embedding(embed: HyperEmbedding, config: Mapping[str, Any], inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Every step from metadata and pixels to tokens."""
    spectral, steps = spectral_input(config, inputs), embed.spectral_embedding
    wavelength_nm, fwhm_nm = inputs["wavelength"].double(), inputs["fwhm"].double()
    meta = embed.metadata(spectral)
    conditional = embed.conditional(inputs["image"], meta)
    factors = embed.factors(conditional)
    vectors = dict(zip(ATTRIBUTE_KEYS, attribute_vectors(), strict=True))
    return {"sensor_attr": vectors[config["sensor"]], "level_attr": vectors[config["level"]],
            "wavelength_fourier": wavelength_fourier(wavelength_nm, config["wv_planes"]).float(),
            "fwhm_embedding": steps.fwhm(fwhm_nm), "spectral_embedding": steps.spectrum(wavelength_nm, fwhm_nm),
            "meta_embedding": steps(spectral), "enhanced_meta_embedding": meta,
            "content_features": embed.content_feature_extractor(inputs["image"]), "conditional_input": conditional,
            "U": factors.u, "V": factors.v, "bias": factors.bias, "tokens": embed(inputs["image"], meta)}


def _autoencoder(config: Mapping[str, Any], state: Mapping[str, Tensor],
                 inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    model = load(SpecAwareAutoencoder(architecture(config)), config, state)
    image, gsd_m, spectral = inputs["image"], inputs["gsd"], spectral_input(config, inputs)
    grid = (image.shape[2] // config["patch_size"], image.shape[3] // config["patch_size"])
    blocks: list[Tensor] = []
    hook = model.blocks[0].register_forward_hook(lambda module, args, output: blocks.append(output))
    out = model.reconstruct(image, spectral, gsd_m, inputs["mask_noise"], config["mask_ratio"],
                            target="patch" if config["norm_pix_loss"] else "raw")
    hook.remove()
    meta = model.patch_embed.metadata(spectral)
    latent = model.encode_visible(image, meta, grid, gsd_m, out.mask.keep)
    decoded = model.decode(latent, out.mask.restore, grid, gsd_m)
    return _embedding(model.patch_embed, config, inputs) | _pixels(model, decoded, meta) | {
        "pos_embed": model.positions(grid, gsd_m, model.config.embed_dim),
        "decoder_pos_embed": model.positions(grid, gsd_m, model.config.decoder_dim),
        "ids_restore": out.mask.restore, "mask": out.mask.hidden, "block0": blocks[0], "encoder_latent": latent,
        "encoder_latent_unmasked": model(image, spectral, gsd_m).tokens, "decoder_tokens": decoded,
        "pred": out.prediction, "loss_spectral": out.loss_spectral, "loss_charbonnier": out.loss_charbonnier,
        "loss": out.loss}


def _pixels(model: SpecAwareAutoencoder, decoded: Tensor, meta: Tensor) -> dict[str, Tensor]:
    """The steps of HyperLinear."""
    head = model.decoder_pred
    pooled, conditional = head.x_attention_pool(decoded), head.conditional(decoded, meta)
    factors = head.factors(conditional)
    return {"dec_attention": head.x_attention_pool.attention(decoded), "dec_pooled": pooled,
            "dec_x_features": head.x_feature_extractor(pooled)[:, 0], "dec_generator_input": conditional,
            "dec_U": factors.u, "dec_V": factors.v, "dec_bias": factors.bias}


def _segmentation(config: Mapping[str, Any], state: Mapping[str, Tensor],
                  inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    sizes = UPerNetConfig(architecture(config), config["num_classes"], config["decoder_pyramid_channels"],
                          config["decoder_segmentation_channels"])
    model = load(SpecAwareUPerNet(sizes), config, state)
    image, spectral = inputs["image"], spectral_input(config, inputs)
    side = sizes.encoder.content_grid
    average, maximum = model.encoder.patch_embed.content_feature_extractor.pool(image)
    out = model.encoder(image, spectral, inputs["gsd"])
    levels = model.neck(out.features)
    pyramid = model.decoder.pyramid(levels)
    decoded = model.decoder(levels, model.decoded_size(out.features[0]))
    other = SpectralInput(inputs["wavelength"][0], inputs["fwhm"][0], "others", "L1")
    return _embedding(model.encoder.patch_embed, config, inputs) | {
        "pool_avg": average[0, 0].view(side, side), "pool_max": maximum[0, 0].view(side, side),
        "encoder_tokens": out.tokens, "encoder_tokens_gsd_default_others_L1": model.encoder(image, other).tokens,
        **{f"feature{i}": feature for i, feature in enumerate(out.features)},
        "neck0": levels[0][:, :, ::NECK_STEP, ::NECK_STEP],
        **{f"neck{i}": level for i, level in enumerate(levels) if i > 0}, "psp": pyramid[0], "fpn0": pyramid[1],
        "decoder_out": decoded[:, :, ::DECODER_STEP, ::DECODER_STEP],
        "logits": model(image, spectral, inputs["gsd"])}


def _encoder(config: Mapping[str, Any], state: Mapping[str, Tensor],
             inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    model = load(SpecAwareEncoder(architecture(config)), config, state)
    out = model(inputs["image"], spectral_input(config, inputs), inputs["gsd"])
    found = _embedding(model.patch_embed, config, inputs)
    u_last = model.patch_embed.matrix_generator.u_last
    features = {f"feature{i}": feature[0, ::CHANNEL_STEP] for i, feature in enumerate(out.features)}
    return found | features | {
        "tokens": found["tokens"][:, ::TOKEN_STEP], "encoder_tokens": out.tokens[:, ::TOKEN_STEP],
        "U_00": found["U"][0, 0, :8], "V_00": found["V"][0, 0, :8],
        "check_blocks_0_attn_qkv_weight_00_8": model.blocks[0].attn.qkv.weight[0, :8],
        "check_u_generator_6_weight_last8": u_last.weight.flatten()[-8:]}
