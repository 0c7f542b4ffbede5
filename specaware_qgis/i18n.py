"""Translation of the texts a user reads."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def tr(text: str) -> str:
    """The text in the language of QGIS."""
    return QCoreApplication.translate("SpecAware", text)
