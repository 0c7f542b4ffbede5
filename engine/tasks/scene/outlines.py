"""Where the features of a layer of scenes lie, and what they bring along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rasterio.warp
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS

from ...labels.units import Units

LONGITUDE_LATITUDE = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Outlines:
    """Geometry and other fields of a layer.

    Attributes:
        shapes: (n,) polygons.
        kind: ``Polygon`` or ``MultiPolygon``.
        crs: of the shapes.
        fields: (n,) values each.
    """

    shapes: NDArray[np.object_]
    kind: str
    crs: str | None
    fields: dict[str, NDArray[np.generic]]


def unit_outlines(units: Units, driver: str) -> Outlines:
    """The units' own shapes and fields; GeoJSON has longitude and latitude (RFC 7946, section 4)."""
    shapes, crs = units.outlines, units.crs
    if driver != "GPKG" and crs is not None and CRS.from_user_input(crs) != LONGITUDE_LATITUDE:
        source = CRS.from_user_input(crs)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(
            rasterio.warp.transform(source, LONGITUDE_LATITUDE, xy[:, 0], xy[:, 1])[:2]))
        crs = LONGITUDE_LATITUDE.to_wkt()
    kind = "Polygon"
    if (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON).any():
        kind = "MultiPolygon"
        shapes = np.array([shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes], object)
    fields = {name: values for name, values in units.fields.items() if name.lower() not in ("fid", "unit")}
    return Outlines(shapes, kind, crs, {"unit": units.numbers} | fields)
