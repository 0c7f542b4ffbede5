"""Brings labels of another layer into the labels layer."""

from __future__ import annotations

from qgis.core import QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFormLayout, QPushButton, QSizePolicy

from ... import label_layer
from ...compat import LABEL_LAYERS
from ...errors import EngineError
from ...i18n import tr
from ...label_layer import LabelClass
from ..field_box import FieldBox
from ..folded import Folded


class LabelImport(Folded):
    """Layer, field and the button.

    Signals:
        wanted: the button was pressed.
    """

    wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(tr("Import"))
        form = QFormLayout(self)
        self.source, self.field = QgsMapLayerComboBox(), FieldBox()
        self.take = QPushButton(tr("Copy into the labels"))
        self.source.setFilters(LABEL_LAYERS)
        self.source.layerChanged.connect(self.field.setLayer)
        self.field.setLayer(self.source.currentLayer())
        for widget, name in ((self.source, tr("From layer")), (self.field, tr("Field"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setAccessibleName(name)
            form.addRow(name, widget)
        form.addRow(self.take)
        self.take.clicked.connect(lambda: self.wanted.emit())

    def copy_into(self, layer: QgsVectorLayer, field: str, classes: list[LabelClass]) -> int:
        """Copy features and classes; returns how many features.

        Args:
            layer: where they go.
            field: its field with the class.
            classes: the classes of the labels so far; the style gets the new ones behind them.

        Raises:
            EngineError: there is nothing that could be copied.
        """
        source, name = self.source.currentLayer(), self.field.currentField()
        if source is None or source is layer or not name:
            raise EngineError(tr("There is nothing to import."),
                              tr("Choose another layer and the field with its classes."))
        count = label_layer.copy_from(source, name, layer, field)
        names = [found.name for found in label_layer.classes_of(source, name)]
        label_layer.set_classes(layer, field, label_layer.with_classes(classes, names))
        return count
