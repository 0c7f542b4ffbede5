"""Counts the labels on another thread, a moment after the last edit."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ... import label_counts
from ...i18n import tr
from ..desk import Desk
from ..jobs import Job

SETTLE_MS = 300
EDIT_SIGNALS = ("featureAdded", "featuresDeleted", "geometryChanged", "attributeValueChanged", "afterRollBack")


class LabelCounter(QObject):
    """Watches one layer at a time.

    Signals:
        counted: the `Counts`, None without a layer or a field.
    """

    counted = pyqtSignal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._layer: QgsVectorLayer | None = None
        self._field = ""
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._count)

    def watch(self, layer: QgsVectorLayer | None) -> None:
        """Listen to the edits of this layer only."""
        for signal in EDIT_SIGNALS if self._layer is not None else ():
            try:
                getattr(self._layer, signal).disconnect(self._touched)
            except (RuntimeError, TypeError):
                break  # the layer is gone
        self._layer = layer
        for signal in EDIT_SIGNALS if layer is not None else ():
            getattr(layer, signal).connect(self._touched)

    def count_soon(self, field: str | None = None) -> None:
        """Count when nothing has changed for a moment; ``field`` is counted from now on."""
        self._field = self._field if field is None else field
        self._timer.start()

    def stop(self) -> None:
        """Let go of the layer."""
        self._timer.stop()
        self.watch(None)

    def _touched(self, *_changes: Any) -> None:
        self._timer.start()

    def _count(self) -> None:
        """Edits that come meanwhile start another count."""
        if self._job is not None:
            self._job.forget()
            self._job = None
        if self._layer is None or not self._field:
            self.counted.emit(None)
            return
        source, at = QgsVectorLayerFeatureSource(self._layer), self._layer.fields().lookupField(self._field)
        area, scene = self._pixel_area(), self._scene_extent()
        self._job = self._desk.jobs.compute(
            tr("Count labels"), lambda task: label_counts.count(source, at, area, task.isCanceled, scene))
        self._job.done.connect(self._done)

    def _done(self, counts: label_counts.Counts) -> None:
        self._job = None
        self.counted.emit(counts)

    def _scene_extent(self) -> QgsRectangle | None:
        """The scene's, in the CRS of the labels."""
        scene, layer = self._desk.layer, self._layer
        if scene is None or not scene.crs().isValid() or not layer.crs().isValid():
            return None
        transform = QgsCoordinateTransform(scene.crs(), layer.crs(), QgsProject.instance())
        try:
            return QgsRectangle(transform.transformBoundingBox(scene.extent()))
        except QgsCsException:
            return None

    def _pixel_area(self) -> float | None:
        scene, layer = self._desk.layer, self._layer
        same_units = scene is not None and scene.crs().mapUnits() == layer.crs().mapUnits() \
            and scene.crs().mapUnits() != QgsUnitTypes.DistanceUnit.DistanceDegrees
        if scene is None or not (same_units or scene.crs() == layer.crs()):
            return None
        return scene.rasterUnitsPerPixelX() * scene.rasterUnitsPerPixelY() or None
