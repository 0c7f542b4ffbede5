"""The button that gives the map the tool for picking places."""

from __future__ import annotations

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton

from ..i18n import tr
from ..maptools.spectrum import SpectrumTool
from .desk import Desk


class Picker(QPushButton):
    """Stays down while the tool is in use; a page that is entered again goes on picking.

    Signals:
        picked: a point or polygon in the CRS of the canvas, and whether what is shown should be kept.
    """

    picked = pyqtSignal(QgsGeometry, bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Pick on the map"))
        self._desk, self._tool, self._wanted = desk, None, False
        self.setCheckable(True)
        self.setToolTip(tr("Click a pixel, or drag a box; hold Shift to keep what is shown"))
        self.clicked.connect(self._clicked)

    def resume(self) -> None:
        """The page is visible again."""
        if self._wanted and not self.isChecked():
            self._begin()

    def pause(self) -> None:
        """The page has been left; the desk takes the tool back."""
        wanted = self._wanted
        if self.isChecked():
            self._desk.drop_tool()
        self._wanted = wanted

    def _clicked(self, on: bool) -> None:
        self._wanted = on
        if on:
            self._begin()
        else:
            self._desk.drop_tool()

    def _begin(self) -> None:
        self._tool = SpectrumTool(self._desk.canvas)
        # The signal's geometry does not outlive the call.
        self._tool.picked.connect(lambda shape, added: self.picked.emit(QgsGeometry(shape), added))
        self._tool.deactivated.connect(lambda: self.setChecked(False))
        self.setChecked(True)
        self._desk.use_tool(self._tool)
