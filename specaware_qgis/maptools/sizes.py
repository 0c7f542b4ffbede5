"""How large an area is, in words."""

from __future__ import annotations

import math

from qgis.core import QgsDistanceArea, QgsProject, QgsRasterLayer

from ..i18n import tr
from .areas import RECTANGLE, DrawnArea

M2_IN_HA, HA_IN_KM2 = 1e4, 100.0
# Hectares, as in the results, up to this many.
MOST_HA, LEAST_HA = 10_000.0, 0.1


def describe(area: DrawnArea, layer: QgsRasterLayer | None = None) -> str:
    """Its true size on the ground, and its pixels of a raster.

    Args:
        area: the area.
        layer: whose pixels are counted; a rectangle upright in its CRS gets width and height.
    """
    parts = [text for text in (_ground(area),) if text]
    if layer is None:
        return " · ".join(parts)
    shape = area.in_crs(layer.crs())
    if shape is None or not shape.intersects(layer.extent()):
        return " · ".join([*parts, tr("outside the scene")])
    width, height = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    box = shape.boundingBox()
    if area.kind == RECTANGLE and shape.area() > 0.999 * box.width() * box.height():
        parts.append(f"{box.width() / width:,.0f} × {box.height() / height:,.0f} px")
    else:
        parts.append(f"{shape.area() / (width * height):,.0f} px")
    return " · ".join(parts)


def _ground(area: DrawnArea) -> str:
    """Empty where the ellipsoid cannot tell."""
    measure, project = QgsDistanceArea(), QgsProject.instance()
    measure.setSourceCrs(area.crs, project.transformContext())
    measure.setEllipsoid(area.crs.ellipsoidAcronym() or "EPSG:7030")
    m2 = measure.measureArea(area.geometry)
    if not math.isfinite(m2):
        return ""
    hectares = m2 / M2_IN_HA
    if hectares >= MOST_HA:
        return f"{hectares / HA_IN_KM2:,.1f} km²"
    return f"{hectares:,.1f} ha" if hectares >= LEAST_HA else f"{m2:,.0f} m²"
