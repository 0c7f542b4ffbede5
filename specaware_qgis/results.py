"""Makes results readable on the map: names, colours, one group for a run."""

from __future__ import annotations

import os
from typing import Any

from qgis.core import (
    QgsColorRampShader,
    QgsPalettedRasterRenderer,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from .i18n import tr

# Low confidence draws the eye, high confidence stays calm.
CONFIDENCE_COLORS = ((0.0, "#7a0177"), (0.4, "#c51b8a"), (0.6, "#f768a1"), (0.8, "#fbb4b9"), (1.0, "#feebe2"))


def style_class_map(layer: QgsRasterLayer, classes: list[dict[str, Any]]) -> None:
    """Give each class its name and colour; nothing else is drawn."""
    entries = [QgsPalettedRasterRenderer.Class(int(c["id"]), QColor(*c["color"]), str(c["name"])) for c in classes]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, entries))
    layer.triggerRepaint()


def style_confidence(layer: QgsRasterLayer) -> None:
    """Draw the probability of the mapped class, 0 to 1, in one ramp for all scenes."""
    shader = QgsColorRampShader(0.0, 1.0, None, QgsColorRampShader.Type.Interpolated)
    shader.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(value, QColor(color), f"{value:.0%}") for value, color in CONFIDENCE_COLORS])
    raster_shader = QgsRasterShader(0.0, 1.0)
    raster_shader.setRasterShaderFunction(shader)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, raster_shader)
    renderer.setClassificationMin(0.0)
    renderer.setClassificationMax(1.0)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Styles a layer that Processing has loaded. The caller must keep it alive until then."""

    def __init__(self, classes: list[dict[str, Any]] | None) -> None:
        super().__init__()
        self._classes = classes

    def postProcessLayer(self, layer, context, feedback) -> None:
        """Called by QGIS on the main thread."""
        if not isinstance(layer, QgsRasterLayer):
            return
        if self._classes is None:
            style_confidence(layer)
        else:
            style_class_map(layer, self._classes)


def add_to_project(value: dict[str, Any], scene_name: str, project: QgsProject) -> QgsRasterLayer | None:
    """Load the results of a ``classify`` job as a group on top of the layer tree; returns the class map's layer."""
    layer = QgsRasterLayer(value["output"], tr("Land cover"))
    if not layer.isValid():
        return None
    style_class_map(layer, value["classes"])
    layers = [layer]
    if value.get("confidence") and os.path.exists(value["confidence"]):
        confidence = QgsRasterLayer(value["confidence"], tr("Confidence"))
        style_confidence(confidence)
        layers.append(confidence)
    group = project.layerTreeRoot().insertGroup(0, f"{scene_name} — {tr('land cover')}")
    for item in layers:
        project.addMapLayer(item, False)
        node = group.addLayer(item)
        # The class map is what was asked for; confidence would cover it or be covered.
        node.setItemVisibilityChecked(item is layer)
        node.setExpanded(item is layer)
    group.setExpanded(True)
    return layer
