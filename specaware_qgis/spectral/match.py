"""Compares a spectrum with a library: which materials have the most similar shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import EngineError
from ..i18n import tr
from .library import Library
from .spectra import Spectrum

BEST = 5
MIN_SHARED_BANDS = 3
MIN_SHARED_SHARE = 0.5
# A Gaussian response is nothing beyond so many widths.
REACH_FWHM = 1.5


@dataclass(frozen=True, eq=False)
class Match:
    """A material of the library.

    Attributes:
        name: its name.
        angle_deg: spectral angle, 0 for the same shape.
        values: (bands,) its spectrum in the bands compared with, NaN where they differ in reach.
    """

    name: str
    angle_deg: float
    values: np.ndarray


def in_bands(library: Library, wavelength_nm: np.ndarray, fwhm_nm: np.ndarray) -> np.ndarray:
    """A library as a sensor with Gaussian bands would have measured it.

    Args:
        library: finer or coarser than the sensor; where it is coarser, values are interpolated.
        wavelength_nm: (bands,) centres of the sensor.
        fwhm_nm: (bands,) widths of the sensor.

    Returns:
        (n, bands), NaN outside the library's wavelengths or where a spectrum was not measured.
    """
    waves = library.wavelength_nm
    distance = np.abs(waves[None] - wavelength_nm[:, None]) / fwhm_nm[:, None]
    weight = np.where(distance <= REACH_FWHM, np.exp(-4 * np.log(2) * distance**2), 0.0)
    finite = np.isfinite(library.spectra)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(finite, library.spectra, 0.0) @ weight.T / (finite @ weight.T)
    sparse = (distance <= 0.5).sum(1) < 2
    for i, spectrum in enumerate(library.spectra):
        found[i, sparse] = np.interp(wavelength_nm[sparse], waves, spectrum)
    found[:, (wavelength_nm < waves[0]) | (wavelength_nm > waves[-1])] = np.nan
    return found


def best_matches(spectrum: Spectrum, library: Library, count: int = BEST) -> list[Match]:
    """The materials with the smallest spectral angle (Kruse et al. 1993) over the usable bands that both have.

    Raises:
        EngineError: the library shares too few bands with the spectrum.
    """
    resampled = in_bands(library, spectrum.wavelength_nm, spectrum.fwhm_nm)
    used = spectrum.good & np.isfinite(spectrum.values)
    shared = used & np.isfinite(resampled)
    enough = shared.sum(1) >= max(MIN_SHARED_BANDS, MIN_SHARED_SHARE * used.sum())
    if not enough.any():
        low, high = library.wavelength_nm[0], library.wavelength_nm[-1]
        raise EngineError(tr("The library, {:.0f} to {:.0f} nm, shares too few bands with the spectrum.").format(
            low, high), tr("Choose another library."), "bad-input")
    theirs, ours = np.where(shared, resampled, 0.0), np.where(shared, spectrum.values[None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (theirs * ours).sum(1) / (np.linalg.norm(theirs, axis=1) * np.linalg.norm(ours, axis=1))
    angle = np.where(enough, np.degrees(np.arccos(np.clip(np.nan_to_num(cosine, nan=-1.0), -1, 1))), np.inf)
    order = np.argsort(angle, kind="stable")[:count]
    return [Match(library.names[i], float(angle[i]), resampled[i]) for i in order if np.isfinite(angle[i])]
