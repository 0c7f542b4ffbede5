"""Speed of reading: row strips through the engine against plain rasterio, file layout by file layout."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from ..raster.cube import Cube, Overrides
from ..raster.grid import Window, row_blocks
from ..raster.prefetch import read_ahead
from ..raster.source import gdal_settings

STRIP_ROWS = 64
LAYOUTS: dict[str, dict[str, Any]] = {
    "BSQ": {"driver": "ENVI", "interleave": "bsq"}, "BIL": {"driver": "ENVI", "interleave": "bil"},
    "BIP": {"driver": "ENVI", "interleave": "bip"},
    "GeoTIFF tiled": {"driver": "GTiff", "tiled": True, "interleave": "band"},
    "GeoTIFF deflate": {"driver": "GTiff", "tiled": True, "interleave": "band", "compress": "deflate", "predictor": 2,
                        "zlevel": 1},
}


@dataclass(frozen=True)
class Scene:
    """Size of the files that are made: int16 with a scale and a nodata value."""

    rows: int = 512
    cols: int = 600
    bands: int = 120


@dataclass(frozen=True)
class Speed:
    """Seconds to go over one file once, the median of some runs.

    Attributes:
        layout: name of the file layout.
        megabytes: stored values.
        plain_s: rasterio reads the stored integers.
        engine_s: the engine reads physical values, NaN where missing.
        plain_with_work_s: rasterio, and some computing on each strip.
        ahead_with_work_s: the engine reading ahead, and the same computing.
    """

    layout: str
    megabytes: float
    plain_s: float
    engine_s: float
    plain_with_work_s: float
    ahead_with_work_s: float

    @property
    def ratio(self) -> float:
        """Speed of the engine over that of rasterio, without other work."""
        return self.plain_s / self.engine_s

    @property
    def ratio_with_work(self) -> float:
        """The same with work on each strip, where the engine reads ahead."""
        return self.plain_with_work_s / self.ahead_with_work_s


def measure(scene: Scene, repeats: int = 3) -> list[Speed]:
    """Make a file of each layout in a temporary folder, and read it several times in turn with both."""
    with tempfile.TemporaryDirectory() as folder:
        return [_speed(name, _make(Path(folder), name, scene), scene, repeats) for name in LAYOUTS]


def speed_table(speeds: list[Speed]) -> str:
    """A table in markdown; ratios above 1 mean that the engine is faster."""
    lines = ["| layout | MB | rasterio s | engine s | ratio | with work: rasterio s | reading ahead s | ratio |",
             "|---|" + "---:|" * 7]
    lines += [f"| {s.layout} | {s.megabytes:.0f} | {s.plain_s:.3f} | {s.engine_s:.3f} | {s.ratio:.2f} "
              f"| {s.plain_with_work_s:.3f} | {s.ahead_with_work_s:.3f} | {s.ratio_with_work:.2f} |" for s in speeds]
    return "\n".join(lines)


def _make(folder: Path, name: str, scene: Scene) -> Path:
    """A file of one layout."""
    options = dict(LAYOUTS[name])
    path = folder / (name.replace(" ", "-") + (".tif" if options["driver"] == "GTiff" else ".img"))
    rng = np.random.default_rng(0)
    with gdal_settings(), rasterio.open(path, "w", width=scene.cols, height=scene.rows, count=scene.bands,
                                        dtype="int16", nodata=-32768, **options) as file:
        for band in range(1, scene.bands + 1):
            file.write(rng.integers(0, 6000, (scene.rows, scene.cols), dtype=np.int16), band)
            file.update_tags(band, wavelength=str(400 + 10 * band), wavelength_units="Nanometers", bbl="1")
        file.scales = [1e-4] * scene.bands
    return path


def _speed(name: str, path: Path, scene: Scene, repeats: int) -> Speed:
    runs: list[list[float]] = []
    with gdal_settings(), rasterio.open(path) as plain, Cube.open(
            path, Overrides(level="L2", sensor="unknown", gsd_m=1.0)) as cube:
        every = list(range(scene.bands))
        for _ in range(repeats):
            runs.append([
                _timed(lambda: _plain(plain, _nothing)), _timed(lambda: _engine(cube, every, _nothing)),
                _timed(lambda: _plain(plain, _work)), _timed(lambda: _ahead(cube, every, _work))])
    return Speed(name, scene.rows * scene.cols * scene.bands * 2 / 1e6, *(median(times) for times in zip(*runs,
                                                                                                        strict=True)))


def _timed(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _plain(dataset: DatasetReader, use: Callable[[NDArray[np.generic]], None]) -> None:
    for window in row_blocks(dataset.shape, STRIP_ROWS):
        use(dataset.read(window=window.to_rasterio()))


def _engine(cube: Cube, bands: list[int], use: Callable[[NDArray[np.generic]], None]) -> None:
    for window in row_blocks(cube.grid.shape, STRIP_ROWS):
        use(cube.read(window, bands))


def _ahead(cube: Cube, bands: list[int], use: Callable[[NDArray[np.generic]], None]) -> None:
    def read(window: Window) -> NDArray[np.float32]:
        return cube.read(window, bands)

    for _, values in read_ahead(read, row_blocks(cube.grid.shape, STRIP_ROWS)):
        use(values)


def _nothing(values: NDArray[np.generic]) -> None:
    """No work."""


def _work(values: NDArray[np.generic]) -> None:
    """Some work of the kind a model does: a projection to 32 components."""
    flat = values.reshape(len(values), -1).astype(np.float32, copy=False)
    np.ones((32, len(flat)), np.float32) @ np.nan_to_num(flat, copy=False)
