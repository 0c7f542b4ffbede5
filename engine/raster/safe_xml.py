"""XML of a stranger's file."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, fromstring  # nosec B405  # entities are refused below

__all__ = ["Element", "ParseError", "parse_xml"]


def parse_xml(data: bytes) -> Element:
    """The root element.

    Documents that declare entities are refused: a few lines of them can stand for gigabytes or name other files, and no
    metadata needs them. (expat limits them too, from version 2.4 on.)

    Raises:
        ParseError: not XML, or it declares entities.
    """
    if b"<!ENTITY" in data.replace(b"\0", b""):  # zero bytes: UTF-16
        raise ParseError("it declares entities")
    try:
        return fromstring(data)  # nosec B314  # entities are refused above
    except (LookupError, ValueError) as error:  # an encoding that does not exist
        raise ParseError(str(error)) from error
