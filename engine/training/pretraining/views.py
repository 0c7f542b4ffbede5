"""What a model is shown of a crop while it is pretrained: which bands, in which light, how large.

The paper speaks of progressive, multi-view training; its picture shows two overlapping ranges of wavelength of each
sample. Nothing more is published (specification section 10), so the numbers of the stages and of the light are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...spectral.sensors import model_key

MIN_BANDS = 24
# The two views of the paper's picture, and by how much their ends are moved at random.
VIEWS_NM = ((400.0, 1700.0), (1250.0, 2500.0))
JITTER_NM = 60.0
BRIGHTNESS, TILT = 0.08, 0.04
HIDDEN_SENSOR = 0.1  # share of views that do not say which sensor it is


@dataclass(frozen=True)
class Stage:
    """A part of a progressive run.

    Attributes:
        until: share of the run at which it ends.
        side_px: side of the crops.
        max_bands: most bands of a view; None for all.
    """

    until: float
    side_px: int
    max_bands: int | None


def whole_run(side_px: int) -> tuple[Stage, ...]:
    """One stage."""
    return (Stage(1.0, side_px, None),)


def progressive_stages(side_px: int, block_px: int) -> tuple[Stage, ...]:
    """From half the side and 64 bands to the whole side and all bands.

    Args:
        side_px: side of the crops at the end.
        block_px: sides are multiples of it.
    """
    def side(share: float) -> int:
        return max(block_px, int(side_px * share) // block_px * block_px)
    return (Stage(0.4, side(0.5), 64), Stage(0.75, side(0.75), 128), Stage(1.0, side_px, None))


def stage_at(stages: tuple[Stage, ...], fraction: float) -> Stage:
    """The stage at a share of the run."""
    return next((stage for stage in stages if fraction < stage.until), stages[-1])


def choose_bands(rng: np.random.Generator, wavelength_nm: NDArray[np.float64],
                 max_bands: int | None = None) -> NDArray[np.intp]:
    """A random view of the bands, 0-based and in order: all, a random subset, or a contiguous range of wavelengths.

    Counts are log-uniform from 24 (one in ten views: from 4) to all, so that no band count is foreign to the model.
    """
    total = len(wavelength_nm)
    most = min(total, max_bands or total)
    lowest = min(4 if rng.random() < 0.1 else MIN_BANDS, most)
    count = int(np.exp(rng.uniform(np.log(lowest), np.log(most + 1))))
    if rng.random() < 0.35:
        start = int(rng.integers(0, total - count + 1))
        return np.sort(np.argsort(wavelength_nm, kind="stable")[start:start + count])
    return np.sort(rng.choice(total, count, replace=False))


def paired_bands(rng: np.random.Generator, wavelength_nm: NDArray[np.float64], which: int,
                 max_bands: int | None = None) -> NDArray[np.intp]:
    """One of the paper's two views: a range of wavelengths; bands of it are left out at random if they are too many.

    Sensors with few bands in that range are viewed as by `choose_bands`.
    """
    low, high = np.array(VIEWS_NM[which % 2]) + rng.uniform(-JITTER_NM, JITTER_NM, 2)
    inside = np.flatnonzero((wavelength_nm >= low) & (wavelength_nm <= high))
    if len(inside) < min(MIN_BANDS, len(wavelength_nm)):
        return choose_bands(rng, wavelength_nm, max_bands)
    if max_bands is not None and len(inside) > max_bands:
        inside = np.sort(rng.choice(inside, max_bands, replace=False))
    return inside


def told_sensor(rng: np.random.Generator, name: str) -> str:
    """SpecAware's attribute for a sensor; in some draws ``others``, as an unknown sensor would have."""
    return "others" if rng.random() < HIDDEN_SENSOR else model_key(name)


def illumination(rng: np.random.Generator, wavelength_nm: NDArray[np.float64]) -> NDArray[np.float32]:
    """(bands,) gain of another sun, slope and haze: smooth over the wavelength."""
    low, high = wavelength_nm.min(), wavelength_nm.max()
    t = (wavelength_nm - low) / max(high - low, 1.0) * 2 - 1
    shapes = np.stack([np.ones_like(t), t, t**2 - 1 / 3])
    return np.asarray(np.exp(rng.normal(0, 1, 3) * (BRIGHTNESS, TILT, TILT) @ shapes), np.float32)
