"""Page Scenes: cells of a grid, polygons, or chips in a folder, given classes from a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QVBoxLayout

from ... import label_layer, scene_style, settings
from ...algorithms.vectors import with_layer
from ...errors import EngineError
from ...i18n import tr
from ...sources import label_file
from ..job_page import JobPage
from .inputs import SceneInputs
from .outcome import SceneOutcome


class ScenesPage(JobPage):
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
            "scene, the polygons of a layer, or chips in a folder.</p>"
            "<p>The classes are learned from a few examples: polygons or points on the scene, each with a class, or a "
            "folder with one folder of chips for each class. Five a class are enough to begin with; of polygons and "
            "points, a window as large as a cell is looked at. Polygons are learned from polygons: only what lies "
            "inside counts.</p>"
            "<p>The share of right answers is measured with examples held out; a plain logistic regression stands "
            "beside it. Pale cells are uncertain ones.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Form, button, result."""
        self.set_up(box, SceneInputs(self.desk), SceneOutcome(), self.classify)
        self.runner.button.setText(tr("Classify scenes"))
        self.refresh()

    def classify(self) -> None:
        """Start a job with what is chosen."""
        if self.running:
            return
        self.notice.hide()
        try:
            params = self._params()
        except EngineError as error:
            self.forget_folder()
            self.say(error)
            return
        title = self.desk.layer.name() if self.inputs.of_scene else Path(params["predict"]).name
        self.run(tr("Classify scenes"), "scene", params, lambda value: self._done(value, title))

    def entered(self) -> None:
        """Show the grid, if wanted."""
        self.inputs.show_on_map(True)

    def left(self) -> None:
        """The grid belongs to this page."""
        self.inputs.show_on_map(False)

    def end(self) -> None:
        """Nothing stays on the map or on the disk."""
        self.inputs.end()
        super().end()

    def _params(self) -> dict[str, Any]:
        """The engine's parameters; raises `EngineError` for what cannot be used."""
        inputs = self.inputs
        output, report = inputs.chosen_output()
        found: dict[str, Any] = {"output": output, "report": report, "device": settings.device()}
        if inputs.of_grid:
            found["chip_px"] = inputs.cell.value()
        if inputs.of_units:
            (self.folder / "units").mkdir(exist_ok=True)
            found["units"] = with_layer(label_file(inputs.units.currentLayer(), "", self.folder / "units"))
        if inputs.of_scene:
            scene = self.desk.scene().params()
            found |= {"predict": scene.pop("image"), **scene}
        else:
            found["predict"] = inputs.chips.filePath().strip()
        if not inputs.from_labels:
            return found | {"train": inputs.folder.filePath().strip()}
        labels = label_file(inputs.labels.currentLayer(), inputs.field.currentField(), self.folder)
        return found | {"train": labels.path, "labels_layer": labels.layer or None,
                        "class_field": labels.class_field or None}

    def _done(self, value: dict[str, Any], title: str) -> None:
        if self.inputs.from_labels:
            label_layer.recolor(value["classes"], self.inputs.labels.currentLayer(), self.inputs.field.currentField())
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
