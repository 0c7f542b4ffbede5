"""Batches of crops for masked pretraining.

Every batch is drawn from its own number, and every crop from its number in the batch: a run that is continued sees
what it would have seen, and several processes see together what one would, all of them the same sensor at each step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...errors import InputError
from ...models.specaware.spectral_input import SpectralInput
from ...spectral.bands import BandTable
from .datasets import PretrainScene
from .views import BRIGHTNESS, Stage, choose_bands, illumination, paired_bands, stage_at, told_sensor, whole_run

ENOUGH_VALID = 0.98
CROP_TRIES = 10
MIXED, PAIRED = "mixed", "paired"
VIEWS = (MIXED, PAIRED)
# Streams of random numbers of a batch.
_POOL, _BANDS, _CROP, _LIGHT = range(4)


@dataclass(frozen=True)
class CropBatch:
    """Crops of one sensor, level and selection of bands.

    Attributes:
        image: (B, C, crop, crop) float32.
        spectral: its metadata.
        gsd_m: pixel size of each crop.
        seeds: a number for each crop, to draw its mask from.
        elsewhere: (B, C, crop, crop) other crops of the same scenes; None in half of the batches.
    """

    image: Tensor
    spectral: SpectralInput
    gsd_m: tuple[float, ...]
    seeds: tuple[int, ...]
    elsewhere: Tensor | None


@dataclass(frozen=True)
class Crop:
    """A crop and its pixel size.

    Attributes:
        values: (C, side, side).
        gsd_m: its pixel size.
    """

    values: NDArray[np.floating]
    gsd_m: float


class CropPool(Protocol):
    """Images with the same bands, of one sensor and level."""

    @property
    def bands(self) -> BandTable:
        """The bands, usable ones only."""

    @property
    def sensor(self) -> str:
        """Name of the sensor."""

    @property
    def level(self) -> str:
        """``L1`` or ``L2``."""

    def crop(self, rng: np.random.Generator, keep: NDArray[np.intp], side_px: int) -> Crop:
        """A random crop with the bands ``keep``, scaled to model input."""


class CropSource(Protocol):
    """Pools of images."""

    def pick(self, rng: np.random.Generator) -> CropPool:
        """A random pool."""


class ScenePool:
    """One scene in memory."""

    def __init__(self, scene: PretrainScene) -> None:
        self._scene, self.bands = scene, scene.bands
        self.sensor, self.level = scene.meta.name, scene.meta.level

    def crop(self, rng: np.random.Generator, keep: NDArray[np.intp], side_px: int) -> Crop:
        """Mostly valid pixels where the scene allows."""
        scene, best, where = self._scene, -1.0, (slice(0), slice(0))
        for _ in range(CROP_TRIES):
            row, col = (int(rng.integers(0, side - side_px + 1)) for side in scene.valid.shape)
            there = (slice(row, row + side_px), slice(col, col + side_px))
            if (share := float(scene.valid[there].mean())) > best:
                best, where = share, there
            if best >= ENOUGH_VALID:
                break
        return Crop(scene.values[(keep, *where)], scene.meta.gsd_m)


class SceneSource:
    """Scenes in memory: half of the batches from real ones, half from simulated ones, larger scenes more often.

    Raises:
        InputError: there is no scene.
    """

    def __init__(self, scenes: Sequence[PretrainScene]) -> None:
        if not scenes:
            raise InputError("There is no scene to train on.", "Give a folder of scenes or ask for simulated ones.")
        self._pools = [ScenePool(scene) for scene in scenes]
        real = np.array([not s.simulated for s in scenes])
        weight = np.array([np.sqrt(s.valid.sum()) for s in scenes])
        for group in (real, ~real):
            if group.any():
                weight[group] /= weight[group].sum()
        self._shares = weight / weight.sum()

    def pick(self, rng: np.random.Generator) -> ScenePool:
        """A random scene."""
        return self._pools[rng.choice(len(self._pools), p=self._shares)]


class CropSampler:
    """Draws batches of random crops.

    Args:
        source: where from.
        side_px: side of a crop at the end of a run.
        seed: of every choice.
        stages: of a progressive run; one stage if None.
        views: ``mixed``, any selection of bands, or ``paired``, the paper's two views of the same places in turn.
    """

    def __init__(self, source: CropSource, side_px: int, seed: int, stages: tuple[Stage, ...] | None = None,
                 views: str = MIXED) -> None:
        self._source, self._seed, self._paired = source, seed, views == PAIRED
        self._stages = stages or whole_run(side_px)

    def batches(self, members: range, first: int = 0, total: int | None = None) -> Iterator[CropBatch]:
        """Batches from the ``first``-th on, without end.

        Args:
            members: numbers of the crops wanted of each batch, all or a process' share.
            first: number of the first batch.
            total: number of batches of the whole run, for its stages; None for a run without.
        """
        number = first
        while True:
            yield self.batch(number, members, 0.0 if total is None else number / total)
            number += 1

    def batch(self, number: int, members: range, fraction: float = 0.0) -> CropBatch:
        """Crops of one batch.

        Args:
            number: of the batch.
            members: numbers of the crops wanted.
            fraction: share of the run that has passed.
        """
        stage = stage_at(self._stages, fraction)
        place = number // 2 if self._paired else number
        pool = self._source.pick(self._random(_POOL, place))
        rng, wavelength_nm = self._random(_BANDS, number), pool.bands.wavelength_nm
        keep = (paired_bands(rng, wavelength_nm, number, stage.max_bands) if self._paired
                else choose_bands(rng, wavelength_nm, stage.max_bands))
        sensor = told_sensor(rng, pool.sensor)
        table, with_other = pool.bands.only(keep), rng.random() < 0.5
        crops, others, seeds = [], [], []
        for member in members:
            cut = self._crops(pool, keep, stage.side_px, self._random(_CROP, place, member), 2 if with_other else 1)
            light = self._random(_LIGHT, number, member)
            gain = self._gain(light, table.wavelength_nm)
            crops.append(Crop(cut[0].values * gain, cut[0].gsd_m))
            others += [other.values * gain for other in cut[1:]]
            seeds.append(int(light.integers(2**62)))
        spectral = SpectralInput(table.wavelength_nm.tolist(), table.fwhm_nm.tolist(), sensor, pool.level)
        return CropBatch(_stack([c.values for c in crops]), spectral, tuple(c.gsd_m for c in crops), tuple(seeds),
                         _stack(others) if with_other else None)

    def _random(self, stream: int, *numbers: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, stream, *numbers])

    def _crops(self, pool: CropPool, keep: NDArray[np.intp], side_px: int, rng: np.random.Generator,
               count: int) -> list[Crop]:
        """Crops, turned and flipped at random."""
        crops = []
        for _ in range(count):
            crop = pool.crop(rng, keep, side_px)
            values = np.rot90(crop.values, int(rng.integers(4)), axes=(1, 2))
            crops.append(Crop(values[:, :, ::-1] if rng.random() < 0.5 else values, crop.gsd_m))
        return crops

    def _gain(self, rng: np.random.Generator, wavelength_nm: NDArray[np.float64]) -> NDArray[np.float32]:
        """(C or 1, 1, 1) factors."""
        if self._paired:
            return illumination(rng, wavelength_nm)[:, None, None]
        return np.full((1, 1, 1), np.exp(rng.normal(0, BRIGHTNESS)), np.float32)


def _stack(values: Sequence[NDArray[np.floating]]) -> Tensor:
    return torch.from_numpy(np.stack(values).astype(np.float32))
