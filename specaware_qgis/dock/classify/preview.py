"""A small class map laid over the map canvas for a moment; it is no layer, and leaves no trace in the project."""

from __future__ import annotations

from typing import Any

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsPointXY,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from ... import pixels
from ...maptools.canvas_item import CanvasItem

SIZE_PX = 256
OPACITY = 0.9
HEIGHT = 50


class PreviewOverlay(CanvasItem):
    """Draws an image where it lies, at any zoom, rotation and CRS of the canvas."""

    def __init__(self, canvas: QgsMapCanvas, image: QImage, extent: QgsRectangle,
                 crs: QgsCoordinateReferenceSystem) -> None:
        self._image, self._extent = image, QgsRectangle(extent)
        super().__init__(canvas, crs, HEIGHT)

    def corners(self) -> QPolygonF | None:
        """Upper left, upper right, lower right, lower left on the canvas; None where the CRS cannot show them."""
        box = self._extent
        return self.on_canvas([(box.xMinimum(), box.yMaximum()), (box.xMaximum(), box.yMaximum()),
                               (box.xMaximum(), box.yMinimum()), (box.xMinimum(), box.yMinimum())])

    def paint(self, painter: QPainter, option=None, widget=None) -> None:
        """Draw the image and a thin frame."""
        quad = self.corners()
        if quad is None:
            return
        width, height = self._image.width(), self._image.height()
        whole = QPolygonF([QPointF(0, 0), QPointF(width, 0), QPointF(width, height), QPointF(0, height)])
        transform = QTransform()
        if not QTransform.quadToQuad(whole, quad, transform):
            return
        painter.save()
        painter.setOpacity(OPACITY)
        painter.setTransform(transform, True)
        painter.drawImage(0, 0, self._image)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#ffffff", 3.0), ("#222222", 1.0)):  # reads on dark and on bright ground
            pen = QPen(QColor(color), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPolygon(quad)


def window_around(layer: QgsRasterLayer, point: QgsPointXY, size_px: int = SIZE_PX) -> QgsRectangle | None:
    """A square of pixels around a point in the layer's CRS, moved inside the scene; None if the point is outside."""
    whole = layer.extent()
    if not whole.contains(point):
        return None
    sides = []
    for value, low, high, pixel in (
            (point.x(), whole.xMinimum(), whole.xMaximum(), layer.rasterUnitsPerPixelX()),
            (point.y(), whole.yMinimum(), whole.yMaximum(), layer.rasterUnitsPerPixelY())):
        size = min(size_px * pixel, high - low)
        start = min(max(low + round((value - size / 2 - low) / pixel) * pixel, low), high - size)
        sides.append((start, start + size))
    (x0, x1), (y0, y1) = sides
    return QgsRectangle(x0, y0, x1, y1)


def image_of(layer: QgsRasterLayer, classes: list[dict[str, Any]]) -> QImage:
    """A small class map as a picture; no data is transparent."""
    cols, rows = layer.width(), layer.height()
    ids = pixels.read(pixels.reader(layer), (1,), layer.extent(), cols, rows)[0]
    table = np.zeros(256, np.uint32)
    for found in classes:
        table[int(found["id"])] = QColor(*found["color"]).rgba()
    shades = np.ascontiguousarray(table[np.nan_to_num(ids, nan=0).astype(np.uint8)])
    return QImage(shades.tobytes(), cols, rows, 4 * cols, QImage.Format.Format_ARGB32).copy()
