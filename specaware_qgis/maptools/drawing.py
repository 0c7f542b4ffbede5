"""What the tools that draw areas have in common: snapping, the size beside the cursor, and keys."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsSnapIndicator
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeyEvent, QKeySequence

from .areas import AreaList, DrawnArea
from .look import Readout

OWN_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AreaTool(QgsMapTool):
    """Adds to a list of areas or changes it.

    Args:
        canvas: the map.
        areas: the list.
        describe: size of an area in words, shown while it is drawn.
    """

    def __init__(self, canvas: QgsMapCanvas, areas: AreaList, describe: Callable[[DrawnArea], str]) -> None:
        super().__init__(canvas)
        self._map, self._areas, self._describe = canvas, areas, describe
        self._readout = Readout(canvas)
        self._snap: QgsSnapIndicator | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """Of the map."""
        return self._map.mapSettings().destinationCrs()

    def activate(self) -> None:
        """Called by QGIS: from now on the clicks and keys of the map come here."""
        super().activate()
        self._snap = QgsSnapIndicator(self._map)
        self._map.installEventFilter(self)
        self._map.setFocus()

    def deactivate(self) -> None:
        """Called by QGIS: what is half drawn is dropped."""
        self.abort()
        self._map.removeEventFilter(self)
        self._snap = None
        super().deactivate()

    def abort(self) -> None:
        """Drop what is half drawn."""
        self._readout.hide()

    def key(self, key: int) -> bool:
        """Handle one of `OWN_KEYS`; whether it meant something."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the map, before the main window takes them as shortcuts.

        The canvas itself passes no key on while a button is pressed.
        """
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        pressed = QKeyEvent(event)
        undo, redo = (pressed.matches(k) for k in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
        if event.type() == QEvent.Type.ShortcutOverride:
            if undo or redo or pressed.key() in OWN_KEYS:
                event.accept()
                return True
            return False
        if undo or redo:
            self.abort()
            if undo:
                self._areas.undo()
            else:
                self._areas.redo()
            return True
        return pressed.key() in OWN_KEYS and self.key(pressed.key())

    def snapped(self, event: QgsMapMouseEvent) -> QgsPointXY:
        """The place of an event, drawn to what the project's snapping finds there."""
        point = QgsPointXY(event.snapPoint())
        if self._snap is not None:
            self._snap.setMatch(event.mapPointMatch())
        return point

    def tell(self, area: DrawnArea, event: QgsMapMouseEvent) -> None:
        """Show an area's size beside the cursor."""
        at = event.pos()
        if area.is_empty:
            self._readout.hide()
        else:
            self._readout.tell(self._describe(area), at.x(), at.y())
