"""How a network is fine-tuned: what learns, how fast, and which blocks are skipped.

Learning rates fall from the head down to the first block, and blocks are skipped at random while training (layer-wise
decay as in Bao et al. 2022, "BEiT", appendix; stochastic depth, Huang et al. 2016).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from ...errors import InputError
from ...models.tuned import TunedNet
from ...reporting import Reporter

FREEZE = ("none", "encoder", "all-but-last")
ENCODER_RATE = 0.1  # of the head's
WEIGHT_DECAY = 1.0
WARM_UP_EPOCHS = 2
LAST_RATE = 0.02


@dataclass(frozen=True)
class TuneSettings:
    """How to train.

    Attributes:
        freeze: ``none``, ``encoder`` or ``all-but-last`` (only the last block and the norm learn).
        epochs: at most.
        rate: learning rate of the head.
        layer_decay: factor on the learning rate from one block to the one before it.
        drop_path: chance of skipping the last block; earlier ones less.
        weigh_classes: rare classes count more.
        patience: epochs without a better score before stopping.
        seed: of everything random.
    """

    freeze: str = "encoder"
    epochs: int = 30
    rate: float = 2e-3
    layer_decay: float = 0.75
    drop_path: float = 0.1
    weigh_classes: bool = True
    patience: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if self.freeze not in FREEZE:
            raise InputError(f"{self.freeze!r} cannot be frozen.", f"Use one of {', '.join(FREEZE)}.")
        if not (1 <= self.epochs <= 10_000 and self.patience >= 1 and 0 < self.rate <= 1):
            raise InputError(f"{self.epochs} epochs, a patience of {self.patience} or a rate of {self.rate:g} are not "
                             "possible.", "Epochs and patience are at least 1, the rate is above 0 and at most 1.")
        if not (0 < self.layer_decay <= 1 and 0 <= self.drop_path < 1):
            raise InputError(f"A layer decay of {self.layer_decay:g} or a drop path of {self.drop_path:g} is not "
                             "possible.", "The decay lies in 0..1 (0 excluded), the drop path in 0..1 (1 excluded).")


def freeze(net: TunedNet, what: str) -> None:
    """Switch gradients of the encoder off, as far as asked."""
    encoder = net.encoder
    for parameter in encoder.parameters():
        parameter.requires_grad_(what == "none")
    if what == "all-but-last":
        for module in (encoder.blocks[-1], encoder.norm):
            for parameter in module.parameters():
                parameter.requires_grad_(True)


def make_optimizer(net: TunedNet, settings: TuneSettings) -> torch.optim.AdamW:
    """AdamW with one group for each depth; biases, norms and single vectors do not decay."""
    depth = len(net.encoder.blocks)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in net.named_parameters():
        if parameter.requires_grad:
            rate = settings.rate * layer_rate(name, depth, settings.layer_decay)
            decay = WEIGHT_DECAY if sum(size > 1 for size in parameter.shape) > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW([{"params": params, "lr": rate, "peak": rate, "weight_decay": decay}
                              for (rate, decay), params in groups.items()])


def layer_rate(name: str, depth: int, decay: float) -> float:
    """Factor on the head's learning rate for a parameter of this name."""
    if not name.startswith("encoder."):
        return 1.0
    if name.startswith("encoder.blocks."):
        return ENCODER_RATE * decay ** (depth - 1 - int(name.split(".")[2]))
    return ENCODER_RATE * (1.0 if name.startswith("encoder.norm.") else decay**depth)


def learning_factor(epoch: float, epochs: int) -> float:
    """Linear warm-up, then cosine; ``epoch`` counts from 0 and may be a fraction."""
    warm_up = min(WARM_UP_EPOCHS, epochs / 4)
    if epoch < warm_up:
        return (epoch + 0.1) / (warm_up + 0.1)
    turn = (1 + math.cos(math.pi * min((epoch - warm_up) / max(epochs - warm_up, 1e-9), 1))) / 2
    return LAST_RATE + (1 - LAST_RATE) * turn


def drop_path_hooks(net: TunedNet, rate: float) -> list[RemovableHandle]:
    """Stochastic depth: skip a block for some samples, the later the oftener; what is kept is scaled up."""
    depth = len(net.encoder.blocks)
    return [block.register_forward_hook(_skipper(rate * i / max(depth - 1, 1)))
            for i, block in enumerate(net.encoder.blocks)]


def _skipper(rate: float) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor]:
    def skip(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if not block.training or rate == 0:
            return output
        keep = (torch.rand(len(output), 1, 1) >= rate).to(output) / (1 - rate)
        return inputs[0] + keep * (output - inputs[0])
    return skip


def cancel_hooks(net: TunedNet, reporter: Reporter) -> list[RemovableHandle]:
    """Ask about cancelling after each layer of the encoder, forth and back: a step may take many seconds."""
    def forth(module: nn.Module, inputs: Any, output: Any) -> None:
        reporter.check_cancelled()
        if isinstance(output, Tensor) and output.requires_grad:
            output.register_hook(back)

    def back(gradient: Tensor) -> None:
        reporter.check_cancelled()

    return [module.register_forward_hook(forth) for module in net.encoder.modules() if not any(module.children())]
