"""Images in sensor geometry that come with a geometry look-up table (GLT): each map pixel names its raw pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..grid import Window, blocks
from ..reading import PixelReader

# A strip of a rotated swath touches most of the raw image; small blocks touch little each.
BLOCK_PX = 96

LookUp = Callable[[Window], tuple[NDArray[np.int64], NDArray[np.int64]]]


class GltReader:
    """Reads windows of the map grid: nearest raw pixel by look-up table, NaN where the table names none.

    Args:
        raw: reads the image in sensor geometry.
        look_up: (1-based raw columns, 1-based raw rows) of a window of the map grid; 0 where there is no raw pixel,
            negative where the table repeats a neighbour (ENVI's convention).
        raw_shape: (rows, cols) of the raw image; entries beyond it count as none.
    """

    def __init__(self, raw: PixelReader, look_up: LookUp, raw_shape: tuple[int, int]) -> None:
        self._raw, self._look_up, self._raw_shape = raw, look_up, raw_shape
        self.scales, self.offsets = raw.scales, raw.offsets

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """See `PixelReader.read`."""
        # The caller may have put other arrays in place of the scales.
        self._raw.scales, self._raw.offsets = self.scales, self.offsets
        values = np.full((len(bands), *window.shape), np.nan, np.float32)
        for part in blocks(window.shape, BLOCK_PX):
            rows, cols = part.slices
            self._fill(values[:, rows, cols], Window(window.row + part.row, window.col + part.col, *part.shape), bands)
        return values

    def _fill(self, values: NDArray[np.float32], window: Window, bands: Sequence[int] | NDArray[np.intp]) -> None:
        glt_col, glt_row = self._look_up(window)
        col, row = np.abs(glt_col) - 1, np.abs(glt_row) - 1
        seen = (col >= 0) & (row >= 0) & (row < self._raw_shape[0]) & (col < self._raw_shape[1])
        if not seen.any():
            return
        col, row = col[seen], row[seen]
        first_row, first_col = int(row.min()), int(col.min())
        box = Window(first_row, first_col, int(row.max()) - first_row + 1, int(col.max()) - first_col + 1)
        values[:, seen] = self._raw.read(box, bands)[:, row - first_row, col - first_col]
