"""Small looks shared by the parts of the dock, taken from the user's own theme."""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QLabel

MUTED_SHARE = 0.42


def muted(label: QLabel) -> QLabel:
    """Draw a label's text between the colours of text and background, for what is secondary."""
    palette = label.palette()
    text, back = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    mixed = QColor.fromRgbF(*(getattr(text, part)() * (1 - MUTED_SHARE) + getattr(back, part)() * MUTED_SHARE
                              for part in ("redF", "greenF", "blueF")))
    palette.setColor(QPalette.ColorRole.WindowText, mixed)
    label.setPalette(palette)
    return label
