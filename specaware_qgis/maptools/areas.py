"""Areas drawn on the map: a list that can be edited, undone, and kept in the project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

RECTANGLE, POLYGON = "rectangle", "polygon"
# A straight side bends in another CRS; points between its ends follow the bend.
POINTS_A_SIDE, MAX_DENSE_VERTICES = 16, 200
# Handles of more vertices would hide the map and make the mouse slow.
MAX_EDITED_VERTICES = 500
CORNERS = 4


@dataclass(frozen=True, eq=False)
class DrawnArea:
    """A place on the map, in the CRS it was drawn in.

    Attributes:
        geometry: polygon, perhaps with holes and several parts; never changed in place.
        crs: of the geometry.
        kind: `RECTANGLE` (keeps its right angles when a corner is moved) or `POLYGON`.
    """

    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    kind: str = POLYGON

    @staticmethod
    def from_points(points: Sequence[QgsPointXY], crs: QgsCoordinateReferenceSystem, kind: str = POLYGON) -> DrawnArea:
        """The area inside a line through the points."""
        return DrawnArea(QgsGeometry.fromPolygonXY([[QgsPointXY(p) for p in points]]), crs, kind)

    @staticmethod
    def from_box(box: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> DrawnArea:
        """An upright rectangle."""
        return DrawnArea(QgsGeometry.fromRect(box), crs, RECTANGLE)

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing."""
        return self.geometry.isEmpty() or self.geometry.area() <= 0

    @property
    def vertex_count(self) -> int:
        """Vertices, the closing ones included."""
        return self.geometry.constGet().nCoordinates()

    def is_near(self, point: QgsPointXY, reach: float) -> bool:
        """Whether a point of its CRS is inside or at most so far away."""
        if not self.geometry.boundingBox().buffered(reach).contains(point):
            return False
        return self.geometry.distance(QgsGeometry.fromPointXY(point)) <= reach

    def in_crs(self, crs: QgsCoordinateReferenceSystem) -> QgsGeometry | None:
        """Its true shape in another CRS; None where that CRS cannot show it."""
        shape = QgsGeometry(self.geometry)
        if crs == self.crs:
            return shape
        if self.vertex_count <= MAX_DENSE_VERTICES:
            shape = shape.densifyByCount(POINTS_A_SIDE)
        return shape if _transformed(shape, self.crs, crs) else None

    def vertices(self, crs: QgsCoordinateReferenceSystem) -> list[QgsPointXY | None]:
        """Its vertices in another CRS by their numbers; None where that CRS cannot show one."""
        transform = QgsCoordinateTransform(self.crs, crs, QgsProject.instance())
        return [_point(transform, QgsPointXY(vertex)) for vertex in self.geometry.vertices()]

    def to_own(self, point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> QgsPointXY | None:
        """A point of another CRS in this area's."""
        return _point(QgsCoordinateTransform(crs, self.crs, QgsProject.instance()), point)

    def with_vertex(self, index: int, to: QgsPointXY) -> DrawnArea:
        """One vertex moved, in the area's CRS; a rectangle stays one."""
        if self.kind == RECTANGLE:
            return DrawnArea.from_points(_stretched(self.corners(), index % CORNERS, to), self.crs, RECTANGLE)
        shape = QgsGeometry(self.geometry)
        shape.moveVertex(to.x(), to.y(), index)
        return DrawnArea(shape, self.crs, self.kind)

    def with_new_vertex(self, before: int, at: QgsPointXY) -> DrawnArea:
        """One vertex more, which makes it a polygon."""
        shape = QgsGeometry(self.geometry)
        shape.insertVertex(at.x(), at.y(), before)
        return DrawnArea(shape, self.crs, POLYGON)

    def without_vertex(self, index: int) -> DrawnArea | None:
        """One vertex less; None if nothing would be left."""
        shape = QgsGeometry(self.geometry)
        if not shape.deleteVertex(index) or shape.isEmpty() or shape.constGet().nCoordinates() <= CORNERS - 1:
            return None
        return DrawnArea(shape, self.crs, POLYGON)

    def moved(self, dx: float, dy: float) -> DrawnArea:
        """Shifted in its CRS."""
        shape = QgsGeometry(self.geometry)
        shape.translate(dx, dy)
        return DrawnArea(shape, self.crs, self.kind)

    def corners(self) -> list[QgsPointXY]:
        """The corners of its outer ring, each once."""
        return [QgsPointXY(vertex) for vertex in self.geometry.vertices()][:-1]

    def state(self) -> dict[str, Any]:
        """As JSON values."""
        return {"wkt": self.geometry.asWkt(), "kind": self.kind,
                "crs": self.crs.authid() or self.crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT2_2019)}

    @staticmethod
    def from_state(state: Any) -> DrawnArea | None:
        """What `state` gave; None if it makes no sense."""
        if not isinstance(state, dict):
            return None
        shape, crs = QgsGeometry.fromWkt(str(state.get("wkt", ""))), QgsCoordinateReferenceSystem(
            str(state.get("crs", "")))
        kind = state.get("kind")
        is_rectangle = kind == RECTANGLE and shape.constGet() is not None and \
            shape.constGet().nCoordinates() == CORNERS + 1
        area = DrawnArea(shape, crs, RECTANGLE if is_rectangle else POLYGON)
        usable = shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry and crs.isValid() and not area.is_empty
        return area if usable else None


