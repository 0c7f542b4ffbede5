"""What the pages share: the scene and what is known of it, the jobs, the map canvas."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingUtils, QgsProject, QgsRasterLayer
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..params import FROM_FILE, LEVELS, Scene, sensor_names
from ..sources import raster_path
from .inspection import Inspection, Subject
from .jobs import Jobs

MIN_BANDS = 4


@dataclass(frozen=True)
class Corrections:
    """What the user knows better than a scene's file; the defaults correct nothing.

    Attributes:
        sensor, level: entries of the choosers.
        gsd_m: ground sampling distance.
        wavelengths: path of a CSV of the user's.
        band_table: text of such a CSV, edited in the dock; it comes before the file.
    """

    sensor: str = FROM_FILE
    level: str = FROM_FILE
    gsd_m: float | None = None
    wavelengths: str = ""
    band_table: str = ""


class Desk(QObject):
    """Shared by all pages. The scene is chosen once; other pages follow ``scene_changed``.

    Signals:
        scene_changed: another layer is the scene, or there is none; also after a correction.
        rasters_changed: layers came or went.
        engine_changed: another Python runs the engine from now on.
    """

    scene_changed = pyqtSignal()
    rasters_changed = pyqtSignal()
    engine_changed = pyqtSignal()

    def __init__(self, iface, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.iface, self.jobs = iface, Jobs(self)
        self.inspection = Inspection(self.jobs, self._subject, self)
        self.scene_changed.connect(self.inspection.forget)
        # Path of the model learned last from the scene's labels.
        self.learned = ""
        self._layer_id = ""
        self._corrections: dict[str, Corrections] = {}
        self._tool: QgsMapTool | None = None
        project = QgsProject.instance()
        project.layersAdded.connect(self._layers_came)
        project.layersRemoved.connect(self._layers_went)
        self._layers_came()

    @property
    def canvas(self) -> QgsMapCanvas:
        """The main map."""
        return self.iface.mapCanvas()

    @property
    def layer(self) -> QgsRasterLayer | None:
        """The scene's layer; None if there is none any more."""
        layer = QgsProject.instance().mapLayer(self._layer_id) if self._layer_id else None
        return layer if isinstance(layer, QgsRasterLayer) else None

    def set_layer(self, layer: QgsRasterLayer | None) -> None:
        """Make a layer the scene of all pages."""
        wanted = layer.id() if layer is not None else ""
        if wanted != self._layer_id:
            self._layer_id, self.learned = wanted, ""
            self.scene_changed.emit()

    def scenes(self) -> list[QgsRasterLayer]:
        """The project's rasters that can be a scene: not class maps and pictures."""
        return [layer for layer in QgsProject.instance().mapLayers().values() if can_be_scene(layer)]

    def corrections(self, layer: QgsRasterLayer | None = None) -> Corrections:
        """What the user corrected for a layer, by default the scene's."""
        layer = layer or self.layer
        return self._corrections.get(layer.id(), Corrections()) if layer is not None else Corrections()

    def correct(self, **changes: Any) -> None:
        """Correct the scene: sensor, level, gsd_m, wavelengths."""
        layer = self.layer
        if layer is not None and (new := replace(self.corrections(), **changes)) != self.corrections():
            self._corrections[layer.id()] = new
            self.scene_changed.emit()

    def scene(self, layer: QgsRasterLayer | None = None) -> Scene:
        """A layer, by default the scene's, as a file with its corrections; raises `EngineError` without a file."""
        layer = layer or self.layer
        known = self.corrections(layer)
        table = table_file(known.band_table) if known.band_table else known.wavelengths
        return Scene(raster_path(layer), known.sensor, known.level, known.gsd_m, table)

    def _subject(self) -> Subject | None:
        layer = self.layer
        if layer is None:
            return None
        return Subject((layer.id(), layer.source(), self.corrections()), lambda: self.scene().params())

    def use_tool(self, tool: QgsMapTool) -> None:
        """Give a map tool to the canvas; it is taken back when its page is left."""
        self._tool = tool
        self.canvas.setMapTool(tool)

    def drop_tool(self) -> None:
        """Take back the tool given by `use_tool`, if the canvas still has it."""
        if self._tool is not None:
            self.canvas.unsetMapTool(self._tool)
            self._tool = None

    def state(self) -> dict[str, Any]:
        """What the project should remember."""
        return {"scene": self._layer_id, "corrections": {k: asdict(v) for k, v in self._corrections.items()}}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; what makes no sense is left out."""
        kept = state.get("corrections")
        for layer_id, values in (kept if isinstance(kept, dict) else {}).items():
            found = _corrections(values)
            if found is not None:
                self._corrections[str(layer_id)] = found
        layer = QgsProject.instance().mapLayer(str(state.get("scene", "")))
        if isinstance(layer, QgsRasterLayer):
            self._layer_id = layer.id()
        self.scene_changed.emit()

    def clear(self) -> None:
        """The project was closed."""
        self._corrections.clear()
        self.set_layer(None)

    def end(self) -> None:
        """The plugin is being unloaded."""
        self.inspection.end()
        self.jobs.end()
        self.drop_tool()
        project = QgsProject.instance()
        project.layersAdded.disconnect(self._layers_came)
        project.layersRemoved.disconnect(self._layers_went)

    def _layers_came(self, _layers=None) -> None:
        if self.layer is None:
            scenes = self.scenes()
            self.set_layer(scenes[0] if scenes else None)
        self.rasters_changed.emit()

    def _layers_went(self, _ids=None) -> None:
        self._layers_came()


def can_be_scene(layer: Any) -> bool:
    """Whether a layer has enough bands to be a hyperspectral scene."""
    return isinstance(layer, QgsRasterLayer) and layer.isValid() and layer.bandCount() >= MIN_BANDS


def table_file(text: str) -> str:
    """A band table as a temporary file; the same text gives the same file."""
    folder = Path(QgsProcessingUtils.tempFolder())
    path = folder / f"bands_{hashlib.sha256(text.encode()).hexdigest()[:16]}.csv"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    return str(path)


def _corrections(values: Any) -> Corrections | None:
    """Corrections from a project, which anybody may have written; None if they make no sense."""
    if not isinstance(values, dict):
        return None
    sensor, level, gsd_m = values.get("sensor"), values.get("level"), values.get("gsd_m")
    sensible_gsd = isinstance(gsd_m, (int, float)) and not isinstance(gsd_m, bool) and gsd_m > 0
    return Corrections(sensor if sensor in sensor_names() else FROM_FILE, level if level in list(LEVELS) else FROM_FILE,
                       float(gsd_m) if sensible_gsd else None,
                       *(str(values.get(key) or "") for key in ("wavelengths", "band_table")))
