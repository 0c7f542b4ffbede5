"""Semi-synthetic hyperspectral change pairs: ``python -m engine.bench.change_pairs OUTPUT_FOLDER IMAGE...``.

No labelled hyperspectral pair is at hand. So a real scene is taken twice, and into the second one regions from
elsewhere in the same scene are implanted, real spectra with their texture. Season, illumination, noise and a shift of a
fraction of a pixel make the unchanged pixels differ, too. The truth is exact, but the kind of change is easier than in
nature: its edges are sharp, and it comes from one scene.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, shift

from ..raster.cube import Cube
from ..raster.grid import Grid
from ..spectral.bands import BandTable

UNLABELLED, UNCHANGED, CHANGED = 0, 1, 2
CANDIDATES = 12


@dataclass(frozen=True)
class PairSpec:
    """What happens between the dates.

    Attributes:
        changed_share: of the pixels, about.
        radius_px: smallest and largest half axis of a region.
        season: standard deviation of the change in gain, smooth over wavelength and different for bright and dark.
        illumination: of the smooth change in brightness over the scene.
        noise: of both dates, in standard deviations of a band.
        shift_px: rows and columns by which the later date lies off.
    """

    changed_share: float = 0.05
    radius_px: tuple[float, float] = (2.0, 7.0)
    season: float = 0.15
    illumination: float = 0.05
    noise: float = 0.05
    shift_px: tuple[float, float] = (0.3, -0.2)


@dataclass(frozen=True)
class SyntheticPair:
    """Two dates (bands, rows, cols) and the truth (rows, cols): 0 border of a region, 1 unchanged, 2 changed."""

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    truth: NDArray[np.uint8]


def make_pair(cube: NDArray[np.float32], spec: PairSpec, seed: int) -> SyntheticPair:
    """Make the second date of a scene.

    Args:
        cube: (bands, rows, cols) without gaps.
        spec: what happens.
        seed: of all random choices.
    """
    rng = np.random.default_rng(seed)
    changed, after = _implanted(cube, spec, rng)
    after = _season(after, spec, rng)
    after = shift(after, (0, *spec.shift_px), order=1, mode="nearest")
    spread = cube.std(axis=(1, 2), keepdims=True)
    before, after = (side + spec.noise * spread * rng.standard_normal(cube.shape).astype(np.float32)
                     for side in (cube, after))
    # A shifted border pixel is partly changed: it is neither.
    moved = shift(changed.astype(np.float32), spec.shift_px, order=1, mode="nearest")
    truth = np.select([moved > 0.99, moved < 0.01], [CHANGED, UNCHANGED], UNLABELLED).astype(np.uint8)
    return SyntheticPair(before.astype(np.float32), after.astype(np.float32), truth)


def _implanted(cube: NDArray[np.float32], spec: PairSpec,
               rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Ellipses replaced by other parts of the scene, of several random ones the one that differs most."""
    _, rows, cols = cube.shape
    scale = cube.std(axis=(1, 2), keepdims=True) + 1e-9
    changed, after = np.zeros((rows, cols), bool), cube.copy()
    y, x = np.mgrid[:rows, :cols]
    for _ in range(500):
        if changed.mean() >= spec.changed_share:
            break
        axes, angle = rng.uniform(*spec.radius_px, 2), rng.uniform(0, np.pi)
        cy, cx = rng.uniform(0, rows), rng.uniform(0, cols)
        u, v = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle), (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
        here = np.nonzero(((u / axes[0]) ** 2 + (v / axes[1]) ** 2 <= 1) & ~changed)
        if len(here[0]) < 4:
            continue
        moves = [(int(rng.integers(rows)), int(rng.integers(cols))) for _ in range(CANDIDATES)]
        donors = [cube[:, (here[0] + dy) % rows, (here[1] + dx) % cols] for dy, dx in moves]
        gaps = [np.abs((d - cube[:, here[0], here[1]]) / scale[:, 0]).mean() for d in donors]
        after[:, here[0], here[1]] = donors[int(np.argmax(gaps))]
        changed[here] = True
    return changed, after


def _season(cube: NDArray[np.float32], spec: PairSpec, rng: np.random.Generator) -> NDArray[np.float32]:
    """Gain smooth over wavelength, one for dark and one for bright pixels, and a smooth illumination."""
    bands, rows, cols = cube.shape
    curves = gaussian_filter(rng.standard_normal((2, bands)), (0, max(bands / 8, 1)))
    curves = curves / (curves.std() + 1e-9) * spec.season
    brightness = cube.mean(0)
    low, high = np.quantile(brightness, (0.05, 0.95))
    bright = np.clip((brightness - low) / max(high - low, 1e-9), 0, 1)
    gain = 1 + curves[0][:, None, None] * (1 - bright) + curves[1][:, None, None] * bright
    light = gaussian_filter(rng.standard_normal((rows, cols)), min(rows, cols) / 4)
    return (cube * gain * (1 + spec.illumination * light / (light.std() + 1e-9))).astype(np.float32)


def write_pair(folder: Path, pair: SyntheticPair, grid: Grid, bands: BandTable, level: str) -> None:
    """Write ``before.tif``, ``after.tif`` and ``change.tif`` into a folder (made if missing).

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = {"driver": "GTiff", "height": grid.shape[0], "width": grid.shape[1], "crs": grid.crs,
             "transform": grid.transform, "compress": "deflate"}
    for name, cube in (("before", pair.before), ("after", pair.after)):
        with rasterio.open(folder / f"{name}.tif", "w", dtype="float32", count=len(cube), **place) as out:
            out.write(cube)
            for number, band in enumerate(bands, 1):
                out.update_tags(number, wavelength=f"{band.wavelength_nm:.2f}", wavelength_units="Nanometers",
                                fwhm=f"{band.fwhm_nm:.2f}")
            out.update_tags(level=level, description="Semi-synthetic change pair")
    with rasterio.open(folder / "change.tif", "w", dtype="uint8", count=1, nodata=0, **place) as out:
        out.write(pair.truth, 1)


def main() -> None:
    """Make a pair from each image; the folder's name is that of the image's folder."""
    parser = argparse.ArgumentParser(description="Make semi-synthetic hyperspectral change pairs.")
    parser.add_argument("output", type=Path)
    parser.add_argument("images", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--changed-share", type=float, default=PairSpec.changed_share)
    parser.add_argument("--no-change", action="store_true", help="implant nothing")
    args = parser.parse_args()
    spec = PairSpec(changed_share=0.0 if args.no_change else args.changed_share)
    for path in args.images:
        with Cube.open(path) as image:
            values = image.read(image.grid.whole)
            means = np.nan_to_num(np.nanmean(values, axis=(1, 2)))[:, None, None]
            pair = make_pair(np.where(np.isfinite(values), values, means), spec, args.seed)
            write_pair(args.output / path.parent.name, pair, image.grid, image.bands.only(image.bands.good_indices),
                       image.meta.level)


if __name__ == "__main__":
    main()
