"""The tool that picks places: a click is a pixel, a drag is a box."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QApplication

from .look import remove_item

BOX_COLOR = "#3d7ec9"


class SpectrumTool(QgsMapTool):
    """Emits ``picked(shape, added)``: a point or a polygon in the CRS of the canvas, and whether Shift was held."""

    picked = pyqtSignal(QgsGeometry, bool)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas, self._start = canvas, None
        self._band: QgsRubberBand | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """Remember where a box may begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = QPoint(event.pos())

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Show the box."""
        if self._start is not None and self._dragged(event.pos()):
            self._show(self._box(event.pos()))

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """A point, or a box if the mouse was dragged."""
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        shape = self._box(event.pos()) if self._dragged(event.pos()) else QgsGeometry.fromPointXY(
            QgsPointXY(self.toMapCoordinates(event.pos())))
        self._cancel()
        self.picked.emit(shape, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def keyPressEvent(self, event) -> None:
        """Escape gives up the box."""
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()

    def deactivate(self) -> None:
        """Nothing stays on the map."""
        self._cancel()
        super().deactivate()

    def _dragged(self, to: QPoint) -> bool:
        return (to - self._start).manhattanLength() >= QApplication.startDragDistance()

    def _box(self, to: QPoint) -> QgsGeometry:
        """Straight on the screen, whatever the rotation of the map."""
        a, b = self._start, to
        corners = (a, QPoint(b.x(), a.y()), b, QPoint(a.x(), b.y()))
        return QgsGeometry.fromPolygonXY([[QgsPointXY(self.toMapCoordinates(corner)) for corner in corners]])

    def _show(self, shape: QgsGeometry) -> None:
        if self._band is None:
            self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            color = QColor(BOX_COLOR)
            self._band.setStrokeColor(color)
            color.setAlphaF(0.12)
            self._band.setFillColor(color)
            self._band.setWidth(2)
        self._band.setToGeometry(shape, None)

    def _cancel(self) -> None:
        self._start = None
        if self._band is not None:
            remove_item(self._canvas, self._band)
            self._band = None
