"""What the classification of scenes needs: what to classify, and examples with classes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox, QgsRubberBand
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ... import label_counts
from ...compat import LABEL_LAYERS, POLYGON_LAYERS
from ...grid_lines import CellGrid
from ...i18n import tr
from ...maptools.look import CASING, LINE
from ..desk import Desk
from ..field_box import FieldBox
from ..folded import Folded
from ..inputs import CLASS_FIELDS
from ..scene_box import SceneBox
from ..style import muted

OF_GRID, OF_FOLDER, OF_UNITS = range(3)
FROM_LABELS, FROM_FOLDER = range(2)
# The engine's own bounds.
MIN_CELL_PX, MAX_CELL_PX = 4, 1024
# The first of these that gives so many cells a side is proposed.
START_CELLS_PX, CELLS_A_SIDE = (64, 32, 16, 8), 8
FEW_CELLS = 9
SETTLE_MS = 300


class SceneInputs(QWidget):
    """The form of the page."""

    changed = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.what, self.scene, self.chips = QComboBox(), SceneBox(desk), QgsFileWidget()
        self.cell, self.grid, self.size = QSpinBox(), QCheckBox(tr("Show the grid")), muted(QLabel())
        self.source, self.labels, self.field = QComboBox(), QgsMapLayerComboBox(), FieldBox()
        self.folder, self.output, self.classes = QgsFileWidget(), QgsFileWidget(), muted(QLabel())
        self.units = QgsMapLayerComboBox()
        self._band: QgsRubberBand | None = None
        self._shown, self._job, self._proposes = False, None, True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._count)
        self._prepare()
        self._lay_out()
        self._connect()
        self._labels_changed(self.labels.currentLayer())
        self._scene_changed()

    def _prepare(self) -> None:
        self.what.addItems([tr("Grid of cells"), tr("A folder of chips"), tr("Polygons of a layer")])
        self.source.addItems([tr("Labels"), tr("A folder of chips")])
        self.labels.setFilters(LABEL_LAYERS)
        self.units.setFilters(POLYGON_LAYERS)
        self.units.setToolTip(tr("Fields, parcels, blocks: each polygon gets one class; only what lies inside counts"))
        for widget, name in ((self.what, tr("Classify")), (self.source, tr("Learn from")), (self.units, tr("Polygons")),
                             (self.labels, tr("Labels layer")), (self.field, tr("Class field"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(100)
            widget.setAccessibleName(name)
        for widget in (self.chips, self.folder):
            widget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setToolTip(tr("A folder that holds one folder of chips for each class"))
        self.cell.setRange(MIN_CELL_PX, MAX_CELL_PX)
        self.cell.setValue(START_CELLS_PX[0])
        self.cell.setSuffix(" px")
        self.cell.setAccessibleName(tr("Side of a cell"))
        self.output.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.output.setFilter("GeoPackage (*.gpkg);;GeoJSON (*.geojson);;CSV (*.csv)")
        self.output.lineEdit().setPlaceholderText(tr("temporary file"))
        for label in (self.size, self.classes):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        for text, widget in ((tr("Classify"), self.what), (tr("Scene"), self.scene), (tr("Chips"), self.chips),
                             (tr("Polygons"), self.units), (tr("Cells"), self.cell), ("", self.size), ("", self.grid),
                             (tr("Learn from"), self.source), (tr("Layer"), self.labels),
                             (tr("Class field"), self.field), (tr("Examples"), self.folder), ("", self.classes)):
            form.addRow(text, widget)
        options = Folded(tr("Options"))
        inner = QFormLayout(options)
        inner.addRow(tr("Save as"), self.output)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(form)
        box.addWidget(options)

    def _connect(self) -> None:
        for signal in (self.what.currentIndexChanged, self.source.currentIndexChanged, self.chips.fileChanged,
                       self.folder.fileChanged):
            signal.connect(lambda _: self._choice_changed())
        self.units.layerChanged.connect(lambda _: self.changed.emit())
        self.cell.valueChanged.connect(lambda _: self._cell_changed())
        self.grid.toggled.connect(lambda _: self._draw())
        self.labels.layerChanged.connect(self._labels_changed)
        self.field.picked.connect(lambda _: self._field_changed())
        self._desk.scene_changed.connect(self._scene_changed)
        self._desk.canvas.destinationCrsChanged.connect(self._draw)

    @property
    def of_grid(self) -> bool:
        """Whether cells of a scene are classified."""
        return self.what.currentIndex() == OF_GRID

    @property
    def of_units(self) -> bool:
        """Whether polygons of a layer are classified."""
        return self.what.currentIndex() == OF_UNITS

    @property
    def of_scene(self) -> bool:
        """Whether parts of the scene are classified, and not chips in files."""
        return self.of_grid or self.of_units

    @property
    def from_labels(self) -> bool:
        """Whether the examples are polygons or points."""
        return self.source.currentIndex() == FROM_LABELS

    def missing(self) -> str:
        """What is still to be chosen before a run can start; empty if nothing."""
        if self.of_scene and self._desk.layer is None:
            return tr("Open a hyperspectral scene on the page Data to begin.")
        if not self.of_scene and not self.chips.filePath().strip():
            return tr("Choose the folder of chips to classify.")
        if self.from_labels and not self.of_scene:
            return tr("Polygons lie on a scene: choose a folder of examples, or classify a scene.")
        if not self.from_labels and not self.folder.filePath().strip():
            return tr("Choose a folder with one folder of chips for each class.")
        if self.from_labels and self.labels.currentLayer() is None:
            return tr("Add a layer of polygons or points with classes.")
        if self.from_labels and not self.field.currentField():
            return tr("Choose the field with the class.")
        return self._missing_units() if self.of_units else ""

    def _missing_units(self) -> str:
        """Only what lies inside polygons is compared, so that the examples must be polygons, too."""
        if self.units.currentLayer() is None:
            return tr("Add a layer of polygons to classify.")
        polygons = QgsWkbTypes.GeometryType.PolygonGeometry
        if not self.from_labels or self.labels.currentLayer().geometryType() != polygons:
            return tr("Polygons are learned from polygons: choose such a layer of labels.")
        return ""

    def chosen_output(self) -> tuple[str, str]:
        """Result and report, in the chosen place or a temporary folder."""
        chosen = self.output.filePath().strip()
        if chosen:
            known = os.path.splitext(chosen)[1].lower() in (".gpkg", ".geojson", ".csv")
            path = Path(chosen if known else chosen + ".gpkg")
        else:
            path = Path(tempfile.mkdtemp(prefix="scenes", dir=QgsProcessingUtils.tempFolder())) / "scenes.gpkg"
        return str(path), str(path.with_name(f"{path.stem}_report.html"))

    def show_on_map(self, on: bool) -> None:
        """The page is visible, or not: the grid belongs to it."""
        self._shown = on
        self._draw()
        if on:
            self._timer.start()

    def state(self) -> dict[str, Any]:
        """What the project should remember."""
        labels, units = self.labels.currentLayer(), self.units.currentLayer()
        return {"what": self.what.currentIndex(), "source": self.source.currentIndex(), "cell": self.cell.value(),
                "grid": self.grid.isChecked(), "labels": labels.id() if labels is not None else "",
                "field": self.field.currentField(), "chips": self.chips.filePath(), "folder": self.folder.filePath(),
                "units": units.id() if units is not None else ""}

    def restore(self, state: dict[str, Any]) -> None:
        """Take it back; what is gone or makes no sense is passed over."""
        for box, key, known in ((self.what, "what", (OF_GRID, OF_FOLDER, OF_UNITS)),
                                (self.source, "source", (FROM_LABELS, FROM_FOLDER))):
            if state.get(key) in known:
                box.setCurrentIndex(int(state[key]))
        if isinstance(state.get("cell"), int):
            self.cell.setValue(min(max(state["cell"], MIN_CELL_PX), MAX_CELL_PX))
        self.grid.setChecked(state.get("grid") is True)
        units = QgsProject.instance().mapLayer(str(state.get("units", "")))
        if isinstance(units, QgsVectorLayer):
            self.units.setLayer(units)
        layer = QgsProject.instance().mapLayer(str(state.get("labels", "")))
        if isinstance(layer, QgsVectorLayer):
            self.labels.setLayer(layer)
            if layer.fields().lookupField(str(state.get("field", ""))) >= 0:
                self.field.setField(state["field"])
        self.chips.setFilePath(str(state.get("chips", "")))
        self.folder.setFilePath(str(state.get("folder", "")))

    def end(self) -> None:
        """Nothing stays on the map."""
        self._timer.stop()
        self._shown = False
        self._draw()
        self._desk.canvas.destinationCrsChanged.disconnect(self._draw)

    def _choice_changed(self) -> None:
        for widget, shown in ((self.scene, self.of_scene), (self.units, self.of_units), (self.cell, self.of_grid),
                              (self.grid, self.of_grid),
                              (self.size, self.of_grid and self.size.text()),
                              (self.chips, not self.of_scene), (self.labels, self.from_labels),
                              (self.field, self.from_labels), (self.classes, self.from_labels and self.classes.text()),
                              (self.folder, not self.from_labels)):
            widget.setVisible(bool(shown))
            label = self._form.labelForField(widget)
            if label is not None:
                label.setVisible(bool(shown))
        self._draw()
        self.changed.emit()

    def _cell_changed(self) -> None:
        self._proposes = False  # the user knows better
        self._scene_changed()

    def _propose_cell(self, layer: QgsRasterLayer) -> None:
        side_px = min(layer.width(), layer.height())
        self.cell.blockSignals(True)
        self.cell.setValue(next((px for px in START_CELLS_PX if side_px >= CELLS_A_SIDE * px), START_CELLS_PX[-1]))
        self.cell.blockSignals(False)

    def _scene_changed(self) -> None:
        layer = self._desk.layer
        if layer is not None and self._proposes:
            self._propose_cell(layer)
        self.size.setText("")
        if layer is not None:
            grid, side = CellGrid.over(layer, self.cell.value()), ""
            if layer.crs().mapUnits() == QgsUnitTypes.DistanceUnit.DistanceMeters:
                side = tr("{:,.0f} m a side · ").format(self.cell.value() * layer.rasterUnitsPerPixelX())
            text = tr("{} × {} = {:,} cells").format(grid.cols, grid.rows, grid.cols * grid.rows)
            few = "" if grid.cols * grid.rows >= FEW_CELLS else tr(": make them smaller")
            self.size.setText(side + text + few)
        self._choice_changed()

    def _labels_changed(self, layer: QgsVectorLayer | None) -> None:
        self.field.setLayer(layer)
        names = {f.name().lower(): f.name() for f in layer.fields()} if layer is not None else {}
        likely = next((names[wanted] for wanted in CLASS_FIELDS if wanted in names), None)
        if likely is not None:
            self.field.setField(likely)
        self._field_changed()

    def _field_changed(self) -> None:
        self._timer.start()
        self.changed.emit()

    def _count(self) -> None:
        """Say what the examples are; counted on another thread."""
        layer, field = self.labels.currentLayer(), self.field.currentField()
        self._say_classes("")
        if self._job is not None:
            self._job.forget()
            self._job = None
        if layer is None or not field or not self._shown:
            return
        source, at = QgsVectorLayerFeatureSource(layer), layer.fields().lookupField(field)
        self._job = self._desk.jobs.compute(
            tr("Count labels"), lambda task: label_counts.count(source, at, None, task.isCanceled))
        self._job.done.connect(self._counted)

    def _counted(self, counts: label_counts.Counts) -> None:
        self._job = None
        places = sum(c.places for c in counts.classes.values())
        lines = [tr("{} classes, {} examples").format(len(counts.classes), places)]
        lines += [f"⚠ {text}" for text in counts.warnings]
        self._say_classes("\n".join(lines))

    def _say_classes(self, text: str) -> None:
        self.classes.setText(text)
        self.classes.setVisible(bool(text) and self.from_labels)

    def _draw(self) -> None:
        """The grid on the map, if it is wanted."""
        canvas, layer = self._desk.canvas, self._desk.layer
        if self._band is not None:
            canvas.scene().removeItem(self._band)
            self._band = None
        if self._shown and self.of_grid and self.grid.isChecked() and layer is not None:
            self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.LineGeometry)
            self._band.setStrokeColor(LINE)
            self._band.setSecondaryStrokeColor(CASING)
            self._band.setWidth(1)
            self._band.setToGeometry(CellGrid.over(layer, self.cell.value()).lines(layer), layer.crs())
