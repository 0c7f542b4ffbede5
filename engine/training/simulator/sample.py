"""Make the bundled sample scene: ``python -m engine.training.simulator.sample OUTPUT_FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import Interleaving
from rasterio.transform import Affine
from scipy import ndimage

from ...raster.vector_file import write_layer
from .sample_later import later_scene
from .simulate import SceneSpec, SimulatedScene, simulate_scene

SEED = 8
SIDE_PX = 144
TILE_PX = 48
CRS = "EPSG:32633"
NORTH_WEST_M = (402_300.0, 5_781_900.0)  # an invented place
SCALE, NODATA = 1e-4, -32768
STEP = 16  # reflectance is kept in steps of 0.0016, less than the texture: the file is a fifth smaller
# The later scene starts so many pixels further to the south-east, and is smaller; its steps are coarser.
LATER_FROM_PX, LATER_SIDE_PX, LATER_STEP = 12, 120, 32
POLYGONS_PER_CLASS = 4
COLOURS = {"winter wheat": (226, 205, 94), "maize": (233, 146, 40), "sugar beet": (196, 92, 148),
           "grassland": (158, 205, 96), "bare soil": (160, 120, 84), "broadleaf forest": (54, 138, 62),
           "conifer forest": (20, 84, 66), "water": (58, 118, 190), "built-up": (196, 60, 54)}


SPEC = SceneSpec(sensor="EnMAP", rows=SIDE_PX, cols=SIDE_PX, classes=tuple(COLOURS), variability=0.8)


def sample_scene() -> SimulatedScene:
    """The scene: EnMAP-like reflectance of farmland with woods, a river, a lake and a small town."""
    return simulate_scene(SPEC, SEED)


def write_sample(folder: Path) -> None:
    """Write ``scene.tif``, ``truth.tif``, ``labels.gpkg`` and ``later.tif`` into a folder (made if missing).

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = sample_scene()
    gsd_m = scene.meta.gsd_m
    transform = Affine(gsd_m, 0.0, NORTH_WEST_M[0], 0.0, -gsd_m, NORTH_WEST_M[1])
    _write_cube(folder / "scene.tif", scene, scene.cube, transform, STEP)
    _write_truth(folder / "truth.tif", scene, transform)
    _write_labels(folder / "labels.gpkg", scene, transform)
    part = slice(LATER_FROM_PX, LATER_FROM_PX + LATER_SIDE_PX)
    later = later_scene(SPEC, SEED)
    _write_cube(folder / "later.tif", later, later.cube[:, part, part],
                transform @ Affine.translation(LATER_FROM_PX, LATER_FROM_PX), LATER_STEP)


def _write_cube(path: Path, scene: SimulatedScene, cube: NDArray[np.float32], transform: Affine, step: int) -> None:
    counts = np.clip(np.rint(cube / SCALE / step) * step, -5000, 20000).astype(np.int16)
    rows, cols = cube.shape[1:]
    with rasterio.open(path, "w", driver="GTiff", dtype="int16", count=len(counts), height=rows, width=cols, crs=CRS,
                       transform=transform, nodata=NODATA, tiled=True, blockxsize=TILE_PX, blockysize=TILE_PX,
                       compress="deflate", predictor=2, zlevel=9, interleave=Interleaving.band.name) as out:
        out.write(counts)
        out.scales = [SCALE] * len(counts)
        for number, band in enumerate(scene.bands, start=1):
            out.update_tags(number, wavelength=f"{band.wavelength_nm:.2f}", wavelength_units="Nanometers",
                            fwhm=f"{band.fwhm_nm:.2f}", bbl=str(int(band.good)))
            out.set_band_description(number, f"{band.wavelength_nm:.1f} nm")
        out.update_tags(sensor=scene.meta.name, level=scene.meta.level, gsd_m=f"{scene.meta.gsd_m:g}",
                        description="Simulated scene: no real place")


def _write_truth(path: Path, scene: SimulatedScene, transform: Affine) -> None:
    with rasterio.open(path, "w", driver="GTiff", dtype="uint8", count=1, height=SIDE_PX, width=SIDE_PX, crs=CRS,
                       transform=transform, nodata=0, compress="deflate") as out:
        out.write(scene.labels, 1)
        colours = {k: (*COLOURS[n], 255) for k, n in enumerate(scene.classes, start=1)}
        out.write_colormap(1, {0: (0, 0, 0, 0), **colours})
        out.update_tags(1, **{f"class_{k}": n for k, n in enumerate(scene.classes, start=1)})


def training_blocks(scene: SimulatedScene, seed: int = SEED) -> list[tuple[int, int, int, int, int]]:
    """Small pure blocks as an analyst would pick them, far from each other.

    Returns:
        (class number, first row, first column, rows, columns) of each.
    """
    rng = np.random.default_rng(seed)
    blocks = []
    for number in range(1, len(scene.classes) + 1):
        chosen: list[NDArray[np.intp]] = []
        for _ in range(POLYGONS_PER_CLASS):
            height, width = (int(n) for n in rng.choice([(2, 2), (2, 3), (3, 2), (3, 3)]))
            pure = (scene.labels == number) & (scene.abundances[number - 1] > 0.8)
            pure[[0, 1, -2, -1], :] = pure[:, [0, 1, -2, -1]] = False
            corners = np.argwhere(_all_within(pure, height, width))
            if not len(corners):
                continue
            pick = rng.choice(corners, min(12, len(corners)), replace=False)
            if chosen:  # of twelve random places the one farthest from those before
                apart = np.min([np.hypot(*(pick - c).T) for c in chosen], axis=0)
                pick = pick[[int(apart.argmax())]]
            chosen.append(pick[0])
            blocks.append((number, int(pick[0][0]), int(pick[0][1]), height, width))
    return blocks


def _all_within(mask: NDArray[np.bool_], height: int, width: int) -> NDArray[np.bool_]:
    """Places whose block of ``height`` x ``width`` pixels to the lower right is all true and inside the image."""
    inside = ndimage.minimum_filter(mask, (height, width), origin=(-(height // 2), -(width // 2)), mode="constant")
    return np.asarray(inside, bool)


def _write_labels(path: Path, scene: SimulatedScene, transform: Affine) -> None:
    rng = np.random.default_rng(SEED)
    blocks = training_blocks(scene)
    outlines = []
    for _, row, col, height, width in blocks:
        corners = np.array([(col, row), (col + width, row), (col + width, row + height), (col, row + height)], float)
        corners += rng.uniform(-0.3, 0.3, (4, 2))  # drawn by hand: never through a pixel's centre
        outlines.append(shapely.Polygon([transform @ tuple(c) for c in corners]))
    numbers = np.array([b[0] for b in blocks], np.int32)
    names = np.array([scene.classes[n - 1] for n in numbers], object)
    path.unlink(missing_ok=True)
    write_layer(path, "labels", {"class": names, "class_id": numbers}, np.array(outlines), "Polygon", CRS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the bundled sample scene.")
    parser.add_argument("folder", type=Path)
    write_sample(parser.parse_args().folder)
