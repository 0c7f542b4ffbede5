"""Fine-grid spectra seen through a sensor's bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import WavelengthError
from .bands import BandTable

_SIGMA_PER_FWHM = 1.0 / (2.0 * np.sqrt(2.0 * np.log(2.0)))
_OUTSIDE_FWHM = 0.5  # a band centre may lie this many widths beyond the grid


def response_matrix(fine_nm: NDArray[np.floating], bands: BandTable) -> NDArray[np.float64]:
    """Gaussian spectral response of each band on the fine grid, with unit sum.

    The response is weighted by the grid's own steps, so an uneven grid is right too. A band much narrower than the
    grid's step becomes linear interpolation at its centre, not the one nearest sample. At the ends of the grid the
    response is cut and normalised again.

    Args:
        fine_nm: (fine,) ascending wavelengths.
        bands: the sensor's bands; a width of 0 or NaN means interpolation at the centre.

    Returns:
        (fine, bands) weights; every column sums to 1.

    Raises:
        WavelengthError: the grid is not ascending, or a band lies outside it.
    """
    grid = np.asarray(fine_nm, np.float64)
    if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
        raise WavelengthError("The fine wavelengths are not ascending.", "Sort the spectra by wavelength first.")
    centre, fwhm = bands.wavelength_nm, np.nan_to_num(bands.fwhm_nm)
    margin = np.maximum(_OUTSIDE_FWHM * fwhm, 1e-6)
    outside = (centre < grid[0] - margin) | (centre > grid[-1] + margin) | ~np.isfinite(centre)
    if outside.any():
        raise WavelengthError(f"{int(outside.sum())} bands lie outside the spectra's {grid[0]:.0f}-{grid[-1]:.0f} nm, "
                              f"the first at {centre[outside][0]:.1f} nm.", "Leave these bands out.")
    sigma = np.maximum(fwhm * _SIGMA_PER_FWHM, 1e-9)
    weights = np.exp(-0.5 * ((grid[:, None] - centre) / sigma) ** 2) * np.gradient(grid)[:, None]
    step = np.gradient(grid)[np.clip(np.searchsorted(grid, centre), 0, len(grid) - 1)]
    narrow = fwhm < step
    weights[:, narrow] = _interpolation(grid, centre[narrow])
    return np.asarray(weights / weights.sum(0), np.float64)


def _interpolation(grid: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """(fine, n) linear interpolation weights."""
    at = np.clip(centre, grid[0], grid[-1])
    right = np.clip(np.searchsorted(grid, at), 1, len(grid) - 1)
    share = (at - grid[right - 1]) / (grid[right] - grid[right - 1])
    weights = np.zeros((len(grid), len(centre)))
    columns = np.arange(len(centre))
    weights[right - 1, columns] = 1.0 - share
    weights[right, columns] = share
    return weights


def resample(spectra: NDArray[np.floating], fine_nm: NDArray[np.floating], bands: BandTable) -> NDArray[np.float64]:
    """Spectra on a fine grid as the sensor's bands see them.

    Args:
        spectra: (n, fine) values; NaN in a sample makes every band that sees it NaN.
        fine_nm: (fine,) ascending wavelengths.
        bands: the sensor's bands.

    Returns:
        (n, bands) values.

    Raises:
        WavelengthError: as `response_matrix`; or the spectra do not have one value a wavelength.
    """
    values = np.asarray(spectra, np.float64)
    if values.ndim != 2 or values.shape[1] != len(fine_nm):
        raise WavelengthError(f"The spectra have shape {values.shape}, but there are {len(fine_nm)} wavelengths.",
                              "Give one row a spectrum and one column a wavelength.")
    weights = response_matrix(fine_nm, bands)
    missing = np.isnan(values)
    seen = np.where(missing, 0.0, values) @ weights
    if missing.any():
        seen[missing.astype(np.float64) @ (weights > 1e-4) > 0] = np.nan
    return np.asarray(seen, np.float64)