class AreaList(QObject):
    """The areas in their order. Every change can be undone."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._areas: tuple[DrawnArea, ...] = ()
        self._past: list[tuple[DrawnArea, ...]] = []
        self._future: list[tuple[DrawnArea, ...]] = []

    def __len__(self) -> int:
        return len(self._areas)

    def __getitem__(self, index: int) -> DrawnArea:
        return self._areas[index]

    def all(self) -> tuple[DrawnArea, ...]:
        """The areas."""
        return self._areas

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something undone can be done again."""
        return bool(self._future)

    def add(self, *areas: DrawnArea) -> None:
        """Append areas; empty ones are passed over."""
        kept = tuple(area for area in areas if not area.is_empty)
        if kept:
            self._set(self._areas + kept)

    def replace(self, index: int, area: DrawnArea) -> None:
        """Put another area in the place of one."""
        if not area.is_empty:
            self._set((*self._areas[:index], area, *self._areas[index + 1:]))

    def remove(self, *indices: int) -> None:
        """Take areas away."""
        self._set(tuple(area for i, area in enumerate(self._areas) if i not in indices))

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self._future.append(self._areas)
            self._areas = self._past.pop()
            self.changed.emit()

    def redo(self) -> None:
        """Do what was undone last again."""
        if self._future:
            self._past.append(self._areas)
            self._areas = self._future.pop()
            self.changed.emit()

    def forget(self, areas: Sequence[DrawnArea] = ()) -> None:
        """Start anew with these areas and nothing to undo."""
        self._areas = tuple(areas)
        self._past.clear()
        self._future.clear()
        self.changed.emit()

    def _set(self, areas: tuple[DrawnArea, ...]) -> None:
        self._past.append(self._areas)
        self._future.clear()
        self._areas = areas
        self.changed.emit()


def _point(transform: QgsCoordinateTransform, point: QgsPointXY) -> QgsPointXY | None:
    try:
        found = QgsPointXY(transform.transform(point))
    except QgsCsException:
        return None
    return found if math.isfinite(found.x()) and math.isfinite(found.y()) else None


def _transformed(shape: QgsGeometry, source: QgsCoordinateReferenceSystem,
                 target: QgsCoordinateReferenceSystem) -> bool:
    try:
        shape.transform(QgsCoordinateTransform(source, target, QgsProject.instance()))
    except QgsCsException:
        return False
    # Some projections answer with infinity instead.
    return shape.boundingBox().isFinite()


def _stretched(corners: Sequence[QgsPointXY], index: int, to: QgsPointXY) -> list[QgsPointXY]:
    """Corners of a rectangle after one was dragged: the opposite one stays, and so do the directions of the sides."""
    fixed = corners[(index + 2) % CORNERS]
    new = list(corners)
    new[index] = to
    for step in (1, 3):
        neighbour = corners[(index + step) % CORNERS]
        dx, dy = neighbour.x() - fixed.x(), neighbour.y() - fixed.y()
        share = ((to.x() - fixed.x()) * dx + (to.y() - fixed.y()) * dy) / (dx * dx + dy * dy)
        new[(index + step) % CORNERS] = QgsPointXY(fixed.x() + share * dx, fixed.y() + share * dy)
    return new
