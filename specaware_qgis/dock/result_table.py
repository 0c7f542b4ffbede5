"""The table of a result: classes with a swatch of their colour, numbers at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.PyQt.QtCore import Qt
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
        self.setAccessibleName(name)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(len(headers)):
            is_name = column < names
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if is_name else QHeaderView.ResizeMode.ResizeToContents)
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
