"""From raw columns of text to a checked band table in nanometres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import RasterError, WavelengthError
from ..spectral.bands import MODEL_RANGE_NM, Band, BandTable
from ..spectral.sensors import sensor
from ..spectral.units import HINT, NM, UM, Wavelengths, known_unit, to_nanometres
from .columns import Columns, without_units
from .quality import spans
from .wavelength_table import read_wavelength_table

MAX_FWHM_NM = 50.0
# Sentinel-2's B8 is 3.3 times as wide as its centre is from that of B8A.
MAX_WIDTH_IN_SPACINGS = 4.0
LONE_BAND_FWHM_NM = 10.0


@dataclass(frozen=True)
class BandMetadata:
    """A checked band table.

    Attributes:
        bands: in file order.
        sources: where ``wavelength``, ``fwhm`` and ``bbl`` came from.
        notes: what was assumed or ignored, in sentences.
    """

    bands: BandTable
    sources: dict[str, str]
    notes: tuple[str, ...]


def choose_bands(columns: Iterable[Columns], n_bands: int, table: Path | None = None,
                 sensor_name: str | None = None) -> BandMetadata:
    """Check the band tables found with an image.

    Args:
        columns: as the files state them, the most trusted first.
        n_bands: bands of the image.
        table: user's table; it goes before anything in the files.
        sensor_name: sensor named by the user; its band table serves if the files have no wavelengths and as many bands.

    Raises:
        WavelengthError: no wavelengths, a wrong number of them, or values that are not plausible.
        RasterError: the bad-band list marks every band bad.
    """
    found = [*([read_wavelength_table(table)] if table else []), *columns]
    if sensor_name and not any(columns.wavelength for columns in found):
        found += _registered(sensor_name, n_bands)
    return check_columns(found, n_bands)


def _registered(sensor_name: str, n_bands: int) -> list[Columns]:
    """Band table of a sensor, if one of its modes has this number of bands."""
    tables = () if sensor_name == "unknown" else sensor(sensor_name).tables
    return [Columns(f"band table of {sensor(sensor_name).name}", tuple(map(str, table.wavelength_nm.tolist())),
                    tuple(map(str, table.fwhm_nm.tolist())), units="nm") for table in tables if len(table) == n_bands]


def check_columns(found: Iterable[Columns], n_bands: int) -> BandMetadata:
    """Turn the first columns that have wavelengths into a band table; later ones fill in widths and flags.

    Args:
        found: columns in the order they count.
        n_bands: bands of the image.

    Raises:
        WavelengthError: no wavelengths, a wrong number of them, or values that are not plausible.
        RasterError: the bad-band list marks every band bad.
    """
    found = [without_units(columns) for columns in found]
    base = next((columns for columns in found if columns.wavelength), None)
    if base is None:
        raise WavelengthError("The image has no band wavelengths.", HINT)
    notes: list[str] = []
    sources = {"wavelength": base.source}
    flags = _flags(found, n_bands, sources, notes)
    decided = to_nanometres(_numbers(base, flags, notes), base.units, base.source)
    notes += [decided.note] if decided.note else []
    wavelength_nm = decided.wavelength_nm
    fwhm_nm = _fwhm(found, base, decided, sources, notes)
    _note_order(wavelength_nm, sources, notes)
    rows = zip(wavelength_nm.tolist(), fwhm_nm.tolist(), flags, strict=True)
    return BandMetadata(BandTable(tuple(_band(w, f, g) for w, f, g in rows)), sources, tuple(notes))


def _band(wavelength_nm: float, fwhm_nm: float, good: bool) -> Band:
    low, high = MODEL_RANGE_NM
    if not good:
        return Band(wavelength_nm, fwhm_nm, False, "flagged bad in the file")
    if not low <= wavelength_nm <= high:
        return Band(wavelength_nm, fwhm_nm, False, f"outside {low:g} to {high:g} nm")
    return Band(wavelength_nm, fwhm_nm)


def _numbers(columns: Columns, flags: list[bool], notes: list[str]) -> NDArray[np.float64]:
    """The wavelengths as numbers, in the file's units; those that bad bands lack lie between their neighbours'."""
    given = [text for text in columns.wavelength if text]
    if len(columns.wavelength) != len(flags):
        raise WavelengthError(f"The {columns.source} has {len(given)} wavelengths for {len(flags)} bands.", HINT)
    values = np.array([_number(text) for text in columns.wavelength])
    known = np.isfinite(values) & (values > 0)
    wrong = np.flatnonzero(~known & flags)
    if len(wrong):
        if not any(columns.wavelength[at] for at in wrong):
            raise WavelengthError(f"The {columns.source} has {len(given)} wavelengths for {len(flags)} bands; there is "
                                  f"none for {_bands(wrong)}.", HINT)
        raise WavelengthError(f"The wavelength of {_bands(wrong)} in the {columns.source} is not a positive number: "
                              f"{columns.wavelength[wrong[0]]!r}.", HINT)
    if not known.all():
        at = np.arange(len(values))
        values[~known] = np.interp(at[~known], at[known], values[known])
        notes.append(f"The {columns.source} has no wavelength for {_bands(np.flatnonzero(~known))}, flagged bad; "
                     "listed between those of the bands beside them.")
    return values


def _bands(numbers: NDArray[np.intp]) -> str:
    return f"band{'s' if len(numbers) > 1 else ''} {spans(numbers)}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _fwhm(found: list[Columns], base: Columns, decided: Wavelengths, sources: dict[str, str],
          notes: list[str]) -> NDArray[np.float64]:
    """Full widths at half maximum; those missing or not plausible from the spacing of the bands."""
    spacing_nm = band_spacing_nm(decided.wavelength_nm)
    n_bands = len(spacing_nm)
    columns = next((c for c in (base, *found) if len(c.fwhm) == n_bands), None)
    fwhm_nm = np.full(n_bands, np.nan)
    if columns is not None:
        fwhm_nm = _widths_nm(columns, base, decided)
        sources["fwhm"] = columns.source
    elif any(c.fwhm for c in found):
        notes.append(f"The list of FWHM was ignored: its length is not the number of bands ({n_bands}).")
    with np.errstate(invalid="ignore"):
        too_wide = (fwhm_nm > MAX_FWHM_NM) & (fwhm_nm > MAX_WIDTH_IN_SPACINGS * spacing_nm)
        usable = np.isfinite(fwhm_nm) & (fwhm_nm > 0) & ~too_wide
    if not usable.all():
        fwhm_nm = np.where(usable, fwhm_nm, np.minimum(spacing_nm, MAX_FWHM_NM))
        how_many = "all bands" if not usable.any() else f"{(~usable).sum()} of {n_bands} bands"
        notes.append(f"FWHM of {how_many} is missing or not plausible and was estimated from the band spacing.")
    if not usable.any():
        sources["fwhm"] = "estimated from the band spacing"
    return fwhm_nm


def _widths_nm(columns: Columns, base: Columns, decided: Wavelengths) -> NDArray[np.float64]:
    """A column of widths: in its own units if it names others, else in the unit that suits its size."""
    values = np.array([_number(text) for text in columns.fwhm])
    own = known_unit(columns.units)
    if columns.source != base.source and own in (NM, UM):
        return values * (1000.0 if own == UM else 1.0)
    known = values[np.isfinite(values) & (values > 0)]
    middle = float(np.median(known)) if known.size else float("nan")
    if decided.unit == UM and middle >= 1:
        return values
    if decided.unit == NM and middle < 0.3:
        return values * 1000.0
    return decided.widths_nm(values)


def band_spacing_nm(wavelength_nm: NDArray[np.float64]) -> NDArray[np.float64]:
    """(bands,) distance to the nearest other centre wavelength, duplicates aside."""
    centres, position = np.unique(wavelength_nm, return_inverse=True)
    if len(centres) < 2:
        return np.full(len(wavelength_nm), LONE_BAND_FWHM_NM)
    gaps = np.concatenate([[np.inf], np.diff(centres), [np.inf]])
    return np.minimum(gaps[:-1], gaps[1:])[position]


def _flags(found: list[Columns], n_bands: int, sources: dict[str, str], notes: list[str]) -> list[bool]:
    """The bad-band list: 1 good, 0 bad; floats are accepted, missing entries are good."""
    for columns in found:
        if not columns.good:
            continue
        if len(columns.good) != n_bands:
            notes.append(f"The bad-band list of the {columns.source} was ignored: "
                         f"{len(columns.good)} entries for {n_bands} bands.")
            continue
        values = np.array([_number(text) if text else 1.0 for text in columns.good])
        if np.isnan(values).any():
            notes.append(f"The bad-band list of the {columns.source} was ignored: it has entries that are not numbers.")
            continue
        if not values.any():
            raise RasterError(f"The bad-band list of the {columns.source} marks all {n_bands} bands bad.",
                              "Correct the list, or give flags of your own with --wavelengths TABLE.csv.")
        sources["bbl"] = columns.source
        return [bool(value) for value in values]
    return [True] * n_bands


def _note_order(wavelength_nm: NDArray[np.float64], sources: dict[str, str], notes: list[str]) -> None:
    # The model does not mind the order, and EnMAP's two detectors overlap by design: told, but no warning.
    steps = np.diff(wavelength_nm)
    duplicates = len(wavelength_nm) - len(np.unique(wavelength_nm))
    if duplicates:
        notes.append(f"{duplicates} bands have the same wavelength as another band; all are kept.")
    if (steps < 0).any() and (steps > 0).any():
        sources["order"] = "not ascending (overlapping spectrometers?); the file's order is kept"
