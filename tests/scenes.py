"""A small simulated scene with labels, and tiny encoder weights: made once a session, from seeds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely
import torch
from affine import Affine
from numpy.typing import NDArray

from engine.models.specaware import SpecAwareConfig, SpecAwareEncoder
from engine.models.weights import WeightsCard, save_weights
from engine.spectral.bands import BandTable
from engine.training.simulator.sample import training_blocks
from engine.training.simulator.simulate import SceneSpec, simulate_scene

ROOT = Path(__file__).resolve().parents[1]
CRS, PLACE = "EPSG:32633", Affine(30, 0, 402_300, 0, -30, 5_781_900)
SCALE, NODATA = 1e-4, -32768
CLASSES = ("winter wheat", "bare soil", "broadleaf forest", "water")
TINY = SpecAwareConfig(name="tiny", embed_dim=32, depth=2, heads=2, patch_px=2, wv_planes=16, rank=4, hyper_heads=2,
                       hyper_dropout=0.0, content_grid=4, feature_layers=(0, 1), band_reduction="mean", decoder_dim=8,
                       decoder_depth=1, decoder_heads=2, decoder_rank=2)
# Like the default weights: a token a pixel, in standard deviations of the scene.
TINY_PIXEL = replace(TINY, name="tiny-pixel", patch_px=1, input="standardised", tile_px=16)


@dataclass(frozen=True)
class TestScene:
    """Files of a scene of 70 x 61 pixels, whose upper left corner and one band hold no data."""

    __test__ = False

    folder: Path
    image: Path
    polygons: Path
    points: Path
    raster: Path
    weights: Path
    truth: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    bands: BandTable
    values: NDArray[np.int16]


def write_image(path: Path, values: NDArray[np.int16], bands: BandTable, transform: Affine = PLACE) -> Path:
    """A GeoTIFF with band tags, scale and nodata."""
    with rasterio.open(path, "w", driver="GTiff", dtype="int16", count=len(values), height=values.shape[1],
                       width=values.shape[2], crs=CRS, transform=transform, nodata=NODATA) as out:
        out.write(values)
        out.scales = [SCALE] * len(values)
        for number, band in enumerate(bands, 1):
            out.update_tags(number, wavelength=f"{band.wavelength_nm:.2f}", wavelength_units="Nanometers",
                            fwhm=f"{band.fwhm_nm:.2f}", bbl=str(int(band.good)))
        out.update_tags(level="L2")
    return path


def write_shapes(path: Path, shapes: list[shapely.Geometry], **fields: list) -> Path:
    """A GeoPackage with a column for each field."""
    columns = [np.array(v, object if isinstance(v[0], str) else np.int32) for v in fields.values()]
    pyogrio.raw.write(path, shapely.to_wkb(np.array(shapes, object)), columns, list(fields), crs=CRS,
                      geometry_type=shapes[0].geom_type, driver="GPKG")
    return path


def write_raster(path: Path, values: NDArray[np.uint8], transform: Affine = PLACE) -> Path:
    """A label raster."""
    with rasterio.open(path, "w", driver="GTiff", dtype="uint8", count=1, height=values.shape[0],
                       width=values.shape[1], crs=CRS, transform=transform, nodata=0) as out:
        out.write(values, 1)
    return path


def block_shape(row: int, col: int, rows: int, cols: int) -> shapely.Polygon:
    """The outline of a block of pixels in map units."""
    corners = ((col, row), (col + cols, row), (col + cols, row + rows), (col, row + rows))
    return shapely.Polygon([PLACE @ corner for corner in corners])


def make_weights(path: Path, config: SpecAwareConfig = TINY) -> Path:
    """Random weights of a tiny encoder."""
    torch.manual_seed(0)
    card = WeightsCard(config.name, "a test", ("nothing",), {}, "GPL-3.0-or-later", {})
    save_weights(path, SpecAwareEncoder(config), card)
    return path


def make_scene(folder: Path) -> TestScene:
    """Write all files into a folder."""
    spec = SceneSpec(rows=70, cols=61, classes=CLASSES, variability=0.5)
    scene = simulate_scene(spec, 0)
    kept = scene.bands.good_indices[::8]
    bands = scene.bands.only(kept).without([3], "flagged bad")
    values = np.clip(np.rint(scene.cube[kept] / SCALE), -5000, 20000).astype(np.int16)
    values[5] = NODATA
    valid = np.ones(values.shape[1:], bool)
    valid[:9, :7] = False
    values[:, ~valid] = NODATA
    blocks = [b for b in training_blocks(scene, 0) if valid[b[1], b[2]]]
    names = [CLASSES[b[0] - 1] for b in blocks]
    labels = np.zeros(valid.shape, np.uint8)
    for number, row, col, rows, cols in blocks:
        labels[row:row + rows, col:col + cols] = number
    spots = [shapely.Point(PLACE @ (b[2] + 0.5, b[1] + 0.5)) for b in blocks]
    outlines = [block_shape(*b[1:]) for b in blocks]
    return TestScene(
        folder, write_image(folder / "scene.tif", values, bands),
        write_shapes(folder / "polygons.gpkg", outlines, kind=names, number=[10 * b[0] for b in blocks]),
        write_shapes(folder / "points.gpkg", spots, number=[10 * b[0] for b in blocks]),
        write_raster(folder / "labels.tif", labels), make_weights(folder / "tiny.safetensors"), scene.labels, valid,
        bands, values)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> TestScene:
    """The scene; nobody writes into its folder."""
    return make_scene(tmp_path_factory.mktemp("scene"))


def engine_environment() -> dict[str, str]:
    """What an engine process needs; one thread, so that tests do not crowd each other out."""
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def start_engine(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    """Start ``python -m engine ...`` with pipes."""
    command = [sys.executable, "-m", "engine", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=engine_environment(),
                            **options)  # type: ignore[call-overload, no-any-return]


def files_in(folder: Path) -> set[str]:
    """Names of all files of a folder, hidden ones included."""
    return {p.name for p in folder.iterdir()}
