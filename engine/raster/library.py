"""Spectral libraries: spectra with names, in ENVI (.sli), CSV and GeoPackage files."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio.raw
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from ..errors import InputError, WavelengthError
from ..spectral.bands import BandTable
from .columns import Columns, split_list
from .source import data_file, header_beside
from .tags import read_header
from .vector_file import write_layer
from .wavelengths import check_columns

SUFFIXES = (".sli", ".csv", ".gpkg")
ENVI_TYPES = {"1": "u1", "2": "i2", "3": "i4", "4": "f4", "5": "f8", "12": "u2", "13": "u4", "14": "i8", "15": "u8"}
FORMATS_HINT = "Spectral libraries are ENVI .sli with its .hdr, .csv (a line a spectrum), or .gpkg with profiles."
PROFILE_FIELD, NAME_FIELD = "profiles", "name"


@dataclass(frozen=True)
class SpectralLibrary:
    """Spectra of materials.

    Attributes:
        names: of the spectra.
        bands: their bands.
        spectra: (n, bands) float64 values, NaN where not measured.
    """

    names: tuple[str, ...]
    bands: BandTable
    spectra: NDArray[np.float64]


def is_library(path: Path) -> bool:
    """True for a file that holds a spectral library by its ending or, for ENVI files, its header."""
    if path.suffix.lower() in SUFFIXES:
        return True
    header = header_beside(path)
    return header is not None and "library" in read_header(header).get("file type", "").lower()


def read_library(path: Path) -> SpectralLibrary:
    """Read a library.

    CSV: a header line of wavelengths with ``name`` before them, then a line a spectrum. GeoPackage: a text field with
    JSON ``{"x": [...], "y": [...], "xUnit": "nm"}`` for each spectrum, as QGIS' and EnMAP-Box' profile fields have.

    Raises:
        InputError: not a library, or a damaged one.
        WavelengthError: no usable wavelengths.
    """
    local = data_file(path)
    if local.suffix.lower() == ".gpkg":
        return _read_geopackage(local)
    return _read_csv(local) if local.suffix.lower() == ".csv" else _read_envi(local)


def library_files(path: Path, library: SpectralLibrary) -> dict[Path, bytes]:
    """The files, and their contents, of an ENVI or CSV library.

    Raises:
        InputError: the name ends in neither ``.sli`` nor ``.csv``.
    """
    if path.suffix.lower() == ".csv":
        return {path: _csv_text(library).encode()}
    if path.suffix.lower() == ".sli":
        return {path: library.spectra.astype("<f4").tobytes(), path.with_suffix(".hdr"): _header(library).encode()}
    raise InputError(f"A spectral library cannot be written as {path.name}.", FORMATS_HINT)


def write_geopackage(path: Path, library: SpectralLibrary) -> None:
    """Write a table of names and profiles, without geometry."""
    x = [round(float(value), 6) for value in library.bands.wavelength_nm]
    profiles = [json.dumps({"x": x, "y": [None if np.isnan(v) else float(f"{v:.7g}") for v in row], "xUnit": "nm",
                            "bbl": [int(band.good) for band in library.bands]}) for row in library.spectra]
    write_layer(path, "spectra", {NAME_FIELD: np.array(library.names, object),
                                  PROFILE_FIELD: np.array(profiles, object)})


def _library(source: str, names: tuple[str, ...], columns: Columns, spectra: NDArray[np.float64]) -> SpectralLibrary:
    if not len(spectra):
        raise InputError(f"{source} holds no spectra.", FORMATS_HINT)
    return SpectralLibrary(names, check_columns([columns], spectra.shape[1]).bands, spectra)


def _read_envi(path: Path) -> SpectralLibrary:
    header = header_beside(path)
    if header is None:
        raise InputError(f"{path.name} has no header.", FORMATS_HINT)
    entries = read_header(header)
    try:
        count, lines, offset = (int(entries.get(key, "0") or 0) for key in ("samples", "lines", "header offset"))
        order = ">" if entries.get("byte order", "0") == "1" else "<"
        dtype = np.dtype(order + ENVI_TYPES[entries["data type"]])
        factor = float(entries.get("reflectance scale factor", "1") or 1)
    except (KeyError, ValueError) as error:
        raise InputError(f"The header {header.name} is not complete: {error}.", FORMATS_HINT) from error
    expected = offset + count * lines * dtype.itemsize
    if min(count, lines) < 1 or offset < 0 or path.stat().st_size < expected:
        raise InputError(f"{path.name} is cut off: {path.stat().st_size} of {expected} bytes are there.",
                         "Copy it again, or check its header.")
    spectra = np.fromfile(path, dtype, count * lines, offset=offset).reshape(lines, count).astype(np.float64)
    names = tuple(name.strip() for name in entries.get("spectra names", "").strip("{} \r\n").split(","))
    names = names if len(names) == lines else tuple(f"spectrum {i}" for i in range(1, lines + 1))
    columns = Columns(f"header {header.name}", split_list(entries.get("wavelength", "")),
                      split_list(entries.get("fwhm", "")), split_list(entries.get("bbl", "")),
                      entries.get("wavelength units", ""))
    return _library(path.name, names, columns, spectra / (factor if factor > 0 else 1))


def _read_csv(path: Path) -> SpectralLibrary:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8.", FORMATS_HINT) from error
    separator = next((mark for mark in ";\t," if mark in text.split("\n", 1)[0]), ",")
    rows = [[cell.replace(",", ".") if separator != "," and i else cell for i, cell in enumerate(row)]
            for row in csv.reader(text.splitlines(), delimiter=separator) if any(map(str.strip, row))]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        raise InputError(f"{path.name} is not a table with a line a spectrum.", FORMATS_HINT)
    try:
        spectra = np.array([[float(cell) if cell.strip() else np.nan for cell in row[1:]] for row in rows[1:]])
    except ValueError as error:
        raise InputError(f"{path.name} has a value that is not a number: {error}.", FORMATS_HINT) from error
    return _library(path.name, tuple(row[0] for row in rows[1:]), Columns(f"first line of {path.name}",
                                                                         tuple(rows[0][1:])), spectra)


def _read_geopackage(path: Path) -> SpectralLibrary:
    try:
        meta, _, _, columns = pyogrio.raw.read(path, read_geometry=False)
    except (DataSourceError, DataLayerError) as error:
        raise InputError(f"{path.name} cannot be read: {error}.", FORMATS_HINT) from error
    fields = dict(zip(meta["fields"], columns, strict=True))
    for name, values in fields.items():
        profiles = [_profile(value) for value in values]
        if profiles and all(profiles):
            return _from_profiles(path.name, [p for p in profiles if p], fields.get(NAME_FIELD, fields.get(name)))
    raise InputError(f"{path.name} has no field with spectral profiles.", FORMATS_HINT)


def _profile(value: object) -> dict[str, list[float | None]] | None:
    """A profile of JSON text, None if it is something else."""
    try:
        found = json.loads(value) if isinstance(value, str | bytes) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("x"), list) and isinstance(
        found.get("y"), list) and len(found["x"]) == len(found["y"]) > 0 else None


def _from_profiles(file_name: str, profiles: list[dict[str, list[float | None]]],
                   names: NDArray[np.object_] | None) -> SpectralLibrary:
    first = profiles[0]
    if any(profile["x"] != first["x"] for profile in profiles):
        raise WavelengthError(f"The profiles of {file_name} do not have the same wavelengths.",
                              "Bring them to one sensor first.")
    spectra = np.array([[np.nan if v is None else v for v in profile["y"]] for profile in profiles], np.float64)
    named = names is not None and not _profile(names[0])
    titles = tuple(str(name) for name in names) if named and names is not None else tuple(
        f"spectrum {i}" for i in range(1, len(profiles) + 1))
    flags = first.get("bbl")
    columns = Columns(f"profiles of {file_name}", tuple(map(str, first["x"])),
                      good=tuple(map(str, flags)) if isinstance(flags, list) and len(flags) == len(first["x"]) else (),
                      units=str(first.get("xUnit", "")))
    return _library(file_name, titles, columns, spectra)


def _csv_text(library: SpectralLibrary) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", *(f"{value:.8g}" for value in library.bands.wavelength_nm)])
    for name, row in zip(library.names, library.spectra, strict=True):
        writer.writerow([name, *("" if np.isnan(value) else f"{value:.7g}" for value in row)])
    return text.getvalue()


def _header(library: SpectralLibrary) -> str:
    def listed(values: list[str]) -> str:
        return "{" + ", ".join(values) + "}"
    names = [re.sub(r"[,{}\s]+", " ", name).strip() for name in library.names]
    bands = library.bands
    return (f"ENVI\nsamples = {len(bands)}\nlines = {len(library.names)}\nbands = 1\nheader offset = 0\n"
            "file type = ENVI Spectral Library\ndata type = 4\ninterleave = bsq\nbyte order = 0\n"
            f"wavelength units = Nanometers\nwavelength = {listed([f'{v:.8g}' for v in bands.wavelength_nm])}\n"
            f"fwhm = {listed([f'{v:.8g}' for v in bands.fwhm_nm])}\nbbl = {listed([str(int(b.good)) for b in bands])}\n"
            f"spectra names = {listed(names)}\n")
