"""Measured spectra of the simulator's materials, from spectral libraries where there are any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from .materials import FINE_NM

MEASURED_NM = (420.0, 2390.0)  # a spectrum must be measured in this range to be used
Measured = Mapping[str, NDArray[np.float32]]
# Material -> (column of the library, value in it). Crops are not in these libraries under their names: they stay
# with the canopy model.
SOURCES: dict[str, tuple[tuple[str, str], ...]] = {
    "bare soil": (("LEVEL_3", "soil"), ("Level_2", "SOIL"), ("level_1", "soil"),
                  ("chapter", "ChapterS_SoilsAndMixtures")),
    "stubble": (("LEVEL_2", "npv"), ("Level_2", "NPV"), ("level_1", "npv")),
    "grassland": (("Level_3", "herb"), ("Level_2", "turf")),
    "broadleaf forest": (("Level_3", "tree"),),
    "water": (("Level_2", "water"),),
    "roof": (("Level_2", "roof"), ("LEVEL_3", "comp_shingle"), ("class", "Ceramic"), ("class", "Metal")),
    "pavement": (("Level_2", "paved"), ("LEVEL_3", "road"), ("LEVEL_3", "sidewalk"), ("class", "Concrete"),
                 ("class", "Asphalt")),
}


def read_measured(folder: Path) -> Measured:
    """Spectra of each material in all ``<folder>/<library>/library.npz``.

    Returns:
        Material to (n, fine) reflectance on `FINE_NM`; materials without a spectrum are missing.

    Raises:
        InputError: the folder does not exist.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", "Give a folder with one subfolder for each library.")
    found: dict[str, list[NDArray[np.float32]]] = {}
    for path in sorted(folder.glob("*/library.npz")):
        with np.load(path, allow_pickle=False) as stored:
            columns = {name: stored[name].astype(str) for name in stored.files if stored[name].ndim == 1
                       and name in {c for pairs in SOURCES.values() for c, _ in pairs}}
            wanted = {material: np.flatnonzero(np.any([columns[c] == v for c, v in pairs if c in columns], axis=0))
                      for material, pairs in SOURCES.items() if any(c in columns for c, _ in pairs)}
            if not any(len(rows) for rows in wanted.values()):
                continue
            spectra = on_fine_grid(stored["X"].astype(np.float64), stored["wavelengths"])
        usable = np.isfinite(spectra).all(1) & (spectra.min(1) >= -0.01) & (spectra.max(1) < 1.1)
        for material, rows in wanted.items():
            found.setdefault(material, []).append(spectra[rows[usable[rows]]].clip(0, 1).astype(np.float32))
    joined = {material: np.concatenate(parts) for material, parts in found.items()}
    return {material: spectra for material, spectra in joined.items() if len(spectra)}


def join_measured(parts: Sequence[Measured]) -> Measured:
    """The spectra of several folders."""
    names = sorted({name for part in parts for name in part})
    return {name: np.concatenate([part[name] for part in parts if name in part]) for name in names}


def on_fine_grid(spectra: NDArray[np.float64], wavelength_nm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, fine) by linear interpolation, constant beyond the ends; NaN where too little is measured."""
    result = np.full((len(spectra), len(FINE_NM)), np.nan)
    for row, spectrum in enumerate(spectra):
        known = np.isfinite(spectrum) & (np.abs(spectrum) < 10)
        at = wavelength_nm[known]
        if len(at) > 50 and at.min() <= MEASURED_NM[0] and at.max() >= MEASURED_NM[1]:
            result[row] = np.interp(FINE_NM, at, spectrum[known])
    return result
