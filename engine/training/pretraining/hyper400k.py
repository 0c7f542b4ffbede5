"""The rules by which Hyper-400K, the published pretraining set, is cut from AVIRIS products.

Source: the authors' published preparation scripts, as summarised in the specification of results, section 3
("Preparation rules"). Their script leaves open whether the water-vapour bands are blanked before or after values are
judged; here they are blanked first, as their noise would condemn every pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...spectral.bands import BandTable, SensorMeta
from ...spectral.sensors import SENSORS

PATCH_PX = 256
MAX_INVALID = 0.2
# Largest value a pixel may have: radiance in µW cm-2 nm-1 sr-1, and reflectance of any sensor.
MAX_RADIANCE = {"AVIRIS-Classic": 30.0, "AVIRIS-NG": 100.0, "AVIRIS-3": 100.0}
MAX_REFLECTANCE = 2.5
# First and last of each run of bands (0-based) that are 0 in reflectance, as water vapour takes their light.
WATER_BANDS = {"AVIRIS-Classic": ((103, 113), (152, 167)),
               "AVIRIS-NG": ((0, 0), (194, 210), (280, 318), (420, 424)),
               "AVIRIS-3": ((129, 140), (190, 212))}


@dataclass(frozen=True)
class Rules:
    """How the values of one product are judged.

    Attributes:
        max_value: a pixel with a larger value in any band is invalid.
        blanked: (bands,) True for bands that are set to 0 and not judged.
    """

    max_value: float
    blanked: NDArray[np.bool_]


@dataclass(frozen=True)
class Prepared:
    """A patch after the rules.

    Attributes:
        values: (bands, patch, patch) float16 in physical units, invalid values 0; None if the patch is dropped.
        invalid: share of its values that are padding, missing, negative or in a pixel over the maximum.
        mean: of the valid values; 0 for a patch that is dropped.
    """

    values: NDArray[np.float16] | None
    invalid: float
    mean: float = 0.0


def rules_for(meta: SensorMeta, bands: BandTable) -> Rules:
    """The rules for a sensor and level.

    Bands are told by their number where the product has as many as the sensor's table, else by their wavelength.

    Raises:
        InputError: not an AVIRIS instrument.
    """
    if meta.name not in MAX_RADIANCE:
        raise InputError(f"The image is of the sensor {meta.name}; Hyper-400K is made of {', '.join(MAX_RADIANCE)}.",
                         "Give its sensor in the manifest if it is one of them, or leave it out.")
    blanked = np.zeros(len(bands), bool)
    if meta.level == "L1":
        return Rules(MAX_RADIANCE[meta.name], blanked)
    table = SENSORS[meta.name].bands
    for first, last in WATER_BANDS[meta.name]:
        if len(bands) == len(table):
            blanked[first:last + 1] = True
        else:
            low, high = table[first], table[last]
            blanked |= ((bands.wavelength_nm >= low.wavelength_nm - low.fwhm_nm / 2)
                        & (bands.wavelength_nm <= high.wavelength_nm + high.fwhm_nm / 2))
    return Rules(MAX_REFLECTANCE, blanked)


def prepare_patch(values: NDArray[np.float32], rules: Rules, patch_px: int) -> Prepared:
    """Judge a window and bring it to a full patch.

    Args:
        values: (bands, rows, cols) of all bands in physical units, NaN = missing; at most a patch in size.
        rules: of the product.
        patch_px: side of a patch; what the window lacks counts as invalid.
    """
    judged = np.flatnonzero(~rules.blanked)
    rows, cols = values.shape[1:]
    over = np.zeros((rows, cols), bool)
    poor = np.zeros((rows, cols), np.int32)
    for band in judged:
        over |= values[band] > rules.max_value
        poor += ~(values[band] >= 0)  # NaN, too
    poor[over] = len(judged)
    size = patch_px**2 * len(judged)
    invalid = (int(poor.sum()) + (patch_px**2 - rows * cols) * len(judged)) / max(size, 1)
    if invalid > MAX_INVALID:
        return Prepared(None, invalid)
    result = np.zeros((len(values), patch_px, patch_px), np.float16)
    total = 0.0
    for band in judged:
        plane = np.where((values[band] >= 0) & ~over, values[band], 0)
        total += float(plane.sum(dtype=np.float64))
        result[band, :rows, :cols] = plane
    return Prepared(result, invalid, total / max(size * (1 - invalid), 1))
