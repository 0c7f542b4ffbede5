"""A layer of labels: made, given classes and colours, filled from another layer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    NULL,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsExpression,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProject,
    QgsRendererCategory,
    QgsSymbol,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from .class_colors import colors_for
from .compat import TEXT_FIELD
from .errors import EngineError
from .i18n import tr

CLASS_FIELD = "class"
NAME_LENGTH = 80
FILL_ALPHA = 0.45
MAX_CLASSES = 200


@dataclass(frozen=True)
class LabelClass:
    """A class and its colour, as ``#rrggbb``."""

    name: str
    color: str


def create(path: Path, crs: QgsCoordinateReferenceSystem, name: str) -> QgsVectorLayer:
    """Make an empty layer of polygons with a class field.

    Args:
        path: GeoPackage to write; an existing file is not overwritten.
        crs: the scene's.
        name: of the layer in the project.

    Raises:
        EngineError: the file exists or cannot be written.
    """
    if path.exists():
        raise EngineError(tr("{} exists already.").format(path),
                          tr("Choose another name, or add that file as a layer."), "output")
    fields = QgsFields()
    fields.append(QgsField(CLASS_FIELD, TEXT_FIELD, len=NAME_LENGTH))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", "labels", "UTF-8"
    writer = QgsVectorFileWriter.create(str(path), fields, QgsWkbTypes.Type.MultiPolygon, crs,
                                        QgsCoordinateTransformContext(), options)
    failed, reason = writer.hasError() != QgsVectorFileWriter.WriterError.NoError, writer.errorMessage()
    del writer  # closes the file
    layer = QgsVectorLayer(f"{path}|layername=labels", name, "ogr")
    if failed or not layer.isValid():
        raise EngineError(tr("The labels layer could not be made: {}").format(reason), tr("Choose another folder."),
                          "output")
    set_classes(layer, CLASS_FIELD, [])
    return layer


def classes_of(layer: QgsVectorLayer, field: str) -> list[LabelClass]:
    """The classes of the layer's style; for a layer styled otherwise, its values with colours of our own."""
    styled = styled_classes(layer, field)
    if styled:
        return styled
    values = layer.uniqueValues(layer.fields().lookupField(field), limit=MAX_CLASSES)
    return with_classes([], sorted(str(v) for v in values if v not in (NULL, None, "")))


