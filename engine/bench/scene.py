"""How fast a saved model maps a large scene, beside what users have now: one run, one machine, file to file.

The scene is simulated, mirrored to its size, and cached in the operating system by having just been written, for all
alike. Each contender is a process of its own, so that time and memory are its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import torch
from numpy.typing import NDArray
from rasterio.transform import Affine

from ..inference.features import TOKENS
from ..inference.model import load_model
from ..raster.cube import Cube
from ..raster.grid import blocks
from ..raster.source import gdal_settings
from ..training.sample import COLOURS
from ..training.simulate import SceneSpec, SimulatedScene, simulate_scene

SIDE_PX, SEED = 250, 1
SCALE, NODATA = 1e-4, -32768
BLOCK_PX = 256
SPOTS, SPOT_PX = 6, 4
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SceneSize:
    """Sides in pixels, rounded up to a multiple of `SIDE_PX`, and bands."""

    rows: int = 1000
    cols: int = 1000
    bands: int = 200


@dataclass(frozen=True)
class Speed:
    """How a contender did.

    Attributes:
        name: of the contender.
        seconds: from start to end of its process, libraries included.
        cpu_s: of all its threads.
        pixels: that it mapped in that time.
        peak_mb: the most memory it held.
        stages: seconds of its reading, computing and writing, where it tells; they overlap.
    """

    name: str
    seconds: float
    cpu_s: float
    pixels: int
    peak_mb: float
    stages: dict[str, float]


def make_scene(folder: Path, size: SceneSize) -> tuple[Path, Path]:
    """Write ``image.tif`` (int16 reflectance in tiles) and ``labels.tif`` (a few labelled squares a class)."""
    scene = simulate_scene(SceneSpec(sensor="EnMAP", rows=SIDE_PX, cols=SIDE_PX, classes=tuple(COLOURS),
                                     variability=0.8), SEED)
    kept = scene.bands.good_indices[np.arange(size.bands) % len(scene.bands.good_indices)]
    repeats = (-(-size.rows // SIDE_PX), -(-size.cols // SIDE_PX))
    profile = {"driver": "GTiff", "height": repeats[0] * SIDE_PX, "width": repeats[1] * SIDE_PX, "crs": "EPSG:32633",
               "transform": Affine(30, 0, 402_300, 0, -30, 5_781_900), "tiled": True, "blockxsize": BLOCK_PX,
               "blockysize": BLOCK_PX, "bigtiff": "IF_SAFER"}
    with gdal_settings(), rasterio.open(folder / "image.tif", "w", dtype="int16", count=len(kept), nodata=NODATA,
                                        **profile) as out:
        for number, index in enumerate(kept, 1):
            plane = np.clip(np.rint(scene.cube[index] / SCALE), -5000, 20000).astype(np.int16)
            out.write(np.pad(plane, [(0, (n - 1) * SIDE_PX) for n in repeats], "symmetric"), number)
            band = scene.bands[int(index)]
            out.update_tags(number, wavelength=f"{band.wavelength_nm:.3f}", wavelength_units="Nanometers",
                            fwhm=f"{band.fwhm_nm:.3f}", bbl="1")
        out.scales = [SCALE] * len(kept)
        out.update_tags(level="L2", sensor="EnMAP")
    with gdal_settings(), rasterio.open(folder / "labels.tif", "w", dtype="uint8", count=1, nodata=0,
                                        **profile) as out:
        out.write(_labels(scene, (profile["height"], profile["width"])), 1)
    return folder / "image.tif", folder / "labels.tif"


def _labels(scene: SimulatedScene, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """A few squares of each class in the first copy of the simulated scene."""
    rng, labels = np.random.default_rng(SEED), np.zeros(shape, np.uint8)
    for number in range(1, len(scene.classes) + 1):
        rows, cols = np.nonzero(scene.labels == number)
        for i in rng.permutation(len(rows))[:SPOTS]:
            part = scene.labels[rows[i]:rows[i] + SPOT_PX, cols[i]:cols[i] + SPOT_PX]
            labels[rows[i]:rows[i] + part.shape[0], cols[i]:cols[i] + part.shape[1]] = part
    return labels


def measure(size: SceneSize, weights: Sequence[str], vectors: int, svm_share: int) -> list[Speed]:
    """Make a scene in a temporary folder; map it with each of the weights and with both baselines.

    Args:
        size: of the scene.
        weights: names or paths of encoder weights, each with a model trained on the scene first (not timed).
        vectors: support vectors of the SVM.
        svm_share: the SVM maps one row of blocks in so many: it takes too long for all.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image, labels = make_scene(folder, size)
        found = [_engine(folder, image, labels, name) for name in weights]
        found.append(_baseline("random forest, 100 trees", folder, image, labels, "forest", 0, 1))
        found.append(_baseline(f"RBF SVM, {vectors} vectors", folder, image, labels, "svm", vectors, svm_share))
        return [*found, _reading_alone(image)]


