"""Pretraining of encoder weights on scenes without labels: masked (specification sections 9 and 10), or by episodes."""

from __future__ import annotations

import itertools
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from ..errors import InputError, ModelError
from ..inference.device import Device, pick_device
from ..models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareEncoder
from ..models.specaware.config import SCALED, STANDARDISED
from ..models.weights import WeightsCard, save_weights, weights_hash
from ..reporting import PartReporter, Reporter, SilentReporter
from .checkpoint import Progress, load_checkpoint, save_checkpoint
from .crops import MIXED, VIEWS, CropSampler, CropSource, SceneSource
from .datasets import PretrainScene, read_scenes, simulated_scenes
from .ema import WeightMean
from .episode_objective import EpisodeObjective
from .episode_scenes import EpisodeSources, episode_scenes
from .episodes import EpisodeSampler
from .loss_curve import LossCurve
from .masked import MASK_BLOCK, MaskedObjective
from .measured import join_measured, read_measured
from .ranks import LossRunner, Ranks, joined, ranks_of_torchrun
from .shard_source import ShardSource
from .views import progressive_stages

CHECKPOINT_NAME = "pretrain.safetensors"
SIMULATED_SIDE_PX = 96
WARM_UP = 0.05
LAST_RATE = 0.02
MAX_DROPPED = 10
CURVE_POINTS = 400  # of a run counted in steps
LICENCE = "GPL-3.0-or-later"
MASKED, EPISODES = "masked", "episodes"
PRECISIONS = ("auto", "float32")


@dataclass(frozen=True)
class _Recipe:
    """What goes with an objective: preset and crop side, unless told otherwise, and the input its presets take."""

    preset: str
    crop_px: int
    input: str


RECIPES = {MASKED: _Recipe("specaware-small", 32, SCALED), EPISODES: _Recipe("specaware-pixel", 12, STANDARDISED)}


@dataclass(frozen=True)
class PretrainRequest:
    """What to pretrain on, how long, and where the weights go.

    Attributes:
        output: weights file to write (.safetensors).
        checkpoints: folder for checkpoints; a run that finds one there continues it.
        objective: ``masked`` autoencoding or few-shot ``episodes``.
        data: folders of scenes in the standard form (``<scene>/image.tif`` and ``meta.json``).
        exclude: names of scenes to leave out.
        libraries: folders of spectral libraries (``<library>/library.npz``): scenes of episodes are made of them, or,
            for the masked objective, half of the patches of simulated scenes.
        simulated: number of simulated scenes.
        library_scenes: number of scenes made from the libraries.
        minutes: training time, all continued runs together; the learning rate follows it.
        preset: architecture, a name in `PRESETS`; the objective's own if None.
        seed: of weights, scenes and crops. Time decides when a run ends, so runs are not equal bit for bit.
        threads: CPU threads of torch.
        device: ``auto``, ``cpu`` or ``cuda``.
        batch: crops of one scene, for the masked objective.
        scenes_per_step: batches or episodes whose gradients are added up before each step.
        crop_px: side of a crop; the objective's own if None.
        rate: peak learning rate.
        mask_ratio: share of hidden patches.
        save_minutes: time between checkpoints.
        steps: length of the run in steps in place of minutes. The masked objective is then exact: a run that is
            continued gives the weights of one that never stopped, and several processes those of one.
        shards: folder of patches as ``dataset`` writes it, in place of scenes; for the masked objective.
        progressive: begin with small crops and few bands; needs ``steps``.
        views: ``mixed`` selections of bands, or the paper's two ``paired`` ranges of the same places in turn.
        demanding: simulate towns and coasts, too, and what makes scenes hard (see `Effects`); for the masked objective.
        precision: ``auto``, bfloat16 products where the hardware has them, or ``float32``.
        ema: decay of the running mean of the weights that is written at the end; 0 writes the last weights.
    """

    output: str
    checkpoints: str
    objective: str = MASKED
    data: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    simulated: int = 200
    library_scenes: int = 150
    minutes: float = 60.0
    preset: str | None = None
    seed: int = 0
    threads: int = 2
    device: str = "auto"
    batch: int = 16
    scenes_per_step: int = 2
    crop_px: int | None = None
    rate: float = 1e-3
    mask_ratio: float = 0.75
    save_minutes: float = 3.0
    steps: int | None = None
    shards: str | None = None
    progressive: bool = False
    views: str = MIXED
    demanding: bool = False
    precision: str = PRECISIONS[0]
    ema: float = 0.0

    def __post_init__(self) -> None:
        if self.objective not in RECIPES:
            raise InputError(f"There is no objective {self.objective!r}.", f"Use one of {', '.join(RECIPES)}.")
        if self.architecture not in PRESETS:
            raise InputError(f"There is no preset {self.preset!r}.", f"Use one of {', '.join(PRESETS)}.")
        if min(self.minutes, self.batch, self.scenes_per_step, self.threads) <= 0 or not 0 < self.mask_ratio < 1:
            raise InputError("Minutes, batch, scenes per step and threads must be positive, the mask ratio in 0..1.",
                             "Correct the values of the request.")
        config = PRESETS[self.architecture]
        if config.input != RECIPES[self.objective].input:
            raise InputError(f"{self.architecture} takes {config.input} pixels, which the objective {self.objective!r} "
                             "does not give.", f"Use {RECIPES[self.objective].preset}.")
        if self.side_px % self.block_px:
            raise InputError(f"Crops of {self.side_px} px do not divide into blocks of {self.block_px} px.",
                             "Choose a multiple of that.")
        if (self.steps is not None and self.steps < 1) or not 0 <= self.ema < 1 or self.views not in VIEWS:
            raise InputError(f"{self.steps} steps, a decay of {self.ema:g} and {self.views!r} views cannot be meant.",
                             f"Steps are positive, the decay is in 0..1, views are {' or '.join(VIEWS)}.")
        if self.precision not in PRECISIONS:
            raise InputError(f"There is no precision {self.precision!r}.", f"Use {' or '.join(PRECISIONS)}.")
        if self.objective != MASKED and (self.shards or self.progressive or self.demanding or self.views != MIXED):
            raise InputError("Shards, demanding scenes, stages and paired views are for the masked objective.",
                             "Leave them out, or use --objective masked.")
        if self.progressive and self.steps is None:
            raise InputError("A progressive run must know its length in steps.", "Give --steps.")

    @property
    def architecture(self) -> str:
        """Name of the preset."""
        return self.preset or RECIPES[self.objective].preset

    @property
    def block_px(self) -> int:
        """Sides of crops are multiples of it."""
        return PRESETS[self.architecture].patch_px * (MASK_BLOCK if self.objective == MASKED else 1)

    @property
    def side_px(self) -> int:
        """Side of a crop."""
        return self.crop_px or RECIPES[self.objective].crop_px


