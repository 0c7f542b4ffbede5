"""Masked pretraining of the small model on scenes without labels (specification sections 9 and 10)."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from ..errors import InputError, ModelError
from ..inference.device import Device, pick_device
from ..models.specaware import PRESETS, SpecAwareAutoencoder
from ..models.weights import WeightsCard, save_weights, weights_hash
from ..reporting import PartReporter, Reporter
from .checkpoint import Progress, load_checkpoint, save_checkpoint
from .datasets import CropBatch, CropSampler, PretrainScene, read_scenes, simulated_scenes

CHECKPOINT_NAME = "pretrain.safetensors"
SIMULATED_SIDE_PX = 96
MASK_BLOCK = 2  # patches are hidden in blocks of 2 x 2, so that copying a neighbour does not solve the task
WARM_UP = 0.05
LAST_RATE = 0.02
MAX_DROPPED = 10
VISIBLE_WEIGHT = 0.3  # of visible pixels in the loss: tokens must keep their own spectrum, too
LICENCE = "GPL-3.0-or-later"


@dataclass(frozen=True)
class PretrainRequest:
    """What to pretrain on, how long, and where the weights go.

    Attributes:
        output: weights file to write (.safetensors).
        checkpoints: folder for checkpoints; a run that finds one there continues it.
        data: folders of scenes in the standard form (``<scene>/image.tif`` and ``meta.json``).
        simulated: number of simulated scenes.
        minutes: training time, all continued runs together; the learning rate follows it.
        preset: architecture, a name in `PRESETS`.
        seed: of weights, scenes and crops. Time decides when a run ends, so runs are not equal bit for bit.
        threads: CPU threads of torch.
        device: ``auto``, ``cpu`` or ``cuda``.
        batch: crops of one scene.
        scenes_per_step: batches whose gradients are added up before each step.
        crop_px: side of a crop.
        rate: peak learning rate.
        mask_ratio: share of hidden patches.
        save_minutes: time between checkpoints.
    """

    output: str
    checkpoints: str
    data: tuple[str, ...] = ()
    simulated: int = 200
    minutes: float = 60.0
    preset: str = "specaware-small"
    seed: int = 0
    threads: int = 2
    device: str = "auto"
    batch: int = 16
    scenes_per_step: int = 2
    crop_px: int = 32
    rate: float = 1e-3
    mask_ratio: float = 0.75
    save_minutes: float = 3.0

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InputError(f"There is no preset {self.preset!r}.", f"Use one of {', '.join(PRESETS)}.")
        if min(self.minutes, self.batch, self.scenes_per_step, self.threads) <= 0 or not 0 < self.mask_ratio < 1:
            raise InputError("Minutes, batch, scenes per step and threads must be positive, the mask ratio in 0..1.",
                             "Correct the values of the request.")
        if self.crop_px % (PRESETS[self.preset].patch_px * MASK_BLOCK):
            raise InputError(f"Crops of {self.crop_px} px do not divide into blocks of "
                             f"{PRESETS[self.preset].patch_px * MASK_BLOCK} px.", "Choose a multiple of that.")


@dataclass(frozen=True)
class PretrainResult:
    """What came of it: the file and its hash, steps, crops seen, last mean loss (None if no step was left to do)."""

    weights: str
    sha256: str
    steps: int
    crops: int
    loss: float | None


@dataclass
class _Meter:
    """Mean loss since the last log line."""

    spectral: float = 0.0
    charbonnier: float = 0.0
    count: int = 0
    crops: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def loss(self) -> float | None:
        return (self.spectral + self.charbonnier) / self.count if self.count else None


def run(request: PretrainRequest, reporter: Reporter) -> PretrainResult:
    """Pretrain and write encoder weights with a card.

    Raises:
        InputError: no scenes, or a folder that does not exist.
        ModelError: a checkpoint of another model, or training diverged.
    """
    torch.set_num_threads(request.threads)
    torch.manual_seed(request.seed)
    checkpoint = Path(request.checkpoints) / CHECKPOINT_NAME
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    device = pick_device(request.device)
    model = SpecAwareAutoencoder(PRESETS[request.preset]).to(device.torch_device).train()
    optimizer = make_optimizer(model, request.rate)
    progress = load_checkpoint(checkpoint, model, optimizer) if checkpoint.exists() else Progress()
    scenes = read_scenes([Path(folder) for folder in request.data], request.crop_px, reporter)
    scenes += simulated_scenes(request.simulated, request.seed, SIMULATED_SIDE_PX, PartReporter(reporter, 0, 0.02))
    reporter.log("info", f"{len(scenes)} scenes ({request.simulated} simulated), {device}, from step {progress.step}")
    batches = CropSampler(scenes, request.crop_px, request.seed + progress.step).batches(request.batch)
    if progress.step == 0:
        calibrate(model, next(batches), device)
    trainer = _Trainer(request, model, optimizer, device, reporter, progress)
    loss = trainer.train(batches, checkpoint)
    output = Path(request.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    save_weights(output, model, _card(request, scenes, trainer.progress, loss))
    return PretrainResult(str(output), weights_hash(output), trainer.progress.step, trainer.progress.crops, loss)


class _Trainer:
    """The loop: steps until the time is over, with checkpoints and log lines on the way."""

    def __init__(self, request: PretrainRequest, model: SpecAwareAutoencoder, optimizer: torch.optim.AdamW,
                 device: Device, reporter: Reporter, progress: Progress) -> None:
        self.request, self.model, self.optimizer = request, model, optimizer
        self.device, self.reporter, self.progress = device, reporter, progress
        self._meter, self._dropped = _Meter(), 0

    def train(self, batches: Iterator[CropBatch], checkpoint: Path) -> float | None:
        """Train to the end of the time; returns the mean loss of the last minute or so."""
        request, start, before = self.request, time.monotonic(), self.progress.elapsed_s
        saved, loss = start, None
        while (fraction := self.progress.elapsed_s / (60 * request.minutes)) < 1:
            self.reporter.check_cancelled()
            self.step(batches, fraction)
            now = time.monotonic()
            self.progress = replace(self.progress, elapsed_s=before + now - start)
            if now - self._meter.since > min(30.0, 6 * request.minutes):
                loss = self._log(now, fraction)
            if now - saved > 60 * request.save_minutes:
                save_checkpoint(checkpoint, self.model, self.optimizer, self.progress)
                saved = now
        save_checkpoint(checkpoint, self.model, self.optimizer, self.progress)
        return self._meter.loss if loss is None or self._meter.count >= 10 else loss

    def step(self, batches: Iterator[CropBatch], fraction: float) -> None:
        """One optimizer step over the gradients of several scenes."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.request.rate, fraction)
        for _ in range(self.request.scenes_per_step):
            batch = next(batches)
            image = batch.image.to(self.device.torch_device)
            side = image.shape[-1] // self.model.config.patch_px
            # The content branch must not see what is hidden: it gets what is visible, or, complete as it will be
            # in use, another crop of the scene.
            elsewhere = image.roll(1, dims=0) if torch.rand(()) < 0.5 else None
            noise = block_noise(len(image), side).to(image.device)
            with self.device.autocast():
                output = self.model.reconstruct(image, batch.spectral, batch.gsd_m, noise, self.request.mask_ratio,
                                                target="band", visible_content=True, content=elsewhere, guided=True,
                                                visible_weight=VISIBLE_WEIGHT)
            (output.loss / self.request.scenes_per_step).backward()
            self._meter.spectral += float(output.loss_spectral.detach())
            self._meter.charbonnier += float(output.loss_charbonnier.detach())
            self._meter.count += 1
            self._meter.crops += len(image)
        self._update()
        crops = self.progress.crops + self.request.scenes_per_step * self.request.batch
        self.progress = replace(self.progress, step=self.progress.step + 1, crops=crops)

    def _update(self) -> None:
        """Step along the clipped gradient; a gradient that is not finite is dropped, many in a row end the run."""
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._dropped = 0 if bool(torch.isfinite(norm)) else self._dropped + 1
        if self._dropped > MAX_DROPPED:
            raise ModelError(f"The gradients were not finite in {self._dropped} steps in a row.",
                             "Continue from the last checkpoint with a smaller rate.")
        if not self._dropped:
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def _log(self, now: float, fraction: float) -> float | None:
        meter, self._meter = self._meter, _Meter()
        total = meter.spectral + meter.charbonnier
        tokens = meter.crops * (self.request.crop_px // self.model.config.patch_px) ** 2
        self.reporter.log("info", f"step {self.progress.step} time {fraction:.1%} loss {total / meter.count:.4f} "
                          f"(spectral {meter.spectral / meter.count:.4f}, "
                          f"Charbonnier {meter.charbonnier / meter.count:.4f}) "
                          f"{tokens / (now - meter.since):.0f} tokens/s")
        self.reporter.progress(0.02 + 0.98 * fraction, "pretraining")
        return meter.loss


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


def block_noise(batch: int, side: int) -> Tensor:
    """(batch, side^2) noise that is nearly equal inside blocks of `MASK_BLOCK` x `MASK_BLOCK` patches."""
    coarse = torch.rand(batch, side // MASK_BLOCK, side // MASK_BLOCK)
    fine = coarse.repeat_interleave(MASK_BLOCK, dim=1).repeat_interleave(MASK_BLOCK, dim=2)
    return (fine + 1e-6 * torch.rand_like(fine)).flatten(1)


@torch.no_grad()
def calibrate(model: SpecAwareAutoencoder, batch: CropBatch, device: Device) -> None:
    """Set the sizes of fresh tokens and predictions to what blocks and loss expect; as drawn they are far from it."""
    image, embed = batch.image.to(device.torch_device), model.patch_embed
    embed.scaler.mul_(0.7 / embed(image, embed.metadata(batch.spectral)).std().clamp(min=1e-6))
    noise = block_noise(len(image), image.shape[-1] // model.config.patch_px).to(image.device)
    predicted = model.reconstruct(image, batch.spectral, batch.gsd_m, noise).prediction.std().clamp(min=1e-6)
    last = model.decoder_pred.matrix_generator.u_last
    last.weight.mul_(0.1 / predicted)
    last.bias.mul_(0.1 / predicted)


def _card(request: PretrainRequest, scenes: Sequence[PretrainScene], progress: Progress,
          loss: float | None) -> WeightsCard:
    real = tuple(scene.name for scene in scenes if not scene.simulated)
    seen = (*real, f"{request.simulated} simulated scenes (seed {request.seed})")
    training = {"minutes": round(progress.elapsed_s / 60, 1), "steps": progress.step, "crops": progress.crops,
                "loss": None if loss is None else round(loss, 4),
                "objective": "masked autoencoder, bands standardised, Charbonnier + cosine",
                "mask_ratio": request.mask_ratio, "crop_px": request.crop_px, "peak_rate": request.rate}
    return WeightsCard(request.preset, "masked pretraining from random weights, without labels", seen, training,
                       LICENCE, {})
