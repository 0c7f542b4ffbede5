"""From QGIS layers to files that the engine can read."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from .errors import EngineError
from .i18n import tr
from .params import Labels

READABLE = (".gpkg", ".geojson", ".json", ".shp")


def raster_path(layer: QgsRasterLayer | None) -> str:
    """The file (or GDAL subdataset) behind a raster layer; raises `EngineError` if there is none."""
    if layer is None or not layer.isValid():
        raise EngineError(tr("There is no valid raster layer."), tr("Choose a hyperspectral image."), "bad-raster")
    if layer.dataProvider().name() != "gdal":
        raise EngineError(tr("The layer {} comes from a service, not from a file.").format(layer.name()),
                          tr("Save it as a GeoTIFF first."), "bad-raster")
    return layer.source().split("|")[0]


def label_file(layer: QgsVectorLayer | None, class_field: str, folder: Path, *, selected_only: bool = False,
               filter_expression: str = "") -> Labels:
    """The labels of a vector layer as a file: its own, or a copy in ``folder`` where the layer differs from its file.

    Raises:
        EngineError: no valid layer, no such field, no feature, or the copy cannot be written.
    """
    if layer is None or not layer.isValid():
        raise EngineError(tr("There is no valid labels layer."), tr("Choose labelled polygons or points."),
                          "bad-labels")
    if class_field and layer.fields().lookupField(class_field) < 0:
        names = ", ".join(field.name() for field in layer.fields()) or tr("none")
        raise EngineError(tr("The layer {} has no field {}.").format(layer.name(), class_field),
                          tr("Its fields are: {}.").format(names), "bad-labels")
    own = None if selected_only or filter_expression else _own_file(layer, class_field)
    return own or _copy(layer, class_field, folder, selected_only, filter_expression)


def _own_file(layer: QgsVectorLayer, class_field: str) -> Labels | None:
    """The layer's own file if it holds exactly what the layer shows."""
    if layer.dataProvider().name() != "ogr" or layer.isModified() or layer.subsetString() or not layer.featureCount():
        return None
    if class_field and layer.dataProvider().fieldNameIndex(class_field) < 0:
        return None  # a joined or a virtual field
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = Path(parts.get("path") or "")
    if path.suffix.lower() not in READABLE or not path.is_file() or (parts.get("layerId") or -1) > 0:
        return None
    return Labels(str(path), parts.get("layerName") or "", class_field)


def _copy(layer: QgsVectorLayer, class_field: str, folder: Path, selected_only: bool, expression: str) -> Labels:
    """Write what the layer shows now, edits included, to a GeoPackage."""
    request = QgsFeatureRequest()
    if expression:
        request.setFilterExpression(expression)
    if selected_only:
        wanted = set(layer.selectedFeatureIds())
        request = QgsFeatureRequest().setFilterFids([f.id() for f in layer.getFeatures(request) if f.id() in wanted])
    shown = layer.materialize(request)
    if shown.featureCount() == 0:
        told = tr("The layer {} has no selected features.") if selected_only else tr("The layer {} has no features.")
        raise EngineError(told.format(layer.name()), tr("Draw some labels, or select them."), "bad-labels")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", "labels", "UTF-8"
    # Without a name of its own the key column would clash with a user's column called fid.
    options.layerOptions = ["FID=specaware_key"]
    options.attributes = [shown.fields().lookupField(class_field)] if class_field else shown.attributeList()
    path = folder / "labels.gpkg"
    outcome = QgsVectorFileWriter.writeAsVectorFormatV3(shown, str(path), QgsCoordinateTransformContext(), options)
    if outcome[0] != QgsVectorFileWriter.WriterError.NoError:
        raise EngineError(tr("The labels could not be copied: {}").format(outcome[1]),
                          tr("Save the labels layer as a GeoPackage."), "bad-labels")
    return Labels(str(path), "labels", class_field)
