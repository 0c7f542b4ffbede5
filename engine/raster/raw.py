"""Raw files (ENVI) read in pieces that fit the processor's cache.

GDAL reads such files line by line and band by band. Of a pixel-interleaved file it reads every line once for each band:
a window of 400 bands takes 400 times too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from ..errors import RasterError
from .grid import Window
from .source import INTERLEAVES
from .tags import tags

PIECE_BYTES = 250_000
# Whole lines are read: not worth it for a window that needs a smaller share of them.
MIN_SHARE = 0.5


@dataclass(frozen=True)
class Piece:
    """Part of a window.

    Attributes:
        bands: positions among the bands asked for.
        rows: rows in the window.
        stored: (bands, rows, cols) values as stored.
    """

    bands: slice
    rows: slice
    stored: NDArray[Any]


class RawFile:
    """Stored values of a raw file.

    Args:
        path: the data file.
        interleave: ``bsq`` (bands, rows, cols), ``bil`` (rows, bands, cols) or ``bip`` (rows, cols, bands).
        offset: bytes before the first value.
        dtype: of the stored values, with their byte order.
        shape: (bands, rows, cols).
    """

    def __init__(self, path: Path, interleave: str, offset: int, dtype: np.dtype[Any],
                 shape: tuple[int, int, int]) -> None:
        self._path, self._interleave, self._offset, self._dtype = path, interleave, offset, dtype
        self._bands, self._rows, self._cols = shape

    def suits(self, window: Window, bands: list[int]) -> bool:
        """True where reading whole lines is not slower than asking GDAL."""
        share = window.cols / self._cols * (len(bands) / self._bands if self._interleave == "bil" else 1)
        return self._interleave == "bip" or share >= MIN_SHARE

    def pieces(self, window: Window, bands: list[int]) -> Iterator[Piece]:
        """All values of a window in some bands (0-based).

        Raises:
            RasterError: the file ends too early.
            OSError: it cannot be read.
        """
        with self._path.open("rb", buffering=0) as file:
            yield from (self._planes if self._interleave == "bsq" else self._lines)(file, window, bands)

    def _planes(self, file: FileIO, window: Window, bands: list[int]) -> Iterator[Piece]:
        cols = slice(window.col, window.col + window.cols)
        for rows in self._parts(window.rows, self._cols):
            shape = rows.stop - rows.start, self._cols
            step = max(1, PIECE_BYTES // (shape[0] * shape[1] * self._dtype.itemsize))
            for at in range(0, len(bands), step):
                group = bands[at:at + step]
                block = np.empty((len(group), *shape), self._dtype)
                for plane, band in zip(block, group, strict=True):
                    self._read(file, plane, (band * self._rows + window.row + rows.start) * self._cols, window)
                yield Piece(slice(at, at + len(group)), rows, block[:, :, cols])

    def _lines(self, file: FileIO, window: Window, bands: list[int]) -> Iterator[Piece]:
        wanted = slice(None) if bands == list(range(self._bands)) else bands
        whole, by_pixel = window.cols == self._cols, self._interleave == "bip"
        # Of a line of pixels the wanted ones lie together.
        start, width = (window.col, window.cols) if by_pixel else (0, self._cols)
        cols = slice(None) if by_pixel else slice(window.col, window.col + window.cols)
        for rows in self._parts(window.rows, self._cols * self._bands if whole or not by_pixel else PIECE_BYTES):
            count = rows.stop - rows.start
            first = ((window.row + rows.start) * self._cols + start) * self._bands
            shape = (count, width, self._bands) if by_pixel else (count, self._bands, width)
            block = np.empty(shape, self._dtype)
            self._read(file, block, first, window)
            yield Piece(slice(None), rows, block.transpose((2, 0, 1) if by_pixel else (1, 0, 2))[wanted, :, cols])

    def _parts(self, rows: int, line_values: int) -> Iterator[slice]:
        """Rows in groups of at most `PIECE_BYTES`, at least one row each."""
        step = max(1, PIECE_BYTES // (line_values * self._dtype.itemsize))
        return (slice(at, min(at + step, rows)) for at in range(0, rows, step))

    def _read(self, file: FileIO, block: NDArray[Any], first: int, window: Window) -> None:
        """Fill a block with the values that follow each other in the file, from the ``first``."""
        file.seek(self._offset + first * self._dtype.itemsize)
        if file.readinto(block.data.cast("B")) != block.nbytes:
            raise RasterError(f"{self._path.name} ends before row {window.row + window.rows}.",
                              "The file is damaged or cut off; copy or download it again.")


def raw_file(dataset: DatasetReader) -> RawFile | None:
    """The raw file behind an open dataset, None if there is none."""
    if dataset.driver != "ENVI":
        return None
    entries = tags(dataset, namespace="ENVI")
    path, interleave = Path(dataset.name), entries.get("interleave", "bsq").strip().lower()
    if (interleave not in INTERLEAVES or not path.is_file() or path.suffix.lower() == ".gz"
            or entries.get("file compression", "0").strip() not in ("", "0")):
        return None
    order = ">" if entries.get("byte order", "0").strip() == "1" else "<"
    return RawFile(path, interleave, int(entries.get("header offset", "0").strip() or 0),
                   np.dtype(dataset.dtypes[0]).newbyteorder(order), (dataset.count, dataset.height, dataset.width))