@dataclass(frozen=True)
class PretrainResult:
    """What came of it: the file and its hash, steps, crops seen, last mean loss (None if no step was left to do)."""

    weights: str
    sha256: str
    steps: int
    crops: int
    loss: float | None


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


def run(request: PretrainRequest, reporter: Reporter) -> PretrainResult:
    """Pretrain and write encoder weights with a card.

    Raises:
        InputError: no scenes, or a folder that does not exist.
        ModelError: a checkpoint of another model, or training diverged.
    """
    device = pick_device(request.device)
    if request.precision == "float32":
        device = replace(device, dtype=torch.float32)
    ranks = ranks_of_torchrun()
    if ranks.count > 1 and (request.steps is None or request.objective != MASKED):
        raise InputError(f"{ranks.count} processes can share the masked objective, counted in steps, only.",
                         "Give --steps and --objective masked, or start one process.")
    torch.set_num_threads(request.threads)
    torch.manual_seed(request.seed)
    with joined(device):
        return _train(request, device, ranks, reporter if ranks.first else _Quiet(reporter))


def _train(request: PretrainRequest, device: Device, ranks: Ranks, reporter: Reporter) -> PretrainResult:
    checkpoint = Path(request.checkpoints) / CHECKPOINT_NAME
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    config = PRESETS[request.architecture]
    model = (SpecAwareAutoencoder if request.objective == MASKED else SpecAwareEncoder)(config)
    model = model.to(device.torch_device).train()
    optimizer = make_optimizer(model, request.rate)
    mean = WeightMean(model, request.ema) if request.ema else None
    progress = load_checkpoint(checkpoint, model, optimizer, mean) if checkpoint.exists() else Progress()
    objective, seen = _make_objective(request, model, device, progress.step, ranks, reporter)
    reporter.log("info", f"{', '.join(seen)}; {device}, from step {progress.step}")
    if progress.step == 0:
        objective.calibrate()
        if mean is not None:
            mean.load(model.state_dict())
    trainer = _Trainer(request, model, objective, optimizer, reporter, progress, ranks, mean)
    loss = trainer.train(checkpoint)
    output = Path(request.output)
    if ranks.first:
        output.parent.mkdir(parents=True, exist_ok=True)
        with mean.applied() if mean is not None else nullcontext():
            save_weights(output, model, _card(request, objective, seen, trainer.progress, loss))
    return PretrainResult(str(output), weights_hash(output) if ranks.first else "", trainer.progress.step,
                          trainer.progress.crops, loss)


