"""Says how two scenes fit before they are compared: overlap at once, the shift as soon as the engine has measured."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsRasterLayer
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...errors import EngineCancelled, EngineError
from ...i18n import tr
from ...pairs import LITTLE_OVERLAP, blocker, overlap_share, pair_params
from ..desk import Desk
from ..jobs import Job
from ..style import muted, plain_tip

SETTLE_MS, ICON_PX = 300, 16


class PairLine(QWidget):
    """An icon and a sentence; below them, if the scenes are shifted, what can be done about it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._icon, self.text = QLabel(), muted(QLabel())
        self.correct = QCheckBox(tr("Correct the shift"))
        self.correct.setToolTip(tr("Move the later scene by the measured shift before comparing"))
        self._pair: tuple[QgsRasterLayer, QgsRasterLayer] | None = None
        self._key: tuple[Any, ...] | None = None
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._job: Job | None = None
        self._awake = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        box.addWidget(self.correct)
        self.hide()

    @property
    def pending(self) -> bool:
        """Whether the engine is still looking."""
        return self._timer.isActive() or self._job is not None

    def wake(self, on: bool) -> None:
        """Somebody looks, so that the engine may be asked; or nobody does."""
        self._awake = on
        if not on:
            self._stop()
        elif self._pair is not None:
            self.look(*self._pair)

    def look(self, before: QgsRasterLayer | None, after: QgsRasterLayer | None) -> None:
        """Look at another pair."""
        self._stop()
        reason = blocker(before, after)
        self._pair = (before, after) if not reason else None
        self.correct.hide()
        if before is None or after is None:
            self.hide()
            return
        if reason:
            self._say(reason, "mIconCritical.svg")
            return
        self._key = (before.source(), after.source(), self._desk.corrections(before), self._desk.corrections(after))
        if self._key in self._known:
            self._show(self._known[self._key])
            return
        share = overlap_share(before, after)
        self._say_overlap(share, tr("looking for a shift …") if self._awake else "")
        if self._awake:
            self._timer.start()

    def end(self) -> None:
        """Ask no more."""
        self._awake = False
        self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        if self._job is not None:
            job, self._job = self._job, None
            job.forget()

    def _ask(self) -> None:
        if self._pair is None:
            return
        try:
            params = pair_params(*(self._desk.scene(layer) for layer in self._pair))
        except (EngineError, RuntimeError):  # a layer of a service, or one that is gone: the run will say so
            return
        key = self._key
        job = self._job = self._desk.jobs.engine(tr("Look at the two scenes"), "pair", params, quick=True)
        job.done.connect(lambda value: self._answered(job, key, value))
        job.failed.connect(lambda error: self._failed(job, error))

    def _answered(self, job: Job, key: tuple[Any, ...] | None, value: dict[str, Any]) -> None:
        if job is self._job and key is not None:
            self._job = None
            self._known[key] = value
            self._show(value)

    def _failed(self, job: Job, error: EngineError) -> None:
        if job is self._job:
            self._job = None
            if isinstance(error, EngineCancelled):
                self._say("", "")
            else:
                self._say(error.text(), "mIconWarning.svg")

    def _show(self, value: dict[str, Any]) -> None:
        shift, bands = value["shift_px"], tr("{} common bands").format(value["bands"])
        self.text.setToolTip(plain_tip(value["grids"]))
        if value["levels"][0] != value["levels"][1]:
            self._say(tr("The levels differ: {} and {}. Correct the wrong one on the page Data.").format(
                *value["levels"]), "mIconWarning.svg")
        elif value["shifted"]:
            length = (shift[0] ** 2 + shift[1] ** 2) ** 0.5
            self._say(tr("The later scene lies {:.1f} pixels off ({:+.1f} rows, {:+.1f} columns): edges may look like "
                         "change.").format(length, *shift), "mIconWarning.svg")
            self.correct.show()
        else:
            words = tr("shift not measurable") if shift is None else tr("no shift")
            self._say_overlap(value["overlap_share"], f"{bands} · {words}")

    def _say_overlap(self, share: float | None, more: str) -> None:
        known = "" if share is None else tr("{:.0%} overlap").format(share)
        little = share is not None and share < LITTLE_OVERLAP
        self._say(" · ".join(part for part in (known, more) if part),
                  "mIconWarning.svg" if little else "mIconInfo.svg")

    def _say(self, text: str, icon: str) -> None:
        self.text.setText(text)
        self._icon.setPixmap(QgsApplication.getThemeIcon("/" + icon).pixmap(ICON_PX, ICON_PX))
        self.setVisible(bool(text))
