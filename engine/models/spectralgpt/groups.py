"""Learning rate and weight decay per parameter for fine-tuning (specification section 15)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .encoder import SpectralGptEncoder

TABLES = ("pos_embed", "pos_embed_spatial", "pos_embed_temporal")
_BLOCK = re.compile(r"blocks\.(\d+)\.")


@dataclass(frozen=True)
class Decay:
    """Factor on the learning rate and weight decay of a parameter."""

    lr_scale: float
    weight_decay: float


def layer_decay(model: SpectralGptEncoder, decay: float = 0.75, weight_decay: float = 0.05) -> dict[str, Decay]:
    """Layer-wise learning-rate decay by parameter name.

    A layer's factor is decay^(depth + 1 - layer): embedding and joint position table are layer 0, block i is layer
    i + 1, everything else the last. Separable tables so learn at the full rate, as in the authors' script. Vectors and
    position tables have no weight decay.
    """
    last = model.config.depth + 1

    def layer(name: str) -> int:
        block = _BLOCK.match(name)
        if block:
            return int(block[1]) + 1
        return 0 if name == "pos_embed" or name.startswith("patch_embed.") else last

    return {name: Decay(decay ** (last - layer(name)), 0.0 if parameter.ndim == 1 or name in TABLES else weight_decay)
            for name, parameter in model.named_parameters()}


def layer_decay_groups(model: SpectralGptEncoder, lr: float, decay: float = 0.75,
                       weight_decay: float = 0.05) -> list[dict[str, Any]]:
    """Parameter groups for an optimiser, one for each learning rate and weight decay.

    Each also holds ``lr_scale``, for schedules that set the rate anew.
    """
    groups: dict[Decay, dict[str, Any]] = {}
    parameters = dict(model.named_parameters())
    for name, setting in layer_decay(model, decay, weight_decay).items():
        group = groups.setdefault(setting, {"params": [], "lr": lr * setting.lr_scale, "lr_scale": setting.lr_scale,
                                            "weight_decay": setting.weight_decay})
        group["params"].append(parameters[name])
    return list(groups.values())
