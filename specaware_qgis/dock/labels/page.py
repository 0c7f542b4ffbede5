"""Page Labels: classes, drawing, growing, counts, import, and where to label next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ... import label_layer
from ...compat import LABEL_LAYERS
from ...errors import EngineCancelled, EngineError
from ...i18n import tr
from ...label_counts import Counts
from ..field_box import FieldBox
from ..inputs import CLASS_FIELDS
from ..page import Page
from ..style import muted, plain, section, warn
from .class_list import ClassList
from .counter import LabelCounter
from .grower import Grower, Target
from .importing import LabelImport
from .suggester import Suggester

TENTHS, MIN_BUTTON_PX = 10, 44


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
        self.counter, self.imports, self.suggester = LabelCounter(self.desk, self), LabelImport(), Suggester(self.desk)
        self.empty = muted(QLabel(tr("Choose a layer of polygons or points with classes, or make a new one with the "
                                     "button beside it.")))
        self._prepare()
        box.addLayout(self._layer_form())
        for part in (self.empty, section(tr("Classes")), self.list, self._tools(), self.warnings, self.imports,
                     self.suggester):
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
        self.empty.setWordWrap(True)
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
        row.setSpacing(4)
        for button in (self.draw, self.grow, self.save):
            button.setMinimumWidth(MIN_BUTTON_PX)  # styles ask for more than three short words need
            row.addWidget(button, 1)
        angle.addWidget(muted(QLabel(tr("Tolerance"))))
        angle.addWidget(self.tolerance, 1)
        angle.addWidget(self.tolerance_text)
        box.addLayout(row)
        box.addLayout(angle)
        return tools

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
        self.imports.wanted.connect(self._import)
        self.suggester.button.clicked.connect(self.notice.hide)
        self.suggester.suggested.connect(lambda count: self.notice.say(
            "info", tr("{} places were added to the map, the most telling first.").format(count)))
        self.suggester.failed.connect(self._say)
        self.counter.counted.connect(self._counted)
        self.desk.scene_changed.connect(lambda: self.counter.count_soon())
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
        self.counter.count_soon()

    def left(self) -> None:
        """No clicks any more."""
        self.grower.stop()

    def end(self) -> None:
        """Let go of the layer."""
        self.counter.stop()

    def clear(self) -> None:
        """The project was closed."""
        self.grower.stop()
        self.counter.watch(None)

    def _layer_changed(self, layer: QgsVectorLayer | None) -> None:
        self.grower.stop()
        self.counter.watch(layer)
        self.field_box.setLayer(layer)
        names = {f.name().lower(): f.name() for f in layer.fields()} if layer is not None else {}
        likely = next((names[wanted] for wanted in CLASS_FIELDS if wanted in names), None)
        if likely is not None:
            self.field_box.setField(likely)
        self._field_changed()

    def _field_changed(self) -> None:
        ready = self.layer is not None and bool(self.field)
        self.list.setEnabled(ready)
        self.empty.setHidden(ready)
        for widget in (self.draw, self.grow, self.save, self.imports.take):
            widget.setEnabled(ready)
        self.list.show_classes(label_layer.classes_of(self.layer, self.field) if ready else [])
        self.counter.count_soon(self.field if ready else "")

    def _classes_edited(self) -> None:
        if self.layer is not None and self.field:
            label_layer.set_classes(self.layer, self.field, self.list.classes())
        self.counter.count_soon()

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
        try:
            count = self.imports.copy_into(self.layer, self.field, self.list.classes())
        except EngineError as error:
            self._say(error)
            return
        self.list.show_classes(label_layer.classes_of(self.layer, self.field))
        self.notice.say("info", tr("{} labels were imported; save them when they are right.").format(count))

    def _counted(self, counts: Counts | None) -> None:
        if counts is None:
            self.warnings.hide()
            return
        known = {found.name for found in self.list.classes()}
        if self.layer is not None and self.field and set(counts.classes) - known:
            self.list.show_classes(label_layer.with_classes(self.list.classes(), sorted(counts.classes)))
        self.list.show_counts(counts)
        warn(self.warnings, counts.warnings)

    def _ask_new(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("New labels layer"), tr("labels.gpkg"), "GeoPackage (*.gpkg)")
        if path:
            self.new_layer(path)

    def _say(self, error: EngineError) -> None:
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)
