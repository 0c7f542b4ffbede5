"""Pixel-interleaved raw files (ENVI BIP), read by rows.

GDAL reads every line of such a file once for each band: a window of 400 bands takes 400 times too long.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from ..errors import RasterError
from .grid import Window
from .tags import tags


class PixelInterleavedFile:
    """Stored values of a raw file in which the bands of a pixel follow each other."""

    def __init__(self, path: Path, offset: int, dtype: np.dtype[np.generic], shape: tuple[int, int, int]) -> None:
        self._path, self._offset, self._dtype = path, offset, dtype
        self._rows, self._cols, self._bands = shape

    def read(self, window: Window, bands: list[int]) -> NDArray[np.generic]:
        """(bands, rows, cols) stored values of some bands (0-based), in the machine's byte order.

        Raises:
            RasterError: the file ends too early.
        """
        pixel = self._bands * self._dtype.itemsize
        out = np.empty((len(bands), *window.shape), self._dtype.newbyteorder("="))
        wanted = slice(None) if bands == list(range(self._bands)) else bands
        with self._path.open("rb", buffering=0) as file:
            for row in range(window.rows):
                file.seek(self._offset + ((window.row + row) * self._cols + window.col) * pixel)
                line = file.read(window.cols * pixel)
                if len(line) != window.cols * pixel:
                    raise RasterError(f"{self._path.name} ends in row {window.row + row + 1}.",
                                      "The file is damaged or cut off; copy or download it again.")
                out[:, row] = np.frombuffer(line, self._dtype).reshape(window.cols, self._bands)[:, wanted].T
        return out


def pixel_interleaved(dataset: DatasetReader) -> PixelInterleavedFile | None:
    """The raw file behind an open dataset, None if it is not a pixel-interleaved one."""
    if dataset.driver != "ENVI" or len(set(dataset.dtypes)) != 1:
        return None
    entries = tags(dataset, namespace="ENVI")
    path = Path(dataset.name)
    if (entries.get("interleave", "").strip().lower() != "bip" or not path.is_file()
            or entries.get("file compression", "0").strip() not in ("", "0")):
        return None
    order = ">" if entries.get("byte order", "0").strip() == "1" else "<"
    return PixelInterleavedFile(path, int(entries.get("header offset", "0").strip() or 0),
                                np.dtype(dataset.dtypes[0]).newbyteorder(order),
                                (dataset.height, dataset.width, dataset.count))