def _engine(folder: Path, image: Path, labels: Path, weights: str) -> Speed:
    model = folder / "model.safetensors"
    common = ["classify", str(image), "--weights", weights, "--device", "cpu", "--json"]
    _timed("", [*common, "--labels", str(labels), "--output", str(folder / "trained.tif"), "--save-model", str(model)])
    title = f"engine, {Path(weights).stem}{_token_share(model)}"
    return _timed(title, [*common, "--model", str(model), "--output", str(folder / "map.tif")])


def _token_share(model: Path) -> str:
    """How much of the mixture uses the encoder: one that nobody uses is not run."""
    return f" ({load_model(model).classifier.share_of(TOKENS):.0%} of the heads use it)"


def _baseline(title: str, folder: Path, image: Path, labels: Path, kind: str, vectors: int, share: int) -> Speed:
    return _timed(title, [str(image), str(labels), str(folder / "baseline.tif"), kind, str(vectors), str(share)],
                  "engine.bench.scene_baseline")


def _timed(name: str, arguments: Sequence[str], module: str = "engine") -> Speed:
    """Run a module as a process; it prints JSON with ``stages``, ``peak_memory_mb`` and perhaps ``pixels``."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-m", module, *arguments],  # nosec B603  # our own module, no shell
                          capture_output=True, text=True, check=False, cwd=ROOT)
    seconds, after = time.perf_counter() - start, os.times()
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told = json.loads(done.stdout)
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    pixels = told.get("pixels") or sum(c["pixels"] for c in told["classes"])
    return Speed(name, seconds - told.get("training_s", 0.0), cpu_s - told.get("training_s", 0.0), pixels,
                 told["peak_memory_mb"] or float("nan"), told["stages"])


def _reading_alone(image: Path) -> Speed:
    """The floor of reading: every block once, as physical values."""
    cpu_s, start = time.process_time(), time.perf_counter()
    with Cube.open(image) as cube:
        rows, cols = cube.grid.shape
        for window in blocks(cube.grid.shape, BLOCK_PX):
            cube.read(window)
    seconds = time.perf_counter() - start
    return Speed("reading alone", seconds, time.process_time() - cpu_s, rows * cols, float("nan"), {"read_s": seconds})


def matrix_rate(seconds: float = 1.0) -> float:
    """Multiplications and additions a second in products of large float32 matrices."""
    a, done = torch.ones(1024, 1024), 0
    a @ a
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        a @ a
        done += 1
    return 2 * 1024**3 * done / (time.perf_counter() - start)


def speed_table(speeds: Sequence[Speed]) -> str:
    """Markdown: pixels a second, memory, and where the time went."""
    lines = ["| | px/s | s | CPU s | px per CPU s | peak MB | read s | compute s | write s |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for s in speeds:
        stages = " | ".join(f"{s.stages[k]:.1f}" if k in s.stages else "" for k in ("read_s", "compute_s", "write_s"))
        peak = "" if np.isnan(s.peak_mb) else f"{s.peak_mb:,.0f}"
        lines.append(f"| {s.name} | {s.pixels / s.seconds:,.0f} | {s.seconds:.1f} | {s.cpu_s:.1f} | "
                     f"{s.pixels / s.cpu_s:,.0f} | {peak} | {stages} |")
    return "\n".join(lines)
