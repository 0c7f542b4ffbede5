"""How large an area is, in words."""

from __future__ import annotations

from qgis.core import QgsDistanceArea, QgsProject, QgsRasterLayer

from .areas import RECTANGLE, DrawnArea

KM2_FROM_M2, HA_FROM_M2 = 1e6, 1e4


def describe(area: DrawnArea, layer: QgsRasterLayer | None = None) -> str:
    """Its true size on the ground, and its pixels of a raster.

    Args:
        area: the area.
        layer: whose pixels are counted; a rectangle upright in its CRS gets width and height.
    """
    parts = [_ground(area)]
    shape = area.in_crs(layer.crs()) if layer is not None else None
    if layer is None or shape is None or shape.isEmpty():
        return parts[0]
    width, height = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    box = shape.boundingBox()
    if area.kind == RECTANGLE and shape.area() > 0.999 * box.width() * box.height():
        parts.append(f"{box.width() / width:,.0f} × {box.height() / height:,.0f} px")
    else:
        parts.append(f"{shape.area() / (width * height):,.0f} px")
    return " · ".join(parts)


def _ground(area: DrawnArea) -> str:
    measure, project = QgsDistanceArea(), QgsProject.instance()
    measure.setSourceCrs(area.crs, project.transformContext())
    measure.setEllipsoid(area.crs.ellipsoidAcronym() or "EPSG:7030")
    m2 = measure.measureArea(area.geometry)
    if m2 >= KM2_FROM_M2:
        return f"{m2 / KM2_FROM_M2:,.2f} km²"
    return f"{m2 / HA_FROM_M2:,.2f} ha" if m2 >= HA_FROM_M2 / 100 else f"{m2:,.1f} m²"
