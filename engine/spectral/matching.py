"""The bands two images have in common, also where their sensors differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import WavelengthError
from .bands import BandTable
from .resample import response_matrix

# Bands of two files of one sensor may differ by this much: a wavelength shift from one calibration to the next.
SAME_NM = 1.0
MIN_COMMON = 2


@dataclass(frozen=True)
class BandSource:
    """How the common bands are made from an image's own.

    Attributes:
        indices: (used,) 0-based positions in the file.
        weights: (used, common) shares, columns sum to one; None where the bands are taken as they are.
    """

    indices: NDArray[np.intp]
    weights: NDArray[np.float32] | None

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., used) -> (..., common)."""
        return values if self.weights is None else values @ self.weights


@dataclass(frozen=True)
class CommonBands:
    """Bands both images can show.

    Attributes:
        table: the common bands.
        first: how to make them from the first image's.
        second: how to make them from the second image's.
        same_sensor: True where both have the same bands.
    """

    table: BandTable
    first: BandSource
    second: BandSource
    same_sensor: bool


def common_bands(first: BandTable, second: BandTable) -> CommonBands:
    """Match the good bands of two images.

    Bands at the same wavelengths are taken as they are. Otherwise the image with fewer good bands sets the bands, and
    the other is seen through their Gaussian responses; bands that no band of the other image overlaps are left out.

    Raises:
        WavelengthError: fewer than `MIN_COMMON` bands are common.
    """
    one, two = _ascending(first), _ascending(second)
    left, right = _same_places(first, second, one, two)
    if len(left) == min(len(one), len(two)) and len(left) >= MIN_COMMON:
        table = first.only(left)
        return CommonBands(table, BandSource(left, None), BandSource(right, None), True)
    if len(one) <= len(two):
        chosen, source = _seen_through(first, one, second, two)
        return CommonBands(first.only(chosen), BandSource(chosen, None), source, False)
    chosen, source = _seen_through(second, two, first, one)
    return CommonBands(second.only(chosen), source, BandSource(chosen, None), False)


def _ascending(table: BandTable) -> NDArray[np.intp]:
    """Good bands by wavelength; of two at one wavelength (overlapping spectrometers) the first."""
    good = table.good_indices
    _, kept = np.unique(table.wavelength_nm[good], return_index=True)
    return good[kept]


def _same_places(first: BandTable, second: BandTable, one: NDArray[np.intp],
                 two: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of bands at the same wavelength, each the other's nearest."""
    gap = np.abs(first.wavelength_nm[one][:, None] - second.wavelength_nm[two])
    nearest = gap.argmin(1)
    mutual = (gap.argmin(0)[nearest] == np.arange(len(one))) & (gap[np.arange(len(one)), nearest] <= SAME_NM)
    return one[mutual], two[nearest[mutual]]


def _seen_through(coarse: BandTable, wanted: NDArray[np.intp], fine: BandTable,
                  source: NDArray[np.intp]) -> tuple[NDArray[np.intp], BandSource]:
    """The wanted bands that the fine image covers, and how to make them from it."""
    width = np.nan_to_num(coarse.fwhm_nm[wanted])[:, None] + np.nan_to_num(fine.fwhm_nm[source])
    gap = np.abs(coarse.wavelength_nm[wanted][:, None] - fine.wavelength_nm[source])
    chosen = wanted[(gap <= np.maximum(width / 2, SAME_NM)).any(1)]
    if len(chosen) < MIN_COMMON:
        raise WavelengthError(
            f"The images have {len(chosen)} bands in common: one covers {_range(coarse, wanted)}, the other "
            f"{_range(fine, source)}.", f"Choose images that share at least {MIN_COMMON} bands.")
    grid, seen = fine.wavelength_nm[source], coarse.only(chosen)
    inside = np.clip(seen.wavelength_nm, grid[0], grid[-1])  # a band at the rim is seen by the outermost one
    weights = response_matrix(grid, BandTable.from_arrays(inside.tolist(), seen.fwhm_nm.tolist()))
    return chosen, BandSource(source, weights.astype(np.float32))


def _range(table: BandTable, indices: NDArray[np.intp]) -> str:
    wavelengths = table.wavelength_nm[indices]
    return f"{len(indices)} bands at {wavelengths.min():.0f}-{wavelengths.max():.0f} nm" if len(indices) else "nothing"
