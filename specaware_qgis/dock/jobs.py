"""The work behind the pages: one job of the engine after another, quick questions beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..connection import session
from ..connection.tasks import BackgroundTask, check_task, engine_task
from ..errors import EngineCancelled, EngineError
from ..i18n import tr


class Job(QObject):
    """Work that waits, runs on another thread, and ends with exactly one of ``done`` and ``failed``.

    Signals are emitted on the main thread: ``progressed(percent)``, ``messaged(text)``, ``logged(level, text)``,
    ``started()``, ``done(value)``, ``failed(EngineError)``; ``ended()`` follows either.
    """

    started = pyqtSignal()
    progressed = pyqtSignal(float)
    messaged = pyqtSignal(str)
    logged = pyqtSignal(str, str)
    done = pyqtSignal(object)
    failed = pyqtSignal(object)
    ended = pyqtSignal()

    def __init__(self, make: Callable[[], BackgroundTask], quick: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.quick = quick
        self._make, self._task, self._added, self._over, self._silent = make, None, False, False, False

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._task is not None and not self._over

    @property
    def over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self._over

    def start(self) -> None:
        """Begin; called by `Jobs`."""
        task = self._task = self._make()
        task.progressChanged.connect(self.progressed)
        task.messaged.connect(self.messaged)
        task.logged.connect(self.logged)
        task.taskCompleted.connect(lambda: self._end(task.value, None))
        # A task cancelled before it started never ran, and has no error of its own.
        task.taskTerminated.connect(lambda: self._end(None, task.error or EngineCancelled()))
        self.started.emit()
        # Not from inside what another task's end calls: QGIS, which is then about to forget that task, at times takes
        # the new one out of the queue in its place, and it would wait for ever (QGIS issue 53806).
        QTimer.singleShot(0, self._add)

    def _add(self) -> None:
        if not self._over:
            self._added = True
            QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Ask it to stop; ``failed`` follows within moments with `EngineCancelled`, unless it has ended already."""
        if self._over:
            return  # QGIS has deleted the task by now
        if self._added:
            self._task.cancel()
        else:
            self._end(None, EngineCancelled())

    def forget(self) -> None:
        """Cancel, and emit nothing any more but ``ended``: whoever asked no longer wants to know."""
        self._silent = True
        self.cancel()

    def abandon(self) -> None:
        """Cancel and emit nothing: this object may be gone before the task notices."""
        self._over = True
        if self._added:
            self._task.cancel()

    def _end(self, value: Any, error: EngineError | None) -> None:
        if self._over:
            return
        self._over = True
        if error is None and not self._silent:
            self.done.emit(value)
        elif not self._silent:
            self.failed.emit(error)
        self.ended.emit()


class Jobs(QObject):
    """Starts jobs. The engine does one at a time; others wait, except quick ones, which a second engine answers."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Job] = []
        self._main: Job | None = None
        self._aside: Job | None = None
        self._others: list[Job] = []

    @property
    def busy(self) -> bool:
        """Whether any job of the engine waits or runs."""
        return bool(self._waiting or self._main or self._aside)

    def engine(self, title: str, task: str, params: dict[str, Any], *, quick: bool = False) -> Job:
        """Run a request in the engine as soon as it is free.

        Args:
            title: what QGIS shows among its running tasks.
            task: name of the task.
            params: parameters of its request.
            quick: a question answered in moments; it goes before other jobs, and does not wait for a long one.
        """
        job = Job(lambda: engine_task(title, task, params, aside=job is self._aside), quick, self)
        self._waiting.append(job)
        job.ended.connect(lambda: self._ended(job))
        self._begin_next()
        return job

    def compute(self, title: str, work: Callable[[BackgroundTask], Any]) -> Job:
        """Run ``work(task)`` on another thread, without the engine; it may raise `EngineError`."""
        return self._beside(lambda: BackgroundTask(title, work))

    def check(self) -> Job:
        """Find the engine and let it examine itself."""
        return self._beside(check_task)

    def stop_engines(self) -> Job:
        """End both engines, off the main thread, since that may take a moment; the next job starts them again."""
        return self.compute(tr("End the SpecAware engine"), lambda task: session.stop())

    def _beside(self, make: Callable[[], BackgroundTask]) -> Job:
        job = Job(make, True, self)
        self._others.append(job)
        job.ended.connect(lambda: self._ended(job))
        job.start()
        return job

    def cancel_all(self) -> None:
        """Cancel whatever waits or runs."""
        for job in self._all():
            job.cancel()

    def end(self) -> None:
        """Cancel everything and tell nobody: the plugin is about to leave."""
        for job in self._all():
            job.abandon()

    def _all(self) -> list[Job]:
        return [*self._waiting, *self._others, *(job for job in (self._main, self._aside) if job is not None)]

    def _ended(self, job: Job) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
        elif job in self._others:
            self._others.remove(job)
        elif job is self._main:
            self._main = None
        elif job is self._aside:
            self._aside = None
        job.deleteLater()
        self._begin_next()

    def _begin_next(self) -> None:
        self._waiting.sort(key=lambda job: not job.quick)
        if self._waiting and self._main is None:
            self._main = self._waiting.pop(0)
            self._main.start()
        elif self._waiting and self._waiting[0].quick and self._aside is None and not self._main.quick:
            self._aside = self._waiting.pop(0)
            self._aside.start()
        self.changed.emit()
