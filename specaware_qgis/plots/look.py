"""Colours of a plot: the user's theme on the screen, black on white in a file."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.PyQt.QtGui import QColor, QPalette

MIN_CONTRAST = 90
LIGHT_TEXT, DARK_TEXT = "#d8d8dc", "#1c1c1e"
FAINT_ALPHA, FILL_ALPHA, SPREAD_ALPHA = 0.35, 0.16, 0.18


@dataclass(frozen=True)
class Look:
    """Colours of everything that is not a curve."""

    base: QColor
    text: QColor
    muted: QColor
    grid: QColor
    grey: QColor


ON_PAPER = Look(QColor("#ffffff"), QColor(DARK_TEXT), QColor("#6b6b70"), QColor("#e4e4e8"), QColor("#ededf0"))


def of_theme(palette: QPalette) -> Look:
    """The colours that fit a widget's palette."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    if abs(text.lightness() - base.lightness()) < MIN_CONTRAST:
        # A theme made of style sheets does not reach the palette of every widget.
        text = QColor(LIGHT_TEXT if base.lightness() < 128 else DARK_TEXT)
    return Look(base, text, mix(text, base, 0.45), mix(text, base, 0.88), mix(text, base, 0.92))


def mix(a: QColor, b: QColor, share_of_b: float) -> QColor:
    """A colour between two."""
    return QColor.fromRgbF(*(getattr(a, part)() * (1 - share_of_b) + getattr(b, part)() * share_of_b
                             for part in ("redF", "greenF", "blueF")))


def tinted(color: str, alpha: float) -> QColor:
    """A colour that lets through what is behind it."""
    made = QColor(color)
    made.setAlphaF(alpha)
    return made
