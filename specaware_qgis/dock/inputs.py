"""What the user chooses: scene, labels, and the options they rarely need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from qgis.core import QgsProcessingUtils, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsCollapsibleGroupBox, QgsFieldComboBox, QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QVBoxLayout, QWidget

from ..compat import LABEL_LAYERS, RASTER_LAYERS
from ..i18n import tr
from ..params import FROM_FILE, LEVELS, Outputs, Scene, sensor_names
from ..sources import raster_path

# Names that fields with a class usually have, best first.
CLASS_FIELDS = ("class", "class_name", "classname", "label", "landcover", "land_cover", "type", "code", "name")
MIN_BANDS = 4


class Inputs(QWidget):
    """The form at the top of the dock."""

    changed = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.scene, self.labels, self.field = QgsMapLayerComboBox(), QgsMapLayerComboBox(), QgsFieldComboBox()
        self.scene.setFilters(RASTER_LAYERS)
        self.labels.setFilters(LABEL_LAYERS)
        self.sensor, self.level, self.output = QComboBox(), QComboBox(), QgsFileWidget()
        self.sensor.addItems([FROM_FILE, *sensor_names()])
        self.level.addItems(list(LEVELS))
        self.output.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.output.setFilter("GeoTIFF (*.tif)")
        self.output.lineEdit().setPlaceholderText(tr("temporary file"))
        self._lay_out()
        self.scene.layerChanged.connect(lambda _: self.changed.emit())
        self.labels.layerChanged.connect(self._labels_changed)
        self.field.fieldChanged.connect(lambda _: self.changed.emit())
        self._labels_changed(self.labels.currentLayer())
        project = QgsProject.instance()
        project.layersAdded.connect(self._leave_maps_out)
        project.layersRemoved.connect(self._leave_maps_out)
        self._leave_maps_out()

    def _leave_maps_out(self, _layers=None) -> None:
        """Offer only rasters that can be a scene, not class maps and pictures."""
        rasters = [x for x in QgsProject.instance().mapLayers().values() if isinstance(x, QgsRasterLayer)]
        self.scene.setExceptedLayerList([layer for layer in rasters if layer.bandCount() < MIN_BANDS])
        self.changed.emit()

    def _lay_out(self) -> None:
        for widget in (self.scene, self.labels, self.field, self.sensor, self.level):
            # Long layer names must not push the dock wider than the user made it.
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(120)
        self.scene.setToolTip(tr("A raster whose bands have wavelengths"))
        self.labels.setToolTip(tr("Polygons or points; 5 to 50 labelled pixels a class are enough"))
        self.sensor.setToolTip(tr("Set it only if the file does not say"))
        form = _form()
        form.addRow(tr("Scene"), self.scene)
        form.addRow(tr("Labels"), self.labels)
        form.addRow(tr("Class field"), self.field)
        options = QgsCollapsibleGroupBox(tr("Options"))
        inner = _form()
        inner.addRow(tr("Sensor"), self.sensor)
        inner.addRow(tr("Level"), self.level)
        inner.addRow(tr("Save map as"), self.output)
        options.setLayout(inner)
        options.setFlat(True)
        options.setCollapsed(True)
        options.setSaveCollapsedState(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(form)
        box.addWidget(options)

    def _labels_changed(self, layer: QgsVectorLayer | None) -> None:
        self.field.setLayer(layer)
        names = [f.name() for f in layer.fields()] if layer is not None else []
        likely = [n for wanted in CLASS_FIELDS for n in names if n.lower() == wanted]
        texts = [f.name() for f in layer.fields() if not f.isNumeric()] if layer is not None else []
        for name in (likely + texts)[:1]:
            self.field.setField(name)
        self.changed.emit()

    def missing(self) -> str:
        """What is still to be chosen before a run can start; empty if nothing."""
        if self.scene.currentLayer() is None:
            return tr("Add a hyperspectral scene to the project to begin.")
        if self.labels.currentLayer() is None:
            return tr("Add a layer of labelled polygons or points.")
        if not self.field.currentField():
            return tr("Choose the field with the class.")
        return ""

    def chosen_scene(self) -> Scene:
        """The scene and overrides; raises `EngineError` for a layer without a file."""
        return Scene(raster_path(self.scene.currentLayer()), self.sensor.currentText(), self.level.currentText())

    def chosen_outputs(self) -> Outputs:
        """Map, confidence and report: beside each other, in the chosen place or a temporary folder."""
        chosen = self.output.filePath().strip()
        if chosen:
            path = Path(chosen if os.path.splitext(chosen)[1].lower() in (".tif", ".tiff") else chosen + ".tif")
        else:
            path = Path(tempfile.mkdtemp(prefix="specaware", dir=QgsProcessingUtils.tempFolder()), "land_cover.tif")
        return Outputs(str(path), str(path.with_name(f"{path.stem}_confidence.tif")),
                       str(path.with_name(f"{path.stem}_report.json")))


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(10)
    form.setVerticalSpacing(6)
    return form
