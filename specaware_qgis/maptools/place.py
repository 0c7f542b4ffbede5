"""A place on the map that a page looks at: a pixel or a box, in the CRS of the layer it was chosen for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)


@dataclass(frozen=True)
class Place:
    """Corners of a box; for a pixel its middle twice.

    Attributes:
        layer_id: the layer that it was chosen for.
        x_min, y_min, x_max, y_max: in the layer's CRS.
    """

    layer_id: str
    x_min: float
    y_min: float
    x_max: float
    y_max: float

    @property
    def is_point(self) -> bool:
        """Whether it is a single pixel."""
        return self.x_min == self.x_max and self.y_min == self.y_max

    @property
    def center(self) -> QgsPointXY:
        """Its middle."""
        return QgsPointXY((self.x_min + self.x_max) / 2, (self.y_min + self.y_max) / 2)

    @property
    def box(self) -> QgsRectangle:
        """Its extent."""
        return QgsRectangle(self.x_min, self.y_min, self.x_max, self.y_max)

    def pixel_size(self, layer: QgsRasterLayer) -> tuple[int, int]:
        """Columns and rows of the layer that it covers."""
        return (max(round((self.x_max - self.x_min) / layer.rasterUnitsPerPixelX()), 1),
                max(round((self.y_max - self.y_min) / layer.rasterUnitsPerPixelY()), 1))


def place_of(layer: QgsRasterLayer, shape: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Place | None:
    """What was clicked or drawn, moved to whole pixels of a layer; None if it is outside.

    Args:
        layer: to look at.
        shape: point or polygon.
        crs: of the shape.
    """
    moved = QgsGeometry(shape)
    try:
        moved.transform(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()))
    except QgsCsException:
        return None
    found, whole = moved.boundingBox(), layer.extent()
    width, height = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    if found.width() < width and found.height() < height:
        point = found.center()
        if not whole.contains(point):
            return None
        x = whole.xMinimum() + (int((point.x() - whole.xMinimum()) / width) + 0.5) * width
        y = whole.yMaximum() - (int((whole.yMaximum() - point.y()) / height) + 0.5) * height
        return Place(layer.id(), x, y, x, y)
    inside = found.intersect(whole)
    if inside.isEmpty():
        return None
    x_min, x_max = (whole.xMinimum() + round((v - whole.xMinimum()) / width) * width
                    for v in (inside.xMinimum(), inside.xMaximum()))
    y_max, y_min = (whole.yMaximum() - round((whole.yMaximum() - v) / height) * height
                    for v in (inside.yMaximum(), inside.yMinimum()))
    return Place(layer.id(), x_min, y_min, max(x_max, x_min + width), max(y_max, y_min + height))


def place_from(state: Any) -> Place | None:
    """A place from a project, which anybody may have written; None if it makes no sense or its layer is gone."""
    if not isinstance(state, dict):
        return None
    try:
        corners = [float(state[key]) for key in ("x_min", "y_min", "x_max", "y_max")]
    except (KeyError, TypeError, ValueError):
        return None
    layer_id = str(state.get("layer_id", ""))
    return Place(layer_id, *corners) if QgsProject.instance().mapLayer(layer_id) is not None else None
