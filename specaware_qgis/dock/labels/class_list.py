"""The classes of a labels layer: colour, name, places and pixels; the chosen one is drawn next."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...i18n import tr
from ...label_counts import Counts
from ...label_layer import LabelClass, with_classes

NAME, PLACES, PIXELS = range(3)
SWATCH_PX, ROW_PX, MAX_ROWS_SHOWN = 16, 24, 9


class ClassList(QWidget):
    """A table, and a line that adds a class."""

    edited = pyqtSignal()
    chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.table, self.name, self.add = QTableWidget(0, 3), QLineEdit(), QToolButton()
        self.remove = QToolButton()
        self._prepare()
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget, share in ((self.name, 1), (self.add, 0), (self.remove, 0)):
            row.addWidget(widget, share)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.table)
        box.addLayout(row)
        self.name.returnPressed.connect(self._add)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.table.currentCellChanged.connect(lambda row, *_: self.chosen.emit(self.active))
        self.table.itemDoubleClicked.connect(self._recolor)
        self._fit()

    def _prepare(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr("Class"), tr("Places"), tr("Pixels")])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.StyledPanel)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        table.setToolTip(tr("The chosen class is given to what you draw; a double click changes its colour"))
        table.setAccessibleName(tr("Classes"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (PLACES, PIXELS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeaderItem(NAME).setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.name.setPlaceholderText(tr("Add a class, such as water"))
        self.name.setAccessibleName(tr("Name of a new class"))
        for button, icon, text in ((self.add, "symbologyAdd", tr("Add the class")),
                                   (self.remove, "symbologyRemove", tr("Remove the chosen class from the list"))):
            button.setIcon(QgsApplication.getThemeIcon(f"/{icon}.svg"))
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def active(self) -> str:
        """Name of the chosen class, empty if none."""
        item = self.table.item(self.table.currentRow(), NAME)
        return item.text() if item is not None else ""

    def classes(self) -> list[LabelClass]:
        """All classes in order."""
        items = [self.table.item(row, NAME) for row in range(self.table.rowCount())]
        return [LabelClass(item.text(), item.data(Qt.ItemDataRole.UserRole)) for item in items]

    def show_classes(self, classes: list[LabelClass]) -> None:
        """Replace the list; the chosen class stays chosen if it is still there."""
        before = self.active
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for found in classes:
            self._append(found)
        names = [found.name for found in classes]
        if names:
            self.table.selectRow(names.index(before) if before in names else 0)
        self.table.blockSignals(False)
        self._fit()
        self.chosen.emit(self.active)

    def show_counts(self, counts: Counts) -> None:
        """Fill in places and pixels."""
        for row in range(self.table.rowCount()):
            found = counts.classes.get(self.table.item(row, NAME).text())
            texts = ("0", "0") if found is None else (
                str(found.places), "–" if found.pixels is None else f"{found.pixels:,.0f}")
            for column, text in zip((PLACES, PIXELS), texts):
                self.table.item(row, column).setText(text)

    def choose(self, name: str) -> None:
        """Make a class the one that is drawn."""
        for row in range(self.table.rowCount()):
            if self.table.item(row, NAME).text() == name:
                self.table.selectRow(row)

    def _append(self, found: LabelClass) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        item = QTableWidgetItem(_swatch(found.color), found.name)
        item.setData(Qt.ItemDataRole.UserRole, found.color)
        self.table.setItem(row, NAME, item)
        for column in (PLACES, PIXELS):
            number = QTableWidgetItem("0")
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, number)

    def _add(self) -> None:
        name, classes = self.name.text().strip(), self.classes()
        if not name or name in (found.name for found in classes):
            self.choose(name)
            return
        self._append(with_classes(classes, [name])[-1])
        self.name.clear()
        self._fit()
        self.edited.emit()
        self.choose(name)

    def _remove(self) -> None:
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self._fit()
            self.edited.emit()

    def _recolor(self, item: QTableWidgetItem) -> None:
        first = self.table.item(item.row(), NAME)
        color = QColorDialog.getColor(QColor(first.data(Qt.ItemDataRole.UserRole)), self)
        if color.isValid():
            first.setData(Qt.ItemDataRole.UserRole, color.name())
            first.setIcon(_swatch(color.name()))
            self.edited.emit()

    def _fit(self) -> None:
        rows = min(max(self.table.rowCount(), 2), MAX_ROWS_SHOWN)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW_PX + 4)


def _swatch(color: str) -> QIcon:
    pixmap = QPixmap(2 * SWATCH_PX, 2 * SWATCH_PX)
    pixmap.fill(QColor(color))
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # not tinted: the colour is what it shows
    return icon
