"""Draws a polygon: a click for each vertex, a right click at the end."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsGeometry, QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import Qt

from .areas import AreaList, DrawnArea
from .drawing import AreaTool
from .look import make_band, nearest_px, remove_item

MIN_VERTICES = 3
CLOSE_PX = 8


class PolygonTool(AreaTool):
    """Right click, double click, Enter or a click on the first vertex end it; Backspace takes a vertex back."""

    def __init__(self, canvas: QgsMapCanvas, areas: AreaList, describe: Callable[[DrawnArea], str]) -> None:
        super().__init__(canvas, areas, describe)
        self._points: list[QgsPointXY] = []
        self._cursor: QgsPointXY | None = None
        self._band = None

    @property
    def vertex_count(self) -> int:
        """How many vertices have been set."""
        return len(self._points)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """A vertex, or the end."""
        if event.button() == Qt.MouseButton.RightButton:
            self.finish()
        elif event.button() == Qt.MouseButton.LeftButton:
            if self._closes(event):
                self.finish()
                return
            self._points.append(self.snapped(event))
            self._cursor = self._points[-1]
            self._draw()

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        """The first click of the two has set the last vertex."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.finish()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """The line follows."""
        point = self.snapped(event)
        if self._points:
            self._cursor = self._points[0] if self._closes(event) else point
            self._draw()
            self.tell(DrawnArea.from_points([*self._points, self._cursor], self.crs), event)

    def key(self, key: int) -> bool:
        """Enter ends, Backspace and Delete take the last vertex back, Esc drops the polygon."""
        if not self._points:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        elif key == Qt.Key.Key_Escape or len(self._points) == 1:
            self.abort()
        else:
            self._points.pop()
            self._draw()
        return True

    def finish(self) -> None:
        """Add the polygon; one without area is dropped."""
        points = self._points
        self.abort()
        if len(points) >= MIN_VERTICES:
            self._areas.add(DrawnArea.from_points(points, self.crs))

    def abort(self) -> None:
        """Drop the polygon."""
        super().abort()
        self._points, self._cursor = [], None
        if self._band is not None:
            remove_item(self._map, self._band)
            self._band = None

    def _closes(self, event: QgsMapMouseEvent) -> bool:
        """Whether the cursor is on the first vertex of what may be a polygon."""
        if len(self._points) < MIN_VERTICES:
            return False
        near = nearest_px(self._map, self._points[:1], event.pos().x(), event.pos().y())
        return near is not None and near[1] <= CLOSE_PX

    def _draw(self) -> None:
        if self._band is None:
            self._band = make_band(self._map)
        line = [*self._points, self._cursor] if self._cursor is not None else list(self._points)
        self._band.setToGeometry(QgsGeometry.fromPolygonXY([line]))
