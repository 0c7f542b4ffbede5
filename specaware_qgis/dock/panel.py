"""The dock: form, button, messages, result and the engine's line, and the tasks behind them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingUtils, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from .. import results, session, settings
from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from ..params import classify_params
from ..sources import label_file
from ..tasks import BackgroundTask, check_task, engine_task
from .engine_status import EngineStatus
from .inputs import Inputs
from .notice import Notice
from .outcome import Outcome
from .runner import Runner

MARGIN_PX = 10


class SpecAwareDock(QgsDockWidget):
    """Classify land cover, with one button."""

    def __init__(self, iface) -> None:
        super().__init__(tr("SpecAware"), iface.mainWindow())
        self.setObjectName("SpecAwareDock")
        self._iface = iface
        self.inputs, self.runner, self.notice = Inputs(), Runner(), Notice()
        self.outcome, self.status = Outcome(), EngineStatus()
        self._task: BackgroundTask | None = None
        self._check: BackgroundTask | None = None
        self._label_folder: Path | None = None
        self._scene_name, self._checked = "", False
        self._lay_out()
        self.inputs.changed.connect(self._refresh)
        self.runner.started.connect(self.classify)
        self.runner.cancelled.connect(self.cancel)
        self.status.changed.connect(self._engine_changed)
        self.opened.connect(self._first_shown)
        self._refresh()

    def _lay_out(self) -> None:
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        box.setSpacing(10)
        for widget in (self.inputs, self.runner, self.notice, self.outcome):
            box.addWidget(widget)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        self.status.setContentsMargins(MARGIN_PX, 2, MARGIN_PX - 4, 4)
        outer.addWidget(self.status)
        self.setWidget(whole)
        self.setMinimumWidth(280)

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._task is not None

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
        task = self._task = engine_task(tr("Classify land cover"), "classify", params)
        task.progressChanged.connect(self.runner.set_progress)
        task.messaged.connect(self.runner.set_message)
        task.taskCompleted.connect(self._done)
        task.taskTerminated.connect(self._failed)
        self.inputs.setEnabled(False)
        self.outcome.hide()
        self.runner.show_running()
        QgsApplication.taskManager().addTask(task)

    def cancel(self) -> None:
        """Cancel the running job, if any; it ends within moments."""
        if self._task is not None:
            self._task.cancel()

    def end(self) -> None:
        """Cancel everything: QGIS or the plugin is about to leave."""
        for task in (self._task, self._check):
            if task is not None:
                task.cancel()

    def _done(self) -> None:
        value = self._task.value
        self._settle()
        layer = results.add_to_project(value, self._scene_name, QgsProject.instance())
        if layer is None:
            self.notice.say("error", tr("The map {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self._iface.setActiveLayer(layer)
        self.outcome.show_result(value, self._scene_name)

    def _failed(self) -> None:
        # A task cancelled before it started never ran, and has no error of its own.
        error = self._task.error or EngineCancelled()
        self._settle()
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)

    def _settle(self) -> None:
        self._task = None
        self._forget_labels()
        self.inputs.setEnabled(True)
        self.runner.show_idle()

    def _forget_labels(self) -> None:
        if self._label_folder is not None:
            shutil.rmtree(self._label_folder, ignore_errors=True)
            self._label_folder = None

    def _refresh(self) -> None:
        self.runner.set_missing(self.inputs.missing())

    def _first_shown(self) -> None:
        if not self._checked:
            self.check_engine()

    def _engine_changed(self) -> None:
        if not self.running:
            session.client.stop()
        self.check_engine()

    def check_engine(self) -> None:
        """Let the engine examine itself in the background."""
        if self._check is not None:
            return
        self._checked = True
        self.status.checking()
        self._check = check_task()
        self._check.taskCompleted.connect(self._check_done)
        self._check.taskTerminated.connect(self._check_failed)
        QgsApplication.taskManager().addTask(self._check)

    def _check_done(self) -> None:
        found, self._check = self._check.value, None
        self.status.show_doctor(found)
        for problem in (found.get("problems") or [])[:1]:
            self.notice.say("error", str(problem.get("message", "")), str(problem.get("hint", "")))

    def _check_failed(self) -> None:
        error, self._check = self._check.error or EngineCancelled(), None
        self.status.show_error(error)
        if not isinstance(error, EngineCancelled):
            self.notice.say("error", error.message, error.hint)
