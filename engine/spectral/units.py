"""The unit of a column of wavelengths, decided from its name and its values together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import WavelengthError

HINT = "Supply wavelengths with --wavelengths TABLE.csv (columns band, wavelength, fwhm, good)."
NM, UM, ANGSTROM, WAVENUMBER, FREQUENCY = "nm", "µm", "ångström", "cm-1", "frequency"
# Singular spellings, in lower case; a plural s is cut off first.
SPELLINGS = {
    NM: {"nm", "nanometer", "nanometre", "nano meter", "nano metre", "nanom"},
    UM: {"um", "µm", "μm", "\ufffdm", "micrometer", "micrometre", "micro meter", "micro metre", "micron", "mu", "mum"},
    ANGSTROM: {"angstrom", "ångström", "ångstrom", "angström", "å", "a", "\u212b"},
    WAVENUMBER: {"wavenumber", "wave number", "cm-1", "1/cm", "cm^-1", "cm⁻¹", "kayser", "inverse centimeter"},
    FREQUENCY: {"hz", "khz", "mhz", "ghz", "thz", "frequency"},
}
# Thermal bands are believed, too (they are kept and marked bad).
PLAUSIBLE_NM = (100.0, 50_000.0)
# Most bands of an optical sensor lie here; no list does in nanometres and in micrometres.
OPTICAL_NM = (300.0, 3000.0)


@dataclass(frozen=True)
class NamedUnit:
    """A unit and how its values become nanometres."""

    name: str
    to_nm: Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Wavelengths:
    """Wavelengths in nanometres.

    Attributes:
        wavelength_nm: (bands,) centre wavelengths.
        unit: ``nm``, ``µm``, ``ångström`` or ``cm-1``, as decided.
        note: what was assumed, empty if the unit was named and fits.
    """

    wavelength_nm: NDArray[np.float64]
    unit: str
    note: str = ""

    def widths_nm(self, widths: NDArray[np.float64]) -> NDArray[np.float64]:
        """(bands,) widths given in this unit; a width in wavenumbers is one around the band's centre."""
        if self.unit == WAVENUMBER:
            return np.asarray(widths * self.wavelength_nm**2 / 1e7, np.float64)
        return np.asarray(widths * {NM: 1.0, UM: 1000.0, ANGSTROM: 0.1}[self.unit], np.float64)


UNITS = {
    NM: NamedUnit(NM, lambda values: values),
    UM: NamedUnit(UM, lambda values: values * 1000),
    ANGSTROM: NamedUnit(ANGSTROM, lambda values: values / 10),
    WAVENUMBER: NamedUnit(WAVENUMBER, lambda values: 1e7 / values),
}


def known_unit(name: str) -> str | None:
    """The unit a name means: one of `SPELLINGS`, None if it means none; case, plural and brackets do not matter."""
    plain = re.sub(r"\s+", " ", re.sub(r"[\[\](){}.]", " ", name.strip().lower()).replace("_", " ")).strip()
    for candidate in (plain, plain.removesuffix("s"), plain.replace("-", " ").removesuffix("s")):
        for unit, spellings in SPELLINGS.items():
            if candidate in spellings:
                return unit
    return None


def to_nanometres(values: NDArray[np.float64], named: str, source: str) -> Wavelengths:
    """Decide the unit of wavelengths.

    The named unit is taken if the values are possible in it. Without a name, or with one that does not fit, values of
    0.3 to 3 are micrometres and values of 300 to 3000 nanometres; other units must be named.

    Args:
        values: (bands,) finite and positive.
        named: the unit as the file names it, empty if it does not.
        source: where they were found, for messages.

    Raises:
        WavelengthError: no unit makes all values plausible, or the values are no wavelengths.
    """
    span = f"{values.min():g} to {values.max():g}"
    unit = known_unit(named)
    if unit == FREQUENCY:
        raise WavelengthError(f"The {source} gives the bands as frequencies ({named}), not as wavelengths.", HINT)
    optical = [name for name in (UM, NM) if _plausible(values, name) and _optical(values, name)]
    if unit is not None and _plausible(values, unit) and (_optical(values, unit) or not optical):
        note = "" if unit in (NM, UM) else f"Wavelengths were converted from {unit} ({span}) to nanometres."
        return Wavelengths(UNITS[unit].to_nm(values), unit, note)
    if optical:
        said = f"named {named!r}" if named else "not named"
        return Wavelengths(UNITS[optical[0]].to_nm(values), optical[0],
                           f"Wavelength units are {said} in the {source}; values of {span} were taken as {optical[0]}.")
    raise WavelengthError(*_complaint(values, named, source, span))


def _complaint(values: NDArray[np.float64], named: str, source: str, span: str) -> tuple[str, str]:
    """Message and hint for values that no unit makes plausible."""
    either = np.zeros(values.shape, bool)
    for name in (NM, UM):
        either |= _within(UNITS[name].to_nm(values), PLAUSIBLE_NM)
    if either.all() and not (_plausible(values, NM) or _plausible(values, UM)):
        return f"The {source} mixes wavelengths in nm and µm ({span}).", HINT
    if either.all():
        return (f"Wavelengths of {span} with units {named or 'not named'!r} are not plausible for an optical sensor.",
                HINT + " The unit may stand in its first line: wavelength_nm, wavelength_angstrom, wavelength_cm-1.")
    return f"Wavelengths of {span} in the {source} are not plausible in nm or µm.", HINT


def _within(values_nm: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.bool_]:
    return (values_nm >= limits[0]) & (values_nm <= limits[1])


def _plausible(values: NDArray[np.float64], unit: str) -> bool:
    return bool(_within(UNITS[unit].to_nm(values), PLAUSIBLE_NM).all())


def _optical(values: NDArray[np.float64], unit: str) -> bool:
    return bool(_within(UNITS[unit].to_nm(values), OPTICAL_NM).mean() >= 0.5)
