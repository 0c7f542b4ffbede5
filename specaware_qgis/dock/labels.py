"""Page Labels: classes, drawing, growing, counts, import, and where to label next."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsProcessingUtils,
    QgsProject,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)
from qgis.gui import QgsCollapsibleGroupBox, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .. import label_counts, label_layer, settings
from ..compat import LABEL_LAYERS
from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from .class_list import ClassList
from .field_box import FieldBox
from .grower import Grower, Target
from .inputs import CLASS_FIELDS
from .page import Page
from .style import muted, plain, section

SETTLE_MS = 300
TENTHS = 10
EDIT_SIGNALS = ("featureAdded", "featuresDeleted", "geometryChanged", "attributeValueChanged", "afterRollBack")


class LabelsPage(Page):
    """Where the training areas come from."""

    key, icon = "labels", "page_labels.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Labels")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Labels are polygons or points with a class. 5 to 50 pixels a class are enough to begin with; put them "
            "in at least two places each, so that the accuracy can be measured.</p>"
            "<p>Make a layer, add classes, choose one and press <b>Draw</b>: QGIS' own tools digitise, and what you "
            "draw gets the chosen class. <b>Grow</b> takes a click and fills the pixels around it whose spectra have a "
            "like shape; the slider widens or narrows the region grown last.</p>"
            "<p><b>Suggest places</b> asks the model of the last preview or map where it is least sure.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Layer, classes, tools, warnings, import, suggestions."""
        self.layer_box, self.field_box, self.new = QgsMapLayerComboBox(), FieldBox(), QToolButton()
        self.list, self.draw, self.grow = ClassList(), QPushButton(tr("Draw")), QPushButton(tr("Grow"))
        self.save, self.tolerance, self.tolerance_text = QPushButton(tr("Save")), QSlider(), muted(QLabel())
        self.warnings, self.grower = QLabel(), Grower(self.desk)
        self._watched: QgsVectorLayer | None = None
        self._count_job = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._count)
        self._prepare()
        box.addLayout(self._layer_form())
        for part in (section(tr("Classes")), self.list, self._tools(), self.warnings, self._import_box(),
                     self._suggest_box()):
            box.addWidget(part)
        self._connect()
        self._layer_changed(self.layer_box.currentLayer())

    @property
    def layer(self) -> QgsVectorLayer | None:
        """The labels layer."""
        return self.layer_box.currentLayer()

    @property
    def field(self) -> str:
        """The field with the class."""
        return self.field_box.currentField()

    def _prepare(self) -> None:
        self.layer_box.setFilters(LABEL_LAYERS)
        for widget, name in ((self.layer_box, tr("Labels layer")), (self.field_box, tr("Class field"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(100)
            widget.setAccessibleName(name)
        self.new.setIcon(QgsApplication.getThemeIcon("/mActionNewGeoPackageLayer.svg"))
        self.new.setToolTip(tr("Make a new labels layer …"))
        self.new.setAccessibleName(tr("Make a new labels layer …"))
        self.new.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grow.setCheckable(True)
        self.draw.setToolTip(tr("Draw with QGIS' own tools; what you draw gets the chosen class"))
        self.grow.setToolTip(tr("Click on the map: pixels around with like spectra become a polygon"))
        self.save.setToolTip(tr("Save the edits of the labels layer"))
        self.tolerance.setOrientation(Qt.Orientation.Horizontal)
        self.tolerance.setRange(5, 20 * TENTHS)
        self.tolerance.setValue(int(self.grower.tolerance_deg * TENTHS))
        self.tolerance.setAccessibleName(tr("Tolerance of growing"))
        self.tolerance.setToolTip(tr("Greatest spectral angle to the clicked place"))
        plain(self.warnings).setWordWrap(True)

    def _layer_form(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        row.addWidget(self.layer_box, 1)
        row.addWidget(self.new)
        form.addRow(tr("Layer"), row)
        form.addRow(tr("Class field"), self.field_box)
        return form

    def _tools(self) -> QWidget:
        tools = QWidget()
        box, row, angle = QVBoxLayout(tools), QHBoxLayout(), QHBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        for button in (self.draw, self.grow, self.save):
            row.addWidget(button, 1)
        angle.addWidget(muted(QLabel(tr("Tolerance"))))
        angle.addWidget(self.tolerance, 1)
        angle.addWidget(self.tolerance_text)
        box.addLayout(row)
        box.addLayout(angle)
        return tools

    def _import_box(self) -> QWidget:
        group = _group(tr("Import"))
        form = QFormLayout(group)
        self.source, self.source_field = QgsMapLayerComboBox(), FieldBox()
        self.take = QPushButton(tr("Copy into the labels"))
        self.source.setFilters(LABEL_LAYERS)
        self.source.layerChanged.connect(self.source_field.setLayer)
        self.source_field.setLayer(self.source.currentLayer())
        for widget in (self.source, self.source_field):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        form.addRow(tr("From layer"), self.source)
        form.addRow(tr("Field"), self.source_field)
        form.addRow(self.take)
        return group

    def _suggest_box(self) -> QWidget:
        group = _group(tr("Where to label next"))
        row = QHBoxLayout(group)
        self.how_many, self.suggest_button = QSpinBox(), QPushButton(tr("Suggest places"))
        self.how_many.setRange(1, 200)
        self.how_many.setValue(20)
        self.how_many.setAccessibleName(tr("Number of places"))
        row.addWidget(self.how_many)
        row.addWidget(self.suggest_button, 1)
        return group

    def _connect(self) -> None:
        self.layer_box.layerChanged.connect(self._layer_changed)
        self.field_box.picked.connect(lambda _: self._field_changed())
        self.new.clicked.connect(self._ask_new)
        self.list.edited.connect(self._classes_edited)
        self.list.chosen.connect(self._class_chosen)
        self.draw.clicked.connect(self._draw)
        self.save.clicked.connect(self._save)
        self.grow.clicked.connect(lambda on: self.grower.begin() if on else self.grower.stop())
        self.grower.left.connect(lambda: self.grow.setChecked(False))
        self.grower.failed.connect(self._say)
        self.tolerance.valueChanged.connect(self._tolerance_changed)
        self.take.clicked.connect(self._import)
        self.suggest_button.clicked.connect(self.suggest)
        self.desk.scene_changed.connect(self._timer.start)
        self._tolerance_changed(self.tolerance.value())

    def new_layer(self, path: str) -> None:
        """Make an empty labels layer in the scene's CRS and choose it."""
        crs = self.desk.layer.crs() if self.desk.layer is not None else QgsProject.instance().crs()
        file = Path(path if path.lower().endswith(".gpkg") else path + ".gpkg")
        try:
            layer = label_layer.create(file, crs, file.stem)
        except EngineError as error:
            self._say(error)
            return
        QgsProject.instance().addMapLayer(layer)
        self.layer_box.setLayer(layer)
        self.list.name.setFocus()

    def suggest(self) -> None:
        """Ask the engine for places worth labelling."""
        model = self.desk.learned
        if not model or not Path(model).exists():
            self._say(EngineError(tr("There is no model yet that could say where it is unsure."),
                                  tr("Make a preview or a map on the page Classify first.")))
            return
        self.notice.hide()
        folder = Path(tempfile.mkdtemp(prefix="suggest", dir=QgsProcessingUtils.tempFolder()))
        try:
            params = {**self.desk.scene().params(), "model": model, "output": str(folder / "suggestions.gpkg"),
                      "count": self.how_many.value(), "device": settings.device()}
        except EngineError as error:
            self._say(error)
            return
        self.suggest_button.setEnabled(False)
        job = self.desk.jobs.engine(tr("Suggest places"), "suggest", params)
        job.progressed.connect(lambda percent: self.suggest_button.setText(f"{tr('Suggest places')} {percent:.0f} %"))
        job.done.connect(self._suggested)
        job.failed.connect(self._say)
        job.ended.connect(lambda: (self.suggest_button.setEnabled(True),
                                   self.suggest_button.setText(tr("Suggest places"))))

    def state(self) -> dict[str, Any]:
        """Layer, field, tolerance."""
        return {"layer": self.layer.id() if self.layer is not None else "", "field": self.field,
                "tolerance": self.tolerance.value()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back."""
        layer = QgsProject.instance().mapLayer(str(state.get("layer", "")))
        if isinstance(layer, QgsVectorLayer):
            self.layer_box.setLayer(layer)
            if layer.fields().lookupField(str(state.get("field", ""))) >= 0:
                self.field_box.setField(state["field"])
        if isinstance(state.get("tolerance"), int):
            self.tolerance.setValue(state["tolerance"])

    def entered(self) -> None:
        """Look again: the layer may have been edited."""
        self._timer.start()

    def left(self) -> None:
        """No clicks any more."""
        self.grower.stop()

    def end(self) -> None:
        """Let go of the layer."""
        self._timer.stop()
        self._watch(None)

    def clear(self) -> None:
        """The project was closed."""
        self.grower.stop()
        self._watch(None)

    def _layer_changed(self, layer: QgsVectorLayer | None) -> None:
        self.grower.stop()
        self._watch(layer)
        self.field_box.setLayer(layer)
        names = {f.name().lower(): f.name() for f in layer.fields()} if layer is not None else {}
        likely = next((names[wanted] for wanted in CLASS_FIELDS if wanted in names), None)
        if likely is not None:
            self.field_box.setField(likely)
        self._field_changed()

    def _watch(self, layer: QgsVectorLayer | None) -> None:
        if self._watched is not None:
            for signal in EDIT_SIGNALS:
                try:
                    getattr(self._watched, signal).disconnect(self._touched)
                except (RuntimeError, TypeError):
                    break  # the layer is gone
        self._watched = layer
        if layer is not None:
            for signal in EDIT_SIGNALS:
                getattr(layer, signal).connect(self._touched)

    def _touched(self, *_changes: Any) -> None:
        self._timer.start()

    def _field_changed(self) -> None:
        ready = self.layer is not None and bool(self.field)
        self.list.setEnabled(ready)
        for widget in (self.draw, self.grow, self.save, self.take):
            widget.setEnabled(ready)
        self.list.show_classes(label_layer.classes_of(self.layer, self.field) if ready else [])
        self._timer.start()

    def _classes_edited(self) -> None:
        if self.layer is not None and self.field:
            label_layer.set_classes(self.layer, self.field, self.list.classes())
        self._timer.start()

    def _class_chosen(self, name: str) -> None:
        if self.layer is None or not self.field:
            self.grower.target = None
            return
        self.grower.target = Target(self.layer, self.field, name)
        # An existing layer of the user's keeps its own defaults until they draw here.
        if self.layer.isEditable():
            label_layer.set_active(self.layer, self.field, name)

    def _draw(self) -> None:
        if not self.layer.isEditable() and not self.layer.startEditing():
            self._say(EngineError(tr("The layer {} cannot be edited.").format(self.layer.name()),
                                  tr("Make a new labels layer and import these labels.")))
            return
        label_layer.set_active(self.layer, self.field, self.list.active)
        self.desk.iface.setActiveLayer(self.layer)
        self.desk.iface.actionAddFeature().trigger()

    def _save(self) -> None:
        if self.layer.isEditable() and not self.layer.commitChanges(False):
            self._say(EngineError(tr("The labels could not be saved."), "; ".join(self.layer.commitErrors())))

    def _tolerance_changed(self, value: int) -> None:
        self.tolerance_text.setText(f"{value / TENTHS:.1f}°")
        self.grower.set_tolerance(value / TENTHS)

    def _import(self) -> None:
        source = self.source.currentLayer()
        if source is None or source is self.layer or not self.source_field.currentField():
            self._say(EngineError(tr("There is nothing to import."), tr("Choose another layer and the field with its "
                                                                        "classes.")))
            return
        try:
            count = label_layer.copy_from(source, self.source_field.currentField(), self.layer, self.field)
        except EngineError as error:
            self._say(error)
            return
        names = [found.name for found in label_layer.classes_of(source, self.source_field.currentField())]
        label_layer.set_classes(self.layer, self.field, label_layer.with_classes(self.list.classes(), names))
        self.list.show_classes(label_layer.classes_of(self.layer, self.field))
        self.notice.say("info", tr("{} labels were imported; save them when they are right.").format(count))

    def _count(self) -> None:
        """Count on another thread; edits that come meanwhile start another count."""
        if self._count_job is not None:
            self._count_job.forget()
            self._count_job = None
        if self.layer is None or not self.field:
            self.warnings.hide()
            return
        source, at = QgsVectorLayerFeatureSource(self.layer), self.layer.fields().lookupField(self.field)
        area = self._pixel_area()
        job = self._count_job = self.desk.jobs.compute(
            tr("Count labels"), lambda task: label_counts.count(source, at, area, task.isCanceled))
        job.done.connect(self._counted)

    def _pixel_area(self) -> float | None:
        scene = self.desk.layer
        same_units = scene is not None and scene.crs().mapUnits() == self.layer.crs().mapUnits() \
            and scene.crs().mapUnits() != QgsUnitTypes.DistanceUnit.DistanceDegrees
        if scene is None or not (same_units or scene.crs() == self.layer.crs()):
            return None
        return scene.rasterUnitsPerPixelX() * scene.rasterUnitsPerPixelY() or None

    def _counted(self, counts: label_counts.Counts) -> None:
        self._count_job = None
        known = {found.name for found in self.list.classes()}
        if self.layer is not None and self.field and set(counts.classes) - known:
            self.list.show_classes(label_layer.with_classes(self.list.classes(), sorted(counts.classes)))
        self.list.show_counts(counts)
        self.warnings.setText("\n".join(f"⚠ {text}" for text in counts.warnings))
        self.warnings.setVisible(bool(counts.warnings))

    def _suggested(self, value: dict[str, Any]) -> None:
        layer = QgsVectorLayer(f"{value['output']}|layername=suggestions", tr("Where to label next"), "ogr")
        if not layer.isValid():
            layer = QgsVectorLayer(value["output"], tr("Where to label next"), "ogr")
        QgsProject.instance().addMapLayer(layer)
        self.notice.say("info", tr("{} places were added to the map, the most telling first.").format(value["points"]))

    def _ask_new(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("New labels layer"), tr("labels.gpkg"), "GeoPackage (*.gpkg)")
        if path:
            self.new_layer(path)

    def _say(self, error: EngineError) -> None:
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)


def _group(title: str) -> QgsCollapsibleGroupBox:
    group = QgsCollapsibleGroupBox(title)
    group.setFlat(True)
    group.setCollapsed(True)
    group.setSaveCollapsedState(False)
    return group
