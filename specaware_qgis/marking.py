"""Marks texts for translation where QGIS may not be imported. Standard library only."""

from __future__ import annotations


def mark(text: str) -> str:
    """A text that stands in a table and goes through ``i18n.tr`` where it is shown."""
    return text
