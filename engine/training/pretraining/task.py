"""Pretraining of encoder weights on scenes without labels: masked (specification sections 9 and 10), or by episodes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import torch

from ... import __version__
from ...errors import InputError
from ...inference.device import Device, compile_blocks, pick_device
from ...models.files import file_hash
from ...models.specaware import PRESETS, SpecAwareAutoencoder, SpecAwareEncoder
from ...models.weights import WeightsCard, save_weights
from ...reporting import PartReporter, Reporter, SilentReporter
from ..simulator.measured import join_measured, read_measured
from .checkpoint import Progress, load_checkpoint
from .crops import MIXED, CropSampler, CropSource, SceneSource
from .datasets import PretrainScene, read_scenes, simulated_scenes
from .ema import WeightMean
from .episode_objective import EpisodeObjective
from .episode_scenes import EpisodeSources, episode_scenes
from .episodes import EpisodeSampler
from .masked import MaskedObjective
from .ranks import Ranks, joined, ranks_of_torchrun
from .request import MASKED, PretrainRequest, PretrainResult
from .shard_source import ShardSource
from .trainer import Objective, Trainer, make_optimizer
from .views import progressive_stages

CHECKPOINT_NAME = "pretrain.safetensors"
SIMULATED_SIDE_PX = 96
LICENCE = "GPL-3.0-or-later"


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
    if isinstance(model, SpecAwareAutoencoder):
        model.recompute_blocks = request.recompute_blocks
    if request.compile:
        compile_blocks(model, device, reporter)
    optimizer = make_optimizer(model, request.rate)
    mean = WeightMean(model, request.ema) if request.ema else None
    progress = load_checkpoint(checkpoint, model, optimizer, mean) if checkpoint.exists() else Progress()
    objective, seen = _make_objective(request, model, device, progress.step, ranks, reporter)
    reporter.log("info", f"{', '.join(seen)}; {device}, from step {progress.step}")
    if progress.step == 0:
        objective.calibrate()
        if mean is not None:
            mean.load(model.state_dict())
    trainer = Trainer(request, model, objective, optimizer, reporter, progress, ranks, mean)
    loss = trainer.train(checkpoint)
    output = Path(request.output)
    if ranks.first:
        output.parent.mkdir(parents=True, exist_ok=True)
        with mean.applied() if mean is not None else nullcontext():
            save_weights(output, model, _card(request, objective, seen, trainer.progress, loss))
    return PretrainResult(str(output), file_hash(output) if ranks.first else "", trainer.progress.step,
                          trainer.progress.crops, loss)


def _make_objective(request: PretrainRequest, model: SpecAwareEncoder, device: Device, step: int, ranks: Ranks,
                    reporter: Reporter) -> tuple[Objective, tuple[str, ...]]:
    """The objective with its data, and names of what it sees."""
    scenes = read_scenes([Path(folder) for folder in request.data], request.side_px, reporter, request.exclude)
    part = PartReporter(reporter, 0, 0.02)
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
    sampler = EpisodeSampler(drawn, request.side_px, request.seed)
    episodes = sampler.episodes(step * request.scenes_per_step)
    if step == 0:  # the first is for calibration
        episodes = itertools.chain([sampler.episode(0)], episodes)
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


def _seen(request: PretrainRequest, scenes: Sequence[PretrainScene], libraries: Sequence[str]) -> tuple[str, ...]:
    real = [scene.name for scene in scenes if not scene.simulated]
    made = [f"{request.library_scenes} scenes of spectra from {', '.join(libraries)}"] if libraries else []
    return (*real, *made, f"{request.simulated} simulated scenes (seed {request.seed})")


def _card(request: PretrainRequest, objective: Objective, seen: tuple[str, ...], progress: Progress,
          loss: float | None) -> WeightsCard:
    training = {"version": __version__, "seed": request.seed, "minutes": round(progress.elapsed_s / 60, 1),
                "steps": progress.step, "crops": progress.crops, "loss": None if loss is None else round(loss, 4),
                "objective": objective.description, "crop_px": request.side_px, "peak_rate": request.rate}
    if request.objective == MASKED:
        training["mask_ratio"] = request.mask_ratio
    training |= {name: getattr(request, name) for name in ("ema", "progressive", "demanding") if getattr(request, name)}
    if request.views != MIXED:
        training["views"] = request.views
    return WeightsCard(request.architecture, f"pretraining ({request.objective}) from random weights, without labels",
                       seen, training, LICENCE, {})
