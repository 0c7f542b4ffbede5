"""A short list of what a plot shows: colour, name, and buttons to keep and to remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ..i18n import tr
from .style import muted, plain, plain_tip, themed_icon

DOT_PX, BUTTON_PX = 12, 14


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        key: for the signals.
        color: of its curve.
        text, note: what it is; the note is secondary.
        tip: longer text.
        pinned: whether it is kept; None if that is not offered.
        removable: whether it has a button that removes it.
    """

    key: int
    color: str
    text: str
    note: str = ""
    tip: str = ""
    pinned: bool | None = None
    removable: bool = True


class EntryList(QWidget):
    """The lines, made anew whenever they change."""

    pinned = pyqtSignal(int, bool)
    removed = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Replace the lines."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        while self._box.count():
            widget = self._box.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        for entry in self.entries:
            self._box.addWidget(self._line(entry))

    def _line(self, entry: Entry) -> QWidget:
        line, dot, text, note = QWidget(), QLabel(), _Elided(entry.text), muted(QLabel(entry.note))
        dot.setPixmap(dot_of(entry.color, self.devicePixelRatioF()))
        row = QHBoxLayout(line)
        row.setContentsMargins(2, 1, 0, 1)
        row.setSpacing(6)
        row.addWidget(dot)
        row.addWidget(text, 1)
        row.addWidget(note)
        if entry.pinned is not None:
            keep = _button(themed_icon("pin.svg", self.palette()), tr("Keep it when another place is clicked"))
            keep.setCheckable(True)
            keep.setChecked(entry.pinned)
            keep.toggled.connect(lambda on, key=entry.key: self.pinned.emit(key, on))
            row.addWidget(keep)
        if entry.removable:
            row.addWidget(self._remover(entry))
        line.setToolTip(plain_tip(entry.tip or entry.text))
        return line

    def _remover(self, entry: Entry) -> QToolButton:
        remove = _button(QgsApplication.getThemeIcon("/mIconClose.svg"), tr("Remove it"))
        remove.clicked.connect(lambda _=False, key=entry.key: self.removed.emit(key))
        return remove


class _Elided(QLabel):
    """A text that ends in three dots where there is no room for it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        plain(self)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event) -> None:
        """Another width has room for another text."""
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width()))


def dot_of(color: str, ratio: float = 1.0) -> QPixmap:
    """A filled circle, sharp on dense screens."""
    pixmap = QPixmap(round(DOT_PX * ratio), round(DOT_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(1, 1, DOT_PX - 2, DOT_PX - 2)
    painter.end()
    return pixmap


def _button(icon: QIcon, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon)
    button.setIconSize(QSize(BUTTON_PX, BUTTON_PX))
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
