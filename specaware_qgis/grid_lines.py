"""The grid that cuts a scene into cells, as lines on the map and in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qgis.core import QgsGeometry, QgsPointXY, QgsRasterLayer

MAX_LINES = 400


@dataclass(frozen=True)
class CellGrid:
    """Cells of ``cell_px`` pixels from the upper left corner of a scene; the last of a row or column may be smaller."""

    layer_cols: int
    layer_rows: int
    cell_px: int

    @staticmethod
    def over(layer: QgsRasterLayer, cell_px: int) -> CellGrid:
        """The grid over a scene."""
        return CellGrid(layer.width(), layer.height(), cell_px)

    @property
    def cols(self) -> int:
        """Cells side by side."""
        return math.ceil(self.layer_cols / self.cell_px)

    @property
    def rows(self) -> int:
        """Cells one above another."""
        return math.ceil(self.layer_rows / self.cell_px)

    def lines(self, layer: QgsRasterLayer) -> QgsGeometry:
        """Borders of the cells in the layer's CRS; of a grid too fine to be seen only the outer ones."""
        box, width, height = layer.extent(), layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
        fine = self.cols + self.rows > MAX_LINES
        xs = [box.xMinimum(), box.xMaximum()] if fine else \
            [box.xMinimum() + min(i * self.cell_px, self.layer_cols) * width for i in range(self.cols + 1)]
        ys = [box.yMaximum(), box.yMinimum()] if fine else \
            [box.yMaximum() - min(i * self.cell_px, self.layer_rows) * height for i in range(self.rows + 1)]
        down = [[QgsPointXY(x, ys[0]), QgsPointXY(x, ys[-1])] for x in xs]
        across = [[QgsPointXY(xs[0], y), QgsPointXY(xs[-1], y)] for y in ys]
        return QgsGeometry.fromMultiPolylineXY(down + across)
