"""Which features of which layer spectra are taken of."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QSizePolicy

from ... import label_layer
from ...compat import LABEL_LAYERS
from ...errors import EngineError
from ...i18n import tr
from ..field_box import FieldBox
from ..folded import Folded


@dataclass(frozen=True)
class Group:
    """Areas that are averaged together.

    Attributes:
        name: of the spectrum.
        color: ``#rrggbb``, empty for any.
        areas: in the CRS of the scene.
    """

    name: str
    color: str
    areas: tuple[QgsGeometry, ...]


class FeatureBox(Folded):
    """A layer, its class field, and two buttons."""

    selected = pyqtSignal()
    classes = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(tr("From a layer"))
        self.layer_box, self.field_box = QgsMapLayerComboBox(), FieldBox()
        self.selected_button, self.classes_button = QPushButton(tr("Selected")), QPushButton(tr("Classes"))
        self.layer_box.setFilters(LABEL_LAYERS)
        self.layer_box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.layer_box.setMinimumWidth(100)
        self.selected_button.setToolTip(tr("A mean spectrum of each selected feature"))
        self.classes_button.setToolTip(tr("A mean spectrum of each class, over all its features"))
        row = QHBoxLayout()
        row.addWidget(self.selected_button)
        row.addWidget(self.classes_button)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Layer"), self.layer_box)
        form.addRow(tr("Name or class"), self.field_box)
        form.addRow(row)
        self.layer_box.layerChanged.connect(self._layer_changed)
        self.selected_button.clicked.connect(lambda: self.selected.emit())
        self.classes_button.clicked.connect(lambda: self.classes.emit())
        self._layer_changed(self.layer_box.currentLayer())

    def _layer_changed(self, layer: QgsVectorLayer | None) -> None:
        self.field_box.setLayer(layer)
        names = [field.name() for field in layer.fields() if not field.isNumeric()] if layer is not None else []
        likely = [name for name in names if name.lower() == label_layer.CLASS_FIELD] + names
        if likely:
            self.field_box.setField(likely[0])
        for button in (self.selected_button, self.classes_button):
            button.setEnabled(layer is not None)

    def groups(self, by_class: bool, crs: QgsCoordinateReferenceSystem) -> list[Group]:
        """The areas in a CRS, a group a class or a selected feature.

        Raises:
            EngineError: there are none.
        """
        layer: QgsVectorLayer = self.layer_box.currentLayer()
        field = self.field_box.currentField()
        features = list(layer.getFeatures() if by_class else layer.getSelectedFeatures())
        transform = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance())
        groups: dict[str, list[QgsGeometry]] = {}
        for feature in features:
            name, area = _name(feature, field, by_class), _moved(feature.geometry(), transform)
            if name and area is not None:
                groups.setdefault(name, []).append(area)
        if not groups:
            raise EngineError(tr("{} has no {} that lie on the scene.").format(
                layer.name(), tr("features with a class") if by_class else tr("selected features")),
                tr("Choose another field.") if by_class else tr("Select features with QGIS' own tools."), "bad-labels")
        colors = {c.name: c.color for c in label_layer.classes_of(layer, field)} if by_class else {}
        return [Group(name, colors.get(name, ""), tuple(areas)) for name, areas in groups.items()]


def _name(feature: QgsFeature, field: str, by_class: bool) -> str:
    at = feature.fields().lookupField(field)
    value = feature.attribute(at) if at >= 0 else None
    named = "" if value in (NULL, None) else str(value)
    return named if by_class else f"{named} {feature.id()}".strip()


def _moved(area: QgsGeometry, transform: QgsCoordinateTransform) -> QgsGeometry | None:
    moved = QgsGeometry(area)
    try:
        moved.transform(transform)
    except QgsCsException:
        return None
    return None if moved.isEmpty() else moved