def _make_objective(request: PretrainRequest, model: SpecAwareEncoder, device: Device, step: int, ranks: Ranks,
                    reporter: Reporter) -> tuple[Objective, tuple[str, ...]]:
    """The objective with its data, and names of what it sees."""
    scenes = read_scenes([Path(folder) for folder in request.data], request.side_px, reporter, request.exclude)
    part, seed = PartReporter(reporter, 0, 0.02), request.seed + step
    if isinstance(model, SpecAwareAutoencoder):
        if request.shards:
            source = ShardSource(Path(request.shards), request.side_px)
            seen = tuple(f"{pool.patches} patches of {pool.sensor} {pool.level}" for pool in source.pools)
            return _masked(request, model, source, device, step, ranks), seen
        measured = join_measured([read_measured(Path(folder)) for folder in request.libraries])
        scenes += simulated_scenes(request.simulated, request.seed, SIMULATED_SIDE_PX, part, request.demanding,
                                   measured)
        spectra = (f"{len(found)} measured spectra of {name}" for name, found in measured.items())
        objective = _masked(request, model, SceneSource(scenes), device, step, ranks)
        return objective, (*_seen(request, scenes, ()), *spectra)
    sources = EpisodeSources(tuple(scenes), tuple(Path(folder) for folder in request.libraries), request.library_scenes,
                             request.simulated, SIMULATED_SIDE_PX)
    drawn, libraries = episode_scenes(sources, request.seed, part)
    episodes = EpisodeSampler(drawn, request.side_px, seed).episodes()
    return EpisodeObjective(model, episodes, device), _seen(request, scenes, libraries)


def _masked(request: PretrainRequest, model: SpecAwareAutoencoder, source: CropSource, device: Device, step: int,
            ranks: Ranks) -> MaskedObjective:
    """The masked objective on this process' share of every batch."""
    stages = progressive_stages(request.side_px, request.block_px) if request.progressive else None
    sampler = CropSampler(source, request.side_px, request.seed, stages, request.views)
    each = request.scenes_per_step
    batches = sampler.batches(ranks.share(request.batch), step * each, request.steps and request.steps * each)
    if step == 0:  # the first is for calibration, and the same in every process
        batches = itertools.chain([sampler.batch(0, range(request.batch))], batches)
    return MaskedObjective(model, batches, device, request.mask_ratio)


class _Quiet(SilentReporter):
    """For the processes beside the first: can be cancelled, and says nothing."""

    def __init__(self, whole: Reporter) -> None:
        super().__init__()
        self._whole = whole

    def check_cancelled(self) -> None:
        """Pass on."""
        self._whole.check_cancelled()


class _Trainer:
    """The loop: steps until the time is over, with checkpoints and log lines on the way."""

    def __init__(self, request: PretrainRequest, model: SpecAwareEncoder, objective: Objective,
                 optimizer: torch.optim.AdamW, reporter: Reporter, progress: Progress, ranks: Ranks | None = None,
                 mean: WeightMean | None = None) -> None:
        self.request, self.model, self.objective, self.optimizer = request, model, objective, optimizer
        self.reporter, self.progress, self.ranks, self.mean = reporter, progress, ranks or Ranks(), mean
        self._meter, self._dropped = _Meter(), 0
        self._losses = LossRunner(model, objective.losses, self.ranks)

    def train(self, checkpoint: Path) -> float | None:
        """Train to the end of the time or steps; returns the mean loss of the last minute or so."""
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


def _seen(request: PretrainRequest, scenes: Sequence[PretrainScene], libraries: Sequence[str]) -> tuple[str, ...]:
    real = [scene.name for scene in scenes if not scene.simulated]
    made = [f"{request.library_scenes} scenes of spectra from {', '.join(libraries)}"] if libraries else []
    return (*real, *made, f"{request.simulated} simulated scenes (seed {request.seed})")


def _card(request: PretrainRequest, objective: Objective, seen: tuple[str, ...], progress: Progress,
          loss: float | None) -> WeightsCard:
    training = {"minutes": round(progress.elapsed_s / 60, 1), "steps": progress.step, "crops": progress.crops,
                "loss": None if loss is None else round(loss, 4), "objective": objective.description,
                "crop_px": request.side_px, "peak_rate": request.rate}
    if request.objective == MASKED:
        training["mask_ratio"] = request.mask_ratio
    training |= {name: getattr(request, name) for name in ("ema", "progressive", "demanding") if getattr(request, name)}
    if request.views != MIXED:
        training["views"] = request.views
    return WeightsCard(request.architecture, f"pretraining ({request.objective}) from random weights, without labels",
                       seen, training, LICENCE, {})
