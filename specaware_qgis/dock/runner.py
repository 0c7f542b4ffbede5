"""The button, and while a job runs its progress, its time and the way to stop it."""

from __future__ import annotations

import time

from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ..i18n import tr
from .style import muted

BUTTON_HEIGHT_PX = 38


class Runner(QWidget):
    """Shows either the button or the running job."""

    started = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.button = _prominent(QPushButton(tr("Classify land cover")))
        self.cancel = QPushButton(tr("Cancel"))
        self.bar, self.message, self.elapsed = QProgressBar(), QLabel(), QLabel()
        self.hint = QLabel()
        self._timer, self._since = QTimer(self), 0.0
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._tick)
        self._lay_out()
        self.button.clicked.connect(lambda: self.started.emit())
        self.cancel.clicked.connect(self._cancel)

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.bar.setMaximumHeight(10)
        for label in (self.hint, self.elapsed):
            muted(label)
        self.hint.setWordWrap(True)
        running, idle = QWidget(), QWidget()
        above = QHBoxLayout()
        above.addWidget(self.message, 1)
        above.addWidget(self.elapsed)
        beside = QHBoxLayout()
        beside.addWidget(self.bar, 1)
        beside.addWidget(self.cancel)
        for page, parts in ((running, (above, beside)), (idle, (self.button, self.hint))):
            box = QVBoxLayout(page)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(4)
            for part in parts:
                box.addLayout(part) if isinstance(part, QHBoxLayout) else box.addWidget(part)
        self._pages = QStackedWidget()
        self._pages.addWidget(idle)
        self._pages.addWidget(running)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._pages)

    def set_missing(self, text: str) -> None:
        """Disable the button and say what is missing, or enable it."""
        self.button.setEnabled(not text)
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def show_running(self) -> None:
        """Turn to the progress bar."""
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.message.setText(tr("Starting"))
        self._since = time.monotonic()
        self._tick()
        self._timer.start()
        self._pages.setCurrentIndex(1)

    def show_idle(self) -> None:
        """Turn to the button."""
        self._timer.stop()
        self._pages.setCurrentIndex(0)

    def set_progress(self, percent: float) -> None:
        """How far the job is."""
        self.bar.setValue(int(percent))

    def set_message(self, text: str) -> None:
        """What the job does now."""
        if self.cancel.isEnabled():
            self.message.setText(text[:1].upper() + text[1:])

    def _cancel(self) -> None:
        self.message.setText(tr("Cancelling"))
        self.cancel.setEnabled(False)
        self.cancelled.emit()

    def _tick(self) -> None:
        seconds = int(time.monotonic() - self._since)
        self.elapsed.setText(f"{seconds // 60}:{seconds % 60:02d}")


def _prominent(button: QPushButton) -> QPushButton:
    """The one button that stands out, in the colours of the user's theme."""
    button.setMinimumHeight(BUTTON_HEIGHT_PX)
    button.setStyleSheet(
        "QPushButton { background: palette(highlight); color: palette(highlighted-text); border: none;"
        " border-radius: 4px; font-weight: 600; padding: 0 12px; }"
        "QPushButton:disabled { background: palette(mid); color: palette(window); }"
        "QPushButton:pressed { padding-top: 2px; }"
        "QPushButton:focus { border: 2px solid palette(window-text); }")
    return button
