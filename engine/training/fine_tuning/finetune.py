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
from ...inference.tuned_reader import SceneInput, clean_look
from ...models.specaware.spectral_input import SpectralInput
from ...models.tuned import Look, TunedNet
from ...reporting import Reporter
from ..few_labels.pixel_classifier import macro_f1
from .augment import drop_bands, random_turn, vary_light
from .checkpoint import Epoch, TuneState, load_state, save_state
from .data import UNLABELLED, TuneSplit, TuneTile, class_weights
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
    """The best epoch (0: as the head began), the curves, and its (n,) class positions of the held-out pixels."""

    best_epoch: int
    history: tuple[Epoch, ...]
    held_out: NDArray[np.int64]


@dataclass(frozen=True)
class _Judged:
    """Of held-out pixels: (n,) class positions and (n,) negative log probabilities of the right classes."""

    classes: NDArray[np.int64]
    losses: NDArray[np.float64]


@dataclass(frozen=True)
class _Kept:
    """A view of a tile, its layers in half precision: a batch of one, and its labels (1, rows, cols)."""

    look: Look
    target: Tensor

    @classmethod
    def of(cls, look: Look, target: Tensor) -> _Kept:
        # Neighbouring wavelengths differ by little, which half precision would round away.
        return cls(Look(tuple(m.detach().cpu().half() for m in look.layers), look.spectrum.detach().cpu()), target)

    def whole(self) -> Look:
        """In single precision."""
        return Look(tuple(m.float() for m in self.look.layers), self.look.spectrum.float())


