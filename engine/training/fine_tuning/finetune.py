"""Fine-tuning of an encoder with a head on labelled pixels, or on labelled pairs.

Every random number comes from the seed and the number of the epoch, so that a run that is continued equals one that
was never stopped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ...errors import ModelError
from ...inference.device import Device
from ...inference.tuned_reader import SceneInput
from ...models.tuned import TunedNet
from ...reporting import Reporter
from .checkpoint import Epoch, TuneState, load_state, save_state
from .data import UNLABELLED, TuneSplit, TuneTile, class_weights
from .judge import Judge
from .looks import KeptLook, Looks, stacked
from .settings import TuneSettings, cancel_hooks, drop_path_hooks, freeze, learning_factor, make_optimizer
from .warm_start import Seen, few_of, warm_start

BATCH_TILES = 4
# Steps of an epoch at least; with a frozen encoder, whose features are kept, they are cheap.
MIN_STEPS, MIN_STEPS_FROZEN = 6, 24
VIEWS = 4
KEPT_BYTES = 400 * 1024**2
CHECKPOINT_NAME = "train.safetensors"


@dataclass(frozen=True)
class Tuned:
    """The best epoch (0: as the head began), the curves, and its (n, classes) probabilities of the held-out pixels."""

    best_epoch: int
    history: tuple[Epoch, ...]
    held_out: NDArray[np.float32]


class Tuner:
    """Trains a network on tiles.

    Args:
        net: encoder and head; the best epoch's weights are in it at the end.
        inputs: the scene, or both dates.
        tiles: labels to learn from and to judge by.
        split: the labelled pixels.
        settings: how to train.
        device: where to compute.
        reporter: for progress, curves and cancelling.
    """

    def __init__(self, net: TunedNet, inputs: Sequence[SceneInput], tiles: Sequence[TuneTile], split: TuneSplit,
                 settings: TuneSettings, device: Device, reporter: Reporter) -> None:
        self.net, self.split, self.settings, self.reporter = net, split, settings, reporter
        self._looks = Looks(net, inputs, device, reporter)
        self._learn = [t for t in tiles if (t.target != UNLABELLED).any()]
        self._judge = Judge(self._looks, tiles, split)
        weights = class_weights(split.labels[split.train], net.config.classes)
        self._weights = torch.from_numpy(weights if settings.weigh_classes else np.ones_like(weights))
        freeze(net, settings.freeze)
        self._frozen = settings.freeze == "encoder"
        self._kept: list[list[KeptLook]] = []

    def run(self, checkpoint: Path | None, fingerprint: str, on_epoch: Callable[[Sequence[Epoch]], None],
            last_epoch: int | None = None) -> Tuned:
        """Train to the end, or until the score has not risen for long.

        Args:
            checkpoint: file to continue from, if it is there, and to write after every epoch.
            fingerprint: of data and settings.
            on_epoch: told the curves after every epoch.
            last_epoch: stop after this one, without a change to the learning rates.

        Raises:
            ModelError: a checkpoint of another run, or training diverged.
        """
        hooks = [*drop_path_hooks(self.net, self.settings.drop_path), *cancel_hooks(self.net, self.reporter)]
        try:
            state = self._train(checkpoint, fingerprint, on_epoch,
                                self.settings.epochs if last_epoch is None else last_epoch)
        finally:
            for hook in hooks:
                hook.remove()
        self.net.load_state_dict(dict(state.best))
        self.net.eval().to("cpu")
        return Tuned(state.best_epoch, state.history, np.exp(self._judge.log_probabilities()))

    def _train(self, checkpoint: Path | None, fingerprint: str, on_epoch: Callable[[Sequence[Epoch]], None],
               last: int) -> TuneState:
        loss = self._prepare(VIEWS if last else 1)
        optimizer = make_optimizer(self.net, self.settings)
        state = TuneState(0, (self._line(0, loss, 0.0),), 0, self._weights_now(), fingerprint)
        if checkpoint is not None and checkpoint.exists():
            state = load_state(checkpoint, self.net, optimizer, fingerprint)
            self.reporter.log("info", f"Continued after epoch {len(state.history) - 1}.")
        on_epoch(state.history)
        while len(state.history) <= last and not self._is_stuck(state):
            state = self._epoch(state, optimizer)
            on_epoch(state.history)
            if checkpoint is not None:
                save_state(checkpoint, self.net, optimizer, state)
        return state

    def _is_stuck(self, state: TuneState) -> bool:
        return bool(len(self.split.test)) and len(state.history) - 1 - state.best_epoch >= self.settings.patience

    def _epoch(self, state: TuneState, optimizer: torch.optim.AdamW) -> TuneState:
        """One epoch and its score."""
        number = len(state.history)
        generator = torch.Generator().manual_seed(self.settings.seed * 100_003 + number)
        torch.manual_seed(self.settings.seed * 100_003 + number)
        order = self._order(generator)
        losses, steps = [], state.steps
        for done, batch in enumerate(order):
            self.reporter.check_cancelled()
            rate = learning_factor(number - 1 + done / len(order), self.settings.epochs)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate
            losses.append(self._step(batch, optimizer, generator))
            steps += 1
            self.reporter.progress((number - 1 + (done + 1) / len(order)) / self.settings.epochs, f"epoch {number}")
        loss = float(np.mean(losses))
        if not math.isfinite(loss):
            raise ModelError(f"The training diverged in epoch {number}.", "Use a smaller rate.")
        line = self._line(number, loss, self.settings.rate * rate)
        self.reporter.log("info", f"Epoch {number}: loss {loss:.4f}"
                          + ("" if line.score is None else f", macro-F1 of held-out pixels {line.score:.3f}"))
        is_best = line.beats(state.history)
        state = replace(state, steps=steps, history=(*state.history, line))
        if is_best:
            state = replace(state, best_epoch=number, best=self._weights_now())
        return state

    def _line(self, number: int, loss: float, rate: float) -> Epoch:
        score = self._judge.score()
        return Epoch(number, loss, score.macro_f1 if score else None, score.loss if score else None, rate)

    def _weights_now(self) -> dict[str, Tensor]:
        return {name: value.detach().cpu().clone() for name, value in self.net.state_dict().items()}

    def _order(self, generator: torch.Generator) -> list[list[int]]:
        """Batches of tiles of an epoch; few tiles come several times. Batches hold tiles of one size: all are."""
        fewest = MIN_STEPS_FROZEN if self._kept else MIN_STEPS
        count = len(self._learn)
        steps = max(fewest, math.ceil(count / BATCH_TILES))
        passes = math.ceil(steps * BATCH_TILES / count)
        shuffled = torch.cat([torch.randperm(count, generator=generator) for _ in range(passes)]).tolist()
        return [shuffled[i * BATCH_TILES:(i + 1) * BATCH_TILES] for i in range(steps)]

    def _step(self, batch: Sequence[int], optimizer: torch.optim.AdamW, generator: torch.Generator) -> float:
        place = self._looks.place
        self.net.train()
        if self._frozen:
            self.net.encoder.eval()
        if self._kept:
            views = [self._kept[int(torch.randint(len(self._kept), (1,), generator=generator))][i] for i in batch]
            look, target = stacked(views, place)
        else:
            look, target = self._looks.varied([self._learn[i] for i in batch], generator)
        logits = self.net.to(place).logits(look).float()
        loss = functional.cross_entropy(logits, target.to(place), self._weights.to(place),
                                        ignore_index=UNLABELLED)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        return float(loss.detach())

    def _prepare(self, most_views: int) -> float:
        """Set the heads to what they will see and to their beginning; the loss of it.

        With a frozen encoder keep its features of a few varied views.
        """
        generator = torch.Generator().manual_seed(self.settings.seed)
        some = [self._looks.clean(t) for t in self._learn[:8]]
        self.net.calibrate(some)
        numbers = sum(m.numel() for m in (*some[0].layers, some[0].spectrum))
        views = min(most_views, KEPT_BYTES // max(1, len(self._learn) * numbers * 2)) if self._frozen else 0
        for view in range(views):
            self.reporter.progress(0.0, f"encoding tiles, view {view + 1} of {views}")
            # The first as the tiles are.
            self._kept.append([self._looks.kept(tile, generator if view else None) for tile in self._learn])
        if views and len(self._judge) * numbers * 4 < KEPT_BYTES:
            self._judge.keep()
        return warm_start(self.net, self._seen(), self.split, self.settings.seed, self.reporter)

    def _seen(self) -> Iterator[Seen]:
        """The tiles as they are, each training pixel on one of them."""
        left = np.zeros(len(self.split.labels), bool)
        left[few_of(self.split, self.settings.seed)] = True
        samples = self.split.samples
        for number, tile in enumerate(self._learn):
            window = tile.window
            at = np.flatnonzero(left & (samples.rows >= window.row) & (samples.rows < window.row + window.rows)
                                & (samples.cols >= window.col) & (samples.cols < window.col + window.cols))
            if len(at):
                left[at] = False
                look = self._kept[0][number].whole() if self._kept else self._looks.clean(tile)
                yield Seen(look, samples.rows[at] - window.row, samples.cols[at] - window.col, at)
