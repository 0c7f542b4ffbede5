"""Small looks shared by the parts of the dock, taken from the user's own theme."""

from __future__ import annotations

import html
from collections.abc import Iterable

from qgis.PyQt.QtCore import QByteArray, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QLabel

from ..engine_words import in_panel
from ..i18n import tr
from ..paths import resource
from ..plots.look import DARK_TEXT, LIGHT_TEXT, MIN_CONTRAST

MUTED_SHARE = 0.42
SECTION_GAP_PX = 8
ICON_SIZES_PX = (22, 44, 66, 88)


def plain(label: QLabel) -> QLabel:
    """Let a label show its text as it is: Qt takes a class called ``<b>x</b>`` for HTML unless it is told."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def plain_tip(text: str) -> str:
    """A tool tip that shows a text as it is."""
    return f"<span style='white-space:pre-wrap'>{html.escape(text)}</span>" if "<" in text else text


def muted(label: QLabel) -> QLabel:
    """Draw a label's text between the colours of text and background, for what is secondary."""
    palette = label.palette()
    text, back = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    mixed = QColor.fromRgbF(*(getattr(text, part)() * (1 - MUTED_SHARE) + getattr(back, part)() * MUTED_SHARE
                              for part in ("redF", "greenF", "blueF")))
    palette.setColor(QPalette.ColorRole.WindowText, mixed)
    label.setPalette(palette)
    return plain(label)


def text_color(palette: QPalette) -> QColor:
    """The theme's text colour, also where a theme made of style sheets does not reach the palette."""
    text, back = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    if abs(text.lightness() - back.lightness()) < MIN_CONTRAST:
        return QColor(LIGHT_TEXT if back.lightness() < 128 else DARK_TEXT)
    return QColor(text)


def themed_icon(name: str, palette: QPalette) -> QIcon:
    """An icon of ``resources/icons`` whose ``currentColor`` is the theme's text colour, sharp at any scaling."""
    body = resource("icons", name).read_text(encoding="utf-8")
    icon = QIcon()
    for mode, color in ((QIcon.Mode.Normal, text_color(palette)),
                        (QIcon.Mode.Selected, palette.color(QPalette.ColorRole.HighlightedText))):
        drawn = QSvgRenderer(QByteArray(body.replace("currentColor", color.name()).encode()))
        for size_px in ICON_SIZES_PX:
            pixmap = QPixmap(size_px, size_px)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            drawn.render(painter)
            painter.end()
            icon.addPixmap(pixmap, mode)
    return icon


def section(text: str) -> QLabel:
    """The title of a part of a page."""
    label = plain(QLabel(text))
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, SECTION_GAP_PX, 0, 0)
    return label


def warn(label: QLabel, warnings: Iterable[str]) -> None:
    """Show warnings in a label, each on its line; no warnings, no label."""
    label.setText("\n".join(f"⚠ {in_panel(text)}" for text in warnings))
    label.setVisible(bool(label.text()))


def area_text(hectares: float | None, pixels: int) -> str:
    """Hectares, or square kilometres for large areas, or pixels without a pixel size."""
    if hectares is None:
        return f"{pixels:,} px"
    return f"{hectares / 100:,.1f} km²" if hectares >= 10_000 else f"{hectares:,.1f} ha"


def result_title(name: str) -> str:
    """Rich text above a result; the name is shown as it is."""
    return f"<b>{tr('Result')}</b> &nbsp;{name.replace('&', '&amp;').replace('<', '&lt;')}"
