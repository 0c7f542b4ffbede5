"""A part of a page that is folded until it is wanted."""

from __future__ import annotations

from qgis.gui import QgsCollapsibleGroupBox


class Folded(QgsCollapsibleGroupBox):
    """Flat, closed at first, and closed again in the next session."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setFlat(True)
        self.setCollapsed(True)
        self.setSaveCollapsedState(False)
