"""The rail at the dock's edge: one icon and name a page."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .page import Page
from .style import themed_icon

ICON_PX = 22
PAD_PX = 8
SIDE_PX = 6
TEXT_SHARE = 0.9  # of the size of the user's font, so that long names leave room to the page


class _Cell(QStyledItemDelegate):
    """Icon above name; the whole cell is lit, which icon mode of the list does not do."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:
        """Draw one cell."""
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette, cell = option.palette, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight if selected else QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(cell.adjusted(3, 2, -3, -2), 4, 4)
        left = cell.left() + (cell.width() - ICON_PX) // 2
        index.data(Qt.ItemDataRole.DecorationRole).paint(
            painter, QRect(left, cell.top() + PAD_PX, ICON_PX, ICON_PX), Qt.AlignmentFlag.AlignCenter,
            QIcon.Mode.Selected if selected else QIcon.Mode.Normal)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.WindowText
        painter.setPen(palette.color(role))
        painter.setFont(_smaller(option.font))
        painter.drawText(cell.adjusted(0, ICON_PX + PAD_PX, 0, -PAD_PX // 2), Qt.AlignmentFlag.AlignCenter,
                         index.data(Qt.ItemDataRole.DisplayRole))
        if option.state & QStyle.StateFlag.State_HasFocus and selected:
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(3, 2, -4, -3), 4, 4)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index) -> QSize:
        """All cells alike."""
        return index.data(Qt.ItemDataRole.SizeHintRole)


def _smaller(font: QFont) -> QFont:
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * TEXT_SHARE)
    return made


class Rail(QListWidget):
    """Chooses the page; arrow keys work as in any list."""

    chosen = pyqtSignal(int)

    def __init__(self, pages: list[Page]) -> None:
        super().__init__()
        self.setObjectName("specawareRail")
        self._icons = [page.icon for page in pages]
        self.setItemDelegate(_Cell(self))
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("SpecAware")
        for page in pages:
            item = QListWidgetItem(page.title())
            item.setToolTip(page.title())
            self.addItem(item)
        self._fit()
        self._paint_icons()
        self.currentRowChanged.connect(lambda row: self.chosen.emit(row) if row >= 0 else None)

    def _fit(self) -> None:
        """As wide as the longest name in the user's font."""
        metrics = QFontMetrics(_smaller(self.font()))
        width = max(metrics.horizontalAdvance(self.item(row).text()) for row in range(self.count())) + 2 * SIDE_PX
        height = ICON_PX + metrics.height() + 2 * PAD_PX
        for row in range(self.count()):
            self.item(row).setSizeHint(QSize(width, height))
        self.setFixedWidth(width)

    def _paint_icons(self) -> None:
        for row, name in enumerate(self._icons):
            self.item(row).setIcon(themed_icon(name, self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and self.count():
            self._paint_icons()
        elif event.type() == QEvent.Type.FontChange and self.count():
            self._fit()
