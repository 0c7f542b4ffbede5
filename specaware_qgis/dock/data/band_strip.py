"""All bands of a scene on one strip over wavelength: usable ones in colour, the others grey, the picture's marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPolygonF
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...i18n import tr
from ..style import text_color

HEIGHT_PX, BAR_PX, MARK_PX, SIDE_PX = 46, 16, 6, 6
TICKS_NM = (500, 1000, 1500, 2000, 2500)
REACH_FWHM = 1.5
# Below the next band, so that no background shows between neighbours at any scaling of the display.
SEAM_PX = 1.0
AXIS_ALPHA, BAD_ALPHA, GROOVE_ALPHA = 0.65, 0.4, 0.06
MARK_COLORS = ("#d64545", "#3f9b4f", "#3d7ec9")
# Hue over wavelength as the eye sees it; beyond, ever darker reds for the infrared.
SPECTRUM = ((380, "#6a3d9a"), (440, "#3f51c9"), (490, "#2aa6c9"), (530, "#3fa34d"), (580, "#d9c22e"), (610, "#e08a2c"),
            (660, "#cf3a32"), (750, "#a32b3a"), (1100, "#8a3b52"), (1800, "#6e4a68"), (2500, "#57506f"))


def color_of(wavelength_nm: float) -> QColor:
    """Colour of a band on the strip."""
    for (left_nm, left), (right_nm, right) in zip(SPECTRUM, SPECTRUM[1:]):
        if wavelength_nm <= right_nm:
            share = min(max((wavelength_nm - left_nm) / (right_nm - left_nm), 0.0), 1.0)
            a, b = QColor(left), QColor(right)
            return QColor.fromRgbF(*(getattr(a, part)() * (1 - share) + getattr(b, part)() * share
                                     for part in ("redF", "greenF", "blueF")))
    return QColor(SPECTRUM[-1][1])


class BandStrip(QWidget):
    """Hidden without bands; tells of the band under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._bands: list[dict[str, Any]] = []
        self._marked: tuple[int, ...] = ()
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.hide()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, HEIGHT_PX)

    def show_bands(self, bands: Sequence[dict[str, Any]]) -> None:
        """Draw the band table of an ``inspect`` result."""
        self._bands = sorted(bands, key=lambda band: band["wavelength_nm"])
        good = sum(1 for band in bands if band["good"])
        self.setAccessibleName(tr("{} of {} bands usable").format(good, len(bands)))
        self.setVisible(bool(self._bands))
        self.update()

    def mark(self, bands: Sequence[int]) -> None:
        """Mark the bands shown as red, green and blue."""
        self._marked = tuple(bands)
        self.update()

    def paintEvent(self, event: QEvent) -> None:
        """Draw strip, marks and axis."""
        if not self._bands:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grey, groove = (self._text_color(alpha) for alpha in (BAD_ALPHA, GROOVE_ALPHA))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(groove)
        painter.drawRect(QRectF(SIDE_PX, MARK_PX + 2, self.width() - 2 * SIDE_PX, BAR_PX))
        for at, band in enumerate(self._bands):
            painter.setBrush(color_of(band["wavelength_nm"]) if band["good"] else grey)
            left, right = (self._x(edge) for edge in self._edges_nm(at))
            height, seam_px = (BAR_PX, SEAM_PX) if band["good"] else (BAR_PX / 3, 0.0)
            painter.drawRect(QRectF(left, MARK_PX + 2 + BAR_PX - height, max(right - left, 1.0) + seam_px, height))
        self._paint_marks(painter)
        self._paint_axis(painter)

    def _text_color(self, alpha: float) -> QColor:
        """The theme's text colour, thinned: it stands out from any background."""
        color = text_color(self.palette())
        color.setAlphaF(alpha)
        return color

    def _paint_marks(self, painter: QPainter) -> None:
        centres = {band["band"]: band["wavelength_nm"] for band in self._bands}
        painter.setPen(Qt.PenStyle.NoPen)
        for number, color in zip(self._marked, MARK_COLORS):
            if number in centres:
                x = self._x(centres[number])
                painter.setBrush(QColor(color))
                painter.drawPolygon(QPolygonF([QPointF(x - MARK_PX * 0.8, 0), QPointF(x + MARK_PX * 0.8, 0),
                                               QPointF(x, MARK_PX + 1)]))

    def _paint_axis(self, painter: QPainter) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(self._text_color(AXIS_ALPHA))
        top, metrics = MARK_PX + BAR_PX + 3, painter.fontMetrics()
        low, high = self._span()
        for tick in (t for t in TICKS_NM if low <= t <= high):
            label = f"{tick} nm" if tick == TICKS_NM[0] else str(tick)
            width, x = metrics.horizontalAdvance(label), self._x(tick)
            painter.drawLine(QPointF(x, top - 1), QPointF(x, top + 2))
            left = min(max(x - width / 2, 0), self.width() - width)
            painter.drawText(QPointF(left, top + 2 + metrics.ascent()), label)

    def event(self, event: QEvent) -> bool:
        """Tell of the band under the cursor."""
        if event.type() == QEvent.Type.ToolTip and self._bands:
            band = min(self._bands, key=lambda b: abs(self._x(b["wavelength_nm"]) - event.pos().x()))
            state = "" if band["good"] else f"\n{tr('not used')}: {band['reason'] or tr('bad')}"
            QToolTip.showText(event.globalPos(), tr("Band {}: {:.1f} nm, {:.1f} nm wide").format(
                band["band"], band["wavelength_nm"], band["fwhm_nm"]) + state, self)
            return True
        return super().event(event)

    def _edges_nm(self, at: int) -> tuple[float, float]:
        """A band reaches half way to its neighbours, but not across a gap in the spectrum."""
        centre, reach = self._bands[at]["wavelength_nm"], REACH_FWHM * self._bands[at]["fwhm_nm"]
        before = self._bands[at - 1]["wavelength_nm"] if at else centre - reach
        after = self._bands[at + 1]["wavelength_nm"] if at + 1 < len(self._bands) else centre + reach
        return max((before + centre) / 2, centre - reach), min((centre + after) / 2, centre + reach)

    def _span(self) -> tuple[float, float]:
        return self._bands[0]["wavelength_nm"], self._bands[-1]["wavelength_nm"]

    def _x(self, wavelength_nm: float) -> float:
        low, high = self._span()
        return SIDE_PX + (wavelength_nm - low) / max(high - low, 1e-9) * (self.width() - 2 * SIDE_PX)
