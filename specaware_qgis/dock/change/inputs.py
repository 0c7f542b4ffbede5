"""What a comparison needs: two scenes, where to look, and the options rarely needed."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...compat import LABEL_LAYERS, RASTER_LAYERS
from ...i18n import tr
from ...pairs import blocker
from ..desk import Desk, can_be_scene
from ..field_box import FieldBox
from ..folded import Folded
from ..inputs import CLASS_FIELDS
from ..scene_box import SceneBox
from .area_panel import AreaPanel
from .pair_line import PairLine

NO_MOVES, MOVES_FROM_LABELS, MOVES_FROM_MODEL = range(3)
CHANGE_FIELDS = ("change", "changed", "class", "label")


@dataclass(frozen=True)
class ChangeOutputs:
    """Files to write."""

    score: str
    from_to: str
    report: str


class ChangeInputs(QWidget):
    """The form of the page."""

    changed = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.before, self.after, self.swap = SceneBox(desk), QgsMapLayerComboBox(), QToolButton()
        self.pair, self.areas = PairLine(desk), AreaPanel(desk)
        self.examples, self.example_field = QgsMapLayerComboBox(), FieldBox()
        self.moves, self.covers, self.cover_field = QComboBox(), QgsMapLayerComboBox(), FieldBox()
        self.model, self.output = QgsFileWidget(), QgsFileWidget()
        self.fast = QCheckBox(tr("Spectra only (faster)"))
        self._prepare()
        self._lay_out()
        self._connect()
        self._offer()

    @property
    def layers(self) -> tuple[QgsRasterLayer | None, QgsRasterLayer | None]:
        """The earlier and the later scene."""
        return self._desk.layer, self.after.currentLayer()

    def _prepare(self) -> None:
        self.after.setFilters(RASTER_LAYERS)
        for box in (self.examples, self.covers):
            box.setFilters(LABEL_LAYERS)
            box.setAllowEmptyLayer(True)
            box.setCurrentIndex(0)
        for widget, name in ((self.after, tr("Later scene")), (self.examples, tr("Changed and unchanged places")),
                             (self.covers, tr("Labels of land cover")), (self.moves, tr("From-to table"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(100)
            widget.setAccessibleName(name)
        self.after.setToolTip(tr("The scene of the other date; grid, coordinate system and sensor may differ"))
        self.swap.setText("⇅")
        self.swap.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.swap.setToolTip(tr("Swap the two scenes"))
        self.swap.setAccessibleName(tr("Swap the two scenes"))
        self.swap.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.moves.addItems([tr("none"), tr("from labels of land cover"), tr("from a saved model")])
        self.examples.setToolTip(tr("Places known to be changed or unchanged; makes the score a probability"))
        self.covers.setToolTip(tr("Land cover in the earlier scene; a model is learned from it"))
        self.model.setFilter("Safetensors (*.safetensors)")
        self.fast.setToolTip(tr("Do without the encoder: takes two thirds of the time, and was about as good "
                                "on the pairs it was tried on"))
        self.output.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.output.setFilter("GeoTIFF (*.tif)")
        self.output.lineEdit().setPlaceholderText(tr("temporary file"))

    def _lay_out(self) -> None:
        scenes, both = _form(), QHBoxLayout()
        scenes.addRow(tr("Earlier"), self.before)
        scenes.addRow(tr("Later"), self.after)
        both.setSpacing(4)
        both.addLayout(scenes, 1)
        both.addWidget(self.swap)
        self._form = options = _form()
        options.addRow(tr("From-to table"), self.moves)
        options.addRow(tr("Land cover"), self.covers)
        options.addRow(tr("Class field"), self.cover_field)
        options.addRow(tr("Model"), self.model)
        options.addRow(tr("Examples"), self.examples)
        options.addRow(tr("Changed?"), self.example_field)
        options.addRow(self.fast)
        options.addRow(tr("Save map as"), self.output)
        group = Folded(tr("Options"))
        group.setLayout(options)
        # Unfolding shows everything inside, also what is not to be seen.
        group.collapsedStateChanged.connect(lambda _: self._options_changed())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(both)
        for widget in (self.pair, self.areas, group):
            box.addWidget(widget)

    def _connect(self) -> None:
        self.after.layerChanged.connect(lambda _: self._looked())
        self.swap.clicked.connect(self._swap)
        self.examples.layerChanged.connect(lambda layer: _follow(self.example_field, layer, CHANGE_FIELDS))
        self.covers.layerChanged.connect(lambda layer: _follow(self.cover_field, layer, CLASS_FIELDS))
        for signal in (self.examples.layerChanged, self.covers.layerChanged, self.moves.currentIndexChanged,
                       self.model.fileChanged):
            signal.connect(lambda _: self._options_changed())
        self._desk.scene_changed.connect(self._offer)
        self._desk.rasters_changed.connect(self._offer)

    def missing(self) -> str:
        """What is still to be chosen before a run can start; empty if nothing."""
        reason = blocker(*self.layers)
        if reason:
            return reason
        if self.examples.currentLayer() is not None and not self.example_field.currentField():
            return tr("Choose the field that says changed or unchanged.")
        if self.moves.currentIndex() == MOVES_FROM_MODEL and not self.model.filePath().strip():
            return tr("Choose a land cover model that an earlier run has saved.")
        if self.moves.currentIndex() == MOVES_FROM_LABELS and not (
                self.covers.currentLayer() is not None and self.cover_field.currentField()):
            return tr("Choose a layer with labels of land cover.")
        return ""

    def chosen_outputs(self) -> ChangeOutputs:
        """Score, transitions and report: beside each other, in the chosen place or a temporary folder."""
        chosen = self.output.filePath().strip()
        if chosen:
            path = Path(chosen if os.path.splitext(chosen)[1].lower() in (".tif", ".tiff") else chosen + ".tif")
        else:
            path = Path(tempfile.mkdtemp(prefix="change", dir=QgsProcessingUtils.tempFolder())) / "change.tif"
        wanted = self.moves.currentIndex() != NO_MOVES
        return ChangeOutputs(str(path), str(path.with_name(f"{path.stem}_from_to.tif")) if wanted else "",
                             str(path.with_name(f"{path.stem}_report.html")))

    def state(self) -> dict[str, Any]:
        """What the project should remember."""
        return {"after": _id(self.after.currentLayer()), "areas": self.areas.state(),
                "examples": _id(self.examples.currentLayer()), "example_field": self.example_field.currentField(),
                "moves": self.moves.currentIndex(), "covers": _id(self.covers.currentLayer()),
                "cover_field": self.cover_field.currentField(), "model": self.model.filePath(),
                "fast": self.fast.isChecked(), "correct": self.pair.correct.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take it back; what is gone or makes no sense is passed over."""
        for box, field, key, field_key in ((self.after, None, "after", ""),
                                           (self.examples, self.example_field, "examples", "example_field"),
                                           (self.covers, self.cover_field, "covers", "cover_field")):
            layer = QgsProject.instance().mapLayer(str(state.get(key, "")))
            if layer is not None:
                box.setLayer(layer)
            if field is not None and field.fields().lookupField(str(state.get(field_key, ""))) >= 0:
                field.setField(state[field_key])
        if state.get("moves") in (NO_MOVES, MOVES_FROM_LABELS, MOVES_FROM_MODEL):
            self.moves.setCurrentIndex(state["moves"])
        self.model.setFilePath(str(state.get("model", "")))
        self.fast.setChecked(state.get("fast") is True)
        self.pair.correct.setChecked(state.get("correct") is True)
        self.areas.restore(state.get("areas"))

    def _offer(self) -> None:
        """Offer every scene but the earlier one."""
        rasters = [x for x in QgsProject.instance().mapLayers().values() if isinstance(x, QgsRasterLayer)]
        self.after.setExceptedLayerList([x for x in rasters if not can_be_scene(x) or x is self._desk.layer])
        self._looked()
        self._options_changed()

    def _looked(self) -> None:
        self.pair.look(*self.layers)
        self.changed.emit()

    def _swap(self) -> None:
        before, after = self.layers
        if before is not None and after is not None:
            self._desk.set_layer(after)
            self.after.setLayer(before)

    def _options_changed(self) -> None:
        moves = self.moves.currentIndex()
        for widget, shown in ((self.covers, moves == MOVES_FROM_LABELS),
                              (self.cover_field, moves == MOVES_FROM_LABELS and
                               self.covers.currentLayer() is not None),
                              (self.model, moves == MOVES_FROM_MODEL),
                              (self.example_field, self.examples.currentLayer() is not None)):
            widget.setVisible(shown)
            self._form.labelForField(widget).setVisible(shown)
        # The land cover of both dates needs the encoder.
        self.fast.setEnabled(moves == NO_MOVES)
        self.changed.emit()


def _follow(field: FieldBox, layer: QgsVectorLayer | None, likely: tuple[str, ...]) -> None:
    field.setLayer(layer)
    names = {f.name().lower(): f.name() for f in layer.fields()} if layer is not None else {}
    found = next((names[wanted] for wanted in likely if wanted in names), None)
    if found is not None:
        field.setField(found)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(10)
    form.setVerticalSpacing(6)
    return form


def _id(layer) -> str:
    return layer.id() if layer is not None else ""
