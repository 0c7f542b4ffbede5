"""Checkpoints of fine-tuning: the network now and at its best, optimizer moments and curves, in one file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ...errors import ModelError, OutputError

MOMENTS = ("exp_avg", "exp_avg_sq")
NOW, BEST = "now.", "best."


@dataclass(frozen=True)
class Epoch:
    """One line of the curves.

    Attributes:
        epoch: counted from 1; 0 is the head as it begins.
        loss: mean over the steps; at the beginning of the pixels that the head was fitted to.
        score: macro-F1 of the held-out pixels, None without any.
        held_out_loss: mean negative log probability of their classes.
        rate: learning rate of the head.
    """

    epoch: int
    loss: float
    score: float | None
    held_out_loss: float | None
    rate: float

    def beats(self, others: Iterable[Epoch]) -> bool:
        """True for a higher score than all others', or the same with a lower held-out loss; without scores always.

        With few held-out pixels many epochs score the same; the loss tells which of them is surest.
        """
        if self.score is None or self.held_out_loss is None:
            return True
        return all(self._key() > e._key() for e in others)

    def _key(self) -> tuple[float, float]:
        """Larger is better; a gain of less than a thousandth is none."""
        return round(self.score or 0.0, 3), -round(self.held_out_loss or 0.0, 3)


@dataclass(frozen=True)
class TuneState:
    """How far a run is.

    Attributes:
        steps: optimizer steps done.
        history: of the beginning and of all epochs done.
        best_epoch: the one kept, 0 for the beginning.
        best: weights of that epoch.
        fingerprint: of data and settings; a checkpoint continues only the run it comes from.
    """

    steps: int
    history: tuple[Epoch, ...]
    best_epoch: int
    best: Mapping[str, Tensor]
    fingerprint: str


def save_state(path: Path, net: nn.Module, optimizer: torch.optim.AdamW, state: TuneState) -> None:
    """Write a checkpoint; the file is replaced only when the new one is complete.

    Raises:
        OutputError: it cannot be written.
    """
    tensors = {NOW + name: value for name, value in net.state_dict().items()}
    tensors |= {BEST + name: value for name, value in state.best.items()}
    for name, parameter in net.named_parameters():
        moments = optimizer.state.get(parameter, {})
        tensors |= {f"{moment}.{name}": moments[moment] for moment in MOMENTS if moment in moments}
    # Clones: the best weights may share memory with those of now, which safetensors refuses.
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    header = {"steps": state.steps, "best_epoch": state.best_epoch, "fingerprint": state.fingerprint,
              "history": [asdict(epoch) for epoch in state.history]}
    partial = path.with_name(path.name + ".part")
    try:
        save_file(tensors, partial, metadata={"tune": json.dumps(header)})
        partial.chmod(0o644)  # safetensors makes it private
        os.replace(partial, path)
    except (SafetensorError, OSError) as error:
        raise OutputError(f"The checkpoint {path} cannot be written: {error}.",
                          "Check the folder and the free space.") from error
    finally:
        partial.unlink(missing_ok=True)


def load_state(path: Path, net: nn.Module, optimizer: torch.optim.AdamW, fingerprint: str) -> TuneState:
    """Continue from a checkpoint.

    Raises:
        ModelError: the file cannot be read, or is of other data or settings.
    """
    hint = "Use another checkpoint folder to begin anew."
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["tune"])
            if header["fingerprint"] != fingerprint:
                raise ModelError(f"The checkpoint {path} is of other data or settings.", hint)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        history = tuple(Epoch(**epoch) for epoch in header["history"])
        state = TuneState(int(header["steps"]), history, int(header["best_epoch"]), _part(tensors, BEST), fingerprint)
        net.load_state_dict(_part(tensors, NOW))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The checkpoint {path} cannot be continued ({str(error).splitlines()[0]}).", hint) from error
    for name, parameter in net.named_parameters():
        if all(f"{moment}.{name}" in tensors for moment in MOMENTS):
            optimizer.state[parameter] = {"step": torch.tensor(float(state.steps))} | {
                moment: tensors[f"{moment}.{name}"].to(parameter.device) for moment in MOMENTS}
    return state


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