def _stacked(kept: Sequence[_Kept], place: torch.device) -> tuple[Look, Tensor]:
    layers = tuple(torch.cat(parts).float().to(place) for parts in zip(*(k.look.layers for k in kept), strict=True))
    spectra = torch.cat([k.look.spectrum for k in kept]).float().to(place)
    return Look(layers, spectra), torch.cat([k.target for k in kept])


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
        self.net, self.inputs, self.split, self.settings = net, inputs, split, settings
        self.device, self.reporter = device, reporter
        self._learn = [t for t in tiles if (t.target != UNLABELLED).any()]
        self._judge = [t for t in tiles if len(t.held_out)]
        weights = class_weights(split.labels[split.train], net.config.classes)
        self._weights = torch.from_numpy(weights if settings.weigh_classes else np.ones_like(weights))
        freeze(net, settings.freeze)
        self._frozen = settings.freeze == "encoder"
        self._kept: list[list[_Kept]] = []
        self._kept_judge: list[Look] = []

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
        return Tuned(state.best_epoch, state.history, self._judged().classes)

    def _train(self, checkpoint: Path | None, fingerprint: str, on_epoch: Callable[[Sequence[Epoch]], None],
               last: int) -> TuneState:
        loss = self._prepare(VIEWS if last else 1)
        optimizer = make_optimizer(self.net, self.settings)
        state = TuneState(0, (Epoch(0, loss, *self._score(), 0.0),), 0, self._weights_now(), fingerprint)
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
        score, held_out_loss = self._score()
        line = Epoch(number, loss, score, held_out_loss, self.settings.rate * rate)
        self.reporter.log("info", f"Epoch {number}: loss {loss:.4f}"
                          + ("" if score is None else f", macro-F1 of held-out pixels {score:.3f}"))
        is_best = line.beats(state.history)
        state = replace(state, steps=steps, history=(*state.history, line))
        if is_best:
            state = replace(state, best_epoch=number, best=self._weights_now())
        return state

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
        self.net.train()
        if self._frozen:
            self.net.encoder.eval()
        if self._kept:
            views = [self._kept[int(torch.randint(len(self._kept), (1,), generator=generator))][i] for i in batch]
            look, target = _stacked(views, self._place)
        else:
            look, target = self._live(batch, generator)
        logits = self.net.to(self._place).logits(look).float()
        loss = functional.cross_entropy(logits, target.to(self._place), self._weights.to(self._place),
                                        ignore_index=UNLABELLED)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        return float(loss.detach())

    @property
    def _place(self) -> torch.device:
        return self.device.torch_device

    def _live(self, batch: Sequence[int], generator: torch.Generator) -> tuple[Look, Tensor]:
        """Varied tiles, with gradients where something learns, and their labels."""
        tiles = [self._learn[i] for i in batch]
        target = torch.from_numpy(np.stack([t.target for t in tiles]))
        turn = random_turn(generator, target.shape[1] == target.shape[2])
        found = []
        for source in self.inputs:
            images, wavelength_nm, spectral = self._varied(source, tiles, generator)
            images = turn.apply(images).to(self._place)
            with self.device.autocast():
                found.append(self.net.to(self._place).look(images, wavelength_nm, spectral, source.gsd_m))
        return found[0] if len(found) == 1 else found[0].minus(found[1]), turn.apply(target)

    def _varied(self, source: SceneInput, tiles: Sequence[TuneTile],
                generator: torch.Generator) -> tuple[Tensor, Tensor, SpectralInput | None]:
        """Images of tiles in another light, perhaps with bands left out, and what describes their bands."""
        images, _ = source.read([t.window for t in tiles])
        images, spectral = vary_light(images, source.wavelength_nm, generator), source.spectral
        if spectral is None or torch.rand((), generator=generator) < 0.5:
            return images, source.wavelength_nm, spectral
        images, spectral = drop_bands(images, spectral, generator)
        return images, torch.as_tensor(spectral.wavelength_nm), spectral

    def _prepare(self, most_views: int) -> float:
        """Set the heads to what they will see and to their beginning; the loss of it.

        With a frozen encoder keep its features of a few varied views.
        """
        generator = torch.Generator().manual_seed(self.settings.seed)
        some = [self._clean(t) for t in self._learn[:8]]
        self.net.calibrate(some)
        numbers = sum(m.numel() for m in (*some[0].layers, some[0].spectrum))
        views = min(most_views, KEPT_BYTES // max(1, len(self._learn) * numbers * 2)) if self._frozen else 0
        for view in range(views):
            self.reporter.progress(0.0, f"encoding tiles, view {view + 1} of {views}")
            self._kept.append([self._view(number, view, generator) for number in range(len(self._learn))])
        if views and len(self._judge) * numbers * 4 < KEPT_BYTES:
            self._kept_judge = [self._clean(t) for t in self._judge]
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
                look = self._kept[0][number].whole() if self._kept else self._clean(tile)
                yield Seen(look, samples.rows[at] - window.row, samples.cols[at] - window.col, at)

    @torch.no_grad()
    def _view(self, number: int, view: int, generator: torch.Generator) -> _Kept:
        """A tile to learn from: as it is in the first view, varied in the others."""
        self.reporter.check_cancelled()
        if view:
            return _Kept.of(*self._live([number], generator))
        return _Kept.of(self._clean(self._learn[number]), torch.from_numpy(self._learn[number].target)[None])

    @torch.no_grad()
    def _clean(self, tile: TuneTile) -> Look:
        """A tile as it is, a batch of one."""
        self.reporter.check_cancelled()
        self.net.eval()
        return clean_look(self.net, self.inputs, [tile.window], self.device, self.reporter)

    @torch.no_grad()
    def _judged(self) -> _Judged:
        """What the network says of the held-out pixels, in the order of ``split.test``."""
        self.net.eval()
        answer = np.full(len(self.split.labels), UNLABELLED, np.int64)
        losses = np.zeros(len(self.split.labels))
        for number, tile in enumerate(self._judge):
            look = self._kept_judge[number] if self._kept_judge else self._clean(tile)
            place = Look(tuple(m.to(self._place) for m in look.layers), look.spectrum.to(self._place))
            logs = self.net.to(self._place).logits(place)[0].float().log_softmax(0).cpu().numpy()
            samples = self.split.samples.take(tile.held_out)
            here = logs[:, samples.rows - tile.window.row, samples.cols - tile.window.col]
            answer[tile.held_out] = here.argmax(0)
            losses[tile.held_out] = -here[self.split.labels[tile.held_out], np.arange(len(tile.held_out))]
        return _Judged(answer[self.split.test], losses[self.split.test])

    def _score(self) -> tuple[float | None, float | None]:
        """Macro-F1 and mean loss of the held-out pixels, every class counting the same in both."""
        if not len(self.split.test):
            return None, None
        judged, truth = self._judged(), self.split.labels[self.split.test]
        loss = np.mean([judged.losses[truth == c].mean() for c in np.unique(truth)])
        return float(macro_f1(truth.astype(np.uint8), judged.classes.astype(np.uint8))), float(loss)
