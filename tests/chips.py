"""Small made-up chips of two textures and two colours, 13 bands like Sentinel-2's in EuroSAT's order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

NAMES = ("field", "town", "water")
# Reflectance x 10000 of B01 to B12 and B8A; B10 (cirrus) is the tenth and dark.
SPECTRA = {"field": (900, 800, 900, 700, 1200, 2500, 3000, 3200, 1000, 15, 2000, 1200, 3300),
           "town": (1300, 1200, 1200, 1300, 1400, 1600, 1700, 1800, 700, 14, 2000, 1700, 1900),
           "water": (1000, 800, 600, 400, 350, 300, 300, 280, 150, 12, 120, 90, 260)}


def write_chip(path: Path, name: str, seed: int, side_px: int = 16, crs: str | None = "EPSG:32633") -> Path:
    """A chip: its class's spectrum, brighter or darker as a whole; towns are rough, others smooth."""
    rng = np.random.default_rng([seed, NAMES.index(name)])
    rough = rng.normal(0, 0.25 if name == "town" else 0.03, (side_px, side_px))
    values = np.array(SPECTRA[name])[:, None, None] * (1 + 0.1 * rng.normal()) * np.exp(rough)
    transform = Affine(10, 0, 500_000 + 1000 * seed, 0, -10, 5_000_000)
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", driver="GTiff", dtype="uint16", count=13, height=side_px, width=side_px, crs=crs,
                       transform=transform) as out:
        out.write(np.clip(values, 1, 60_000).astype(np.uint16))
    return path


def write_chips(folder: Path, seeds: range, **options: object) -> list[Path]:
    """One chip of each class a seed, in folders by class."""
    return [write_chip(folder / name / f"{name}_{seed}.tif", name, seed, **options)  # type: ignore[arg-type]
            for name in NAMES for seed in seeds]
