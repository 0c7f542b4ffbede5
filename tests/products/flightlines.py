"""Flight lines of AVIRIS large enough to be cut into patches, with the faults real ones have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.spectral.sensors import SENSORS

from .envi import column, write_envi

LINES = {"AVIRIS-Classic": "f130411t01p00r09rdn_e", "AVIRIS-NG": "ang20170323t202244"}


def values_of(bands: int, rows: int, cols: int, seed: int = 0) -> NDArray[np.float32]:
    """(bands, rows, cols) reflectance of 0.1 to 0.5, other in every pixel and band."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(0.15, 0.45, (rows, cols)).astype(np.float32)
    return level * np.linspace(0.8, 1.2, bands, dtype=np.float32)[:, None, None]


def write_line(folder: Path, sensor: str, level: str, values: NDArray[np.float32], name: str = "") -> Path:
    """A flight line in ENVI format with its wavelengths; NaN becomes -9999."""
    table = SENSORS[sensor].bands
    kind = "rdn" if level == "L1" else "rfl"
    stem = f"{LINES[sensor]}{name}_{kind}_img"
    extra = (column("wavelength", table.wavelength_nm) + column("fwhm", table.fwhm_nm)
             + "wavelength units = Nanometers\ndata ignore value = -9999\n")
    return write_envi(folder / stem, np.nan_to_num(values, nan=-9999).astype(np.float32), extra,
                      f"remote/{stem} {sensor}", "bil")
