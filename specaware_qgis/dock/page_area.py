"""Scrolls a page up and down, and is never narrower than the page: words of any language and font fit."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, QSize
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QWidget

# A page that wants more has to be scrolled sideways.
MOST_PX = 600


class PageArea(QScrollArea):
    """The dock cannot be made narrower than this wants."""

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(body)

    def minimumSizeHint(self) -> QSize:
        """As wide as the page at its narrowest, with the bar beside it."""
        width = self.widget().minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(min(width, MOST_PX), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What the page shows now may need another width."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)
