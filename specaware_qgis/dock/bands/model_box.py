"""Which encoder weights explain, and with which trained model."""

from __future__ import annotations

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout

from ...i18n import tr
from ..folded import Folded


class ModelBox(Folded):
    """Folded until somebody wants it; ``changed`` tells that answers would be others."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(tr("Model"))
        self.needs, self.model, self.weights = QCheckBox(tr("Class needs")), QgsFileWidget(), QgsFileWidget()
        self.needs.setToolTip(tr("Hide groups of bands from a trained model and see what its classes lose"))
        for widget, hint in ((self.model, tr("the model learned last")),
                             (self.weights, tr("those that come with SpecAware"))):
            widget.setFilter("Safetensors (*.safetensors)")
            widget.lineEdit().setPlaceholderText(hint)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.needs)
        form.addRow(tr("Trained model"), self.model)
        form.addRow(tr("Weights"), self.weights)
        self.needs.toggled.connect(lambda _: self.changed.emit())
        self.model.fileChanged.connect(lambda _: self.changed.emit() if self.needs.isChecked() else None)
        self.weights.fileChanged.connect(lambda _: self.changed.emit())
