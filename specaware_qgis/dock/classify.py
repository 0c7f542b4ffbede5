"""Page Classify: from scene and labels, or a saved model, to a land-cover map."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFileDialog, QLabel, QPushButton, QVBoxLayout

from .. import label_layer, results, settings
from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from ..params import classify_params
from ..sources import label_file
from .inputs import Inputs
from .jobs import Job
from .outcome import Outcome
from .page import Page
from .previewer import Previewer, Recipe, fingerprint
from .runner import Runner
from .style import muted


class ClassifyPage(Page):
    """Classify land cover, with one button."""

    key, icon = "classify", "page_classify.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Classify")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Makes a land-cover map of the scene from your labels, or with a model saved by an earlier run.</p>"
            "<p><b>Preview here</b> maps a square of 256 × 256 pixels in the middle of the view, then wherever you "
            "click. The first preview has to learn from the labels; later ones take moments.</p>"
            "<p><b>Classify land cover</b> works in the background and can be cancelled at any time. The accuracy "
            "beside the result comes from a spatial cross-validation inside your labels, with a random forest on the "
            "same folds; it does not replace independent reference data.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Form, buttons, result."""
        self.inputs, self.runner, self.outcome = Inputs(self.desk), Runner(), Outcome()
        self.preview, self.preview_text = QPushButton(tr("Preview here")), muted(QLabel())
        self.previewer = Previewer(self.desk, self._recipe)
        self._job: Job | None = None
        self._label_folder: Path | None = None
        self._scene_name, self._model = "", ""
        self.preview.setCheckable(True)
        self.preview.setToolTip(tr("Map 256 × 256 pixels in the middle of the view, then wherever you click"))
        self.preview_text.setWordWrap(True)
        self.preview_text.hide()
        for widget in (self.inputs, self.preview, self.preview_text, self.runner, self.outcome):
            box.addWidget(widget)
        self.inputs.changed.connect(self._refresh)
        self.preview.clicked.connect(self._preview_clicked)
        self.previewer.said.connect(self._preview_said)
        self.previewer.failed.connect(self._say)
        self.previewer.shown.connect(self._take_colors)
        self.previewer.left.connect(lambda: self.preview.setChecked(False))
        self.desk.scene_changed.connect(self.previewer.clear)
        self.runner.started.connect(self.classify)
        self.runner.cancelled.connect(self.cancel)
        self.outcome.save_model.connect(self._save_model)
        self._refresh()

    @property
    def running(self) -> bool:
        """Whether a map is being made."""
        return self._job is not None

    def classify(self) -> None:
        """Start a job with what is chosen."""
        if self.running:
            return
        self.notice.hide()
        self.previewer.stop()
        try:
            recipe, outputs = self._recipe(), self.inputs.chosen_outputs()
            params = classify_params(recipe.scene, outputs, recipe.labels, recipe.model, device=recipe.device,
                                     extent=self.inputs.chosen_extent(), weights=recipe.weights)
        except EngineError as error:
            self._say(error)
            return
        self._scene_name = self.desk.layer.name()
        job = self._job = self.desk.jobs.engine(tr("Classify land cover"), "classify", params)
        job.progressed.connect(self.runner.set_progress)
        job.messaged.connect(self.runner.set_message)
        job.logged.connect(self.runner.add_log)
        job.done.connect(lambda value: self._done(value, recipe))
        job.failed.connect(self._failed)
        job.ended.connect(self._refresh)
        self.inputs.setEnabled(False)
        self.preview.setEnabled(False)
        self.outcome.hide()
        self.preview_text.hide()
        self.runner.show_running()

    def cancel(self) -> None:
        """Cancel the running job, if any; it ends within moments."""
        if self._job is not None:
            self._job.cancel()

    def state(self) -> dict[str, Any]:
        """Labels, model and weights."""
        return self.inputs.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back."""
        self.inputs.restore(state)

    def clear(self) -> None:
        """The project was closed."""
        self.previewer.clear()
        self.preview_text.hide()
        self.outcome.hide()

    def left(self) -> None:
        """The overlay belongs to this page."""
        self.previewer.clear()

    def end(self) -> None:
        """Nothing stays on the map or on the disk."""
        self.previewer.end()
        self._forget_labels()

    def _recipe(self) -> Recipe:
        """What is chosen now; raises `EngineError` for what cannot be used."""
        scene, weights = self.desk.scene(), self.inputs.weights.filePath().strip()
        if self.inputs.uses_model:
            return Recipe(scene, None, self.inputs.model.filePath().strip(), weights, settings.device())
        if self._label_folder is None:
            self._label_folder = Path(tempfile.mkdtemp(prefix="labels", dir=QgsProcessingUtils.tempFolder()))
        layer, field = self.inputs.labels.currentLayer(), self.inputs.field.currentField()
        # A folder for each copy: an earlier one may still be read.
        labels = label_file(layer, field, Path(tempfile.mkdtemp(dir=self._label_folder)))
        return Recipe(scene, labels, "", weights, settings.device(), fingerprint(layer, field, labels))

    def _done(self, value: dict[str, Any], recipe: Recipe) -> None:
        self._settle()
        self._model = value.get("model") or ""
        self.previewer.remember(recipe, self._model)
        self.previewer.clear()
        self._take_colors(value)
        layer = results.add_to_project(value, self._scene_name, QgsProject.instance())
        if layer is None:
            self.notice.say("error", tr("The map {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self.desk.iface.setActiveLayer(layer)
        self.outcome.show_result(value, self._scene_name)

    def _take_colors(self, value: dict[str, Any]) -> None:
        """Draw the map's classes in the colours that the labels have on the screen."""
        labels = None if self.inputs.uses_model else self.inputs.labels.currentLayer()
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
        self._forget_labels()
        self.inputs.setEnabled(True)
        self.runner.show_idle()
        self._refresh()

    def _forget_labels(self) -> None:
        if self._label_folder is not None:
            shutil.rmtree(self._label_folder, ignore_errors=True)
            self._label_folder = None

    def _refresh(self) -> None:
        missing = self.inputs.missing()
        self.runner.set_missing(missing)
        self.preview.setEnabled(not missing and not self.running)

    def _preview_clicked(self, on: bool) -> None:
        if on:
            self.notice.hide()
            self.previewer.begin()
        else:
            self.previewer.clear()
            self.preview_text.hide()

    def _preview_said(self, text: str) -> None:
        self.preview_text.setText(text)
        self.preview_text.setVisible(bool(text))

    def _save_model(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the model"), "", "Safetensors (*.safetensors)")
        if path:
            self.save_model(path if path.endswith(".safetensors") else path + ".safetensors")

    def save_model(self, path: str) -> None:
        """Keep the model of the last run under a name of the user's."""
        source = self._model
        job = self.desk.jobs.compute(tr("Save the model"), lambda _: _copy(source, path))
        job.done.connect(lambda _: self.notice.say("info", tr("The model was saved as {}.").format(path)))
        job.failed.connect(self._say)


def _copy(source: str, path: str) -> None:
    partial = Path(path).with_name(f".{Path(path).name}.part")
    try:
        shutil.copyfile(source, partial)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise EngineError(tr("The model could not be saved: {}.").format(error), tr("Choose another folder."),
                          "output") from error
