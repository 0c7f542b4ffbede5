"""Maps a small square around a place, and learns anew only when scene, labels or weights have changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapToolEmitPoint
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from ...errors import EngineCancelled, EngineError
from ...i18n import tr
from ...params import Labels, Outputs, Scene, classify_params
from ..desk import Desk
from ..jobs import Job
from .preview import PreviewOverlay, image_of, window_around

MAX_HASHED_FEATURES = 5000


@dataclass(frozen=True)
class Recipe:
    """Everything that a preview is made from.

    Attributes:
        scene: the image.
        labels: None if a saved model is used.
        model: saved model, empty if labels are used.
        weights: encoder weights, empty for the bundled ones.
        device: where to compute.
        fingerprint: tells whether labels are the same as before; empty if that cannot be told.
        head: to be fine-tuned; empty for the mixture, which learns fast enough for a preview.
        spectral_only: learn without the encoder.
    """

    scene: Scene
    labels: Labels | None
    model: str
    weights: str
    device: str
    fingerprint: str = ""
    head: str = ""
    spectral_only: bool = False

    @property
    def key(self) -> tuple[Any, ...] | None:
        """Equal keys give equal models; None never equals."""
        return (self.scene, self.weights, self.fingerprint, self.head, self.spectral_only) if self.fingerprint else None


def fingerprint(layer: QgsVectorLayer, field: str, labels: Labels) -> str:
    """Tells label layers apart by content, edits included; empty for too many features."""
    if layer.featureCount() > MAX_HASHED_FEATURES:
        return ""
    found = hashlib.sha256(f"{layer.id()}|{field}|{labels.layer}".encode())
    at = layer.fields().lookupField(field)
    for feature in layer.getFeatures():
        found.update(f"{feature.id()}|{feature.attribute(at)}|".encode())
        found.update(bytes(feature.geometry().asWkb()))
    return found.hexdigest()


class Previewer(QObject):
    """Owns the click tool, the overlay and the model learned last.

    Args:
        desk: of the page.
        recipe: called on the main thread for each preview; may raise `EngineError`.

    Signals:
        said: what to show under the button, empty for nothing.
        failed: an `EngineError`.
        shown: value of the ``classify`` job, just before it is drawn.
        left: the map tool was taken away.
    """

    said = pyqtSignal(str)
    failed = pyqtSignal(object)
    shown = pyqtSignal(object)
    left = pyqtSignal()

    def __init__(self, desk: Desk, recipe: Callable[[], Recipe]) -> None:
        super().__init__(desk)
        self._desk, self._recipe = desk, recipe
        self._job: Job | None = None
        self._next: QgsPointXY | None = None
        self._tool: QgsMapToolEmitPoint | None = None
        self._learned: tuple[tuple[Any, ...], str] | None = None
        self._folder: Path | None = None
        self.overlay: PreviewOverlay | None = None

    @property
    def busy(self) -> bool:
        """Whether a preview is being made."""
        return self._job is not None

    def begin(self) -> None:
        """Preview the middle of the view, and from now on wherever the map is clicked."""
        self._tool = QgsMapToolEmitPoint(self._desk.canvas)
        self._tool.setCursor(Qt.CursorShape.CrossCursor)
        # The signal's point does not outlive the call.
        self._tool.canvasClicked.connect(lambda point, _button: self.at(QgsPointXY(point)))
        self._tool.deactivated.connect(self.left)
        self._desk.use_tool(self._tool)
        if self._desk.layer is not None:
            self._make(self._middle(self._desk.layer))

    def at(self, point: QgsPointXY) -> None:
        """Preview around a point of the canvas."""
        found = self._to_scene(point)
        if found is not None:
            self._make(found)

    def stop(self) -> None:
        """Take the tool back and forget the job; the overlay stays."""
        self._next = None
        if self._job is not None:
            job, self._job = self._job, None
            job.forget()
            self.said.emit("")
        self._desk.drop_tool()

    def clear(self) -> None:
        """Nothing of the preview stays on the map."""
        self.stop()
        if self.overlay is not None:
            self._desk.canvas.scene().removeItem(self.overlay)
            self.overlay = None

    def end(self) -> None:
        """The plugin leaves."""
        self.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def remember(self, recipe: Recipe, model: str) -> None:
        """A model has been learned from ``recipe``; previews can use it."""
        if os.path.exists(model):
            self._desk.learned = model
            self._learned = (recipe.key, model) if recipe.key is not None else None

    def _middle(self, layer: QgsRasterLayer) -> QgsPointXY:
        """Of the view, or of what it shows of the scene; a view that shows nothing of it is moved there."""
        canvas = self._desk.canvas
        centre = self._to_scene(canvas.center())
        if centre is not None and layer.extent().contains(centre):
            return centre
        transform = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
        try:
            whole = QgsRectangle(transform.transformBoundingBox(layer.extent()))
            shown = whole.intersect(canvas.extent())
            if shown.isEmpty():
                canvas.setExtent(whole)
                canvas.refresh()
            else:
                centre = self._to_scene(shown.center())
        except QgsCsException:
            centre = None
        return centre if centre is not None and layer.extent().contains(centre) else layer.extent().center()

    def _to_scene(self, point: QgsPointXY) -> QgsPointXY | None:
        layer = self._desk.layer
        if layer is None:
            return None
        crs = self._desk.canvas.mapSettings().destinationCrs()
        try:
            return QgsPointXY(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()).transform(point))
        except QgsCsException:
            return None

    def _make(self, point: QgsPointXY) -> None:
        if self._job is not None:
            self._next = point  # what is being learned now serves the next place too
            return
        window = window_around(self._desk.layer, point)
        if window is None:
            self.said.emit(tr("That place is outside the scene."))
            return
        try:
            recipe = self._recipe()
        except EngineError as error:
            self.failed.emit(error)
            return
        learned = self._learned[1] if self._learned and self._learned[0] == recipe.key else ""
        model = recipe.model or (learned if os.path.exists(learned) else "")
        if recipe.head and not model:
            self.said.emit(tr("Fine-tuning takes minutes: make the map first, then previews use its model."))
            return
        self._run(recipe, model, window)

    def _run(self, recipe: Recipe, model: str, window: QgsRectangle) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="preview", dir=QgsProcessingUtils.tempFolder()))
        saved = "" if model else str(self._folder / f"model_{time.monotonic_ns()}.safetensors")
        outputs = Outputs(str(self._folder / f"preview_{time.monotonic_ns()}.tif"), model=saved)
        extent = window.xMinimum(), window.yMinimum(), window.xMaximum(), window.yMaximum()
        params = classify_params(recipe.scene, outputs, None if model else recipe.labels, model, device=recipe.device,
                                 extent=extent, weights=recipe.weights, validation="none",
                                 spectral_only=recipe.spectral_only)
        started, layer_id = time.monotonic(), self._desk.layer.id()
        job = self._job = self._desk.jobs.engine(tr("Preview"), "classify", params)
        waiting = tr("Making the preview …") if model else tr(
            "Looking at the scene and learning from the labels, once; then a preview takes moments …")
        self.said.emit(waiting)
        job.progressed.connect(lambda percent: self.said.emit(f"{waiting} {percent:.0f} %"))
        job.done.connect(lambda value: self._done(value, recipe, layer_id, time.monotonic() - started))
        job.failed.connect(self._failed)
        job.ended.connect(lambda: self._over(job))

    def _done(self, value: dict[str, Any], recipe: Recipe, layer_id: str, seconds: float) -> None:
        if value.get("model"):
            self.remember(recipe, value["model"])
        layer = self._desk.layer
        if layer is None or layer.id() != layer_id:
            return
        preview = QgsRasterLayer(value["output"], "preview")
        if preview.isValid():
            self.shown.emit(value)  # who listens may give the classes other colours
            if self.overlay is not None:
                self._desk.canvas.scene().removeItem(self.overlay)
            self.overlay = PreviewOverlay(self._desk.canvas, image_of(preview, value["classes"]), preview.extent(),
                                          layer.crs())
        self.said.emit(tr("Preview in {:.1f} s. Click on the map for another place.").format(seconds))
        del preview
        Path(value["output"]).unlink(missing_ok=True)

    def _failed(self, error: EngineError) -> None:
        self.said.emit("")
        if not isinstance(error, EngineCancelled):
            self.failed.emit(error)

    def _over(self, job: Job) -> None:
        if self._job is job:
            self._job = None
        if self._next is not None and self._job is None:
            point, self._next = self._next, None
            self._make(point)
