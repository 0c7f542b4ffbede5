"""Draws one panel with a painter: the fallback on the screen, and every picture that is exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPainterPath, QPen

from .chart import Curve, Panel, Span, outline, runs, tick_text, ticks, y_range
from .look import FAINT_ALPHA, FILL_ALPHA, SPREAD_ALPHA, Look, tinted

LEFT_EMS, RIGHT_PX, TOP_PX = 3.4, 8.0, 4.0
LINE_PX, DOT_PX = 1.4, 2.2
MIN_WIDTH_PX, MIN_HEIGHT_PX = 120, 50
UNIT_LEFT_PX = 4
PX_PER_X_TICK, PX_PER_Y_TICK = 48, 26
# With fewer the only label may lie at the upper edge, where it is cut.
LEAST_Y_TICKS, MOST_Y_TICKS = 3, 6


@dataclass(frozen=True)
class Scene:
    """Everything that a panel shows.

    Attributes:
        panel: which one.
        curves: from back to front.
        grey: parts of the axis without usable bands.
        low_nm, high_nm: what part of the axis is shown.
        cursor_nm: where the cursor is, None for nowhere.
        labelled: whether the wavelengths are written below.
    """

    panel: Panel
    curves: Sequence[Curve] = ()
    grey: Sequence[Span] = ()
    low_nm: float = 400.0
    high_nm: float = 2500.0
    cursor_nm: float | None = None
    labelled: bool = True


@dataclass(frozen=True)
class Frame:
    """Where wavelengths and values lie: ``x = x0 + x1 * wavelength`` inside ``plot``, likewise y."""

    plot: QRectF
    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, wavelength_nm):
        """Horizontal position of a wavelength or an array of them."""
        return self.x0 + self.x1 * wavelength_nm

    def y(self, value):
        """Vertical position of a value or an array of them."""
        return self.y0 + self.y1 * value

    def wavelength_nm(self, x: float) -> float:
        """The wavelength at a horizontal position."""
        return (x - self.x0) / self.x1


def frame_of(plot: QRectF, scene: Scene) -> Frame:
    """The frame that fits a scene into the inside of its axes."""
    low, high = y_range(scene.panel, scene.curves, scene.low_nm, scene.high_nm)
    x1 = max(plot.width(), 1.0) / max(scene.high_nm - scene.low_nm, 1e-9)
    y1 = -max(plot.height(), 1.0) / max(high - low, 1e-30)
    return Frame(plot, plot.left() - x1 * scene.low_nm, x1, plot.bottom() - y1 * low, y1)


def left_px(metrics) -> float:
    """Room for the labels of the axis of values, the same in all panels so that they line up."""
    return metrics.height() * LEFT_EMS


def bottom_px(metrics) -> float:
    """Room for the labels of the wavelengths."""
    return metrics.height() + 6.0


def paint_panel(painter: QPainter, rect: QRectF, scene: Scene, look: Look) -> Frame:
    """Draw a panel into a rectangle and tell where things lie in it."""
    metrics = painter.fontMetrics()
    below = bottom_px(metrics) if scene.labelled else 3.0
    frame = frame_of(rect.adjusted(left_px(metrics), TOP_PX, -RIGHT_PX, -below), scene)
    painter.save()
    _paint_labels(painter, frame, scene, look)
    painter.setClipRect(frame.plot)
    paint_inside(painter, frame, scene, look)
    painter.restore()
    return frame


def value_ticks(frame: Frame, scene: Scene) -> list[float]:
    """Where the axis of values is labelled: nowhere in an empty plot, and sparsely in a tall one."""
    if not any(len(curve.wavelength_nm) for curve in scene.curves):
        return []
    low, high = y_range(scene.panel, scene.curves, scene.low_nm, scene.high_nm)
    return ticks(low, high, min(max(int(frame.plot.height() / PX_PER_Y_TICK), LEAST_Y_TICKS), MOST_Y_TICKS))


def paint_inside(painter: QPainter, frame: Frame, scene: Scene, look: Look) -> None:
    """Draw what lies between the axes: grey parts, grid, curves, cursor."""
    plot = frame.plot
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for span in scene.grey:
        painter.fillRect(QRectF(QPointF(frame.x(span.low_nm), plot.top()),
                                QPointF(frame.x(span.high_nm), plot.bottom())), look.grey)
    painter.setPen(QPen(look.grid, 1))
    for value in value_ticks(frame, scene):
        painter.drawLine(QPointF(plot.left(), frame.y(value)), QPointF(plot.right(), frame.y(value)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for curve in scene.curves:
        _paint_curve(painter, frame, curve)
    if scene.cursor_nm is not None:
        _paint_cursor(painter, frame, scene, look)


def _paint_labels(painter: QPainter, frame: Frame, scene: Scene, look: Look) -> None:
    metrics, plot = painter.fontMetrics(), frame.plot
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(look.muted)
    for value in value_ticks(frame, scene):
        label = tick_text(scene.panel, value)
        left = plot.left() - 5 - metrics.horizontalAdvance(label)
        painter.drawText(QPointF(left, frame.y(value) + metrics.ascent() / 2 - 1), label)
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    if not scene.labelled:
        return
    base = plot.bottom() + 4 + metrics.ascent()
    waves = ticks(scene.low_nm, scene.high_nm, max(int(plot.width() / PX_PER_X_TICK), 2))
    for wave in waves:
        x, label = frame.x(wave), f"{wave:g}"
        width = metrics.horizontalAdvance(label)
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 3))
        painter.drawText(QPointF(min(x - width / 2, plot.right() - width), base), label)
    painter.drawText(QPointF(plot.left() - left_px(metrics) + UNIT_LEFT_PX, base), "nm")


def _paint_curve(painter: QPainter, frame: Frame, curve: Curve) -> None:
    color = tinted(curve.color, FAINT_ALPHA if curve.faint else 1.0)
    wave, value = outline(curve)
    x, y = frame.x(wave), frame.y(value)
    if curve.spread is not None:
        _paint_spread(painter, frame, curve)
    for part in runs(value):
        line = _path(x[part], y[part])
        if curve.filled:
            area = QPainterPath(line)
            area.lineTo(QPointF(x[part][-1], frame.y(0.0)))
            area.lineTo(QPointF(x[part][0], frame.y(0.0)))
            painter.fillPath(area, tinted(curve.color, FILL_ALPHA))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, LINE_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(line)
    if curve.dotted:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for at in np.flatnonzero(np.isfinite(curve.values)):
            painter.drawEllipse(QPointF(frame.x(curve.wavelength_nm[at]), frame.y(curve.values[at])), DOT_PX, DOT_PX)


def _paint_spread(painter: QPainter, frame: Frame, curve: Curve) -> None:
    x = frame.x(curve.wavelength_nm)
    for part in runs(curve.values + curve.spread):
        above, below = (frame.y(curve.values[part] + sign * curve.spread[part]) for sign in (1, -1))
        band = _path(x[part], above)
        for px, py in zip(x[part][::-1], below[::-1]):
            band.lineTo(QPointF(px, py))
        painter.fillPath(band, tinted(curve.color, SPREAD_ALPHA))


def _paint_cursor(painter: QPainter, frame: Frame, scene: Scene, look: Look) -> None:
    x = frame.x(scene.cursor_nm)
    painter.setPen(QPen(look.muted, 1))
    painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))
    for curve in (curve for curve in scene.curves if not curve.faint):
        at = curve.at(scene.cursor_nm)
        if at is not None and np.isfinite(curve.values[at]):
            painter.setPen(QPen(look.base, 1.2))
            painter.setBrush(QColor(curve.color))
            painter.drawEllipse(QPointF(frame.x(curve.wavelength_nm[at]), frame.y(curve.values[at])), 3.4, 3.4)


def _path(x: np.ndarray, y: np.ndarray) -> QPainterPath:
    path = QPainterPath(QPointF(x[0], y[0]))
    for px, py in zip(x[1:], y[1:]):
        path.lineTo(QPointF(px, py))
    return path
