"""Files without wavelengths: the sensor told by the number of bands and the range of their values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..spectral.bands import BandTable
from ..spectral.sensors import SENSORS, sensor

SENTINEL2 = "Sentinel-2"
CIRRUS_NM = 1373.5
# Position of B8A in the files of EuroSAT (Helber et al. 2019): last, and not between B08 and B09.
B8A_AT = 8
# Reflectance x 10000 of land and water, and what an 8-bit image can hold.
SCALED_REFLECTANCE = (200.0, 30_000.0)
REFLECTANCE_FACTOR = 1e-4


@dataclass(frozen=True)
class Recognised:
    """A sensor told without wavelengths.

    Attributes:
        sensor: name in the registry.
        bands: its band table in the order of the file.
        factor: from stored values to physical ones.
        note: what it was told by.
    """

    sensor: str
    bands: BandTable
    factor: float
    note: str


def recognise(values: NDArray[np.float32], dtype: str, wanted: str | None) -> Recognised | None:
    """Tell a multispectral sensor from band count and values.

    Args:
        values: (bands, n) stored values, NaN where missing.
        dtype: of the file.
        wanted: sensor named by the user, None if none was.

    Returns:
        None where no registered sensor, or more than one, has this number of bands.
    """
    named = None if wanted in (None, "unknown") else sensor(str(wanted)).name
    found = [(s.name, s.bands) for s in SENSORS.values() if not s.hyperspectral and len(s.bands) == len(values)
             and named in (None, s.name)]
    if len(found) != 1 or np.dtype(dtype).kind not in "ui" or wanted == "unknown":
        return None
    name, bands = found[0]
    order = ""
    if name == SENTINEL2:
        bands, order = _sentinel2_order(values, bands)
    high = float(np.nanpercentile(values, 99)) if np.isfinite(values).any() else 0.0
    scaled = SCALED_REFLECTANCE[0] < high <= SCALED_REFLECTANCE[1] and np.dtype(dtype).itemsize > 1
    unit = " and values as reflectance x 10000" if scaled else ""
    return Recognised(name, bands, REFLECTANCE_FACTOR if scaled else 1.0,
                      f"The files have no wavelengths. {len(values)} bands of {dtype} up to about {high:.0f} were "
                      f"taken as {name}{order}{unit}. If that is wrong, give --sensor or --wavelengths.")


def _sentinel2_order(values: NDArray[np.float32], bands: BandTable) -> tuple[BandTable, str]:
    """The cirrus band sees hardly anything of the ground: where the darkest band lies tells where B8A is."""
    means = np.nanmean(values, axis=1)
    cirrus = int(np.abs(bands.wavelength_nm - CIRRUS_NM).argmin())
    if int(np.nanargmin(means)) == cirrus - 1:
        order = [i for i in range(len(bands)) if i != B8A_AT] + [B8A_AT]
        return bands.only(order), " with B8A as the last band (the darkest band, B10, is the tenth)"
    return bands, " with B8A as the ninth band"
