"""Checkpoints of a training run: weights, optimizer moments and progress in one safetensors file. Never pickle."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from ...errors import ModelError
from ...models.files import replacing
from .ema import WeightMean

MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Progress:
    """How far a run is; ``dropped`` counts the steps whose gradients were not finite."""

    step: int = 0
    elapsed_s: float = 0.0
    crops: int = 0
    dropped: int = 0


def save_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.AdamW, progress: Progress,
                    mean: WeightMean | None = None) -> None:
    """Write a checkpoint; the file is replaced only when the new one is complete."""
    tensors = {f"mean.{name}": value for name, value in (mean.values if mean else {}).items()}
    tensors |= {f"model.{name}": value.detach() for name, value in model.state_dict().items()}
    for name, parameter in model.named_parameters():
        state = optimizer.state.get(parameter, {})
        tensors |= {f"{moment}.{name}": state[moment] for moment in MOMENTS if moment in state}
    tensors = {name: value.cpu().contiguous() for name, value in tensors.items()}
    with replacing(path) as partial:
        save_file(tensors, partial, metadata={"progress": json.dumps(asdict(progress))})


def load_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.AdamW,
                    mean: WeightMean | None = None) -> Progress:
    """Continue from a checkpoint; a running mean that it does not hold begins with its weights.

    Raises:
        ModelError: the file cannot be read or is of another model.
    """
    try:
        with safe_open(path, framework="pt") as file:
            progress = Progress(**json.loads((file.metadata() or {})["progress"]))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        model.load_state_dict({name.removeprefix("model."): value for name, value in tensors.items()
                               if name.startswith("model.")})
        if mean is not None:
            stored = {name.removeprefix("mean."): v for name, v in tensors.items() if name.startswith("mean.")}
            mean.load(stored or model.state_dict())
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The checkpoint {path} cannot be continued ({str(error).splitlines()[0]}).",
                         "Use another checkpoint folder to begin anew.") from error
    for name, parameter in model.named_parameters():
        if all(f"{moment}.{name}" in tensors for moment in MOMENTS):
            optimizer.state[parameter] = {"step": torch.tensor(float(progress.step - progress.dropped))} | {
                moment: tensors[f"{moment}.{name}"].to(parameter.device) for moment in MOMENTS}
    return progress
