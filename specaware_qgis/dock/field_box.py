"""A chooser of a field that keeps its choice when the layer's fields are read anew."""

from __future__ import annotations

from qgis.gui import QgsFieldComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QSizePolicy

MIN_WIDTH_PX = 100


class FieldBox(QgsFieldComboBox):
    """Emits ``picked`` when another field is chosen, which a change of the layer's fields alone does not do.

    QGIS resets the list whenever a field, a default value or an edit state changes, and falls back to the first field.
    """

    picked = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._held, self._resetting = "", False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.model().modelAboutToBeReset.connect(self._hold)
        self.model().modelReset.connect(self._take_back)
        self.fieldChanged.connect(lambda name: None if self._resetting else self.picked.emit(name))

    def _hold(self) -> None:
        if not self._resetting:
            self._held, self._resetting = self.currentField(), True

    def _take_back(self) -> None:
        if self.fields().lookupField(self._held) >= 0:
            self.setField(self._held)
        self._resetting = False
        if self.currentField() != self._held:
            self.picked.emit(self.currentField())
