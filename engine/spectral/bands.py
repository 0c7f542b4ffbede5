"""What an image's bands are: centre wavelength, width, and whether they can be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# The range SpecAware was defined on (specification section 5).
MODEL_RANGE_NM = (350.0, 2550.0)


@dataclass(frozen=True)
class Band:
    """One spectral band.

    Attributes:
        wavelength_nm: centre wavelength.
        fwhm_nm: full width at half maximum.
        good: False for bands flagged bad, outside the model's range or without data.
        reason: why a band is not good, empty otherwise.
    """

    wavelength_nm: float
    fwhm_nm: float
    good: bool = True
    reason: str = ""


@dataclass(frozen=True)
class BandTable(Sequence[Band]):
    """The bands of an image, in file order."""

    bands: tuple[Band, ...]

    def __len__(self) -> int:
        return len(self.bands)

    def __iter__(self) -> Iterator[Band]:
        return iter(self.bands)

    def __getitem__(self, index):  # type: ignore[no-untyped-def, override]
        return self.bands[index]

    @classmethod
    def from_arrays(cls, wavelength_nm: Sequence[float], fwhm_nm: Sequence[float],
                    good: Sequence[bool] | None = None) -> BandTable:
        """Make a table from columns of equal length."""
        flags = [True] * len(wavelength_nm) if good is None else good
        rows = zip(wavelength_nm, fwhm_nm, flags, strict=True)
        return cls(tuple(Band(float(w), float(f), bool(g), "" if g else "flagged bad") for w, f, g in rows))

    @property
    def wavelength_nm(self) -> NDArray[np.float64]:
        """(bands,) centre wavelengths."""
        return np.array([b.wavelength_nm for b in self.bands])

    @property
    def fwhm_nm(self) -> NDArray[np.float64]:
        """(bands,) full widths at half maximum."""
        return np.array([b.fwhm_nm for b in self.bands])

    @property
    def good_indices(self) -> NDArray[np.intp]:
        """0-based positions of the usable bands."""
        return np.flatnonzero([b.good for b in self.bands])

    def only(self, indices: Sequence[int] | NDArray[np.intp]) -> BandTable:
        """The bands at these 0-based positions."""
        return BandTable(tuple(self.bands[int(i)] for i in indices))

    def without(self, indices: Sequence[int] | NDArray[np.intp], reason: str) -> BandTable:
        """The same table with these bands marked bad for ``reason``."""
        drop = {int(i) for i in indices}
        return BandTable(tuple(replace(b, good=False, reason=reason) if i in drop and b.good else b
                               for i, b in enumerate(self.bands)))


@dataclass(frozen=True)
class SensorMeta:
    """What the model is told about the sensor.

    Attributes:
        name: registry name (see `sensors`), or ``unknown``.
        level: ``L1`` (at-sensor radiance) or ``L2`` (surface reflectance).
        gsd_m: ground sampling distance in metres.
    """

    name: str
    level: str
    gsd_m: float
