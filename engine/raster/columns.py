"""Where an image file keeps its band table: raw wavelength, width and bad-band columns, by convention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from .tags import descriptions, plain, tags

IN_DESCRIPTION = re.compile(
    r"(\d+(?:\.\d+)?)\s*(nm|nanomet(?:er|re)s?|[uµμ]m|micromet(?:er|re)s?|microns?)(?![a-zµμ])", re.IGNORECASE)

WITH_UNIT = re.compile(r"([-+.\deE]+)\s*([^\W\d_]\S*)")


@dataclass(frozen=True)
class Columns:
    """A band table as a file states it, not yet checked. An empty string is a missing value.

    Attributes:
        source: where it was found, for the report.
        wavelength: one text a band, empty tuple if the source has none.
        fwhm: full widths at half maximum, in the units of `wavelength`.
        good: 1 for good and 0 for bad bands.
        units: units as named in the file, one for all bands; several joined by `` / `` if they differ.
    """

    source: str
    wavelength: tuple[str, ...] = ()
    fwhm: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    units: str = ""


def found_columns(dataset: DatasetReader) -> Iterator[Columns]:
    """What each convention finds in a file, most trusted convention first.

    Order: ENVI header or dataset-level ENVI domain, per-band items, band-level ENVI domain, GDAL's
    IMAGERY domain (GDAL 3.10 and later), band descriptions.
    """
    yield _envi_dataset(dataset)
    yield _band_items(dataset, None, "band metadata")
    yield _band_items(dataset, "ENVI", "ENVI metadata of the bands")
    yield _imagery(dataset)
    yield _descriptions(dataset)


def nm_columns(source: str, wavelength_nm: NDArray[np.float64], fwhm_nm: NDArray[np.float64],
               good: NDArray[np.bool_] | None = None) -> Columns:
    """A band table in nanometres; widths of another length than the wavelengths are left out."""
    flags = () if good is None else tuple(str(int(flag)) for flag in good)
    widths = tuple(f"{width:.8g}" for width in fwhm_nm) if len(fwhm_nm) == len(wavelength_nm) else ()
    return Columns(source, tuple(f"{nm:.8g}" for nm in wavelength_nm), widths, flags, "nm")


def split_list(text: str) -> tuple[str, ...]:
    """The items of an ENVI list such as ``{400, 500}``; the braces may be missing, semicolons mean decimal commas."""
    inner = text.strip().strip("{}").strip().rstrip(",;")
    if ";" in inner:
        return tuple(item.strip().replace(",", ".") for item in inner.split(";"))
    return tuple(item.strip() for item in inner.split(",")) if inner else ()


def without_units(columns: Columns) -> Columns:
    """Columns whose wavelengths are written ``450 nm``: the unit moved to its place."""
    found = [WITH_UNIT.fullmatch(text) for text in columns.wavelength]
    named = {match.group(2).lower() for match in found if match}
    if columns.units or not named or not all(found):
        return columns
    return replace(columns, wavelength=tuple(match.group(1) for match in found if match),
                   units=" / ".join(sorted(named)))


def _envi_dataset(dataset: DatasetReader) -> Columns:
    items = plain(tags(dataset, namespace="ENVI"))
    wavelength = split_list(items.get("wavelength", ""))
    return Columns("ENVI header", wavelength, split_list(items.get("fwhm", "")), split_list(items.get("bbl", "")),
                   items.get("wavelength units", "").strip())


def _column(rows: list[dict[str, str]], key: str) -> tuple[str, ...]:
    values = tuple(row.get(key, "").strip().strip("{}") for row in rows)
    return values if any(values) else ()


def _band_items(dataset: DatasetReader, namespace: str | None, source: str) -> Columns:
    rows = [plain(tags(dataset, band, namespace)) for band in dataset.indexes]
    units = sorted({row["wavelength units"].strip() for row in rows if "wavelength units" in row})
    return Columns(source, _column(rows, "wavelength"), _column(rows, "fwhm"), _column(rows, "bbl"),
                   " / ".join(units))


def _imagery(dataset: DatasetReader) -> Columns:
    rows = [plain(tags(dataset, band, "IMAGERY")) for band in dataset.indexes]
    return Columns("IMAGERY metadata of the bands", _column(rows, "central wavelength um"), _column(rows, "fwhm um"),
                   units="um")


def _descriptions(dataset: DatasetReader) -> Columns:
    matches = [list(IN_DESCRIPTION.finditer(text)) for text in descriptions(dataset)]
    if not any(matches):
        return Columns("band names")
    units = sorted({found[-1].group(2).lower() for found in matches if found})
    return Columns("band names", tuple(found[-1].group(1) if found else "" for found in matches),
                   units=" / ".join(units))
