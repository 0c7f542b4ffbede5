"""Edits areas on the map: drag a vertex or a whole area, add and delete vertices, delete areas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qgis.core import QgsGeometry, QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal

from .areas import MAX_EDITED_VERTICES, AreaList, DrawnArea
from .drawing import AreaTool
from .look import AreaOverlay, nearest_px

REACH_PX = 9


@dataclass(frozen=True)
class _Hit:
    """What is under the cursor: an area, and perhaps one of its vertices."""

    area: int
    vertex: int | None


class EditTool(AreaTool):
    """Double click on a side adds a vertex; Delete removes the vertex or the area under the cursor.

    Signals:
        touched: number of the area that was pressed.
    """

    touched = pyqtSignal(int)

    def __init__(self, canvas: QgsMapCanvas, areas: AreaList, describe: Callable[[DrawnArea], str],
                 overlay: AreaOverlay) -> None:
        super().__init__(canvas, areas, describe)
        self._overlay = overlay
        self._under: _Hit | None = None
        self._held: _Hit | None = None
        self._from: QgsPointXY | None = None
        self._new: DrawnArea | None = None
        areas.changed.connect(self._forget_numbers)

    def _forget_numbers(self) -> None:
        # The list may be shorter now, or in another order.
        self._under = None

    def activate(self) -> None:
        """Show what can be moved."""
        super().activate()
        self._overlay.show_handles(True)

    def deactivate(self) -> None:
        """Hide the handles."""
        super().deactivate()
        self._overlay.show_handles(False)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """Take hold of a vertex or an area."""
        if event.button() == Qt.MouseButton.RightButton:
            self.abort()
            return
        self._held = self._hit(event.pos())
        if event.button() != Qt.MouseButton.LeftButton or self._held is None:
            self._held = None
            return
        self._from = QgsPointXY(event.mapPoint())
        self.touched.emit(self._held.area)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """What is held follows."""
        if self._held is None:
            self._under = self._hit(event.pos())
            self.setCursor(_cursor(self._under))
            self._map.setCursor(_cursor(self._under))
            return
        self._new = self._moved(event)
        if self._new is not None:
            self._overlay.show_instead(self._held.area, self._new)
            self.tell(self._new, event)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """It stays where it is now."""
        held, new = self._held, self._new
        self._held = self._new = None
        self._readout.hide()
        if event.button() == Qt.MouseButton.LeftButton and held is not None and new is not None:
            self._areas.replace(held.area, new)
            self._overlay.refresh()

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        """Add a vertex on the side under the cursor."""
        hit = self._hit(event.pos())
        if hit is None or hit.vertex is not None:
            return
        area = self._areas[hit.area]
        place = area.to_own(QgsPointXY(event.mapPoint()), self.crs)
        if place is None:
            return
        _, on_side, after, _ = area.geometry.closestSegmentWithContext(place)
        there = self._canvas_point(area, on_side)
        near = nearest_px(self._map, [there], event.pos().x(), event.pos().y())
        if near is not None and near[1] <= REACH_PX:
            self._areas.replace(hit.area, area.with_new_vertex(after, QgsPointXY(on_side)))

    def abort(self) -> None:
        """Let go; nothing has moved."""
        super().abort()
        if self._held is not None:
            self._held = self._new = None
            self._overlay.refresh()

    def key(self, key: int) -> bool:
        """Esc lets go; Delete and Backspace delete what is under the cursor."""
        if key == Qt.Key.Key_Escape and self._held is not None:
            self.abort()
            return True
        if key not in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) or self._under is None or self._held is not None:
            return False
        hit, self._under = self._under, None
        left = self._areas[hit.area].without_vertex(hit.vertex) if hit.vertex is not None else None
        if left is None:
            self._areas.remove(hit.area)
        else:
            self._areas.replace(hit.area, left)
        return True

    def _hit(self, at: QPoint) -> _Hit | None:
        """What is at a place of the canvas; a vertex comes before an area, the last drawn before others."""
        inside: _Hit | None = None
        to_map = self._map.getCoordinateTransform().toMapCoordinates
        point, beside = QgsPointXY(to_map(at)), QgsPointXY(to_map(at + QPoint(REACH_PX, 0)))
        for index in reversed(range(len(self._areas))):
            area = self._areas[index]
            if area.vertex_count <= MAX_EDITED_VERTICES:
                near = nearest_px(self._map, area.vertices(self.crs), at.x(), at.y())
                if near is not None and near[1] <= REACH_PX:
                    return _Hit(index, near[0])
            here, there = area.to_own(point, self.crs), area.to_own(beside, self.crs)
            if inside is None and here is not None and there is not None and area.is_near(here, here.distance(there)):
                inside = _Hit(index, None)
        return inside

    def _moved(self, event: QgsMapMouseEvent) -> DrawnArea | None:
        area = self._areas[self._held.area]
        if self._held.vertex is not None:
            place = area.to_own(self.snapped(event), self.crs)
            return area.with_vertex(self._held.vertex, place) if place is not None else None
        start, end = (area.to_own(p, self.crs) for p in (self._from, QgsPointXY(event.mapPoint())))
        return area.moved(end.x() - start.x(), end.y() - start.y()) if start is not None and end is not None else None

    def _canvas_point(self, area: DrawnArea, point: QgsPointXY) -> QgsPointXY | None:
        return DrawnArea(QgsGeometry.fromPointXY(QgsPointXY(point)), area.crs).vertices(self.crs)[0]


def _cursor(hit: _Hit | None) -> Qt.CursorShape:
    if hit is None:
        return Qt.CursorShape.ArrowCursor
    return Qt.CursorShape.SizeAllCursor if hit.vertex is None else Qt.CursorShape.PointingHandCursor
