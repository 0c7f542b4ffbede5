"""Scenes for pretraining, held in memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, SpecAwareError
from ...inference.radiometry import input_scale
from ...raster.cube import Cube, Overrides
from ...reporting import Reporter, SilentReporter, tracked
from ...spectral.bands import BandTable, SensorMeta
from ..simulator.measured import Measured
from ..simulator.simulate import SimulatedScene, demanding_spec, random_spec, simulate_scene

MIN_SIDE_PX = 20
SEEDS_APART = 100_003  # between the first scenes of two seeds: a prime, and more than there are scenes


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


def of_simulated(name: str, scene: SimulatedScene) -> PretrainScene:
    """A scene of our simulator, ready for the model; raises as `make_scene`."""
    good = scene.bands.good_indices
    return make_scene(name, scene.cube[good], scene.bands.only(good), scene.meta, True)


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
        values = cube.read(cube.grid.whole)
        return make_scene(path.parent.name, values, cube.bands.only(cube.bands.good_indices), cube.meta)


def _extend(scene: PretrainScene, side_px: int) -> PretrainScene:
    """Reflect a scene at its lower and right border until a crop fits in."""
    rows, cols = (max(side_px - side, 0) for side in scene.valid.shape)
    if not rows and not cols:
        return scene
    return PretrainScene(scene.name, np.pad(scene.values, ((0, 0), (0, rows), (0, cols)), mode="symmetric"),
                         np.pad(scene.valid, ((0, rows), (0, cols)), mode="symmetric"), scene.bands, scene.meta,
                         scene.simulated)


def simulated_scenes(count: int, seed: int, side_px: int, reporter: Reporter, demanding: bool = False,
                     measured: Measured | None = None) -> list[PretrainScene]:
    """Draw scenes over all sensors, levels, landscapes and pixel sizes.

    Args:
        count: of scenes.
        seed: of every choice.
        side_px: of a scene.
        reporter: told of the progress.
        demanding: towns and coasts, too, and effects of random strength.
        measured: spectra of materials for half of the patches.
    """
    rng, scenes = np.random.default_rng(seed), []
    draw = demanding_spec if demanding else random_spec
    for index in tracked(range(count), count, reporter, "simulating scenes"):
        scene = simulate_scene(draw(rng, side_px, side_px), seed * SEEDS_APART + index, measured)
        scenes.append(of_simulated(f"simulated-{index}", scene))
    return scenes
