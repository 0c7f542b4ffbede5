"""The click tool that grows a region, and the tolerance that changes the last one."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapToolEmitPoint
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from ... import label_layer, pixels
from ...errors import EngineError
from ...i18n import tr
from ...spectral import growing
from ..desk import Desk


@dataclass(frozen=True)
class Target:
    """Where a region goes."""

    layer: QgsVectorLayer
    field: str
    name: str


@dataclass(frozen=True)
class _Grown:
    layer_id: str
    feature_id: int
    around: growing.Surroundings
    crs: object


class Grower(QObject):
    """Reads around a click on another thread, then adds a polygon to the labels."""

    failed = pyqtSignal(object)
    left = pyqtSignal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._job, self._last = desk, None, None
        self._tool: QgsMapToolEmitPoint | None = None
        self.target: Target | None = None
        self.tolerance_deg = 4.0

    def begin(self) -> None:
        """Take the map's clicks."""
        self._tool = QgsMapToolEmitPoint(self._desk.canvas)
        self._tool.setCursor(Qt.CursorShape.CrossCursor)
        # The signal's point does not outlive the call.
        self._tool.canvasClicked.connect(lambda point, _button: self.at(QgsPointXY(point)))
        self._tool.deactivated.connect(self.left)
        self._desk.use_tool(self._tool)

    def at(self, point: QgsPointXY) -> None:
        """Grow a region from a point of the canvas."""
        layer, target, known = self._desk.layer, self.target, self._desk.inspection.value
        if layer is None or target is None or not target.name:
            self.failed.emit(EngineError(tr("There is nothing to grow yet."),
                                         tr("Choose a scene and a labels layer, add a class and choose it.")))
            return
        crs = self._desk.canvas.mapSettings().destinationCrs()
        try:
            place = QgsPointXY(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()).transform(point))
        except QgsCsException:
            return
        bands = [b["band"] for b in known["bands"] if b["good"]] if known else list(range(1, layer.bandCount() + 1))
        provider, raster_crs = pixels.reader(layer), layer.crs()
        if self._job is not None:
            self._job.forget()
        job = self._job = self._desk.jobs.compute(
            tr("Grow a region"), lambda _: growing.look_around(provider, bands, place))
        job.done.connect(lambda around: self._add(around, target, raster_crs))
        job.failed.connect(self.failed)

    def set_tolerance(self, degrees: float) -> None:
        """Another spectral angle; the region grown last follows at once."""
        self.tolerance_deg = degrees
        if self._last is None:
            return
        layer = QgsProject.instance().mapLayer(self._last.layer_id)
        if not isinstance(layer, QgsVectorLayer) or not layer.isEditable() \
                or not layer.getFeature(self._last.feature_id).isValid():
            self._last = None
            return
        region = growing.grow(self._last.around, degrees)
        region.transform(QgsCoordinateTransform(self._last.crs, layer.crs(), QgsProject.instance()))
        layer.changeGeometry(self._last.feature_id, _multi(region, layer))
        layer.triggerRepaint()

    def stop(self) -> None:
        """Take the tool back; the last region is final."""
        self._last = None
        self._desk.drop_tool()

    def _add(self, around: growing.Surroundings, target: Target, crs) -> None:
        self._job = None
        if QgsProject.instance().mapLayer(target.layer.id() if _alive(target.layer) else "") is None:
            return
        try:
            feature_id = label_layer.add_region(target.layer, target.field, target.name,
                                                growing.grow(around, self.tolerance_deg), crs)
        except EngineError as error:
            self.failed.emit(error)
            return
        self._last = _Grown(target.layer.id(), feature_id, around, crs)
        target.layer.triggerRepaint()


def _alive(layer: QgsVectorLayer) -> bool:
    """Whether the C++ side still exists: a layer can be removed while its region is read."""
    try:
        layer.id()
    except RuntimeError:
        return False
    return True


def _multi(region: QgsGeometry, layer: QgsVectorLayer) -> QgsGeometry:
    if QgsWkbTypes.isMultiType(layer.wkbType()):
        region.convertToMultiType()
    return region
