"""What the pages share whose button lets the engine work: form, progress, result, and the files given to the engine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..errors import EngineCancelled, EngineError
from .jobs import Job
from .page import Page
from .runner import Runner


class JobPage(Page):
    """A form with a button, one job at a time, and its result below.

    A subclass calls `set_up` in its `build`; ``inputs`` is a form with ``changed`` and ``missing()``.
    """

    def set_up(self, box: QVBoxLayout, inputs: Any, outcome: QWidget, start: Callable[[], None],
               between: Iterable[QWidget] = ()) -> None:
        """Add form, button and result; ``between`` stands above the button."""
        self.inputs, self.runner, self.outcome = inputs, Runner(), outcome
        self._job: Job | None = None
        self._folder: Path | None = None
        for widget in (inputs, *between, self.runner, outcome):
            box.addWidget(widget)
        inputs.changed.connect(self.refresh)
        self.runner.started.connect(start)
        self.runner.cancelled.connect(self.cancel)

    @property
    def running(self) -> bool:
        """Whether the engine works for this page."""
        return self._job is not None

    @property
    def folder(self) -> Path:
        """For files that the engine shall read; removed when the work is over."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=self.key, dir=QgsProcessingUtils.tempFolder()))
        return self._folder

    def run(self, title: str, task: str, params: dict[str, Any], done: Callable[[dict[str, Any]], None],
            part: tuple[float, float] = (0.0, 100.0)) -> None:
        """Start a job; ``done`` gets its value.

        Args:
            title: what QGIS shows among its running tasks.
            task: name of the task.
            params: parameters of its request.
            done: called before the form is given back, and may run another job, the next step.
            part: of the progress bar, in percent.
        """
        start, end = part
        job = self._job = self.desk.jobs.engine(title, task, params)
        job.progressed.connect(lambda percent: self.runner.set_progress(start + percent * (end - start) / 100))
        job.messaged.connect(self.runner.set_message)
        job.logged.connect(self.runner.add_log)
        job.done.connect(lambda value: self._step_done(job, value, done))
        job.failed.connect(self.job_failed)
        job.ended.connect(self.refresh)
        if not start:
            self.inputs.setEnabled(False)
            self.outcome.hide()
            self.runner.show_running()
        self.refresh()

    def cancel(self) -> None:
        """Cancel the running job, if any; it ends within moments."""
        if self._job is not None:
            self._job.cancel()

    def refresh(self) -> None:
        """Say what is missing before a job can be started."""
        self.runner.set_missing(self.inputs.missing())

    def job_failed(self, error: EngineError) -> None:
        """The job was cancelled, or could not do its work."""
        self.settle()
        self.say(error)

    def say(self, error: EngineError) -> None:
        """Show what went wrong; that a job was cancelled is no fault."""
        self.notice.say("info" if isinstance(error, EngineCancelled) else "error", error.message, error.hint)

    def settle(self) -> None:
        """The work is over: give the form back."""
        self._job = None
        self.forget_folder()
        self.inputs.setEnabled(True)
        self.runner.show_idle()
        self.refresh()

    def forget_folder(self) -> None:
        """Remove what the engine was given."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def state(self) -> dict[str, Any]:
        """The form's."""
        return self.inputs.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Take it back."""
        self.inputs.restore(state)

    def clear(self) -> None:
        """The project was closed."""
        self.outcome.hide()
        self.runner.forget()

    def end(self) -> None:
        """Nothing stays on the disk."""
        self.forget_folder()

    def _step_done(self, job: Job, value: dict[str, Any], done: Callable[[dict[str, Any]], None]) -> None:
        try:
            done(value)
        finally:
            if self._job is job:  # and not the next one
                self.settle()
