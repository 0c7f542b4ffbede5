"""The table of a result: classes with a swatch of their colour, numbers at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem

from .style import plain_tip

ROW_PX, SWATCH_PX = 22, 14
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Row:
    """A text for each column, the colour before the first one, and what to say of the row."""

    texts: tuple[str, ...]
    color: QColor | None = None
    tip: str = ""


class ResultTable(QTableWidget):
    """As high as its rows, up to a limit; nothing in it can be chosen or changed.

    Args:
        headers: of the columns.
        name: what is listed, for readers of the screen.
        most_rows: shown at once; more are scrolled.
        names: how many of the first columns hold names, which share the width; the others hold numbers.
    """

    def __init__(self, headers: Sequence[str], name: str, most_rows: int, names: int = 1) -> None:
        super().__init__(0, len(headers))
        self._most_rows, self._names = most_rows, names
        self.setHorizontalHeaderLabels(list(headers))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(0)
        # Broken into lines a name would lose its second word. Its end often tells it from others, where there is room.
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle if names == 1 else Qt.TextElideMode.ElideRight)
        self.setAccessibleName(name)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(len(headers)):
            is_name = column < names
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Fixed if is_name else QHeaderView.ResizeMode.ResizeToContents)
            self.horizontalHeaderItem(column).setTextAlignment(LEFT if is_name else RIGHT)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Fill it anew."""
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, text in enumerate(row.texts):
                item = QTableWidgetItem(text)
                if column >= self._names:
                    item.setTextAlignment(RIGHT)
                item.setToolTip(plain_tip(row.tip))
                self.setItem(at, column, item)
            if row.color is not None:
                swatch = QPixmap(SWATCH_PX, SWATCH_PX)
                swatch.fill(row.color)
                self.item(at, 0).setIcon(QIcon(swatch))
        shown = min(len(rows), self._most_rows)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * ROW_PX + 4)
        self._share_width()

    def resizeEvent(self, event: QEvent) -> None:
        """Names have more or less room."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """The columns of names get what the numbers leave."""
        numbers = sum(self.columnWidth(column) for column in range(self._names, self.columnCount()))
        wanted = [max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
                  for column in range(self._names)]
        for column, width in enumerate(shares(wanted, self.viewport().width() - numbers)):
            self.setColumnWidth(column, width)


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """Widths of columns that fill a room: what is spare is divided evenly, and what is short among the widest."""
    left, found = max(room, 0), list(wanted)
    for rest, at in zip(range(len(wanted), 0, -1), sorted(range(len(wanted)), key=wanted.__getitem__)):
        found[at] = min(wanted[at], left // rest)
        left -= found[at]
    return [width + left // len(found) for width in found]
