"""The image all made-up products hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray

UTM33, PLACE = 32633, Affine(30, 0, 402_300, 0, -30, 5_781_900)


@dataclass(frozen=True)
class Made:
    """A made-up product and what reading it must give.

    Attributes:
        path: the file to open.
        values: (bands, rows, cols) physical values, NaN where missing.
        wavelength_nm: (bands,).
        fwhm_nm: (bands,).
        tolerance: largest error that rounding to the stored type may cause.
    """

    path: Path
    values: NDArray[np.float64]
    wavelength_nm: NDArray[np.float64]
    fwhm_nm: NDArray[np.float64]
    tolerance: float = 1e-6


def reflectance(bands: int, rows: int, cols: int, seed: int = 0) -> NDArray[np.float64]:
    """(bands, rows, cols) smooth spectra of 0.05 to 0.6 that differ in every pixel."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(0.1, 0.5, (rows, cols))
    slope = rng.uniform(-0.05, 0.05, (rows, cols))
    return level + slope * np.linspace(-1, 1, bands)[:, None, None] + rng.normal(0, 2e-3, (bands, rows, cols))


def nm(first: float, last: float, count: int) -> NDArray[np.float64]:
    """Evenly spaced wavelengths with one digit."""
    return np.round(np.linspace(first, last, count), 1)
