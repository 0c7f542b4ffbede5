"""The loop of pretraining: steps until the time is over, with checkpoints and a loss curve on the way."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from ...errors import ModelError
from ...models.specaware import SpecAwareEncoder
from ...reporting import Reporter
from .checkpoint import Progress, save_checkpoint
from .ema import WeightMean
from .loss_curve import LossCurve
from .ranks import LossRunner, Ranks
from .request import PretrainRequest

WARM_UP = 0.05
LAST_RATE = 0.02
MAX_DROPPED = 10
CURVE_POINTS = 400  # of a run counted in steps


class Objective(Protocol):
    """Something to learn.

    Attributes:
        description: for the card.
        crops: seen so far.
        tokens: seen so far.
    """

    description: str
    crops: int
    tokens: int

    def calibrate(self) -> None:
        """Set the sizes of a fresh model's outputs to what follows expects."""
        ...

    def losses(self) -> dict[str, Tensor]:
        """Named parts, to be added up, of the loss of one more batch."""
        ...


@dataclass
class _Meter:
    """Mean losses since the last log line."""

    parts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    count: int = 0
    tokens: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def loss(self) -> float | None:
        return sum(self.parts.values()) / self.count if self.count else None


class Trainer:
    """The loop: steps until the time is over, with checkpoints and log lines on the way."""

    def __init__(self, request: PretrainRequest, model: SpecAwareEncoder, objective: Objective,
                 optimizer: torch.optim.AdamW, reporter: Reporter, progress: Progress, ranks: Ranks | None = None,
                 mean: WeightMean | None = None) -> None:
        self.request, self.model, self.objective, self.optimizer = request, model, objective, optimizer
        self.reporter, self.progress, self.ranks, self.mean = reporter, progress, ranks or Ranks(), mean
        self._meter, self._dropped = _Meter(), 0
        self._losses = LossRunner(model, objective.losses, self.ranks)

    def train(self, checkpoint: Path) -> float | None:
        """Train to the end; returns the mean loss of the last minute, or twentieth of the steps."""
        request, start, before = self.request, time.monotonic(), self.progress.elapsed_s
        saved, loss = start, None
        curve = LossCurve(checkpoint.parent, self.progress.step)
        while (fraction := self._fraction()) < 1:
            self.reporter.check_cancelled()
            self.step(fraction)
            now = time.monotonic()
            self.progress = replace(self.progress, elapsed_s=before + now - start)
            if due := self._log_is_due(now):
                loss = self._log(now, fraction, curve)
            # A run counted in steps is saved where a point of the curve ends, so that the next one is complete, too.
            if now - saved > 60 * request.save_minutes and (due or request.steps is None):
                self._save(checkpoint)
                saved = now
        self._save(checkpoint)
        if self.ranks.first:
            curve.draw()
        if request.steps is not None:
            return curve.last_loss
        return self._meter.loss if loss is None or self._meter.count >= 10 else loss

    def _fraction(self) -> float:
        """Share of the run that has passed."""
        if self.request.steps is not None:
            return self.progress.step / self.request.steps
        return self.progress.elapsed_s / (60 * self.request.minutes)

    def _log_is_due(self, now: float) -> bool:
        """Not by the clock where processes or runs are to do the same."""
        if (steps := self.request.steps) is not None:
            return self.progress.step % max(1, steps // CURVE_POINTS) == 0 or self.progress.step == steps
        return now - self._meter.since > min(30.0, 6 * self.request.minutes)

    def _save(self, checkpoint: Path) -> None:
        if self.ranks.first:
            save_checkpoint(checkpoint, self.model, self.optimizer, self.progress, self.mean)

    def step(self, fraction: float) -> None:
        """One optimizer step over the gradients of several scenes."""
        if self.request.steps is not None:  # dropout, too, depends on the step alone
            torch.manual_seed((self.request.seed * 1_000_003 + self.progress.step) * 1009 + self.ranks.rank)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.request.rate, fraction)
        crops, tokens = self.objective.crops, self.objective.tokens
        for losses in self._losses.backward(self.request.scenes_per_step):
            for name, value in losses.items():
                self._meter.parts[name] += float(value.detach())
            self._meter.count += 1
        self._meter.tokens += self.objective.tokens - tokens
        self._update()
        self.progress = replace(self.progress, step=self.progress.step + 1,
                                crops=self.progress.crops + (self.objective.crops - crops) * self.ranks.count)

    def _update(self) -> None:
        """Step along the clipped gradient; a gradient that is not finite is dropped, many in a row end the run."""
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        finite = bool(torch.isfinite(norm))
        self._dropped = 0 if finite else self._dropped + 1
        if self._dropped > MAX_DROPPED:
            raise ModelError(f"The gradients were not finite in {self._dropped} steps in a row.",
                             "Continue from the last checkpoint with a smaller rate.")
        if finite:
            self.optimizer.step()
        else:
            self.progress = replace(self.progress, dropped=self.progress.dropped + 1)
        if finite and self.mean is not None:
            self.mean.update(self.progress.step)
        self.optimizer.zero_grad(set_to_none=True)

    def _log(self, now: float, fraction: float, curve: LossCurve) -> float | None:
        meter, self._meter = self._meter, _Meter()
        parts = self._losses.mean({name: value / meter.count for name, value in meter.parts.items()})
        loss = sum(parts.values())
        if self.ranks.first:
            curve.add(self.progress.step, self.progress.elapsed_s, self.optimizer.param_groups[0]["lr"], parts)
        shown = ", ".join(f"{name} {value:.4f}" for name, value in parts.items())
        self.reporter.log("info", f"step {self.progress.step} time {fraction:.1%} loss {loss:.4f} ({shown}) "
                          f"{meter.tokens / (now - meter.since):.0f} tokens/s")
        self.reporter.progress(0.02 + 0.98 * fraction, "pretraining")
        return loss


def learning_rate(peak: float, fraction: float) -> float:
    """Linear warm-up, then cosine, over the fraction of the time that has passed."""
    if fraction < WARM_UP:
        return peak * (fraction + 1e-3) / (WARM_UP + 1e-3)
    turn = (1 + math.cos(math.pi * min((fraction - WARM_UP) / (1 - WARM_UP), 1))) / 2
    return peak * (LAST_RATE + (1 - LAST_RATE) * turn)


def make_optimizer(model: nn.Module, rate: float) -> torch.optim.AdamW:
    """AdamW; biases, norms and single vectors do not decay."""
    matrices = [p for p in model.parameters() if p.ndim >= 2 and min(p.shape) > 1]
    others = [p for p in model.parameters() if p.ndim < 2 or min(p.shape) == 1]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}],
                             lr=rate, betas=(0.9, 0.95), fused=True)
