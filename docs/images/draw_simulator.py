"""Draw the pictures of docs/simulator.md: ``python docs/images/draw_simulator.py`` from the project's root."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.html_report.pictures import png
from engine.training.simulator.effects import Effects
from engine.training.simulator.simulate import SceneSpec, SimulatedScene, simulate_scene

FOLDER = Path(__file__).parent
CLASSES = {"winter wheat": (226, 205, 94), "maize": (233, 146, 40), "sugar beet": (196, 92, 148),
           "grassland": (158, 205, 96), "stubble": (220, 190, 150), "bare soil": (160, 120, 84),
           "broadleaf forest": (54, 138, 62), "conifer forest": (20, 84, 66), "water": (58, 118, 190),
           "roof": (196, 60, 54), "pavement": (120, 120, 120)}
SPEC = SceneSpec(sensor="AVIRIS-NG", rows=160, cols=160, gsd_m=8.0, classes=tuple(CLASSES), relief=0.0)
SEEDS = {"fields": 11, "town": 12, "coast": 13}
RED_GREEN_BLUE_NM = (660.0, 560.0, 480.0)
ZOOM = 2


def band(scene: SimulatedScene, wavelength_nm: float) -> NDArray[np.float32]:
    """(rows, cols) of the nearest band."""
    return scene.cube[int(np.abs(scene.bands.wavelength_nm - wavelength_nm).argmin())]


def natural(scene: SimulatedScene) -> NDArray[np.float32]:
    """(3, rows, cols)."""
    return np.stack([band(scene, w) for w in RED_GREEN_BLUE_NM])


def stretched(bands: NDArray[np.floating], like: NDArray[np.floating]) -> NDArray[np.uint8]:
    """(rows, cols, 3) of (n, rows, cols), n 1 or 3, stretched as ``like`` needs it."""
    low, high = (np.percentile(like, q, axis=(1, 2))[:, None, None] for q in (1, 99))
    shown = (np.clip((bands - low) / (high - low), 0, 1) ** 0.8 * 255).astype(np.uint8)
    return np.broadcast_to(shown.transpose(1, 2, 0), (*shown.shape[1:], 3))


def save(name: str, picture: NDArray[np.uint8]) -> None:
    """Write a picture, each pixel as a square."""
    opaque = np.concatenate([picture, np.full((*picture.shape[:2], 1), 255, np.uint8)], axis=-1)
    (FOLDER / f"simulator-{name}.png").write_bytes(png(opaque.repeat(ZOOM, 0).repeat(ZOOM, 1)))


def main() -> None:
    """Draw all."""
    colours = np.array([(255, 255, 255), *CLASSES.values()], np.uint8)
    for kind, seed in SEEDS.items():
        scene = simulate_scene(replace(SPEC, layout=kind), seed)
        save(kind, stretched(natural(scene), natural(scene)))
        save(f"{kind}-truth", colours[scene.labels])
    plain = simulate_scene(SPEC, SEEDS["fields"])
    scenes = {"slopes": Effects(slope_deg=25.0), "stray": Effects(adjacency=0.4), "stripes": Effects(striping=3.0)}
    for name, effects in scenes.items():
        save(name, stretched(natural(simulate_scene(replace(SPEC, effects=effects), SEEDS["fields"])), natural(plain)))
    smile = simulate_scene(replace(SPEC, effects=Effects(smile_nm=4.0)), SEEDS["fields"])
    depth = (2 * band(smile, 762.0) / (band(smile, 740.0) + band(smile, 785.0)))[None]
    save("smile", stretched(depth, depth))
    mixed = simulate_scene(replace(SPEC, effects=Effects(intimate=1.0)), SEEDS["fields"])
    change = np.abs(mixed.cube - plain.cube).mean(0)[None]
    save("intimate", stretched(change, change))


if __name__ == "__main__":
    main()
