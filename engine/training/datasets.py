"""Scenes for pretraining, held in memory, and random crops of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import InputError, SpecAwareError
from ..inference.radiometry import input_scale
from ..models.specaware.spectral_input import SpectralInput
from ..raster.cube import Cube, Overrides
from ..raster.grid import Window
from ..reporting import Reporter, SilentReporter, tracked
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.sensors import model_key
from .simulate import random_spec, simulate_scene

MIN_SIDE_PX = 20
ENOUGH_VALID = 0.98
CROP_TRIES = 10
MIN_BANDS = 24


@dataclass(frozen=True)
class PretrainScene:
    """A scene ready for the model.

    Attributes:
        name: for the model card.
        values: (bands, rows, cols) float16, good bands only, scaled to model input, invalid pixels 0.
        valid: (rows, cols) pixels with a value in every band.
        bands: the good bands.
        meta: sensor, level and pixel size.
        simulated: True for scenes of our simulator.
    """

    name: str
    values: NDArray[np.float16]
    valid: NDArray[np.bool_]
    bands: BandTable
    meta: SensorMeta
    simulated: bool


def make_scene(name: str, cube: NDArray[np.float32], bands: BandTable, meta: SensorMeta,
               simulated: bool = False) -> PretrainScene:
    """Scale a cube of good bands (bands, rows, cols), NaN = no value, to model input.

    Raises:
        InputError: no pixel has a value in every band.
    """
    valid = np.asarray(np.isfinite(cube).all(axis=0), np.bool_)
    if not valid.any():
        raise InputError(f"{name} has no pixel with a value in every band.", "Leave the scene out.")
    scale = input_scale(meta.level, float(cube[:, valid].mean()))
    values = np.where(valid, cube * scale, 0.0).clip(-1.0, 10.0).astype(np.float16)
    return PretrainScene(name, values, valid, bands, meta, simulated)


def read_scenes(folders: Sequence[Path], crop_px: int, reporter: Reporter,
                exclude: Collection[str] = ()) -> list[PretrainScene]:
    """Read every ``<folder>/<scene>/image.tif`` that has a meta.json beside it, but ``exclude``; no labels are opened.

    Change pairs (no image.tif) are not read. Scenes smaller than a crop are extended by reflection, tiny ones and
    unreadable ones are left out with a warning.

    Raises:
        InputError: a folder does not exist.
    """
    scenes = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"There is no folder {folder}.", "Give a folder with one subfolder for each scene.")
        for path in sorted(folder.glob("*/image.tif")):
            if path.parent.name in exclude:
                continue
            try:
                scene = _read_scene(path)
            except (SpecAwareError, ValueError, OSError) as error:
                reporter.log("warning", f"{path.parent.name} is left out: {error}")
                continue
            if min(scene.valid.shape) < MIN_SIDE_PX:
                reporter.log("info", f"{path.parent.name} is left out: only {scene.valid.shape} pixels.")
            else:
                scenes.append(_extend(scene, crop_px))
    return scenes


def _read_scene(path: Path) -> PretrainScene:
    """One scene; meta.json goes before what the file says."""
    meta = json.loads((path.parent / "meta.json").read_text(encoding="utf-8"))
    level = "L1" if str(meta.get("level", "")).startswith("L1") else "L2"
    with Cube.open(path, Overrides(level=level, gsd_m=meta.get("gsd_m")), SilentReporter()) as cube:
        rows, cols = cube.grid.shape
        values = cube.read(Window(0, 0, rows, cols))
        return make_scene(path.parent.name, values, cube.bands.only(cube.bands.good_indices), cube.meta)


def _extend(scene: PretrainScene, side_px: int) -> PretrainScene:
    """Reflect a scene at its lower and right border until a crop fits in."""
    rows, cols = (max(side_px - side, 0) for side in scene.valid.shape)
    if not rows and not cols:
        return scene
    return PretrainScene(scene.name, np.pad(scene.values, ((0, 0), (0, rows), (0, cols)), mode="symmetric"),
                         np.pad(scene.valid, ((0, rows), (0, cols)), mode="symmetric"), scene.bands, scene.meta,
                         scene.simulated)


def simulated_scenes(count: int, seed: int, side_px: int, reporter: Reporter) -> list[PretrainScene]:
    """Draw scenes over all sensors, levels, landscapes and pixel sizes."""
    rng, scenes = np.random.default_rng(seed), []
    for index in tracked(range(count), count, reporter, "simulating scenes"):
        scene = simulate_scene(random_spec(rng, side_px, side_px), seed * 100_003 + index)
        good = scene.bands.good_indices
        scenes.append(make_scene(f"simulated-{index}", scene.cube[good], scene.bands.only(good), scene.meta, True))
    return scenes


@dataclass(frozen=True)
class CropBatch:
    """Crops of one scene with one selection of its bands.

    Attributes:
        image: (B, C, crop, crop) float32.
        spectral: its metadata.
        gsd_m: its pixel size.
    """

    image: Tensor
    spectral: SpectralInput
    gsd_m: float


class CropSampler:
    """Draws random crops: half of the batches from real scenes, half from simulated ones, larger scenes more often."""

    def __init__(self, scenes: Sequence[PretrainScene], crop_px: int, seed: int) -> None:
        if not scenes:
            raise InputError("There is no scene to train on.", "Give a folder of scenes or ask for simulated ones.")
        self._scenes, self._crop_px = list(scenes), crop_px
        self._rng = np.random.default_rng(seed)
        self._shares = _sampling_shares(scenes)

    def batches(self, size: int) -> Iterator[CropBatch]:
        """Batches of ``size`` crops without end."""
        while True:
            scene = self._scenes[self._rng.choice(len(self._scenes), p=self._shares)]
            keep = choose_bands(self._rng, scene.bands.wavelength_nm)
            crops = np.stack([self._crop(scene, keep) for _ in range(size)]).astype(np.float32)
            gain = np.exp(self._rng.normal(0, 0.08, (size, 1, 1, 1))).astype(np.float32)
            table = scene.bands.only(keep)
            # One in ten batches hides which sensor it is, as an unknown sensor would.
            key = "others" if self._rng.random() < 0.1 else model_key(scene.meta.name)
            spectral = SpectralInput(table.wavelength_nm.tolist(), table.fwhm_nm.tolist(), key, scene.meta.level)
            yield CropBatch(torch.from_numpy(crops * gain), spectral, scene.meta.gsd_m)

    def _crop(self, scene: PretrainScene, keep: NDArray[np.intp]) -> NDArray[np.float16]:
        """(C, crop, crop) turned and flipped at random; mostly valid pixels where the scene allows."""
        best, where = -1.0, (slice(0), slice(0))
        for _ in range(CROP_TRIES):
            row, col = (int(self._rng.integers(0, side - self._crop_px + 1)) for side in scene.valid.shape)
            there = (slice(row, row + self._crop_px), slice(col, col + self._crop_px))
            if (share := float(scene.valid[there].mean())) > best:
                best, where = share, there
            if best >= ENOUGH_VALID:
                break
        crop = np.rot90(scene.values[(keep, *where)], int(self._rng.integers(4)), axes=(1, 2))
        return crop[:, :, ::-1] if self._rng.random() < 0.5 else crop


def _sampling_shares(scenes: Sequence[PretrainScene]) -> NDArray[np.float64]:
    """(scenes,) probabilities that sum to 1."""
    real = np.array([not s.simulated for s in scenes])
    weight = np.array([np.sqrt(s.valid.sum()) for s in scenes])
    for group in (real, ~real):
        if group.any():
            weight[group] /= weight[group].sum()
    return np.asarray(weight / weight.sum(), np.float64)


def choose_bands(rng: np.random.Generator, wavelength_nm: NDArray[np.float64]) -> NDArray[np.intp]:
    """A random view of the bands, 0-based and in order: all, a random subset, or a contiguous range of wavelengths.

    Counts are log-uniform from 24 (one in ten views: from 4) to all, so that no band count is foreign to the model.
    """
    total = len(wavelength_nm)
    lowest = min(4 if rng.random() < 0.1 else MIN_BANDS, total)
    count = int(np.exp(rng.uniform(np.log(lowest), np.log(total + 1))))
    if rng.random() < 0.35:
        start = int(rng.integers(0, total - count + 1))
        return np.sort(np.argsort(wavelength_nm, kind="stable")[start:start + count])
    return np.sort(rng.choice(total, count, replace=False))
