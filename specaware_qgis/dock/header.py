"""The head of a page: its name, and its help at one press."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ..i18n import tr
from .page import Page
from .style import plain

TITLE_SCALE = 1.25


class Header(QWidget):
    """Title and help button; the help unfolds below them."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.title, self.button, self.text = plain(QLabel(page.title())), QToolButton(), QLabel(page.help())
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * TITLE_SCALE)
        font.setBold(True)
        self.title.setFont(font)
        self.button.setIcon(QgsApplication.getThemeIcon("/mActionHelpContents.svg"))
        self.button.setIconSize(QSize(16, 16))
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self.button.setToolTip(tr("Help for this page"))
        self.button.setAccessibleName(tr("Help for this page"))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setOpenExternalLinks(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text.hide()
        self.button.toggled.connect(self.text.setVisible)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 2)
        box.addLayout(row)
        box.addWidget(self.text)
