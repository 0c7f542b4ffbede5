"""Finds the bands of Sentinel-2 in an image by wavelength, in the order SpectralGPT was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .bands import BandTable


@dataclass(frozen=True)
class Slot:
    """A band the model expects: centre between Sentinel-2A and 2B, and how far a file's value may be from it."""

    name: str
    wavelength_nm: float
    tolerance_nm: float


# Files give measured centres of either satellite or nominal ones (B8 at 842 nm, B12 at 2190 nm). B8 (106 nm wide) and
# B8A (21 nm) are 32 nm apart. Order: SpectralGPT specification section 2; B10 (cirrus, 1375 nm) is not used.
SENTINEL2_SLOTS = (
    Slot("B1", 442.5, 8), Slot("B2", 492.3, 8), Slot("B3", 559.4, 8), Slot("B4", 664.8, 8), Slot("B5", 704.0, 8),
    Slot("B6", 739.8, 8), Slot("B7", 781.3, 8), Slot("B8", 832.9, 12), Slot("B8A", 864.4, 8), Slot("B9", 944.2, 8),
    Slot("B11", 1612.1, 20), Slot("B12", 2194.1, 20),
)
_HINT = ("SpectralGPT needs the 12 bands B1 to B9, B8A, B11 and B12 of Sentinel-2, each with its wavelength; "
         "choose SpecAware weights for other images.")


def match_sentinel2(bands: BandTable) -> NDArray[np.intp]:
    """Positions of the 12 bands SpectralGPT takes, in its order, found by wavelength and never by position.

    Args:
        bands: the image's bands in any order; more than the 12 may be there.

    Returns:
        (12,) 0-based positions in ``bands``.

    Raises:
        ModelError: a band is not there, is there more than once (as in stacks of dates or imaging spectrometers), or
            is marked bad.
    """
    distance_nm = np.abs(bands.wavelength_nm[None, :] - np.array([[slot.wavelength_nm] for slot in SENTINEL2_SLOTS]))
    near = distance_nm <= np.array([[slot.tolerance_nm] for slot in SENTINEL2_SLOTS])
    missing = [f"{slot.name} ({slot.wavelength_nm:g} nm)" for slot, row in zip(SENTINEL2_SLOTS, near, strict=True)
               if not row.any()]
    if missing:
        raise ModelError(f"The image's {len(bands)} bands do not include Sentinel-2's {', '.join(missing)}.", _HINT)
    for slot, row in zip(SENTINEL2_SLOTS, near, strict=True):
        if row.sum() > 1:
            found = ", ".join(f"{bands[i].wavelength_nm:g}" for i in np.flatnonzero(row)[:4])
            raise ModelError(f"{row.sum()} of the image's bands could be Sentinel-2's {slot.name} ({found} nm).", _HINT)
    indices = near.argmax(axis=1)
    for slot, index in zip(SENTINEL2_SLOTS, indices, strict=True):
        if not bands[index].good:
            raise ModelError(f"Sentinel-2's {slot.name} cannot be used: band {index + 1} is marked bad "
                             f"({bands[index].reason}).", _HINT)
    return indices
