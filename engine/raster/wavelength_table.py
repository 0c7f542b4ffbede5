"""The user's table of wavelengths (CSV) for images that carry none, or wrong ones."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import WavelengthError
from ..spectral.units import known_unit
from .columns import Columns

SOURCE = "table given by the user"
FORMAT_HINT = "Write one line a band: band,wavelength,fwhm,good; fwhm and good may be left out."
NAMES = {
    "band": ("band", "bands", "no", "number", "nr", "index", "id"),
    "wavelength": ("wavelength", "wavelengths", "wl", "center", "centre", "lambda", "wavenumber",
                   "wavenumbers"),
    "fwhm": ("fwhm", "width", "bandwidth"),
    "good": ("good", "bbl", "ok", "use"),
}
TRUTH = {"true": "1", "yes": "1", "good": "1", "false": "0", "no": "0", "bad": "0"}
MAX_BYTES = 5_000_000


def read_wavelength_table(path: Path, source: str = SOURCE) -> Columns:
    """Read a table of band, wavelength, fwhm, good; separators comma, semicolon, tab or blanks.

    A header line is optional; units may stand in it (``wavelength_nm``, ``wavelength (um)``), else the
    values decide. A band column puts the lines in order. A table of band and good alone changes which
    bands are used.

    Args:
        path: the table.
        source: how the report names it.

    Raises:
        WavelengthError: the file cannot be read as such a table.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WavelengthError(f"{path.name} is too large for a table of wavelengths.", FORMAT_HINT)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WavelengthError(f"The table of wavelengths {path} cannot be read: {error}.", FORMAT_HINT) from error
    rows = _rows(text)
    if not rows:
        raise WavelengthError(f"The table of wavelengths {path.name} is empty.", FORMAT_HINT)
    header = [] if any(map(_is_number, rows[0])) else rows.pop(0)
    names = _named(header) if header else _unnamed(rows)
    if not rows or not {"wavelength", "good"} & set(names):
        raise WavelengthError(f"No wavelength column was found in {path.name}.", FORMAT_HINT)
    rows = _in_band_order(rows, names, path.name)
    unit = _unit_in(header[names["wavelength"]]) if header and "wavelength" in names else ""
    columns = {name: tuple(_cell(row, at) for row in rows) for name, at in names.items()}
    good = tuple(TRUTH.get(value.lower(), value) for value in columns.get("good", ()))
    return Columns(source, columns.get("wavelength", ()), columns.get("fwhm", ()), good, unit)


def table_beside(image: Path, columns: Iterable[Columns]) -> tuple[Columns, ...]:
    """The table of wavelengths beside an image that has none itself: ``IMAGE_wavelengths.csv``, or ``IMAGE.csv`` with
    a column of wavelengths.

    Raises:
        WavelengthError: a file ``IMAGE_wavelengths.csv`` cannot be read as such a table.
    """
    if any(found.wavelength for found in columns):
        return ()
    own = image.with_name(f"{image.stem}_wavelengths.csv")
    if own.is_file():
        return (read_wavelength_table(own, f"table beside the image ({own.name})"),)
    general = image.with_name(f"{image.stem}.csv")
    try:
        found = read_wavelength_table(general, f"table beside the image ({general.name})")
    except WavelengthError:
        return ()
    return (found,) if found.wavelength else ()


def _unit_in(title: str) -> str:
    """The unit a column's title names, empty if it names none."""
    words = re.findall(r"cm\^?-1|1/cm|[^\W\d_]+", title.lower())
    return next((word for word in words if len(word) > 1 and known_unit(word)), "")


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    sample = "\n".join(lines)
    separator = next((mark for mark in ";\t," if mark in sample), None)
    if separator is None:
        return [line.split() for line in lines]
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    if separator != ",":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return rows


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(header: list[str]) -> dict[str, int]:
    """Column positions from a header line."""
    names: dict[str, int] = {}
    for at, title in enumerate(header):
        words = re.split(r"[^a-z]+", title.lower())
        for name, spellings in NAMES.items():
            if name not in names and any(word in spellings for word in words):
                names[name] = at
                break
    return names


def _unnamed(rows: list[list[str]]) -> dict[str, int]:
    """Column positions without a header: the first is the band if it counts from 0 or 1, or holds names."""
    order = ["wavelength", "fwhm", "good"]
    first = [row[0] for row in rows]
    counts = [[str(start + i) for i in range(len(rows))] for start in (0, 1)]
    if len(rows[0]) > 1 and (first in counts or not any(map(_is_number, first))):
        order.insert(0, "band")
    return {name: at for at, name in enumerate(order[:len(rows[0])])}


def _in_band_order(rows: list[list[str]], names: dict[str, int], file_name: str) -> list[list[str]]:
    """Lines sorted by band number, where the table has one; names such as B01 keep the lines' order."""
    if "band" not in names:
        return rows
    labels = [_cell(row, names["band"]) for row in rows]
    if not all(label.isascii() and label.isdigit() for label in labels):
        return rows
    numbers = [int(label) for label in labels]
    if sorted(numbers) not in (list(range(len(rows))), list(range(1, len(rows) + 1))):
        raise WavelengthError(f"The band numbers in {file_name} do not run from 1 to {len(rows)}.", FORMAT_HINT)
    return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0])]
