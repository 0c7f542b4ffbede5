"""An inline message: what happened and what to do, without a dialog."""

from __future__ import annotations

import html

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from ..engine_words import in_panel
from ..i18n import tr

# Edge colour and icon of each kind.
KINDS = {
    "info": ("#3d7ea6", "mIconInfo.svg"),
    "error": ("#b3261e", "mIconCritical.svg"),
}
ICON_PX = 16


class Notice(QFrame):
    """Hidden until it has something to say; the user can close it."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("specawareNotice")
        self._icon, self._label, close = QLabel(), QLabel(), QToolButton()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close.setIcon(QgsApplication.getThemeIcon("/mIconClose.svg"))
        close.setAutoRaise(True)
        close.setToolTip(tr("Close"))
        close.setAccessibleName(tr("Close"))
        close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close.setIconSize(QSize(10, 10))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 4, 6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def text(self) -> str:
        """What it says now."""
        return self._label.text()

    def say(self, kind: str, message: str, hint: str = "") -> None:
        """Show a message, and under it what to do."""
        color, icon = KINDS[kind]
        self.setStyleSheet(f"#specawareNotice {{ border: 1px solid palette(mid); border-left: 3px solid {color};"
                           " border-radius: 2px; background: palette(base); }")
        self._icon.setPixmap(QgsApplication.getThemeIcon("/" + icon).pixmap(ICON_PX, ICON_PX))
        advice = f"<div style='margin-top:4px'>{_escape(hint)}</div>" if hint else ""
        self._label.setText(f"<div>{_escape(message)}</div>{advice}")
        self.show()


def _escape(text: str) -> str:
    return html.escape(in_panel(text), quote=False).replace("\n", "<br>")
