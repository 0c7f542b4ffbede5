"""Asks the engine what the scene is, once for each layer and correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..errors import EngineCancelled, EngineError
from ..i18n import tr

if TYPE_CHECKING:
    from .desk import Desk
    from .jobs import Job

# Layers come in bursts when a project is opened.
SETTLE_MS = 150
KEPT = 50


class Inspection(QObject):
    """What is known of the desk's scene; ``changed`` tells of every step.

    Attributes:
        value: result of the ``inspect`` request, None while it is not known.
        error: why it is not known, if the engine could not tell.
    """

    changed = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._awake = desk, False
        self._kept: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._job: Job | None = None
        self.value: dict[str, Any] | None = None
        self.error: EngineError | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        desk.scene_changed.connect(self._forget)

    @property
    def pending(self) -> bool:
        """Whether an answer is awaited."""
        return self._timer.isActive() or self._job is not None

    def wake(self) -> None:
        """Somebody looks: from now on the engine may be started to ask it."""
        if not self._awake:
            self._awake = True
            self._forget()

    def end(self) -> None:
        """Ask no more: choosers of layers go on telling until they are deleted."""
        self._awake = False
        self._timer.stop()

    def _forget(self) -> None:
        self.value = self.error = None
        if self._job is not None:
            job, self._job = self._job, None
            job.forget()
        if self._awake and self._desk.layer is not None:
            known = self._kept.get(self._key())
            if known is not None:
                self.value = known
            else:
                self._timer.start()
        self.changed.emit()

    def _key(self) -> tuple[Any, ...]:
        layer = self._desk.layer
        return layer.id(), layer.source(), self._desk.corrections()

    def _ask(self) -> None:
        if self._desk.layer is None:
            return
        key = self._key()
        try:
            params = self._desk.scene().params()
        except EngineError as error:
            self.error = error
            self.changed.emit()
            return
        job = self._job = self._desk.jobs.engine(tr("Look at the scene"), "inspect", params, quick=True)
        job.done.connect(lambda value: self._answered(job, key, value, None))
        job.failed.connect(lambda error: self._answered(job, key, None, error))
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
