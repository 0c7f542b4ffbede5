"""Checkpoints as state dicts: their architecture, and loading them strictly (specification sections 11 and 12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

import torch
from torch import Tensor

from ...errors import ModelError
from .autoencoder import SpectralGptAutoencoder
from .classifier import SpectralGptClassifier
from .config import PRESETS, SpectralGptConfig
from .dense import SpectralGptDense
from .encoder import SpectralGptEncoder
from .tokens import resize_table, separable_positions

# The underscore matters: "decoder." is the neck of the segmentation model.
PRETRAINING_ONLY = ("decoder_", "mask_token")
HEADS = {SpectralGptClassifier: ("head.",),
         SpectralGptDense: ("fc.", "conv0.", "conv1.", "conv2.", "conv3.", "decoder.", "cls_seg.")}
ALL_HEADS = tuple(prefix for prefixes in HEADS.values() for prefix in prefixes)
WRAPPERS = ("model", "state_dict")
_FOREIGN = "The file is of another model or architecture; choose one for SpectralGPT."


@dataclass(frozen=True)
class LoadReport:
    """What happened to the keys of a checkpoint.

    Attributes:
        missing: weights of the model that kept their random start, those of a new head.
        ignored: weights of the file the model has no part for, such as the pretraining decoder.
        resized: position tables interpolated to another image size, or joined from separable ones.
    """

    missing: tuple[str, ...]
    ignored: tuple[str, ...]
    resized: tuple[str, ...]


def unwrap(checkpoint: Mapping[str, Any]) -> dict[str, Tensor]:
    """The state dict in a checkpoint: under ``model`` or ``state_dict``, or itself; ``module.`` is cut off.

    Raises:
        ModelError: no weights, things that are no tensors among them, or values that are not finite.
    """
    inner = next((checkpoint[name] for name in WRAPPERS if isinstance(checkpoint.get(name), Mapping)), checkpoint)
    state = {str(name).removeprefix("module."): value for name, value in inner.items()}
    if not state or len(state) != len(inner):
        raise ModelError("The checkpoint holds no weights, or two of the same name.", _FOREIGN)
    for name, value in state.items():
        if not isinstance(value, Tensor) or not value.is_floating_point():
            raise ModelError(f"The checkpoint's entry {name[:80]!r} is not a floating-point tensor.", _FOREIGN)
        if not bool(torch.isfinite(value).all()):
            raise ModelError(f"The weight {name[:80]!r} holds values that are not finite numbers.",
                             "The training diverged or the file is damaged.")
    return state


def infer_config(checkpoint: Mapping[str, Any], bands: int = 12, heads: int | None = None,
                 decoder_heads: int | None = None) -> SpectralGptConfig:
    """Architecture from the shapes of a checkpoint's weights.

    Args:
        checkpoint: see `unwrap`.
        bands: image bands; only needed where the position table is a joint one.
        heads: attention heads, which no shape tells; those of the published size with this width for None.
        decoder_heads: the same for the decoder, 16 for None.

    Raises:
        ModelError: the weights are not SpectralGPT's, or the heads are not known.
    """
    state = unwrap(checkpoint)
    kernel = _shape(state, "patch_embed.proj.weight", 5)
    if kernel[1] != 1 or kernel[3] != kernel[4]:
        raise ModelError(f"The patch embedding has the shape {list(kernel)}.", _FOREIGN)
    dim, (_, bands_per_token, patch_px) = kernel[0], kernel[1:4]
    known = {preset.embed_dim: preset for preset in PRESETS.values()}
    if heads is None and dim not in known:
        raise ModelError(f"The number of attention heads is not known for a width of {dim}.",
                         f"Published widths are {', '.join(map(str, known))}; name the heads for another.")
    joint = "pos_embed" in state
    groups = bands // bands_per_token if joint else _shape(state, "pos_embed_temporal", 3)[1]
    table = "pos_embed" if joint else "pos_embed_spatial"
    side = _side(table, _shape(state, table, 3)[1], groups if joint else 1)
    decoder = {} if "decoder_embed.weight" not in state else {
        "decoder_dim": _shape(state, "decoder_embed.weight", 2)[0], "decoder_depth": _depth(state, "decoder_blocks"),
        "decoder_heads": decoder_heads or 16}
    return SpectralGptConfig(
        name=known[dim].name if dim in known else "custom", bands=groups * bands_per_token,
        bands_per_token=bands_per_token, patch_px=patch_px, image_px=side * patch_px, embed_dim=dim,
        depth=_depth(state, "blocks"), heads=heads or known[dim].heads,
        mlp_ratio=_shape(state, "blocks.0.mlp.fc1.weight", 2)[0] / dim,
        positions="joint" if joint else "separable", **decoder)


def _shape(state: Mapping[str, Tensor], name: str, ndim: int) -> tuple[int, ...]:
    if name not in state or state[name].ndim != ndim:
        raise ModelError(f"The checkpoint has no weight {name} of {ndim} dimensions.", _FOREIGN)
    return tuple(state[name].shape)


def _side(table: str, positions: int, groups: int) -> int:
    """Patches along a side of the square image a position table is for."""
    side = isqrt(positions // max(groups, 1))
    if not side or groups * side ** 2 != positions:
        raise ModelError(f"The position table {table} has {positions} entries, not those of a square image.", _FOREIGN)
    return side


def _depth(state: Mapping[str, Tensor], blocks: str) -> int:
    """Number of blocks, 0 if there are none."""
    return len({match[1] for match in map(re.compile(rf"{blocks}\.(\d+)\.").match, state) if match})


def load_checkpoint(model: SpectralGptEncoder, checkpoint: Mapping[str, Any], fresh_head: bool = False) -> LoadReport:
    """Load a checkpoint; every weight is accounted for.

    Position tables for another image size are interpolated. Weights of the pretraining decoder, and those of another
    model's head, are left out where the model has no part for them.

    Args:
        model: what to load into; it is not changed if an error is raised.
        checkpoint: see `unwrap`.
        fresh_head: keep the model's own head, as to fine-tune a pretrained encoder; a head in the file is left out.

    Raises:
        ModelError: weights are missing, unknown or of a wrong shape.
    """
    state, own = unwrap(checkpoint), model.state_dict()
    head = next((prefixes for kind, prefixes in HEADS.items() if isinstance(model, kind)), ())
    unused = tuple(p for p in ALL_HEADS if fresh_head or p not in head)
    if not isinstance(model, SpectralGptAutoencoder):
        unused += PRETRAINING_ONLY
    ignored = [name for name in state if name.startswith(unused)]
    missing = [name for name in own if fresh_head and name.startswith(head)]
    kept = {name: value.float() for name, value in state.items() if name not in set(ignored)}
    resized = _fit_tables(kept, model)
    _require_same(kept, {name: own[name] for name in own.keys() - set(missing)})
    model.load_state_dict(kept, strict=False)
    return LoadReport(tuple(missing), tuple(ignored), tuple(resized))


def _fit_tables(state: dict[str, Tensor], model: SpectralGptEncoder) -> list[str]:
    """Bring the position tables in ``state`` to the model's kind and size; the names of those that changed."""
    config, own = model.config, model.state_dict()
    changed: list[str] = []
    for name in ("pos_embed_spatial", "decoder_pos_embed_spatial", "pos_embed"):
        groups = config.groups if name == "pos_embed" else 1
        wanted = config.groups * config.grid_side ** 2 if name == "pos_embed" else config.grid_side ** 2
        if name not in state or state[name].ndim != 3 or state[name].shape[1] == wanted:
            continue
        side = _side(name, state[name].shape[1], groups)
        state[name] = resize_table(state[name], groups, (side, side), (config.grid_side,) * 2)
        changed.append(name)
    if "pos_embed" in own and {"pos_embed_spatial", "pos_embed_temporal"} <= set(state):
        state["pos_embed"] = separable_positions(state.pop("pos_embed_spatial"), state.pop("pos_embed_temporal"))
        changed = [name for name in changed if name != "pos_embed_spatial"] + ["pos_embed"]
    if "pos_embed" in state and "pos_embed" not in own:
        raise ModelError("The checkpoint has one joint position table, the model separable ones.",
                         "Build the model with joint positions; a joint table cannot be taken apart.")
    return changed


def _require_same(state: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    """Raise `ModelError` unless names and shapes are equal."""
    for what, odd in (("lacks", set(expected) - set(state)), ("has unknown", set(state) - set(expected))):
        if odd:
            raise ModelError(f"The checkpoint {what} {len(odd)} weights (first: {min(odd)[:80]!r}).", _FOREIGN)
    for name, value in expected.items():
        if state[name].shape != value.shape:
            raise ModelError(f"The weight {name} is {list(state[name].shape)} in the checkpoint and "
                             f"{list(value.shape)} in the model.", _FOREIGN)
