"""What is drawn on the map canvas and is no layer."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QPolygonF


class CanvasItem(QgsMapCanvasItem):
    """Something that lies where its map coordinates are, at any zoom, rotation and CRS of the canvas.

    Args:
        canvas: the map.
        crs: of its coordinates.
        height: items with a larger number lie on top.
    """

    def __init__(self, canvas: QgsMapCanvas, crs: QgsCoordinateReferenceSystem, height: int) -> None:
        super().__init__(canvas)
        self._canvas, self._crs = canvas, QgsCoordinateReferenceSystem(crs)
        self.setZValue(height)
        self.updatePosition()

    def updatePosition(self) -> None:
        """The canvas has moved."""
        self.prepareGeometryChange()
        self.setPos(0, 0)
        self.update()

    def boundingRect(self) -> QRectF:
        """Everything that can be seen."""
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())

    def on_canvas(self, points: Iterable[tuple[float, float]]) -> QPolygonF | None:
        """Map coordinates in pixels of the canvas; None where its CRS cannot show them."""
        target = self._canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(self._crs, target, QgsProject.instance())
        try:
            return QPolygonF([QPointF(self.toCanvasCoordinates(transform.transform(QgsPointXY(*p)))) for p in points])
        except QgsCsException:
            return None
