"""Computes what a SpectralGPT parity fixture stores, under the fixture's names (specification section 20)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ..models.spectralgpt import (
    DenseConfig,
    LossOptions,
    SpectralGptAutoencoder,
    SpectralGptChange,
    SpectralGptClassifier,
    SpectralGptConfig,
    SpectralGptSegmentation,
)
from ..models.spectralgpt.tokens import patchify, unpatchify

INPUTS = frozenset({"images", "noise", "image1", "image2"})
# Attention does not depend on the keys' bias: its true gradient is zero and stored values are rounding noise.
ZERO_GRADIENT = "attn.k.bias"
PYRAMID = ("conv0", "conv1", "conv2", "conv3")

Model = TypeVar("Model", bound=nn.Module)


def spectralgpt_outputs(config: Mapping[str, Any], state: Mapping[str, Tensor],
                        data: Mapping[str, Any]) -> dict[str, Tensor]:
    """Run the model a fixture describes on the fixture's inputs.

    Args:
        config: its ``config.json``.
        state: its weights, official names; loaded strictly.
        data: its arrays by name; inputs are read from it, and gradients are computed for the names it lists.

    Returns:
        Tensors by the fixture's names, inputs (`INPUTS`) and gradients that are zero (`ZERO_GRADIENT`) left out.

    Raises:
        KeyError: a model or a setting this program does not know.
        RuntimeError: weights that do not fit the model.
    """
    run = {"spectralgpt-mae": _autoencoder, "spectralgpt-classification": _classifier,
           "spectralgpt-segmentation": _segmentation, "spectralgpt-change": _change}[config["model"]]
    inputs = {name: torch.as_tensor(data[name]) for name in INPUTS if name in data}
    return run(config, state, inputs, set(data))


def _architecture(config: Mapping[str, Any]) -> SpectralGptConfig:
    names = ("bands", "bands_per_token", "patch_px", "image_px", "embed_dim", "depth", "heads", "decoder_dim",
             "decoder_depth", "decoder_heads", "positions")
    return SpectralGptConfig(**{name: config[name] for name in names if name in config},
                             mlp_ratio=float(config["mlp_ratio"]))


def _load(model: Model, state: Mapping[str, Tensor]) -> Model:
    model.load_state_dict(dict(state), strict=True)
    return model.eval()


@contextmanager
def _recorded(modules: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Tensor]]]:
    """Outputs of modules, by the names given here, in the order of their calls."""
    outputs: dict[str, list[Tensor]] = {name: [] for name in modules}

    def keep(name: str) -> Any:
        return lambda module, inputs, output: outputs[name].append(output.detach())

    hooks = [module.register_forward_hook(keep(name)) for name, module in modules.items()]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def _blocks(prefix: str, blocks: nn.ModuleList) -> dict[str, nn.Module]:
    return {f"{prefix}{i}": block for i, block in enumerate(blocks)}


def _autoencoder(config: Mapping[str, Any], state: Mapping[str, Tensor], inputs: Mapping[str, Tensor],
                 wanted: set[str]) -> dict[str, Tensor]:
    sizes = _architecture(config)
    model, images = _load(SpectralGptAutoencoder(sizes), state), inputs["images"]
    values = patchify(images, sizes.bands_per_token, sizes.patch_px)
    grid = (sizes.grid_side,) * 2
    with torch.no_grad():
        found = {"target_patches": values, "pos_embed_full": model.positions(grid),
                 "patch_tokens": model.patch_embed(values).unflatten(1, (sizes.groups, -1))}
    for prefix in sorted({match[0] for match in map(re.compile(r"r\d+_").match, wanted) if match}):
        found |= {prefix + name: value for name, value in _masked(model, inputs, int(prefix[1:-1]) / 100).items()}
    gradients = [name for name in wanted if name.startswith("grad::") and not name.endswith(ZERO_GRADIENT)]
    if gradients:
        model(images, inputs["noise"], 0.9).loss.backward()
        parameters = dict(model.named_parameters())
        found |= {name: parameters[name.removeprefix("grad::")].grad for name in gradients}  # type: ignore[misc]
    return found


@torch.no_grad()
def _masked(model: SpectralGptAutoencoder, inputs: Mapping[str, Tensor], ratio: float) -> dict[str, Tensor]:
    """What is stored for one mask ratio."""
    modules = _blocks("enc_block", model.blocks) | _blocks("dec_block", model.decoder_blocks)
    with _recorded(modules) as recorded:
        out = model(inputs["images"], inputs["noise"], ratio)
    sizes = model.config
    image = unpatchify(out.prediction, (sizes.grid_side,) * 2, sizes.bands_per_token, sizes.patch_px)
    found = {name: values[0] for name, values in recorded.items()}
    found |= {"ids_keep": out.mask.keep, "ids_restore": out.mask.restore, "mask": out.mask.hidden,
              "latent": out.latent, "pred": out.prediction, "unpatchified_pred": image.unsqueeze(1)}
    standardised = model(inputs["images"], inputs["noise"], ratio, LossOptions(norm_pix=True, raw_spectral_target=True))
    for prefix, losses in (("", out), ("normpix_", standardised)):
        found |= {prefix + "loss": losses.loss, prefix + "loss_token": losses.loss_token,
                  prefix + "loss_spectral_sum": losses.loss_spectral}
    return found


@torch.no_grad()
def _classifier(config: Mapping[str, Any], state: Mapping[str, Tensor], inputs: Mapping[str, Tensor],
                wanted: set[str]) -> dict[str, Tensor]:
    model = _load(SpectralGptClassifier(_architecture(config), config["classes"], config["skip_first_token"]), state)
    with _recorded(_blocks("block", model.blocks) | {"pooled_after_norm": model.norm}) as recorded:
        logits = model(inputs["images"])
    tokens = model.tokens(inputs["images"])
    return {name: values[0] for name, values in recorded.items()} | {
        "logits": logits, "pooled_before_norm": model.pooled(inputs["images"]), "all_token_mean": tokens.mean(dim=1),
        "all_tokens_normed": model.norm(tokens)}


def _dense_config(config: Mapping[str, Any]) -> DenseConfig:
    return DenseConfig(tuple(config["pyramid_hidden"]), tuple(config["pyramid_out"]), config["neck"],
                       *config["groupnorm"])


@torch.no_grad()
def _dense(model: SpectralGptSegmentation | SpectralGptChange, images: list[Tensor]) -> dict[str, list[Tensor]]:
    """Outputs of the stages that fixtures store, and of the model under ``out``."""
    stages = {"last_block": model.blocks[-1], "fc": model.fc, "ppm": model.decoder.PPMHead, "decoder": model.decoder,
              "cls_seg": model.cls_seg, **{name: getattr(model, name) for name in PYRAMID}}
    with _recorded(stages) as recorded:
        out = model(*images)
    return recorded | {"out": [out]}


def _segmentation(config: Mapping[str, Any], state: Mapping[str, Tensor], inputs: Mapping[str, Tensor],
                  wanted: set[str]) -> dict[str, Tensor]:
    model = SpectralGptSegmentation(_architecture(config), config["classes"], _dense_config(config))
    stages = _dense(_load(model, state), [inputs["image1"]])
    return {name: values[0] for name, values in stages.items()}


def _change(config: Mapping[str, Any], state: Mapping[str, Tensor], inputs: Mapping[str, Tensor],
            wanted: set[str]) -> dict[str, Tensor]:
    model = SpectralGptChange(_architecture(config), config["classes"], _dense_config(config))
    stages = _dense(_load(model, state), [inputs["image1"], inputs["image2"]])
    per_image = {f"{name}_{i}": value for name in ("last_block", "fc") for i, value in enumerate(stages.pop(name), 1)}
    return per_image | {name: values[0] for name, values in stages.items()}
