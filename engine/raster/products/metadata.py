"""Metadata files beside an image: XML and plain text, of bounded size."""

from __future__ import annotations

from pathlib import Path

from ...errors import RasterError
from ..safe_xml import Element, ParseError, parse_xml

MAX_BYTES = 100_000_000
DAMAGED = "Copy or download the product again."


def read_xml(path: Path) -> Element:
    """The root element of an XML file.

    Raises:
        RasterError: too large, unreadable or not XML.
    """
    try:
        return parse_xml(_read(path))
    except ParseError as error:
        raise RasterError(f"{path.name} is not complete XML: {error}.", DAMAGED) from error


def read_text(path: Path) -> str:
    """A text file; bytes that are not UTF-8 are replaced.

    Raises:
        RasterError: too large or unreadable.
    """
    return _read(path).decode("utf-8", "replace")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RasterError(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.", DAMAGED)
        return path.read_bytes()
    except OSError as error:
        raise RasterError(f"{path.name} cannot be read: {error}.", DAMAGED) from error


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def number_in(element: Element, name: str, path: Path) -> float:
    """The number in a child element.

    Raises:
        RasterError: the child is missing or holds no number.
    """
    told = element.findtext(name)
    try:
        return float(told or "")
    except ValueError as error:
        raise RasterError(f"{path.name} gives {name} of a band as {told!r}.", DAMAGED) from error


def beside(path: Path, name: str) -> Path | None:
    """The file of this name in the folder of ``path``, whatever the case of its letters; None if there is none."""
    direct = path.with_name(name)
    if direct.is_file():
        return direct
    return next((p for p in sorted(path.parent.iterdir()) if p.name.lower() == name.lower() and p.is_file()), None)
