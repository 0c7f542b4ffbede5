"""A plain clear-sky atmosphere and a sensor's noise: for radiance, and for reflectance as noisy as a product's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .materials import FINE_NM, lines

Spectrum = NDArray[np.float64]

# Absorption lines as (centre nm, full width nm, optical depth); water for 1.5 cm of vapour.
VAPOUR = lines((590, 14, .02), (652, 16, .02), (698, 12, .05), (724, 18, .14), (820, 26, .13), (905, 22, .18),
               (938, 34, .75), (970, 36, .2), (1125, 46, .75), (1160, 40, .25), (1270, 26, .06), (1350, 40, 1.5),
               (1385, 60, 5.5), (1425, 60, 1.6), (1470, 40, .3), (1800, 50, .7), (1870, 80, 6.0), (1920, 60, 2.6),
               (1960, 50, .6), (2480, 80, .35), (2560, 90, 1.2))
_GASES = lines((687, 9, .30), (762, 9, .95), (1268, 14, .1), (1574, 14, .06), (1605, 16, .06), (2008, 22, .6),
               (2060, 26, .35), (2320, 60, .12), (2370, 50, .12))
_OZONE = lines((600, 120, .03))
BAD_TRANSMITTANCE = 0.22


@dataclass(frozen=True)
class Atmosphere:
    """One scene's air.

    Attributes:
        vapour_cm: precipitable water.
        haze: aerosol optical depth at 550 nm.
        sun_cos: cosine of the sun's zenith angle.
    """

    vapour_cm: float = 1.5
    haze: float = 0.15
    sun_cos: float = 0.75

    def transmittance(self) -> Spectrum:
        """(fine,) share of sunlight that reaches ground and sensor."""
        air = 1.0 / self.sun_cos + 1.0
        scattered = 0.4 * (0.097 * (FINE_NM / 550.0) ** -4.05 + self.haze * (FINE_NM / 550.0) ** -1.3)
        absorbed = VAPOUR * (self.vapour_cm / 1.5) ** 0.7 + _GASES + _OZONE
        return np.asarray(np.exp(-air * scattered - (air / 2.33) * absorbed))

    def path_reflectance(self) -> Spectrum:
        """(fine,) apparent reflectance of the air itself."""
        rayleigh, aerosol = 0.045 * (FINE_NM / 550.0) ** -4.05, 0.16 * self.haze * (FINE_NM / 550.0) ** -1.3
        gases = VAPOUR * (self.vapour_cm / 1.5) ** 0.7 + _GASES
        return np.asarray((rayleigh + aerosol) * np.exp(-0.5 * gases))


def solar_irradiance() -> Spectrum:
    """(fine,) sunlight above the air in µW cm-2 nm-1: a black body of 5772 K, dimmer in the violet by its lines."""
    metres = FINE_NM * 1e-9
    planck = 3.7418e-16 / metres ** 5 / np.expm1(1.43878e-2 / (metres * 5772.0))  # W m-2 m-1
    fraunhofer = 1.0 - 0.4 * np.exp(-(FINE_NM - 350.0) / 45.0)
    return np.asarray(planck * fraunhofer * (6.957e8 / 1.496e11) ** 2 * 1e-9 * 100.0)


def noise_deviation(signal: NDArray[np.float32], dark: NDArray[np.floating], amount: float) -> NDArray[np.float32]:
    """Standard deviation of the sensor's noise: a read-out part, and a photon part that grows with the root of light.

    Args:
        signal: (n, bands) radiance.
        dark: (bands,) radiance at which both parts are equal.
        amount: 1 is about 400:1 at a tenth of full light in the visible.
    """
    level = np.maximum(signal, 0.0) / dark
    return np.asarray(0.0016 * amount * dark * np.sqrt(1.0 + level), np.float32)
