"""Where to label next: the model learned last says where it is least sure."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QSpinBox

from ... import settings
from ...errors import EngineError
from ...i18n import tr
from ..desk import Desk
from ..folded import Folded

MAX_PLACES, START_PLACES = 200, 20


class Suggester(Folded):
    """How many places, and the button that asks the engine for them.

    Signals:
        suggested: so many places were added to the project.
        failed: an `EngineError`.
    """

    suggested = pyqtSignal(int)
    failed = pyqtSignal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Where to label next"))
        self._desk = desk
        row = QHBoxLayout(self)
        self.how_many, self.button = QSpinBox(), QPushButton(tr("Suggest places"))
        self.how_many.setRange(1, MAX_PLACES)
        self.how_many.setValue(START_PLACES)
        self.how_many.setAccessibleName(tr("Number of places"))
        row.addWidget(self.how_many)
        row.addWidget(self.button, 1)
        self.button.clicked.connect(lambda: self.suggest())

    def suggest(self) -> None:
        """Ask the engine for places worth labelling."""
        model = self._desk.learned
        if not model or not Path(model).exists():
            self.failed.emit(EngineError(tr("There is no model yet that could say where it is unsure."),
                                         tr("Make a preview or a map on the page Classify first.")))
            return
        folder = Path(tempfile.mkdtemp(prefix="suggest", dir=QgsProcessingUtils.tempFolder()))
        try:
            params = {**self._desk.scene().params(), "model": model, "output": str(folder / "suggestions.gpkg"),
                      "count": self.how_many.value(), "device": settings.device()}
        except EngineError as error:
            self.failed.emit(error)
            return
        self.button.setEnabled(False)
        job = self._desk.jobs.engine(tr("Suggest places"), "suggest", params)
        job.progressed.connect(lambda percent: self.button.setText(f"{tr('Suggest places')} {percent:.0f} %"))
        job.done.connect(self._show)
        job.failed.connect(self.failed)
        job.ended.connect(self._over)

    def _show(self, value: dict[str, Any]) -> None:
        layer = QgsVectorLayer(f"{value['output']}|layername=suggestions", tr("Where to label next"), "ogr")
        if not layer.isValid():
            layer = QgsVectorLayer(value["output"], tr("Where to label next"), "ogr")
        QgsProject.instance().addMapLayer(layer)
        self.suggested.emit(int(value["points"]))

    def _over(self) -> None:
        self.button.setEnabled(True)
        self.button.setText(tr("Suggest places"))
