"""Areas drawn on the map as a file for the engine, and areas taken from layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from .errors import EngineError
from .i18n import tr
from .maptools.areas import DrawnArea

LAYER = "areas"
# More polygons than this become one area, else the list would be of no use.
MAX_SINGLE = 50


def write_areas(areas: Sequence[DrawnArea], crs: QgsCoordinateReferenceSystem, folder: Path) -> str:
    """Write areas as polygons to a GeoPackage; returns path and layer as the engine reads them.

    Raises:
        EngineError: an area cannot be shown in ``crs``, or the file cannot be written.
    """
    layer = QgsVectorLayer("MultiPolygon", LAYER, "memory")
    layer.setCrs(crs)
    for number, area in enumerate(areas, 1):
        shape = area.in_crs(crs)
        shape = shape.makeValid() if shape is not None else QgsGeometry()
        if shape.isEmpty():
            raise EngineError(tr("Area {} lies where the scene's coordinate system does not reach.").format(number),
                              tr("Delete it, or draw it again near the scene."), "bad-input")
        shape.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
        shape.convertToMultiType()
        feature = QgsFeature()
        feature.setGeometry(shape)
        layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", LAYER, "UTF-8"
    path = folder / "areas.gpkg"
    outcome = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
    if outcome[0] != QgsVectorFileWriter.WriterError.NoError:
        raise EngineError(tr("The drawn areas could not be written: {}").format(outcome[1]),
                          tr("Look whether the disk is full."), "output")
    return f"{path}|layername={LAYER}"


def areas_of(layer: QgsVectorLayer, selected_only: bool = False) -> list[DrawnArea]:
    """The polygons of a layer, each an area, or all as one if there are many.

    Raises:
        EngineError: there are none.
    """
    features = layer.getSelectedFeatures() if selected_only else layer.getFeatures()
    shapes = [feature.geometry() for feature in features if feature.hasGeometry()]
    shapes = [shape for shape in shapes if shape.type() == QgsWkbTypes.GeometryType.PolygonGeometry and
              not shape.isEmpty()]
    if not shapes:
        raise EngineError(tr("The layer {} has no {}polygons.").format(
            layer.name(), tr("selected ") if selected_only else ""), tr("Choose another layer."), "bad-input")
    if len(shapes) > MAX_SINGLE:
        shapes = [QgsGeometry.collectGeometry(shapes)]
    return [DrawnArea(shape, layer.crs()) for shape in shapes]
