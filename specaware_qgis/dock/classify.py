"""Page Classify: from scene and labels, or a saved model, to a land-cover map."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject
from qgis.PyQt.QtWidgets import QVBoxLayout

from .. import results, settings
from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from ..params import classify_params
from ..sources import label_file
from .inputs import Inputs
from .jobs import Job
from .outcome import Outcome
from .page import Page
from .runner import Runner


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
        return tr("Makes a land-cover map of the scene from your labels, or with a saved model.")

    def build(self, box: QVBoxLayout) -> None:
        """Form, button, result."""
        self.inputs, self.runner, self.outcome = Inputs(), Runner(), Outcome()
        self._job: Job | None = None
        self._label_folder: Path | None = None
        self._scene_name = ""
        for widget in (self.inputs, self.runner, self.outcome):
            box.addWidget(widget)
        self.inputs.changed.connect(self._refresh)
        self.runner.started.connect(self.classify)
        self.runner.cancelled.connect(self.cancel)
        self._refresh()

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._job is not None

    def classify(self) -> None:
        """Start a job with what is chosen."""
        if self.running:
            return
        self.notice.hide()
        self._label_folder = Path(tempfile.mkdtemp(prefix="labels", dir=QgsProcessingUtils.tempFolder()))
        try:
            scene, outputs = self.inputs.chosen_scene(), self.inputs.chosen_outputs()
            labels = label_file(self.inputs.labels.currentLayer(), self.inputs.field.currentField(), self._label_folder)
            params = classify_params(scene, outputs, labels, device=settings.device())
        except EngineError as error:
            self._forget_labels()
            self.notice.say("error", error.message, error.hint)
            return
        self._scene_name = self.inputs.scene.currentLayer().name()
        job = self._job = self.desk.jobs.engine(tr("Classify land cover"), "classify", params)
        job.progressed.connect(self.runner.set_progress)
        job.messaged.connect(self.runner.set_message)
        job.done.connect(self._done)
        job.failed.connect(self._failed)
        self.inputs.setEnabled(False)
        self.outcome.hide()
        self.runner.show_running()

    def cancel(self) -> None:
        """Cancel the running job, if any; it ends within moments."""
        if self._job is not None:
            self._job.cancel()

    def _done(self, value: dict[str, Any]) -> None:
        self._settle()
        layer = results.add_to_project(value, self._scene_name, QgsProject.instance())
        if layer is None:
            self.notice.say("error", tr("The map {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self.desk.iface.setActiveLayer(layer)
        self.outcome.show_result(value, self._scene_name)

    def _failed(self, error: EngineError) -> None:
        self._settle()
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)

    def _settle(self) -> None:
        self._job = None
        self._forget_labels()
        self.inputs.setEnabled(True)
        self.runner.show_idle()

    def _forget_labels(self) -> None:
        if self._label_folder is not None:
            shutil.rmtree(self._label_folder, ignore_errors=True)
            self._label_folder = None

    def _refresh(self) -> None:
        self.runner.set_missing(self.inputs.missing())
