"""From raw columns of text to a checked band table in nanometres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from ..errors import RasterError, WavelengthError
from ..spectral.bands import MODEL_RANGE_NM, Band, BandTable
from ..spectral.sensors import sensor
from .columns import Columns, found_columns
from .wavelength_table import read_wavelength_table

SUPPLY_HINT = "Supply them with --wavelengths TABLE.csv (columns band, wavelength, fwhm, good)."
NM_NAMES = {"nm", "nanometer", "nanometers", "nanometre", "nanometres"}
UM_NAMES = {"um", "µm", "μm", "micrometer", "micrometers", "micrometre", "micrometres", "micron", "microns"}
ANGSTROM_NAMES = {"angstrom", "angstroms", "å", "a"}
REFUSED_UNITS = {"wavenumber", "wavenumbers", "cm-1", "1/cm", "cm^-1", "ghz", "mhz"}
# Without a named unit most centres must lie in the range of optical sensors, in one unit or the other.
OPTICAL_UM = (0.3, 3.0)
# Widest range believed at all (thermal bands are kept and marked bad).
PLAUSIBLE_UM = (0.1, 50.0)
MAX_FWHM_NM = 50.0
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


def read_bands(dataset: DatasetReader, table: Path | None = None, sensor_name: str | None = None) -> BandMetadata:
    """Find and check the band table of an image.

    Args:
        dataset: open image.
        table: user's table; it goes before anything in the file.
        sensor_name: sensor named by the user; its band table serves if the file has no wavelengths and as many bands.

    Raises:
        WavelengthError: no wavelengths, a wrong number of them, or values that are not plausible.
        RasterError: the bad-band list marks every band bad.
    """
    return choose_bands(found_columns(dataset), dataset.count, table, sensor_name)


def choose_bands(columns: Iterable[Columns], n_bands: int, table: Path | None = None,
                 sensor_name: str | None = None) -> BandMetadata:
    """Check the band tables found with an image, the user's table before them; see `read_bands`."""
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
    found = list(found)
    base = next((columns for columns in found if columns.wavelength), None)
    if base is None:
        raise WavelengthError("The image has no band wavelengths.", SUPPLY_HINT)
    notes: list[str] = []
    sources = {"wavelength": base.source}
    values = _numbers(base, n_bands)
    factor = _factor_to_nm(values, base, notes)
    wavelength_nm = values * factor
    fwhm_nm = _fwhm(found, base, factor, wavelength_nm, sources, notes)
    flags = _flags(found, n_bands, sources, notes)
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


def _numbers(columns: Columns, n_bands: int) -> NDArray[np.float64]:
    """The wavelengths as numbers, in the file's units."""
    given = [text for text in columns.wavelength if text]
    if len(columns.wavelength) != n_bands or len(given) != n_bands:
        raise WavelengthError(f"The {columns.source} has {len(given)} wavelengths for {n_bands} bands.", SUPPLY_HINT)
    values = np.array([_number(text) for text in given])
    if not np.isfinite(values).all() or (values <= 0).any():
        first = int(np.flatnonzero(~(np.isfinite(values) & (values > 0)))[0])
        raise WavelengthError(
            f"The wavelength of band {first + 1} in the {columns.source} is not a positive number: {given[first]!r}.",
            SUPPLY_HINT)
    return values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _factor_to_nm(values: NDArray[np.float64], columns: Columns, notes: list[str]) -> float:
    """Decide the unit from the values, and say so where the file does not name it or names another."""
    unit = columns.units.strip().lower()
    span = f"{values.min():g} to {values.max():g}"
    if unit in REFUSED_UNITS:
        raise WavelengthError(f"The {columns.source} gives the bands in {columns.units!r}, not as wavelengths.",
                              "Convert them to nanometres. " + SUPPLY_HINT)
    if unit in ANGSTROM_NAMES:
        values = values / 10
    low, high = PLAUSIBLE_UM
    is_um, is_nm = (values >= low) & (values <= high), (values >= low * 1000) & (values <= high * 1000)
    if not (is_um | is_nm).all():
        raise WavelengthError(f"Wavelengths of {span} in the {columns.source} are not plausible in nm or µm.",
                              SUPPLY_HINT)
    if not (is_um.all() or is_nm.all()):
        raise WavelengthError(f"The {columns.source} mixes wavelengths in nm and µm ({span}).", SUPPLY_HINT)
    if unit in ANGSTROM_NAMES and is_nm.all():
        notes.append(f"Wavelengths were converted from ångström ({span}).")
        return 0.1
    factor, name, known = (1000.0, "µm", UM_NAMES) if is_um.all() else (1.0, "nm", NM_NAMES)
    if unit not in known:
        optical = (values * factor >= OPTICAL_UM[0] * 1000) & (values * factor <= OPTICAL_UM[1] * 1000)
        if optical.mean() < 0.5:
            raise WavelengthError(f"Wavelengths of {span} with units {columns.units or 'not named'!r} are not plausible"
                                  " for an optical sensor.", SUPPLY_HINT)
        said = f"named {columns.units!r}" if columns.units else "not named"
        notes.append(f"Wavelength units are {said} in the {columns.source}; values of {span} were taken as {name}.")
    return factor


def _fwhm(found: list[Columns], base: Columns, factor: float, wavelength_nm: NDArray[np.float64],
          sources: dict[str, str], notes: list[str]) -> NDArray[np.float64]:
    """Full widths at half maximum; those missing or not plausible from the spacing of the bands."""
    spacing_nm = band_spacing_nm(wavelength_nm)
    n_bands = len(wavelength_nm)
    columns = next((c for c in (base, *found) if len(c.fwhm) == n_bands), None)
    fwhm_nm = np.full(n_bands, np.nan)
    if columns is not None:
        fwhm_nm = np.array([_number(text) for text in columns.fwhm]) * _width_factor(columns, base, factor)
        sources["fwhm"] = columns.source
    elif any(c.fwhm for c in found):
        notes.append(f"The list of FWHM was ignored: its length is not the number of bands ({n_bands}).")
    with np.errstate(invalid="ignore"):
        too_wide = (fwhm_nm > MAX_FWHM_NM) & (fwhm_nm > 2 * spacing_nm)
        usable = np.isfinite(fwhm_nm) & (fwhm_nm > 0) & ~too_wide
    if not usable.all():
        fwhm_nm = np.where(usable, fwhm_nm, np.minimum(spacing_nm, MAX_FWHM_NM))
        how_many = "all bands" if not usable.any() else f"{(~usable).sum()} of {n_bands} bands"
        notes.append(f"FWHM of {how_many} is missing or not plausible and was estimated from the band spacing.")
    if not usable.any():
        sources["fwhm"] = "estimated from the band spacing"
    return fwhm_nm


def _width_factor(columns: Columns, base: Columns, factor: float) -> float:
    """Factor to nm of a width column: its own units if it names them, else the unit that suits its size."""
    values = np.array([_number(text) for text in columns.fwhm])
    values = values[np.isfinite(values) & (values > 0)]
    if columns.source != base.source and columns.units.lower() in UM_NAMES:
        return 1000.0
    if not values.size:
        return factor
    if factor == 1000.0 and np.median(values) >= 1:
        return 1.0
    if factor == 1.0 and np.median(values) < 0.3:
        return 1000.0
    return factor


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
