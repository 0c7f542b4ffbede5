"""Which bands of an image are poor: water-vapour regions, and an estimate of each band's noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..reporting import Reporter
from ..spectral.bands import BandTable
from .alignment import Image
from .sample import spread_windows

# No light reaches the ground here; reflectance is not defined. The windows NEON gives with its reflectance
# (attributes Band_Window_1_Nanometers and Band_Window_2_Nanometers of the directional reflectance product).
WATER_VAPOUR_NM = ((1340.0, 1445.0), (1790.0, 1955.0))
WATER_VAPOUR = "water vapour"
# Multispectral bands in these regions (cirrus) were put there on purpose.
MIN_SPECTROMETER_BANDS = 32
# Bands whose mean is below this many noise deviations are named.
POOR_SNR = 3.0
MIN_PIXELS = 64
NOISE_WINDOWS = 4


def in_water_vapour(bands: BandTable) -> NDArray[np.intp]:
    """0-based good bands centred where water vapour takes all light; none for multispectral imagers."""
    if len(bands) < MIN_SPECTROMETER_BANDS:
        return np.empty(0, np.intp)
    centre = bands.wavelength_nm
    within = np.zeros(len(bands), bool)
    for low, high in WATER_VAPOUR_NM:
        within |= (centre >= low) & (centre <= high)
    return np.intersect1d(np.flatnonzero(within), bands.good_indices)


def signal_to_noise(cube: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean over noise of each band of a window.

    The noise is what remains of a band after regression on the bands beside it and the pixel to the left
    (Roger & Arnold 1996, "Reliably estimating the noise in AVIRIS hyperspectral images", Int. J. Remote Sensing 17),
    so that texture does not count as noise. It is an upper bound where bands are few or far apart.

    Args:
        cube: (bands, rows, cols) in the order of wavelength, NaN where there is no value.

    Returns:
        (bands,) ratios; NaN where fewer than `MIN_PIXELS` have all values or the band has no noise.
    """
    n_bands = len(cube)
    full = np.asarray(np.isfinite(cube).all(axis=0))
    here, left = full[:, 1:] & full[:, :-1], cube[:, :, :-1]
    if n_bands < 3 or here.sum() < MIN_PIXELS:
        return np.full(n_bands, np.nan)
    values, beside = cube[:, :, 1:][:, here].astype(np.float64), left[:, here].astype(np.float64)
    mean = values.mean(axis=1)
    values, beside = values - mean[:, None], beside - beside.mean(axis=1, keepdims=True)
    found = np.full(n_bands, np.nan)
    for band in range(n_bands):
        first = min(max(band - 1, 0), n_bands - 3)  # at the ends both others lie on one side
        others = [other for other in range(first, first + 3) if other != band]
        known = np.vstack([values[others], beside[band]])
        # A little ridge: neighbouring bands may be copies of each other.
        gram = known @ known.T
        weights = np.linalg.lstsq(gram + 1e-9 * np.trace(gram) * np.eye(3), known @ values[band], rcond=None)[0]
        noise = float((values[band] - weights @ known).std())
        found[band] = abs(mean[band]) / noise if noise > 0 else np.nan
    return found


def estimate_snr(image: Image, reporter: Reporter) -> NDArray[np.float64]:
    """(bands,) median ratio of signal to noise of the good bands in a few windows; NaN where it cannot be told."""
    good = image.bands.good_indices
    order = good[np.argsort(image.bands.wavelength_nm[good], kind="stable")]
    windows = spread_windows(image.grid.shape)
    found = []
    for window in windows[::max(1, len(windows) // NOISE_WINDOWS)]:
        reporter.check_cancelled()
        found.append(signal_to_noise(image.read(window, order)))
    result = np.full(len(image.bands), np.nan)
    known = np.array(found)
    measured = np.isfinite(known).any(axis=0)
    result[order[measured]] = np.nanmedian(known[:, measured], axis=0)
    return result


def advice(bands: BandTable, snr: NDArray[np.float64]) -> list[str]:
    """Sentences on good bands that look poor."""
    with np.errstate(invalid="ignore"):
        poor = np.intersect1d(np.flatnonzero(snr < POOR_SNR), bands.good_indices)
    if not len(poor) or len(poor) == len(bands.good_indices):
        return []
    return [f"Of the bands that are used, these look noisy (signal below {POOR_SNR:g} times the noise): {spans(poor)}. "
            "Mark them bad with a table of band,good given with --wavelengths if the map suffers."]


def spans(numbers: NDArray[np.intp]) -> str:
    """Band numbers as text: ``1-3, 7``; counted from 1.

    Args:
        numbers: ascending 0-based bands.
    """
    parts = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ", ".join(f"{p[0] + 1}" if len(p) == 1 else f"{p[0] + 1}-{p[-1] + 1}" for p in parts if len(p))
