"""How a change score looks on the map: nothing below the threshold, yellow to dark red above it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from qgis.core import (
    QgsBasicNumericFormat,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsProject,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRasterTransparency,
    QgsRectangle,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from . import pixels
from .i18n import tr

RAMP = ("#fee391", "#fec44f", "#fe9929", "#d95f0e", "#7f1d04")
MAX_READ_PX = 1500
TOP_SHARE = 0.99


@dataclass(frozen=True)
class Scores:
    """A sample of the scores of a map, sorted; enough to say how much lies above a threshold."""

    values: np.ndarray

    def share_above(self, threshold: float) -> float:
        """Share of the pixels with a score above a threshold, 0..1."""
        count = len(self.values)
        return (count - int(np.searchsorted(self.values, threshold, side="right"))) / count if count else 0.0

    def top(self) -> float:
        """A score that only few pixels exceed."""
        return float(np.quantile(self.values, TOP_SHARE)) if len(self.values) else 1.0


def read_scores(provider: QgsRasterDataProvider, extent: QgsRectangle, cols: int, rows: int) -> Scores:
    """Read band 1, large maps coarsely; for another thread. Raises `EngineError` if the file cannot be read."""
    step = max(1.0, max(cols, rows) / MAX_READ_PX)
    values = pixels.read(provider, (1,), extent, max(1, round(cols / step)), max(1, round(rows / step)))
    return Scores(np.sort(values[np.isfinite(values)]))


def style_score(layer: QgsRasterLayer, threshold: float, top: float) -> None:
    """Draw scores from a threshold to the top; all below is transparent."""
    top = max(top, threshold * 1.01 + 1e-6)
    steps = np.linspace(threshold, top, len(RAMP))
    shader = QgsColorRampShader(threshold, top, None, QgsColorRampShader.Type.Interpolated)
    shader.setColorRampItemList([QgsColorRampShader.ColorRampItem(float(value), QColor(color), f"{value:.2g}")
                                 for value, color in zip(steps, RAMP)])
    shader.setLegendSettings(_legend())
    raster_shader = QgsRasterShader(threshold, top)
    raster_shader.setRasterShaderFunction(shader)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, raster_shader)
    renderer.setClassificationMin(threshold)
    renderer.setClassificationMax(top)
    hidden, pixel = QgsRasterTransparency(), QgsRasterTransparency.TransparentSingleValuePixel()
    pixel.min, pixel.max, pixel.percentTransparent = -math.inf, threshold, 100.0
    hidden.setTransparentSingleValuePixelList([pixel])
    renderer.setRasterTransparency(hidden)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def _legend() -> QgsColorRampLegendNodeSettings:
    """Numbers beside the ramp as short as those on the page."""
    numbers, settings = QgsBasicNumericFormat(), QgsColorRampLegendNodeSettings()
    numbers.setNumberDecimalPlaces(2)
    settings.setNumericFormat(numbers)
    return settings


def add_to_project(value: dict[str, Any], title: str, project: QgsProject) -> tuple[str, str]:
    """Load the results of a ``change`` job as a group on top; ids of the layers of score and transitions, or empty."""
    score = QgsRasterLayer(value["output"], tr("Change score"))
    if not score.isValid():
        return "", ""
    style_score(score, value["threshold"], 4 * value["threshold"])
    group = project.layerTreeRoot().insertGroup(0, title)
    project.addMapLayer(score, False)
    group.addLayer(score)
    moves = None
    if value.get("from_to") and os.path.exists(value["from_to"]):
        moves = QgsRasterLayer(value["from_to"], tr("From-to"))
        project.addMapLayer(moves, False)
        node = group.addLayer(moves)
        # One of the two is enough at first.
        node.setItemVisibilityChecked(False)
        node.setExpanded(False)
    group.setExpanded(True)
    return score.id(), moves.id() if moves is not None else ""
