"""Page Classify: from scene and labels, or a saved model, to a land-cover map."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QFileDialog, QLabel, QPushButton, QVBoxLayout

from ... import label_layer, results, settings
from ...errors import EngineError
from ...i18n import tr
from ...params import Outputs, classify_params, train_params
from ...sources import label_file
from ..inputs import Inputs
from ..job_page import JobPage
from ..style import muted
from .outcome import Outcome
from .previewer import Previewer, Recipe, fingerprint

# Of the progress bar, where a head is fine-tuned before the map is made.
TRAINED_PERCENT = 85.0


class ClassifyPage(JobPage):
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
            "click. The first preview has to look at the scene and learn from the labels; later ones take moments, and "
            "when labels are added only they are learned anew.</p>"
            "<p><b>Classify land cover</b> works in the background and can be cancelled at any time. The accuracy "
            "beside the result comes from a spatial cross-validation inside your labels, with a random forest on the "
            "same folds; it does not replace independent reference data.</p>"
            "<p>Under Options the <b>classifier</b> can be a head that is fine-tuned on your labels. That takes "
            "minutes and pays with many labels only: compare the accuracies.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Form, buttons, result."""
        self.preview, self.preview_text = QPushButton(tr("Preview here")), muted(QLabel())
        self.previewer = Previewer(self.desk, self._recipe)
        self._scene_name, self._model = "", ""
        self.preview.setCheckable(True)
        self.preview.setToolTip(tr("Map 256 × 256 pixels in the middle of the view, then wherever you click"))
        self.preview_text.setWordWrap(True)
        self.preview_text.hide()
        self.set_up(box, Inputs(self.desk), Outcome(), self.classify, (self.preview, self.preview_text))
        self.preview.clicked.connect(self._preview_clicked)
        self.previewer.said.connect(self._preview_said)
        self.previewer.failed.connect(self.say)
        self.previewer.shown.connect(self._recolor)
        self.previewer.left.connect(lambda: self.preview.setChecked(False))
        self.desk.scene_changed.connect(self.previewer.clear)
        self.outcome.save_model.connect(self._save_model)
        self.refresh()

    def classify(self) -> None:
        """Start with what is chosen: a map at once, or first a head, and the map with it."""
        if self.running:
            return
        self.notice.hide()
        self.previewer.stop()
        try:
            recipe, outputs, extent = self._recipe(), self.inputs.chosen_outputs(), self.inputs.chosen_extent()
        except EngineError as error:
            self.say(error)
            return
        self._scene_name = self.desk.layer.name()
        self.preview_text.hide()
        if recipe.head:
            params = train_params(recipe.scene, recipe.labels, outputs.model, recipe.head, device=recipe.device,
                                  weights=recipe.weights, report=outputs.report)
            self.run(tr("Fine-tune the model"), "train", params,
                     lambda found: self._map(recipe, outputs, extent, found), (0.0, TRAINED_PERCENT))
        else:
            self._map(recipe, outputs, extent, None)

    def _map(self, recipe: Recipe, outputs: Outputs, extent: tuple[float, float, float, float] | None,
             tuned: dict[str, Any] | None) -> None:
        """Map with labels, with a saved model, or with one that has just been fine-tuned."""
        model = recipe.model
        if tuned is not None:
            model, outputs = tuned["output"], replace(outputs, model="")
        params = classify_params(recipe.scene, outputs, None if model else recipe.labels, model, device=recipe.device,
                                 extent=extent, weights=recipe.weights, spectral_only=recipe.spectral_only)
        self.run(tr("Classify land cover"), "classify", params, lambda value: self._done(value, recipe, tuned),
                 (TRAINED_PERCENT if tuned else 0.0, 100.0))

    def clear(self) -> None:
        """The project was closed."""
        super().clear()
        self.previewer.clear()
        self.preview_text.hide()

    def left(self) -> None:
        """The overlay belongs to this page."""
        self.previewer.clear()

    def end(self) -> None:
        """Nothing stays on the map or on the disk."""
        self.previewer.end()
        super().end()

    def _recipe(self) -> Recipe:
        """What is chosen now; raises `EngineError` for what cannot be used."""
        scene, weights = self.desk.scene(), self.inputs.weights.filePath().strip()
        if self.inputs.uses_model:
            return Recipe(scene, None, self.inputs.model.filePath().strip(), weights, settings.device())
        layer, field = self.inputs.labels.currentLayer(), self.inputs.field.currentField()
        # A folder for each copy: an earlier one may still be read.
        labels = label_file(layer, field, Path(tempfile.mkdtemp(dir=self.folder)))
        return Recipe(scene, labels, "", weights, settings.device(), fingerprint(layer, field, labels),
                      self.inputs.head, self.inputs.spectral_only)

    def _done(self, value: dict[str, Any], recipe: Recipe, tuned: dict[str, Any] | None) -> None:
        if tuned is not None:
            note = tr("One fold of held-out places, the same for both. It also chose the epoch, so the score is "
                      "slightly optimistic.")
            # The report of the training, since that of the map knows no accuracy.
            value = value | {"model": tuned["output"], "scores": tuned["scores"], "score_note": note,
                             "report": tuned["report"], "encoder_share": None,
                             "warnings": tuned["warnings"] + value["warnings"]}
        self._model = value.get("model") or ""
        self.previewer.remember(recipe, self._model)
        self.previewer.clear()
        self._recolor(value)
        layer = results.add_to_project(value, self._scene_name, QgsProject.instance())
        if layer is None:
            self.notice.say("error", tr("The map {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self.desk.iface.setActiveLayer(layer)
        self.outcome.show_result(value, self._scene_name)

    def _recolor(self, value: dict[str, Any]) -> None:
        if not self.inputs.uses_model:
            label_layer.recolor(value["classes"], self.inputs.labels.currentLayer(), self.inputs.field.currentField())

    def refresh(self) -> None:
        """There can be a preview whenever there can be a map."""
        super().refresh()
        self.preview.setEnabled(not self.inputs.missing() and not self.running)

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
        job.failed.connect(self.say)


def _copy(source: str, path: str) -> None:
    partial = Path(path).with_name(f".{Path(path).name}.part")
    try:
        shutil.copyfile(source, partial)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise EngineError(tr("The model could not be saved: {}.").format(error), tr("Choose another folder."),
                          "output") from error
