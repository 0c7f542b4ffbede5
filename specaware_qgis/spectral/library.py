"""Spectral libraries in ENVI (.sli with .hdr) and CSV files, the forms that the engine writes and reads, too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import EngineError
from ..i18n import tr
from .spectra import Spectrum, names_of

ENVI_TYPES = {"1": "u1", "2": "i2", "3": "i4", "4": "f4", "5": "f8", "12": "u2", "13": "u4", "14": "i8", "15": "u8"}
NM_IN = {"micrometers": 1000.0, "micrometres": 1000.0, "um": 1000.0, "µm": 1000.0, "microns": 1000.0, "nm": 1.0,
         "nanometers": 1.0, "nanometres": 1.0}
# Without a unit, wavelengths below this can only be micrometres.
MICROMETRES_BELOW = 100.0
MISSING_BELOW = -1e30


@dataclass(frozen=True, eq=False)
class Library:
    """Spectra of materials.

    Attributes:
        names: of the spectra.
        wavelength_nm: (bands,) rising.
        spectra: (n, bands), NaN where not measured.
    """

    names: tuple[str, ...]
    wavelength_nm: np.ndarray
    spectra: np.ndarray


def read(path: Path) -> Library:
    """Read a library.

    CSV: a header line of wavelengths after ``name``, then a line a spectrum.

    Raises:
        EngineError: not a library, or a damaged one.
    """
    try:
        names, waves, spectra = _read_csv(path) if path.suffix.lower() == ".csv" else _read_envi(path)
        if not len(names) or spectra.shape != (len(names), len(waves)) or not np.isfinite(waves).all():
            raise ValueError(tr("names, wavelengths and values do not fit together"))
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise EngineError(tr("{} is not a spectral library: {}.").format(path.name, error),
                          tr("Libraries are ENVI .sli files with their .hdr, or CSV files with a line a spectrum."),
                          "bad-input") from error
    order = np.argsort(waves, kind="stable")
    return Library(tuple(names), waves[order], spectra[:, order])


def _read_csv(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    text = path.read_text(encoding="utf-8-sig")
    separator = next((mark for mark in ";\t," if mark in text.split("\n", 1)[0]), ",")
    rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(cell.strip() for cell in row)]
    if separator != ",":
        rows = [[row[0], *(cell.replace(",", ".") for cell in row[1:])] for row in rows]
    waves = _nm(np.array([float(cell) for cell in rows[0][1:]]) if rows else np.empty(0), "")
    spectra = [[float(cell) if cell.strip() else np.nan for cell in row[1:]] for row in rows[1:]]
    if any(len(spectrum) != len(waves) for spectrum in spectra):
        raise ValueError(tr("its lines are not of one length"))
    return [row[0] for row in rows[1:]], waves, np.array(spectra, float).reshape(len(spectra), len(waves))


def _read_envi(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    data = path.with_suffix("") if path.suffix.lower() == ".hdr" else path
    if path.suffix.lower() == ".hdr" and not data.is_file():
        data = path.with_suffix(".sli")
    header = next((p for p in (Path(f"{data}.hdr"), data.with_suffix(".hdr")) if p.is_file()), None)
    if header is None:
        raise ValueError(tr("it has no header"))
    items = _header(header.read_text(encoding="utf-8", errors="replace"))
    count, lines, offset = int(items["samples"]), int(items["lines"]), int(items.get("header offset", "0"))
    dtype = np.dtype((">" if items.get("byte order", "0") == "1" else "<") + ENVI_TYPES[items["data type"]])
    if min(count, lines) < 1 or data.stat().st_size < offset + count * lines * dtype.itemsize:
        raise ValueError(tr("it is cut off"))
    spectra = np.fromfile(data, dtype, count * lines, offset=offset).reshape(lines, count).astype(float)
    spectra[spectra < MISSING_BELOW] = np.nan
    factor = float(items.get("reflectance scale factor", "1") or 1)
    names = _listed(items.get("spectra names", ""))
    names = names if len(names) == lines else [tr("spectrum {}").format(i) for i in range(1, lines + 1)]
    waves = _nm(np.array([float(v) for v in _listed(items["wavelength"])]), items.get("wavelength units", ""))
    return names, waves, spectra / (factor if factor > 0 else 1.0)


def _header(text: str) -> dict[str, str]:
    return {key.strip().lower(): value.strip().strip("{}").strip()
            for key, value in re.findall(r"^([^=\n;]+?)\s*=\s*(\{[^}]*\}|[^\n]*)", text, re.MULTILINE)}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _nm(waves: np.ndarray, unit: str) -> np.ndarray:
    factor = NM_IN.get(unit.strip().lower())
    if factor is None:
        factor = 1000.0 if len(waves) and np.median(waves) < MICROMETRES_BELOW else 1.0
    return waves * factor


def files(path: Path, spectra: Sequence[Spectrum]) -> dict[Path, bytes]:
    """The files of a library of spectra, ``.sli`` with its header or ``.csv``.

    Raises:
        EngineError: the spectra do not have the same bands, or the name ends otherwise.
    """
    first = spectra[0]
    if any(len(s.values) != len(first.values) or not np.allclose(s.wavelength_nm, first.wavelength_nm, atol=0.01)
           for s in spectra):
        raise EngineError(tr("The spectra come from sensors with different bands; a library has one set of bands."),
                          tr("Remove those of other scenes, and write one file for each sensor."), "output")
    rows = np.array([np.where(s.good, s.values, np.nan) for s in spectra])
    if path.suffix.lower() == ".csv":
        return {path: _csv(names_of(spectra), first, rows).encode()}
    if path.suffix.lower() == ".sli":
        return {path: rows.astype("<f4").tobytes(),
                path.with_suffix(".hdr"): _envi_header(names_of(spectra), first).encode()}
    raise EngineError(tr("A library cannot be written as {}.").format(path.name), tr("Choose .sli or .csv."), "output")


def _csv(names: Sequence[str], first: Spectrum, rows: np.ndarray) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", *(f"{value:.8g}" for value in first.wavelength_nm)])
    for name, row in zip(names, rows):
        writer.writerow([name, *("" if np.isnan(value) else f"{value:.7g}" for value in row)])
    return text.getvalue()


def _envi_header(names: Sequence[str], first: Spectrum) -> str:
    def listed(values) -> str:
        return "{" + ", ".join(values) + "}"

    plain = [re.sub(r"[,{}\s]+", " ", name).strip() for name in names]
    return (f"ENVI\nsamples = {len(first.values)}\nlines = {len(names)}\nbands = 1\nheader offset = 0\n"
            "file type = ENVI Spectral Library\ndata type = 4\ninterleave = bsq\nbyte order = 0\n"
            f"wavelength units = Nanometers\nwavelength = {listed(f'{v:.8g}' for v in first.wavelength_nm)}\n"
            f"fwhm = {listed(f'{v:.8g}' for v in first.fwhm_nm)}\nbbl = {listed(str(int(g)) for g in first.good)}\n"
            f"spectra names = {listed(plain)}\n")
