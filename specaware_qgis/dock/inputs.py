"""What the classification needs: scene, labels or a saved model, and the options rarely needed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProcessingUtils, QgsProject, QgsVectorLayer
from qgis.gui import QgsExtentWidget, QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSizePolicy, QVBoxLayout, QWidget

from ..compat import LABEL_LAYERS
from ..errors import EngineError
from ..i18n import tr
from ..params import HEADS, Outputs
from .desk import Desk
from .field_box import FieldBox
from .folded import Folded
from .scene_box import SceneBox

# Names that fields with a class usually have, best first.
CLASS_FIELDS = ("class", "class_name", "classname", "label", "landcover", "land_cover", "type", "code", "name")
FROM_LABELS, FROM_MODEL = range(2)
# Beside the heads that can be fine-tuned.
SPECTRAL_ONLY = "spectral-only"


class Inputs(QWidget):
    """The form at the top of the page."""

    changed = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.scene, self.labels, self.field = SceneBox(desk), QgsMapLayerComboBox(), FieldBox()
        self.source, self.model, self.weights = QComboBox(), QgsFileWidget(), QgsFileWidget()
        self.classifier = QComboBox()
        self.output, self.part = QgsFileWidget(), QCheckBox(tr("Only a part of the scene"))
        self.extent = QgsExtentWidget(None, QgsExtentWidget.WidgetStyle.CondensedStyle)
        self._prepare()
        self._lay_out()
        self.source.currentIndexChanged.connect(self._source_changed)
        self.labels.layerChanged.connect(self._labels_changed)
        self.field.picked.connect(lambda _: self.changed.emit())
        self.model.fileChanged.connect(lambda _: self.changed.emit())
        self.classifier.currentIndexChanged.connect(lambda _: self.changed.emit())
        desk.scene_changed.connect(self._scene_changed)
        self._source_changed()
        self._labels_changed(self.labels.currentLayer())
        self._scene_changed()

    def _prepare(self) -> None:
        self.labels.setFilters(LABEL_LAYERS)
        self.source.addItems([tr("Labels"), tr("A saved model")])
        self.classifier.addItem(tr("Mixture (recommended)"), "")
        self.classifier.addItem(tr("Mixture without the encoder (faster)"), SPECTRAL_ONLY)
        for head, name in HEADS.items():
            self.classifier.addItem(tr("Fine-tuned: {}").format(tr(name)), head)
        self.classifier.setToolTip(tr(
            "The mixture learns in seconds and was better with few labels. Without the encoder large scenes take about "
            "half of the time. Fine-tuning a head takes minutes; it pays "
            "with many labels, or where one model shall serve scenes of several sensors."))
        safetensors = "Safetensors (*.safetensors)"
        for widget, pattern, hint in ((self.model, safetensors, ""), (self.weights, safetensors + ";;(*.*)",
                                                                      tr("those that come with SpecAware"))):
            widget.setFilter(pattern)
            widget.lineEdit().setPlaceholderText(hint)
        self.output.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.output.setFilter("GeoTIFF (*.tif)")
        self.output.lineEdit().setPlaceholderText(tr("temporary file"))
        for widget in (self.source, self.labels, self.field, self.classifier):
            # Long layer names must not push the dock wider than the user made it.
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(120)
        self.labels.setToolTip(tr("Polygons or points; 5 to 50 labelled pixels a class are enough"))
        self.extent.setMapCanvas(self._desk.canvas)
        self.extent.setEnabled(False)
        self.part.toggled.connect(self._part_toggled)

    def _lay_out(self) -> None:
        self._form = form = _form()
        form.addRow(tr("Scene"), self.scene)
        form.addRow(tr("Learn from"), self.source)
        form.addRow(tr("Layer"), self.labels)
        form.addRow(tr("Class field"), self.field)
        form.addRow(tr("Model"), self.model)
        options = Folded(tr("Options"))
        inner = _form()
        inner.addRow(self.part)
        inner.addRow(self.extent)
        inner.addRow(tr("Classifier"), self.classifier)
        inner.addRow(tr("Weights"), self.weights)
        inner.addRow(tr("Save map as"), self.output)
        options.setLayout(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(form)
        box.addWidget(options)

    @property
    def uses_model(self) -> bool:
        """Whether a saved model is applied."""
        return self.source.currentIndex() == FROM_MODEL

    @property
    def head(self) -> str:
        """The head that shall be fine-tuned; empty for the mixture, and for a saved model."""
        chosen = "" if self.uses_model else str(self.classifier.currentData() or "")
        return "" if chosen == SPECTRAL_ONLY else chosen

    @property
    def spectral_only(self) -> bool:
        """Whether to learn without the encoder."""
        return not self.uses_model and self.classifier.currentData() == SPECTRAL_ONLY

    def _source_changed(self, _index: int = 0) -> None:
        for widget, shown in ((self.labels, not self.uses_model), (self.field, not self.uses_model),
                              (self.model, self.uses_model)):
            widget.setVisible(shown)
            self._form.labelForField(widget).setVisible(shown)
        self.classifier.setEnabled(not self.uses_model)
        self.changed.emit()

    def _labels_changed(self, layer: QgsVectorLayer | None) -> None:
        self.field.setLayer(layer)
        names = [f.name() for f in layer.fields()] if layer is not None else []
        likely = [n for wanted in CLASS_FIELDS for n in names if n.lower() == wanted]
        texts = [f.name() for f in layer.fields() if not f.isNumeric()] if layer is not None else []
        for name in (likely + texts)[:1]:
            self.field.setField(name)
        self.changed.emit()

    def _scene_changed(self) -> None:
        layer = self._desk.layer
        if layer is not None:
            self.extent.setOutputCrs(layer.crs())
            self.extent.setOriginalExtent(layer.extent(), layer.crs())
            self.extent.setOutputExtentFromOriginal()
        self.changed.emit()

    def _part_toggled(self, on: bool) -> None:
        self.extent.setEnabled(on)
        layer = self._desk.layer
        if on and layer is not None:
            canvas = self._desk.canvas
            self.extent.setCurrentExtent(canvas.extent(), canvas.mapSettings().destinationCrs())
            self.extent.setOutputExtentFromCurrent()

    def missing(self) -> str:
        """What is still to be chosen before a run can start; empty if nothing."""
        if self._desk.layer is None:
            return tr("Open a hyperspectral scene on the page Data to begin.")
        if self.uses_model:
            return "" if self.model.filePath().strip() else tr("Choose a model that an earlier run has saved.")
        if self.labels.currentLayer() is None:
            return tr("Add a layer of labelled polygons or points.")
        return "" if self.field.currentField() else tr("Choose the field with the class.")

    def chosen_extent(self) -> tuple[float, float, float, float] | None:
        """The part to map in the scene's CRS, None for all; raises `EngineError` if it has no area."""
        if not self.part.isChecked():
            return None
        box, layer = self.extent.outputExtent(), self._desk.layer
        try:
            transform = QgsCoordinateTransform(self.extent.outputCrs(), layer.crs(), QgsProject.instance())
            box = transform.transformBoundingBox(box)
        except QgsCsException:
            box.setMinimal()
        if box.isEmpty() or not box.isFinite():
            raise EngineError(tr("The part to map has no area."), tr("Draw it on the map, or map the whole scene."))
        return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()

    def chosen_outputs(self) -> Outputs:
        """Map, confidence, report and model: beside each other, in the chosen place or a temporary folder."""
        chosen = self.output.filePath().strip()
        folder = Path(tempfile.mkdtemp(prefix="specaware", dir=QgsProcessingUtils.tempFolder()))
        path = folder / "land_cover.tif"
        if chosen:
            path = Path(chosen if os.path.splitext(chosen)[1].lower() in (".tif", ".tiff") else chosen + ".tif")
        model = "" if self.uses_model else str(folder / "model.safetensors")
        return Outputs(str(path), str(path.with_name(f"{path.stem}_confidence.tif")),
                       str(path.with_name(f"{path.stem}_report.html")), model)

    def state(self) -> dict[str, Any]:
        """What the project should remember."""
        labels = self.labels.currentLayer()
        return {"source": self.source.currentIndex(), "labels": labels.id() if labels is not None else "",
                "field": self.field.currentField(), "model": self.model.filePath(), "weights": self.weights.filePath(),
                "classifier": str(self.classifier.currentData() or "")}

    def restore(self, state: dict[str, Any]) -> None:
        """Take it back; layers that are gone are passed over."""
        if state.get("source") in (FROM_LABELS, FROM_MODEL):
            self.source.setCurrentIndex(state["source"])
        layer = QgsProject.instance().mapLayer(str(state.get("labels", "")))
        if isinstance(layer, QgsVectorLayer):
            self.labels.setLayer(layer)
            if layer.fields().lookupField(str(state.get("field", ""))) >= 0:
                self.field.setField(state["field"])
        self.model.setFilePath(str(state.get("model", "")))
        self.weights.setFilePath(str(state.get("weights", "")))
        self.classifier.setCurrentIndex(max(self.classifier.findData(str(state.get("classifier", ""))), 0))


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(10)
    form.setVerticalSpacing(6)
    return form
