"""Marks on the map for the places of a page, in the colours of their curves."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

from .place import Place

RADIUS_PX = 6.0
ABOVE_OVERLAYS = 60


class PlaceMarker(QgsMapCanvasItem):
    """A ring around a pixel or the frame of a box, where it lies at any zoom, rotation and CRS of the canvas."""

    def __init__(self, canvas: QgsMapCanvas, place: Place, crs: QgsCoordinateReferenceSystem, color: str) -> None:
        super().__init__(canvas)
        self._canvas, self._place, self._crs = canvas, place, QgsCoordinateReferenceSystem(crs)
        self.color = QColor(color)
        self.setZValue(ABOVE_OVERLAYS)
        self.updatePosition()

    def updatePosition(self) -> None:
        """The canvas has moved."""
        self.prepareGeometryChange()
        self.setPos(0, 0)
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything that can be seen."""
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())

    def corners(self) -> QPolygonF | None:
        """Its corners on the canvas, one for a pixel; None where the canvas' CRS cannot show them."""
        target = self._canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(self._crs, target, QgsProject.instance())
        place = self._place
        found = [(place.x_min, place.y_max)] if place.is_point else [
            (place.x_min, place.y_max), (place.x_max, place.y_max), (place.x_max, place.y_min),
            (place.x_min, place.y_min)]
        try:
            return QPolygonF([QPointF(self.toCanvasCoordinates(transform.transform(QgsPointXY(*p)))) for p in found])
        except QgsCsException:
            return None

    def paint(self, painter: QPainter, option=None, widget=None) -> None:
        """A coloured line between two light ones, to be seen on any ground."""
        corners = self.corners()
        if corners is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor("#ffffff"), 5.0), (self.color, 2.6)):
            painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                                Qt.PenJoinStyle.MiterJoin))
            if len(corners) == 1:
                painter.drawEllipse(corners[0], RADIUS_PX, RADIUS_PX)
            else:
                painter.drawPolygon(corners)
