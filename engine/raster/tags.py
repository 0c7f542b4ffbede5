"""Metadata of an open image as text, also where it is not UTF-8; the parser of ENVI headers."""

from __future__ import annotations

import re
from pathlib import Path

from rasterio.io import DatasetReader

# A value in braces may run over many lines; without the closing brace it runs to the end.
ENTRY = re.compile(r"^[ \t]*([^=\n;{}]+?)[ \t]*=[ \t]*(\{[^}]*(?:\}|\Z)|[^\n]*)", re.MULTILINE)
MAX_HEADER_BYTES = 20_000_000


def tags(dataset: DatasetReader, band: int = 0, namespace: str | None = None) -> dict[str, str]:
    """Metadata items of an image or a band (counted from 1); empty if they cannot be decoded.

    GDAL leaves out what is not UTF-8 in an ENVI header (``µm`` as one byte); it is read as Latin-1.
    """
    try:
        found = dict(dataset.tags(band, ns=namespace))
    except UnicodeDecodeError:
        found = {}
    if band == 0 and namespace == "ENVI" and dataset.driver == "ENVI":
        return _header_of(dataset) | plain(found)
    return found


def plain(items: dict[str, str]) -> dict[str, str]:
    """Items with keys in lower case and without underscores, so that spellings agree."""
    return {key.lower().replace("_", " "): value for key, value in items.items()}


def descriptions(dataset: DatasetReader) -> tuple[str, ...]:
    """(bands,) names of the bands, empty where there is none or it cannot be decoded."""
    try:
        return tuple(text or "" for text in dataset.descriptions)
    except UnicodeDecodeError:
        return ("",) * dataset.count


def units(dataset: DatasetReader) -> tuple[str, ...]:
    """(bands,) units of the values, as `descriptions`."""
    try:
        return tuple(text or "" for text in dataset.units)
    except UnicodeDecodeError:
        return ("",) * dataset.count


def parse_header(text: str) -> dict[str, str]:
    """The entries of an ENVI header, names in lower case, lists with their braces.

    Lines without ``=`` and comments (``;``) are passed over. Of entries given twice the last counts.
    """
    return {re.sub(r"\s+", " ", key.strip().lower()): value.strip() for key, value in ENTRY.findall(text)
            if key.strip()}


def read_header(path: Path) -> dict[str, str]:
    """Parse an ENVI header file; UTF-8, else Latin-1.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_HEADER_BYTES)
    try:
        return parse_header(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return parse_header(raw.decode("latin-1"))


def _header_of(dataset: DatasetReader) -> dict[str, str]:
    """Entries of the header among an image's files."""
    for name in dataset.files:
        if name.lower().endswith(".hdr"):
            return read_header(Path(name))
    return {}
