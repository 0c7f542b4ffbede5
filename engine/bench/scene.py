"""How fast a saved model maps a large scene, beside what users have now: one run, one machine, file to file.

The scene is simulated, mirrored to its size, and cached in the operating system by having just been written, for all
alike. Each contender is a process of its own, so that time and memory are its own. The models are trained first, all on
the same labelled pixels, as many as the SVM has support vectors: how deep a forest's trees are, and so what it takes,
depends on them. Training is not timed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
import torch
from numpy.typing import NDArray
from rasterio.transform import Affine

from ..inference.backbone import Backbone, load_backbone
from ..inference.device import pick_device
from ..inference.features import MNF_COMPONENTS, TOKENS
from ..inference.model import load_model
from ..inference.radiometry import input_scale
from ..inference.tiling import Lattice
from ..models.specaware.config import PRESETS, SpecAwareConfig
from ..models.specaware.encoder import SpecAwareEncoder
from ..raster.cube import Cube
from ..raster.grid import Window, blocks
from ..raster.source import gdal_settings
from ..training.simulator.sample import COLOURS
from ..training.simulator.simulate import SceneSpec, SimulatedScene, simulate_scene
from .scene_table import Speed

SIDE_PX, SEED = 250, 1
SCALE, NODATA = 1e-4, -32768
LEFT_M, TOP_M, GSD_M = 402_300, 5_781_900, 30
BLOCK_PX = 256
BASE = "specaware-base"
SPOTS, SPOT_PX = 14, 4  # about 2,000 pixels of nine classes
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SceneSize:
    """Sides in pixels, rounded up to a multiple of `SIDE_PX`, and bands."""

    rows: int = 1000
    cols: int = 1000
    bands: int = 200


def make_scene(folder: Path, size: SceneSize) -> tuple[Path, Path]:
    """Write ``image.tif`` (int16 reflectance in tiles) and ``labels.tif`` (a few labelled squares a class)."""
    scene = simulate_scene(SceneSpec(sensor="EnMAP", rows=SIDE_PX, cols=SIDE_PX, classes=tuple(COLOURS),
                                     variability=0.8), SEED)
    kept = scene.bands.good_indices[np.arange(size.bands) % len(scene.bands.good_indices)]
    repeats = (-(-size.rows // SIDE_PX), -(-size.cols // SIDE_PX))
    profile = {"driver": "GTiff", "height": repeats[0] * SIDE_PX, "width": repeats[1] * SIDE_PX, "crs": "EPSG:32633",
               "transform": Affine(GSD_M, 0, LEFT_M, 0, -GSD_M, TOP_M), "tiled": True, "blockxsize": BLOCK_PX,
               "blockysize": BLOCK_PX, "bigtiff": "IF_SAFER"}
    stored = np.clip(np.rint(scene.cube[kept] / SCALE), -5000, 20000).astype(np.int16)
    rows, cols = (np.pad(np.arange(SIDE_PX), (0, (n - 1) * SIDE_PX), "symmetric") for n in repeats)
    with gdal_settings(), rasterio.open(folder / "image.tif", "w", dtype="int16", count=len(kept), nodata=NODATA,
                                        **profile) as out:
        for window in blocks((len(rows), len(cols)), BLOCK_PX):
            down, right = window.slices
            out.write(stored[:, rows[down]][:, :, cols[right]], window=window.to_rasterio())
        for number, index in enumerate(kept, 1):
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
        svm_share: the SVM maps one strip of rows in so many: it takes too long for all.

    Returns:
        One a contender, the engine's first, with each of the weights and without an encoder; then what the published
        base model's encoder would take. The last is reading alone.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        image, labels = make_scene(folder, size)
        found = [_engine(folder, image, labels, name) for name in weights]
        found.append(_engine(folder, image, labels, weights[0], spectral_only=True))
        found.append(encoder_alone(image, PRESETS[BASE]))
        found.append(_baseline("random forest, 100 trees", folder, image, labels, "forest", 0, 1))
        found.append(_baseline(f"RBF SVM, {vectors} vectors", folder, image, labels, "svm", vectors, svm_share))
        return [*found, _reading_alone(image)]


def _engine(folder: Path, image: Path, labels: Path, weights: str, spectral_only: bool = False) -> Speed:
    model = folder / "model.safetensors"
    common = ["classify", str(image), "--weights", weights, "--device", "cpu", "--json"]
    _timed("", [*common, "--labels", str(labels), "--output", str(folder / "trained.tif"), "--save-model", str(model),
                "--extent", f"{LEFT_M},{TOP_M - SIDE_PX * GSD_M},{LEFT_M + SIDE_PX * GSD_M},{TOP_M}",
                *(["--spectral-only"] if spectral_only else [])])
    title = "engine, --spectral-only" if spectral_only else f"engine, {Path(weights).stem}{_token_share(model)}"
    found = _timed(title, [*common, "--model", str(model), "--output", str(folder / "map.tif")])
    return replace(found, operations=_operations(model, weights, image))


def _operations(model: Path, weights: str, image: Path) -> float:
    """Multiplications and additions of the matrix products that a map needs."""
    saved, config = load_model(model), load_backbone(weights, "cpu").module.config
    with Cube.open(image) as cube:
        bands, shape = len(cube.bands.good_indices), cube.grid.shape
    components = sum(MNF_COMPONENTS for block in saved.classifier.blocks if block.startswith("mnf"))
    pixel = bands * components + sum(head.weights.size for head in saved.classifier.heads if head.share)
    total = 2.0 * pixel * shape[0] * shape[1]
    if TOKENS not in saved.classifier.blocks:
        return total
    return total + encoder_operations(config, bands, shape) if isinstance(config, SpecAwareConfig) else float("nan")


def encoder_alone(image: Path, config: SpecAwareConfig) -> Speed:
    """An untrained encoder on one tile of the scene, the median of three, times the number of tiles: no reading, no
    heads.
    """
    torch.manual_seed(SEED)
    backbone = Backbone(config.name, SpecAwareEncoder(config).eval(), "", pick_device("cpu"))
    with Cube.open(image) as cube:
        good = cube.bands.good_indices
        shape, bands = cube.grid.shape, cube.bands.only(good)
        values = cube.read(Window(0, 0, config.tile_px, config.tile_px), good)[None]
        embedder = backbone.embedder(bands, cube.meta, input_scale(cube.meta.level, float(np.nanmean(values))))
    batch = embedder.prepare(np.nan_to_num(values), np.isfinite(values[0]).all(0)[None])
    embedder.maps(batch, backbone.device)
    clock, cpu = [], []
    for _ in range(3):
        cpu_s, start = time.process_time(), time.perf_counter()
        embedder.maps(batch, backbone.device)
        clock.append(time.perf_counter() - start)
        cpu.append(time.process_time() - cpu_s)
    tiles, seconds = backbone.lattice(shape).count, float(np.median(clock))
    return Speed(f"encoder of {config.name} alone, from one tile", seconds * tiles, float(np.median(cpu)) * tiles,
                 shape[0] * shape[1], float("nan"), {"compute_s": seconds * tiles},
                 encoder_operations(config, len(bands), shape))


def encoder_operations(config: SpecAwareConfig, bands: int, shape: tuple[int, int]) -> float:
    """Of the products in the encoder's blocks and embedding, over all tiles of a scene of ``shape`` (rows, cols)."""
    tokens, width = (config.tile_px // config.patch_px) ** 2, config.embed_dim
    block = (4 + 2 * config.mlp_ratio) * width**2 + 2 * tokens * width  # projections and MLP, attention
    token = config.depth * block + bands * config.patch_px**2 * width
    return 2 * token * tokens * Lattice.of_tiles(shape, config.tile_px, config.patch_px).count


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
