"""The chooser of the scene, the same on every page that needs one."""

from __future__ import annotations

from qgis.core import QgsProject, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtWidgets import QSizePolicy

from ..compat import RASTER_LAYERS
from ..i18n import tr
from .desk import Desk, can_be_scene

MIN_WIDTH_PX = 120


class SceneBox(QgsMapLayerComboBox):
    """Follows the scene of the desk, and sets it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setFilters(RASTER_LAYERS)
        self.setToolTip(tr("A raster whose bands have wavelengths"))
        self.setAccessibleName(tr("Scene"))
        # Long layer names must not push the dock wider than the user made it.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(MIN_WIDTH_PX)
        desk.rasters_changed.connect(self._offer)
        desk.scene_changed.connect(self._follow)
        self.layerChanged.connect(self._chosen)
        self._offer()

    def _offer(self) -> None:
        rasters = [x for x in QgsProject.instance().mapLayers().values() if isinstance(x, QgsRasterLayer)]
        self.setExceptedLayerList([layer for layer in rasters if not can_be_scene(layer)])
        self._follow()

    def _follow(self) -> None:
        if self._desk.layer is not None and self.currentLayer() is not self._desk.layer:
            self.setLayer(self._desk.layer)

    def _chosen(self, layer) -> None:
        self._desk.set_layer(layer)