def styled_classes(layer: QgsVectorLayer, field: str) -> list[LabelClass]:
    """The classes of the layer's style, none if it is not drawn by this field."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer) or renderer.classAttribute().strip('"') != field:
        return []
    named = [c for c in renderer.categories() if c.value() not in (NULL, None, "")]
    return [LabelClass(str(c.value()), c.symbol().color().name()) for c in named]


def recolor(classes: Iterable[dict[str, Any]], layer: QgsVectorLayer | None, field: str) -> None:
    """Give the classes of a result the colours that the labels have on the screen."""
    styled = styled_classes(layer, field) if layer is not None else []
    colors = {found.name: list(QColor(found.color).getRgb()[:3]) for found in styled}
    for found in classes:
        found["color"] = colors.get(found["name"], list(found["color"]))


def with_classes(classes: Iterable[LabelClass], names: Iterable[str]) -> list[LabelClass]:
    """The classes and, with colours of their own, those of ``names`` that are not among them."""
    found = list(classes)
    known = {one.name for one in found}
    new = [name for name in dict.fromkeys(names) if name not in known]
    found += map(LabelClass, new, colors_for(new, [one.color for one in found]))
    return found


def set_classes(layer: QgsVectorLayer, field: str, classes: Iterable[LabelClass]) -> None:
    """Style the layer by class; what has none is drawn in grey."""
    categories = []
    numeric = layer.fields().field(field).isNumeric()
    for found in [*classes, None]:
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        color = QColor(found.color if found is not None else "#888888")
        symbol.setColor(color)
        if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
            filled = QColor(color)
            filled.setAlphaF(FILL_ALPHA)
            symbol.symbolLayer(0).setFillColor(filled)
            symbol.symbolLayer(0).setStrokeColor(color)
            symbol.symbolLayer(0).setStrokeWidth(0.5)
        value = "" if found is None else _number(found.name) if numeric else found.name
        categories.append(QgsRendererCategory(value, symbol, tr("no class") if found is None else found.name))
    layer.setRenderer(QgsCategorizedSymbolRenderer(f'"{field}"' if not field.isidentifier() else field, categories))
    layer.triggerRepaint()
    layer.emitStyleChanged()


def set_active(layer: QgsVectorLayer, field: str, name: str) -> None:
    """Whatever is drawn next gets this class, without a form asking for it."""
    at = layer.fields().lookupField(field)
    if at < 0:
        return
    numeric = layer.fields().at(at).isNumeric()
    value = (name if numeric else QgsExpression.quotedString(name)) if name else ""
    if layer.defaultValueDefinition(at).expression() != value:
        layer.setDefaultValueDefinition(at, QgsDefaultValue(value))
    form = layer.editFormConfig()
    form.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressOn)
    layer.setEditFormConfig(form)


def add_region(layer: QgsVectorLayer, field: str, name: str, geometry: QgsGeometry,
               crs: QgsCoordinateReferenceSystem) -> int:
    """Add a polygon with a class in an edit command, so that it can be undone; returns its id.

    Raises:
        EngineError: the layer cannot take it.
    """
    if not layer.isEditable() and not layer.startEditing():
        raise EngineError(tr("The layer {} cannot be edited.").format(layer.name()), tr("Make a new labels layer."),
                          "bad-labels")
    feature = _feature(layer, field, name, geometry, crs)
    layer.beginEditCommand(tr("Grow a region"))
    if not layer.addFeature(feature):
        layer.destroyEditCommand()
        raise EngineError(tr("The layer {} does not take polygons.").format(layer.name()),
                          tr("Make a new labels layer."), "bad-labels")
    layer.endEditCommand()
    return feature.id()


def copy_from(source: QgsVectorLayer, source_field: str, target: QgsVectorLayer, field: str) -> int:
    """Copy features with a class from any layer into the labels, in their CRS; returns how many.

    Raises:
        EngineError: nothing in ``source`` fits.
    """
    if source.geometryType() != target.geometryType():
        raise EngineError(tr("{} and {} do not hold the same kind of geometry.").format(source.name(), target.name()),
                          tr("Use the layer itself as labels instead."), "bad-labels")
    if not target.isEditable() and not target.startEditing():
        raise EngineError(tr("The layer {} cannot be edited.").format(target.name()), "", "bad-labels")
    at = source.fields().lookupField(source_field)
    target.beginEditCommand(tr("Import labels"))
    count = 0
    for feature in source.getFeatures():
        value = feature.attribute(at)
        if value not in (NULL, None, "") and feature.hasGeometry():
            count += bool(target.addFeature(_feature(target, field, str(value), feature.geometry(), source.crs())))
    if not count:
        target.destroyEditCommand()
        raise EngineError(tr("{} has no features with a value in {}.").format(source.name(), source_field),
                          tr("Choose another field."), "bad-labels")
    target.endEditCommand()
    return count


def _feature(layer: QgsVectorLayer, field: str, name: str, geometry: QgsGeometry,
             crs: QgsCoordinateReferenceSystem) -> QgsFeature:
    feature, moved = QgsFeature(layer.fields()), QgsGeometry(geometry)
    try:
        moved.transform(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()))
    except QgsCsException as error:
        raise EngineError(tr("The region cannot be brought into the CRS of the labels: {}").format(error), "",
                          "bad-labels") from error
    if QgsWkbTypes.isMultiType(layer.wkbType()):
        moved.convertToMultiType()
    else:
        moved.convertToSingleType()
    feature.setGeometry(moved)
    at = layer.fields().lookupField(field)
    feature.setAttribute(at, _number(name) if layer.fields().at(at).isNumeric() else name)
    return feature


def _number(text: str) -> float | int | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
