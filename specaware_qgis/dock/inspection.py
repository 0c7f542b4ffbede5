"""Asks the engine what the scene is, once for each layer and correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..errors import EngineCancelled, EngineError
from ..i18n import tr
from .jobs import Job, Jobs

# Layers come in bursts when a project is opened.
SETTLE_MS = 150
KEPT = 50


@dataclass(frozen=True)
class Subject:
    """What to look at.

    Attributes:
        key: equal keys give equal answers.
        params: gives the parameters of the ``inspect`` request; may raise `EngineError`.
    """

    key: tuple[Any, ...]
    params: Callable[[], dict[str, Any]]


class Inspection(QObject):
    """What is known of the scene; ``changed`` tells of every step.

    Args:
        jobs: do the work.
        subject: tells what the scene is now; None if there is none.
        parent: owns this object.

    Attributes:
        value: result of the ``inspect`` request, None while it is not known.
        error: why it is not known, if the engine could not tell.
    """

    changed = pyqtSignal()

    def __init__(self, jobs: Jobs, subject: Callable[[], Subject | None], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._subject, self._awake = jobs, subject, False
        self._kept: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._job: Job | None = None
        self.value: dict[str, Any] | None = None
        self.error: EngineError | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def pending(self) -> bool:
        """Whether an answer is awaited."""
        return self._timer.isActive() or self._job is not None

    def wake(self) -> None:
        """Somebody looks: from now on the engine may be started to ask it."""
        if not self._awake:
            self._awake = True
            self.forget()

    def end(self) -> None:
        """Ask no more: choosers of layers go on telling until they are deleted."""
        self._awake = False
        self._timer.stop()

    def forget(self) -> None:
        """The scene is another one, or has been corrected."""
        self.value = self.error = None
        if self._job is not None:
            job, self._job = self._job, None
            job.forget()
        subject = self._subject() if self._awake else None
        if subject is not None:
            known = self._kept.get(subject.key)
            if known is not None:
                self.value = known
            else:
                self._timer.start()
        self.changed.emit()

    def _ask(self) -> None:
        subject = self._subject()
        if subject is None:
            return
        try:
            params = subject.params()
        except EngineError as error:
            self.error = error
            self.changed.emit()
            return
        job = self._job = self._jobs.engine(tr("Look at the scene"), "inspect", params, quick=True)
        job.done.connect(lambda value: self._answered(job, subject.key, value, None))
        job.failed.connect(lambda error: self._answered(job, subject.key, None, error))
        self.changed.emit()

    def _answered(self, job: Job, key: tuple[Any, ...], value: dict[str, Any] | None,
                  error: EngineError | None) -> None:
        if job is not self._job:
            return
        self._job = None
        self.value = value
        self.error = None if isinstance(error, EngineCancelled) else error
        if value is not None:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = value
        self.changed.emit()
