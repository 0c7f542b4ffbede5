"""Asks the engine for the weights of the bands: places in turn, the weights first, what the classes need after that."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ... import settings
from ...errors import EngineCancelled, EngineError
from ...i18n import tr
from ...maptools.place import Place

if TYPE_CHECKING:
    from ..desk import Desk
    from ..jobs import Job


@dataclass(frozen=True)
class Question:
    """What to ask.

    Attributes:
        key: of the place, for the answer.
        place: where.
        weights: encoder weights, empty for the bundled ones.
        model: saved model, empty for the weights of the bands only.
    """

    key: int
    place: Place
    weights: str = ""
    model: str = ""


class Explainer(QObject):
    """One question after another; a new place goes before what the classes need at an older one.

    Signals:
        answered: key, value of the ``explain`` result, seconds since the place was asked for.
        failed: key, `EngineError`.
        changed: whether something is being asked has changed.
    """

    answered = pyqtSignal(int, object, float)
    failed = pyqtSignal(int, object)
    changed = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._waiting: list[tuple[Question, float]] = []
        self._now: Question | None = None
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._job is not None or bool(self._waiting)

    @property
    def asking_needs(self) -> bool:
        """Whether the answer awaited is what the classes need."""
        return self._now is not None and bool(self._now.model)

    def ask(self, question: Question) -> None:
        """Ask for a place; with a model its weights come first, its classes after that."""
        self.forget(question.key)
        now = time.monotonic()
        parts = [Question(question.key, question.place, question.weights)]
        if question.model:
            parts.append(question)
        self._waiting += [(part, now) for part in parts]
        if self.asking_needs:
            # Takes seconds: it can be asked again when the new place has its weights.
            self._waiting.append((self._now, now))
            self._drop_job()
        self._next()

    def forget(self, key: int) -> None:
        """A place is gone, or asked for anew."""
        self._waiting = [found for found in self._waiting if found[0].key != key]
        if self._now is not None and self._now.key == key:
            self._drop_job()
            self._next()

    def stop(self) -> None:
        """Forget everything."""
        self._waiting = []
        self._drop_job()
        self.changed.emit()

    def _drop_job(self) -> None:
        job, self._job, self._now = self._job, None, None
        if job is not None:
            job.forget()

    def _next(self) -> None:
        self._waiting.sort(key=lambda found: bool(found[0].model))
        if self._job is None and self._waiting:
            question, since = self._waiting.pop(0)
            self._start(question, since)
        self.changed.emit()

    def _start(self, question: Question, since: float) -> None:
        layer = QgsProject.instance().mapLayer(question.place.layer_id)
        if not isinstance(layer, QgsRasterLayer):
            self._next()
            return
        try:
            params = explain_params(self._desk.scene(layer).params(), question)
        except EngineError as error:
            self.failed.emit(question.key, error)
            self._next()
            return
        job = self._desk.jobs.engine(tr("Band weights"), "explain", params, quick=True)
        self._job, self._now = job, question
        job.done.connect(lambda value: self._ended(job, question, value, None, since))
        job.failed.connect(lambda error: self._ended(job, question, None, error, since))

    def _ended(self, job: Job, question: Question, value: dict[str, Any] | None, error: EngineError | None,
               since: float) -> None:
        if job is not self._job:
            return
        self._job = self._now = None
        if value is not None:
            self.answered.emit(question.key, value, time.monotonic() - since)
        elif not isinstance(error, EngineCancelled):
            self.failed.emit(question.key, error)
        self._next()


def explain_params(scene: dict[str, Any], question: Question) -> dict[str, Any]:
    """Parameters of the task ``explain`` for one place."""
    place = question.place
    where = ({"points": [[place.x_min, place.y_min]]} if place.is_point else
             {"extent": [place.x_min, place.y_min, place.x_max, place.y_max]})
    return {**scene, **where, "weights": question.weights or None, "model": question.model or None,
            "device": settings.device()}
