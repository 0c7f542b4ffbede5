"""Reads pixels of a raster layer as QGIS sees them: scaled, and without what is no data. For worker threads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qgis.core import QgsRasterDataProvider, QgsRasterLayer, QgsRectangle

from .errors import EngineError
from .i18n import tr

# Of Qgis.DataType; QGIS applies scale and offset, which gives Float32 or Float64.
NUMPY_TYPES = {1: "u1", 2: "u2", 3: "i2", 4: "u4", 5: "i4", 6: "f4", 7: "f8", 14: "i1"}


def reader(layer: QgsRasterLayer) -> QgsRasterDataProvider:
    """A data provider of its own for another thread; call it on the main thread."""
    return layer.dataProvider().clone()


def read(provider: QgsRasterDataProvider, bands: Sequence[int], extent: QgsRectangle, cols: int,
         rows: int) -> np.ndarray:
    """Read bands of an extent, resampled to rows x cols.

    Args:
        provider: made by `reader`.
        bands: band numbers, from 1.
        extent: in the layer's CRS.
        cols: width of what is read, in pixels.
        rows: height of what is read, in pixels.

    Returns:
        (bands, rows, cols) float32; NaN where there is no data.

    Raises:
        EngineError: the file cannot be read.
    """
    return np.stack([_read_band(provider, band, extent, cols, rows) for band in bands])


def _read_band(provider: QgsRasterDataProvider, band: int, extent: QgsRectangle, cols: int, rows: int) -> np.ndarray:
    block = provider.block(band, extent, cols, rows)
    kind = NUMPY_TYPES.get(int(block.dataType()))
    body = bytes(block.data()) if block.isValid() else b""
    if kind is None or len(body) != cols * rows * np.dtype(kind).itemsize:
        raise EngineError(tr("Band {} could not be read.").format(band),
                          tr("Look whether the scene's file is still there."), "bad-raster")
    values = np.frombuffer(body, kind).reshape(rows, cols).astype(np.float32)
    if block.hasNoDataValue():
        values[values == np.float32(block.noDataValue())] = np.nan
    return values
