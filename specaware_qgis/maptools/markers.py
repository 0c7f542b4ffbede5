"""Marks on the map for the places of a page, in the colours of their curves."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

from .canvas_item import CanvasItem
from .place import Place

RADIUS_PX = 6.0
ABOVE_OVERLAYS = 60


class PlaceMarker(CanvasItem):
    """A ring around a pixel or the frame of a box, where it lies at any zoom, rotation and CRS of the canvas."""

    def __init__(self, canvas: QgsMapCanvas, place: Place, crs: QgsCoordinateReferenceSystem, color: str) -> None:
        self._place, self.color = place, QColor(color)
        super().__init__(canvas, crs, ABOVE_OVERLAYS)

    def corners(self) -> QPolygonF | None:
        """Its corners on the canvas, one for a pixel; None where the canvas' CRS cannot show them."""
        place = self._place
        return self.on_canvas([(place.x_min, place.y_max)] if place.is_point else [
            (place.x_min, place.y_max), (place.x_max, place.y_max), (place.x_max, place.y_min),
            (place.x_min, place.y_min)])

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
