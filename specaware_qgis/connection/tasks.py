"""Background tasks of the dock. ``run`` never raises: what went wrong is kept for the main thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsMessageLog, QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from . import session
from .environment import diagnose

LOG = "SpecAware"


class BackgroundTask(QgsTask):
    """Calls ``work(self)`` on another thread; afterwards ``value`` or ``error`` is set and ``finished`` tells."""

    messaged = pyqtSignal(str)
    logged = pyqtSignal(str, str)

    def __init__(self, description: str, work: Callable[[BackgroundTask], Any]) -> None:
        super().__init__(description, QgsTask.Flag.CanCancel)
        self._work = work
        self.value: Any = None
        self.error: EngineError | None = None

    def run(self) -> bool:
        """Do the work; called by QGIS."""
        try:
            self.value = self._work(self)
        except EngineError as error:
            self.error = EngineCancelled() if self.isCanceled() else error
        except Exception as error:
            QgsMessageLog.logMessage(traceback.format_exc(), LOG, Qgis.MessageLevel.Critical)
            self.error = EngineError(tr("The plugin failed: {}: {}").format(type(error).__name__, error),
                                     tr("The log panel, page SpecAware, has the details."))
        return self.error is None


def engine_task(description: str, name: str, params: dict[str, Any], aside: bool = False) -> BackgroundTask:
    """A task that runs one job in the engine, or in the second one."""

    def work(task: BackgroundTask) -> dict[str, Any]:
        def progress(fraction: float, message: str) -> None:
            task.setProgress(100 * fraction)
            if message:
                task.messaged.emit(message)

        def log(level: str, message: str) -> None:
            kind = Qgis.MessageLevel.Warning if level == "warning" else Qgis.MessageLevel.Info
            QgsMessageLog.logMessage(message, LOG, kind, False)
            task.logged.emit(level, message)

        return session.run(name, params, progress, log, task.isCanceled, aside)

    return BackgroundTask(description, work)


def check_task() -> BackgroundTask:
    """A task that finds the engine and lets it examine itself."""
    return BackgroundTask(tr("Check the SpecAware engine"), lambda task: diagnose(session.engine(), task.isCanceled))
