"""How a layer of classified scenes looks: a colour for each class, paler where it is less certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsProcessingLayerPostProcessorInterface,
    QgsProperty,
    QgsRendererCategory,
    QgsSymbolLayer,
    QgsVectorLayer,
)

# Opacity of the fill in percent at a probability of 0 and of 1: the image must show through.
OPACITY = (15, 70)


class SceneStyler(QgsProcessingLayerPostProcessorInterface):
    """Styles the layer once it is loaded.

    Args:
        classes: as the engine gives them: name, colour and the number of chips that got the class.
    """

    def __init__(self, classes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._classes = [c for c in classes if c["predicted"]]

    def postProcessLayer(self, layer, context, feedback) -> None:
        """Called by QGIS after loading."""
        if isinstance(layer, QgsVectorLayer):
            style(layer, self._classes)


def style(layer: QgsVectorLayer, classes: Sequence[Mapping[str, Any]]) -> None:
    """Give the classes their colours."""
    categories = []
    for info in classes:
        red, green, blue = info["color"]
        symbol = QgsFillSymbol.createSimple({"color": f"{red},{green},{blue}", "outline_color": "255,255,255,160",
                                             "outline_width": "0.15"})
        low, high = OPACITY
        symbol.symbolLayer(0).setDataDefinedProperty(
            QgsSymbolLayer.Property.PropertyFillColor,
            QgsProperty.fromExpression(
                f"'{red},{green},{blue},' || round(2.55 * ({low} + {high - low} * \"probability\"))"))
        categories.append(QgsRendererCategory(info["name"], symbol, f"{info['name']} ({info['predicted']})"))
    layer.setRenderer(QgsCategorizedSymbolRenderer("class", categories))
    layer.triggerRepaint()
