"""What to simulate: one scene's landscape, sensor, air and effects; and random ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ...errors import InputError
from ...spectral.sensors import SENSORS
from .atmosphere import Atmosphere
from .effects import Effects
from .layout import COAST, CROPS, FIELDS, KINDS, SETTLED, TOWN, WOODS

ALL = (*CROPS, *WOODS, "water", *SETTLED)
DEFAULT = ("winter wheat", "maize", "sugar beet", "grassland", "bare soil", *WOODS, "water", "built-up")


@dataclass(frozen=True)
class SceneSpec:
    """What to simulate.

    Attributes:
        sensor: registry name.
        level: ``L2`` surface reflectance, or ``L1`` radiance in µW cm-2 nm-1 sr-1.
        rows: scene height in pixels.
        cols: scene width in pixels.
        gsd_m: pixel size; None takes the sensor's own.
        classes: covers that may appear, a selection of `ALL`. Label k is ``classes[k - 1]``.
        noise: 0 none, 1 like a good product.
        variability: spread of the materials between patches, 1 as in nature.
        relief: 0 flat, 1 rolling terrain.
        oversample: fine cells per pixel side, for mixed pixels.
        atmosphere: the air; for L2 it only shapes the noise and the residues of the correction.
        layout: ``fields``, ``town`` or ``coast``.
        effects: what makes it harder, all off unless told otherwise.
    """

    sensor: str = "EnMAP"
    level: str = "L2"
    rows: int = 128
    cols: int = 128
    gsd_m: float | None = None
    classes: tuple[str, ...] = DEFAULT
    noise: float = 1.0
    variability: float = 1.0
    relief: float = 1.0
    oversample: int = 3
    atmosphere: Atmosphere = field(default_factory=Atmosphere)
    layout: str = FIELDS
    effects: Effects = field(default_factory=Effects)

    def __post_init__(self) -> None:
        unknown = [c for c in self.classes if c not in ALL]
        if unknown or not self.classes or len(set(self.classes)) < len(self.classes):
            raise InputError(f"The classes {unknown or self.classes} cannot be simulated.",
                             f"Choose different ones of: {', '.join(ALL)}.")
        if self.level not in ("L1", "L2"):
            raise InputError(f"The level '{self.level}' is not known.", "Choose L1 or L2.")
        if self.layout not in KINDS:
            raise InputError(f"The layout '{self.layout}' is not known.", f"Choose one of {', '.join(KINDS)}.")
        if min(self.rows, self.cols, self.oversample) < 1:
            raise InputError("The scene has no pixels.", "Give at least one row, one column and one cell a pixel.")


def random_spec(rng: np.random.Generator, rows: int = 128, cols: int = 128) -> SceneSpec:
    """A varied scene for pretraining: any hyperspectral sensor, both levels, pixel sizes around the sensor's own,
    any mix of classes, air, noise and relief.
    """
    names = [n for n, s in SENSORS.items() if s.hyperspectral]
    name = str(rng.choice(names))
    covers = [c for c in (*CROPS, *WOODS, "water") if rng.random() < 0.75] or ["grassland"]
    town = [(), ("built-up",), ("roof", "pavement")][int(rng.choice(3, p=[0.25, 0.4, 0.35]))]
    air = Atmosphere(float(rng.uniform(0.5, 3.5)), float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.45, 0.95)))
    return SceneSpec(sensor=name, level=str(rng.choice(["L1", "L2"], p=[0.35, 0.65])), rows=rows, cols=cols,
                     gsd_m=float(np.clip(SENSORS[name].gsd_m * np.exp(rng.normal(0, 0.6)), 0.5, 90.0)),
                     classes=(*covers, *town), noise=float(np.exp(rng.normal(0.2, 0.5))),
                     variability=float(rng.uniform(0.7, 1.5)), relief=float(rng.uniform(0, 1.8)), atmosphere=air)


def demanding_spec(rng: np.random.Generator, rows: int = 128, cols: int = 128) -> SceneSpec:
    """A `random_spec` of any layout, with effects of random strength."""
    spec = random_spec(rng, rows, cols)
    classes = spec.classes
    layout = str(rng.choice([FIELDS, TOWN, COAST], p=[0.4, 0.3, 0.3]))
    if layout == COAST and "water" not in classes:
        classes = (*classes, "water")
    if layout == TOWN and not set(classes) & set(SETTLED):
        classes = (*classes, "roof", "pavement")
    on = rng.random(5) < 0.6
    strength = rng.random(5) * on
    effects = Effects(intimate=float(strength[0]), adjacency=float(0.25 * strength[1]),
                      reach_m=float(rng.uniform(100, 600)), slope_deg=float(18 * strength[2]),
                      smile_nm=float(4 * strength[3] * rng.choice([-1, 1])), striping=float(2 * strength[4]))
    return replace(spec, classes=classes, layout=layout, effects=effects)
