"""The button, and while a job runs its progress, its time and the way to stop it."""

from __future__ import annotations

import time

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..engine_words import in_panel
from ..i18n import tr
from .style import muted, plain

BUTTON_HEIGHT_PX = 38
LOG_HEIGHT_PX = 130
MAX_LOG_LINES = 2000
# Before that a guess of the remaining time would jump about.
GUESS_AFTER_S, GUESS_AFTER_PERCENT = 3.0, 5


class Runner(QWidget):
    """Shows either the button or the running job."""

    started = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.button = _prominent(QPushButton(tr("Classify land cover")))
        self.cancel = QPushButton(tr("Cancel"))
        self.bar, self.message, self.elapsed = QProgressBar(), plain(QLabel()), QLabel()
        self.hint, self.log, self.log_button = QLabel(), QPlainTextEdit(), QToolButton()
        self._timer, self._since, self._last = QTimer(self), 0.0, ""
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
        self._prepare_log()
        running, idle = QWidget(), QWidget()
        # A long message must not push the dock wider.
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        beside = QHBoxLayout()
        beside.addWidget(self.bar, 1)
        beside.addWidget(self.cancel)
        for page, parts in ((running, (self.message, beside, self.elapsed)), (idle, (self.button, self.hint))):
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
        box.setSpacing(2)
        box.addWidget(self._pages)
        box.addWidget(self.log_button)
        box.addWidget(self.log)

    def _prepare_log(self) -> None:
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(MAX_LOG_LINES)
        self.log.setFixedHeight(LOG_HEIGHT_PX)
        self.log.setMinimumWidth(0)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setAccessibleName(tr("Log"))
        self.log_button.setText(tr("Log"))
        self.log_button.setCheckable(True)
        self.log_button.setAutoRaise(True)
        self.log_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.log_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.log_button.setArrowType(Qt.ArrowType.RightArrow)
        self.log_button.toggled.connect(self._show_log)
        self.log.hide()
        self.log_button.hide()

    def _show_log(self, on: bool) -> None:
        self.log_button.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.log.setVisible(on)

    def add_log(self, level: str, text: str) -> None:
        """Add a line to the log."""
        mark = "⚠ " if level == "warning" else ""
        self.log.appendPlainText(f"{_clock(time.monotonic() - self._since)}  {mark}{in_panel(text)}")

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
        self._since, self._last = time.monotonic(), ""
        self.log.clear()
        self.log_button.show()
        self._tick()
        self._timer.start()
        self._pages.setCurrentIndex(1)

    def show_idle(self) -> None:
        """Turn to the button."""
        self._timer.stop()
        self._pages.setCurrentIndex(0)

    def forget(self) -> None:
        """Nothing is left of earlier jobs."""
        self.log.clear()
        self.log_button.setChecked(False)
        self.log_button.hide()

    def set_progress(self, percent: float) -> None:
        """How far the job is."""
        self.bar.setValue(int(percent))

    def set_message(self, text: str) -> None:
        """What the job does now, in the engine's words."""
        text = tr(text)
        if self.cancel.isEnabled():
            self.message.setText(text[:1].upper() + text[1:])
        if text != self._last:
            self._last = text
            self.add_log("info", text)

    def _cancel(self) -> None:
        self.message.setText(tr("Cancelling"))
        self.cancel.setEnabled(False)
        self.cancelled.emit()

    def _tick(self) -> None:
        seconds, percent = time.monotonic() - self._since, self.bar.value()
        text = _clock(seconds)
        if seconds >= GUESS_AFTER_S and GUESS_AFTER_PERCENT <= percent < 100:
            text += " · " + tr("about {} left").format(_clock(seconds * (100 - percent) / percent))
        self.elapsed.setText(text)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _prominent(button: QPushButton) -> QPushButton:
    """The one button that stands out, in the colours of the user's theme."""
    button.setMinimumHeight(BUTTON_HEIGHT_PX)
    button.setStyleSheet(
        "QPushButton { background: palette(highlight); color: palette(highlighted-text); border: none;"
        " border-radius: 4px; font-weight: 600; padding: 0 12px; }"
        # Greys that can be read on light and on dark; a dark theme may give window and mid the same colour.
        "QPushButton:disabled { background: rgba(128, 128, 128, 60); color: rgb(128, 128, 128); }"
        "QPushButton:pressed { padding-top: 2px; }"
        "QPushButton:focus { border: 2px solid palette(window-text); }")
    return button
