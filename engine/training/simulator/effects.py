"""What real scenes have on top of plain ones: mixed grains, slopes, stray light, faults of the sensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ...errors import InputError
from ...spectral.bands import BandTable
from .atmosphere import Atmosphere
from .canvas import smooth_noise

Pixels = NDArray[np.float32]
SUN_AZIMUTH = np.deg2rad(135.0)  # clockwise from north: a morning on the northern half of the earth
DARK_SHARE = 0.0012  # of full sunlight: spread of the detectors' offsets at striping 1
GAIN_SPREAD = 0.006


@dataclass(frozen=True)
class Effects:
    """How strong each effect is; 0 is off.

    Attributes:
        intimate: share of a pixel's mixture that is made grain by grain, where light meets several materials, in
            place of side by side.
        adjacency: share of the light at 550 nm that comes from around the pixel, scattered by the air.
        reach_m: how far that light comes from, standard deviation.
        slope_deg: standard deviation of the terrain's slope.
        smile_nm: by how much band centres at the sides of the swath differ from those in its middle.
        striping: spread of gain and offset between columns, 1 as in a product that was not destriped.
    """

    intimate: float = 0.0
    adjacency: float = 0.0
    reach_m: float = 300.0
    slope_deg: float = 0.0
    smile_nm: float = 0.0
    striping: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.intimate <= 1 and 0 <= self.adjacency <= 0.6 and self.reach_m > 0
                and 0 <= self.slope_deg <= 35 and abs(self.smile_nm) <= 20 and 0 <= self.striping <= 20):
            raise InputError(f"{self} cannot be simulated.", "Shares are 0..1 (adjacency 0..0.6), slopes 0..35 "
                             "degrees, smile -20..20 nm, striping 0..20.")


def albedo_of(reflectance: NDArray[np.floating]) -> NDArray[np.floating]:
    """Single-scattering albedo of the grains of a thick layer of this diffuse reflectance.

    r = (1 - g) / (1 + g) with g = sqrt(1 - w) (Hapke 1981, "Bidirectional reflectance spectroscopy 1", diffusive
    reflectance). Grains mix by albedo, not by reflectance.
    """
    root = (1 - reflectance) / (1 + reflectance)
    return 1 - root**2


def reflectance_of(albedo: NDArray[np.floating]) -> NDArray[np.floating]:
    """The inverse of `albedo_of`."""
    root = np.sqrt(np.clip(1 - albedo, 0, None))
    return np.asarray((1 - root) / (1 + root))


def terrain_light(rng: np.random.Generator, shape: tuple[int, int], wavelength_nm: NDArray[np.float64],
                  slope_deg: float, air: Atmosphere) -> Pixels:
    """(pixels, bands) light on slopes, 1 on level ground: the sun by the cosine of its angle, the sky by what is seen.

    The sky's share of the light grows towards the blue, so shadows are blue (Richter 1998, "Correction of satellite
    imagery over mountainous terrain", Appl. Opt. 37).
    """
    height = smooth_noise(rng, shape, max(3.0, 0.2 * min(shape)))
    height += 0.3 * smooth_noise(rng, shape, max(2.0, 0.06 * min(shape)))
    down, right = np.gradient(height)
    steep = np.hypot(down, right)
    scale = np.tan(np.deg2rad(slope_deg)) / max(float(np.sqrt((steep**2).mean())), 1e-9)
    slope = np.arctan(scale * steep)
    # Where the ground falls to: north is up, so the way down has the components (-right, +down) of the height.
    aspect = np.arctan2(-right, down)
    sun = np.arccos(np.clip(air.sun_cos, 0.0, 1.0))
    angle = np.cos(sun) * np.cos(slope) + np.sin(sun) * np.sin(slope) * np.cos(SUN_AZIMUTH - aspect)
    direct = np.clip(angle, 0, None) / max(np.cos(sun), 0.1)
    seen = (1 + np.cos(slope)) / 2
    sky = np.clip(0.1 * (wavelength_nm / 550) ** -4 + 0.6 * air.haze * (wavelength_nm / 550) ** -1.3, 0, 0.7)
    return np.asarray(direct.ravel()[:, None] * (1 - sky) + seen.ravel()[:, None] * sky, np.float32)


def add_adjacency(signal: Pixels, shape: tuple[int, int], gsd_m: float, wavelength_nm: NDArray[np.float64],
                  effects: Effects) -> Pixels:
    """Part of each pixel's light replaced by that of its surroundings; the shorter the wavelength, the more."""
    share = np.clip(effects.adjacency * (wavelength_nm / 550) ** -1.3, 0, 0.9).astype(np.float32)
    image = signal.reshape(*shape, -1)
    around = ndimage.gaussian_filter(image, (effects.reach_m / gsd_m, effects.reach_m / gsd_m, 0), mode="nearest")
    return (image + share * (around - image)).reshape(signal.shape)


def smile_shift_nm(cols: int, smile_nm: float) -> NDArray[np.float64]:
    """(cols,) by how much band centres are moved: none in the middle, ``smile_nm`` at the sides, as a parabola."""
    return np.asarray(smile_nm * np.linspace(-1, 1, cols) ** 2)


def moved(bands: BandTable, shift_nm: float) -> BandTable:
    """The same bands elsewhere."""
    return BandTable.from_arrays((bands.wavelength_nm + shift_nm).tolist(), bands.fwhm_nm.tolist())


def add_stripes(rng: np.random.Generator, light: Pixels, shape: tuple[int, int], full: NDArray[np.floating],
                strength: float) -> Pixels:
    """Columns of other gain and offset, alike in neighbouring bands.

    Args:
        rng: generator.
        light: (pixels, bands) radiance.
        shape: (rows, cols) of the image.
        full: (bands,) radiance of a white surface.
        strength: `Effects.striping`.
    """
    cols, bands = shape[1], light.shape[1]
    gain, offset = (ndimage.gaussian_filter1d(rng.standard_normal((cols, bands)), 3.0, axis=1) * 3.0 for _ in range(2))
    factor = 1 + GAIN_SPREAD * strength * gain
    added = DARK_SHARE * strength * offset * np.asarray(full, np.float64).max()
    image = light.reshape(*shape, bands) * factor.astype(np.float32) + added.astype(np.float32)
    return image.reshape(light.shape)
