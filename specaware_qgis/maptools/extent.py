"""Draws a rectangle: drag it, or click two opposite corners."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import QPoint, Qt

from .areas import RECTANGLE, AreaList, DrawnArea
from .drawing import AreaTool
from .look import make_band, remove_item

DRAG_PX = 4
AXIS_PX = 1000


class ExtentTool(AreaTool):
    """The rectangle is upright on the screen, however the map is turned."""

    def __init__(self, canvas: QgsMapCanvas, areas: AreaList, describe: Callable[[DrawnArea], str]) -> None:
        super().__init__(canvas, areas, describe)
        self._start: QgsPointXY | None = None
        self._pressed_at = QPoint()
        self._band = None

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """First corner, or with a second click the last."""
        if event.button() == Qt.MouseButton.RightButton:
            self.abort()
        elif event.button() == Qt.MouseButton.LeftButton and self._start is None:
            self._start, self._pressed_at = self.snapped(event), QPoint(event.pos())
            self._band = make_band(self._map)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """The other corner follows."""
        point = self.snapped(event)
        if self._start is not None:
            area = self._between(self._start, point)
            self._band.setToGeometry(area.geometry)
            self.tell(area, event)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """The rectangle is done, unless this was only the first of two clicks."""
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        if (event.pos() - self._pressed_at).manhattanLength() < DRAG_PX:
            return
        area = self._between(self._start, self.snapped(event))
        self.abort()
        self._areas.add(area)

    def abort(self) -> None:
        """Drop the rectangle."""
        super().abort()
        self._start = None
        if self._band is not None:
            remove_item(self._map, self._band)
            self._band = None

    def key(self, key: int) -> bool:
        """Esc and Backspace drop the rectangle."""
        if self._start is None or key not in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            return False
        self.abort()
        return True

    def _between(self, start: QgsPointXY, end: QgsPointXY) -> DrawnArea:
        # The direction of the screen's rows on the map.
        to_map = self._map.getCoordinateTransform().toMapCoordinates
        left, right = to_map(0, 0), to_map(AXIS_PX, 0)
        ux, uy = right.x() - left.x(), right.y() - left.y()
        share = ((end.x() - start.x()) * ux + (end.y() - start.y()) * uy) / (ux * ux + uy * uy)
        dx, dy = share * ux, share * uy
        corners = [start, QgsPointXY(start.x() + dx, start.y() + dy), end, QgsPointXY(end.x() - dx, end.y() - dy)]
        return DrawnArea.from_points(corners, self.crs, RECTANGLE)
