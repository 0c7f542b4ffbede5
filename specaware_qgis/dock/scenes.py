"""Page Scenes: cells of a grid, or chips in a folder, given classes from a few examples."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject, QgsVectorLayer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QVBoxLayout

from .. import label_layer, scene_style, settings
from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from ..sources import label_file
from .jobs import Job
from .page import Page
from .runner import Runner
from .scene_inputs import SceneInputs
from .scene_outcome import SceneOutcome


class ScenesPage(Page):
    """Classify scenes, with one button."""

    key, icon = "scenes", "page_scenes.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Scenes")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Gives whole places a class, such as residential, harbour or forest: the cells of a grid over the "
            "scene, or chips in a folder.</p>"
            "<p>The classes are learned from a few examples: polygons or points on the scene, each with a class, or a "
            "folder with one folder of chips for each class. Five a class are enough to begin with; of polygons and "
            "points, a window as large as a cell is looked at.</p>"
            "<p>The share of right answers is measured with examples held out; a plain logistic regression stands "
            "beside it. Pale cells are uncertain ones.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Form, button, result."""
        self.inputs, self.runner, self.outcome = SceneInputs(self.desk), Runner(), SceneOutcome()
        self.runner.button.setText(tr("Classify scenes"))
        self._job: Job | None = None
        self._folder: Path | None = None
        for widget in (self.inputs, self.runner, self.outcome):
            box.addWidget(widget)
        self.inputs.changed.connect(self._refresh)
        self.runner.started.connect(self.classify)
        self.runner.cancelled.connect(self.cancel)
        self._refresh()

    @property
    def running(self) -> bool:
        """Whether scenes are being classified."""
        return self._job is not None

    def classify(self) -> None:
        """Start a job with what is chosen."""
        if self.running:
            return
        self.notice.hide()
        try:
            params = self._params()
        except EngineError as error:
            self._forget_folder()
            self._say(error)
            return
        title = self.desk.layer.name() if self.inputs.of_grid else Path(params["predict"]).name
        job = self._job = self.desk.jobs.engine(tr("Classify scenes"), "scene", params)
        job.progressed.connect(self.runner.set_progress)
        job.messaged.connect(self.runner.set_message)
        job.logged.connect(self.runner.add_log)
        job.done.connect(lambda value: self._done(value, title))
        job.failed.connect(self._failed)
        job.ended.connect(self._refresh)
        self.inputs.setEnabled(False)
        self.outcome.hide()
        self.runner.show_running()

    def cancel(self) -> None:
        """Cancel the running job, if any; it ends within moments."""
        if self._job is not None:
            self._job.cancel()

    def state(self) -> dict[str, Any]:
        """Layers, folders, size of the cells."""
        return self.inputs.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back."""
        self.inputs.restore(state)

    def clear(self) -> None:
        """The project was closed."""
        self.outcome.hide()

    def entered(self) -> None:
        """Show the grid, if wanted."""
        self.inputs.show_on_map(True)

    def left(self) -> None:
        """The grid belongs to this page."""
        self.inputs.show_on_map(False)

    def end(self) -> None:
        """Nothing stays on the map or on the disk."""
        self.inputs.end()
        self._forget_folder()

    def _params(self) -> dict[str, Any]:
        """The engine's parameters; raises `EngineError` for what cannot be used."""
        inputs = self.inputs
        output, report = inputs.chosen_output()
        found: dict[str, Any] = {"output": output, "report": report, "chip_px": inputs.cell.value(),
                                 "device": settings.device()}
        if inputs.of_grid:
            scene = self.desk.scene().params()
            found |= {"predict": scene.pop("image"), **scene}
        else:
            found["predict"] = inputs.chips.filePath().strip()
        if not inputs.from_labels:
            return found | {"train": inputs.folder.filePath().strip()}
        self._folder = Path(tempfile.mkdtemp(prefix="examples", dir=QgsProcessingUtils.tempFolder()))
        labels = label_file(inputs.labels.currentLayer(), inputs.field.currentField(), self._folder)
        return found | {"train": labels.path, "labels_layer": labels.layer or None,
                        "class_field": labels.class_field or None}

    def _done(self, value: dict[str, Any], title: str) -> None:
        self._settle()
        self._take_colors(value)
        if Path(value["output"]).suffix.lower() == ".csv":
            self.notice.say("info", tr("The table was written to {}.").format(value["output"]))
        elif not self._show_layer(value, title):
            self.notice.say("error", tr("The result {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self.outcome.show_result(value, title)

    def _show_layer(self, value: dict[str, Any], title: str) -> bool:
        layer = QgsVectorLayer(value["output"], f"{title} — {tr('scenes')}", "ogr")
        if not layer.isValid():
            return False
        scene_style.style(layer, [found for found in value["classes"] if found["predicted"]])
        QgsProject.instance().addMapLayer(layer, False)
        QgsProject.instance().layerTreeRoot().insertLayer(0, layer)
        self.desk.iface.setActiveLayer(layer)
        # The lines of the grid have done their work.
        self.inputs.grid.setChecked(False)
        return True

    def _take_colors(self, value: dict[str, Any]) -> None:
        """Draw the classes in the colours that the labels have on the screen."""
        labels = self.inputs.labels.currentLayer() if self.inputs.from_labels else None
        if labels is not None:
            styled = label_layer.styled_classes(labels, self.inputs.field.currentField())
            colors = {found.name: QColor(found.color).getRgb()[:3] for found in styled}
            for found in value["classes"]:
                found["color"] = list(colors.get(found["name"], found["color"]))

    def _failed(self, error: EngineError) -> None:
        self._settle()
        self._say(error)

    def _say(self, error: EngineError) -> None:
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)

    def _settle(self) -> None:
        self._job = None
        self._forget_folder()
        self.inputs.setEnabled(True)
        self.runner.show_idle()
        self._refresh()

    def _forget_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _refresh(self) -> None:
        self.runner.set_missing(self.inputs.missing())
