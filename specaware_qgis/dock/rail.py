"""The rail at the dock's edge: one icon and name a page."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem

from .page import Page
from .style import themed_icon

ICON_PX = 22
PAD_PX = 10


class Rail(QListWidget):
    """Chooses the page; arrow keys work as in any list."""

    chosen = pyqtSignal(int)

    def __init__(self, pages: list[Page]) -> None:
        super().__init__()
        self.setObjectName("specawareRail")
        self._icons = [page.icon for page in pages]
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
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
        metrics = self.fontMetrics()
        width = max(metrics.horizontalAdvance(self.item(row).text()) for row in range(self.count())) + 2 * PAD_PX
        height = ICON_PX + metrics.height() + 2 * PAD_PX
        self.setGridSize(QSize(width, height))
        for row in range(self.count()):
            self.item(row).setSizeHint(QSize(width, height))
        self.setFixedWidth(width + 2)

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
