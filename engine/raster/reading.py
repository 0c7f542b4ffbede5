"""Reading windows of an open image as physical values."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Interleaving, MaskFlags
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ..errors import RasterError
from .grid import Window
from .raw import raw_file
from .source import gdal_options, open_raster

# Threads cost a tenth of a millisecond each, and files and memory.
MAX_THREADS = 4
MIN_VALUES_A_THREAD = 500_000
CACHED_VALUES = 130_000


class PixelReader(Protocol):
    """Reads windows of an image as physical values.

    Attributes:
        scales: (bands,) physical value = stored value x scale + offset.
        offsets: (bands,) see `scales`. Both may be changed before reading, to change the unit.
    """

    scales: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """Read some bands (0-based) of a window inside the scene.

        Returns:
            (bands, rows, cols) in physical units, NaN where there is no value.

        Raises:
            RasterError: the file cannot be read there.
        """


class WindowReader:
    """Reads float32 windows of a dataset: value = stored value x scale + offset, NaN where there is none.

    A value is missing if it equals its own band's nodata value, is NaN or infinite, or is masked by
    the file's mask. Each band is judged on its own.

    Args:
        dataset: open image; `close` closes it.
        nodata: stored value that stands for missing in bands for which the file names none.
    """

    def __init__(self, dataset: DatasetReader, nodata: float | None = None) -> None:
        self._dataset = dataset
        self._twins: list[DatasetReader] = []
        self._raw = raw_file(dataset)
        self.scales = np.array(dataset.scales, np.float64)
        self.offsets = np.array(dataset.offsets, np.float64)
        self._nodata = [as_stored(nodata if value is None else value, np.dtype(dtype))
                        for value, dtype in zip(dataset.nodatavals, dataset.dtypes, strict=True)]
        self._has_mask = any(MaskFlags.per_dataset in flags for flags in dataset.mask_flag_enums)

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """Read some bands (0-based) of a window inside the scene.

        Returns:
            (bands, rows, cols) in physical units.

        Raises:
            RasterError: the file cannot be read there.
        """
        indices = [int(band) for band in bands]
        values = np.empty((len(indices), *window.shape), np.float32)
        try:
            if self._raw is not None and self._raw.suits(window, indices):
                for piece in self._raw.pieces(window, indices):
                    self._convert(values[piece.bands, piece.rows], piece.stored, indices[piece.bands])
            else:
                self._read_side_by_side(values, window, indices)
            if self._has_mask:
                with gdal_options():
                    values[:, self._dataset.dataset_mask(window=window.to_rasterio()) == 0] = np.nan
        except (RasterioError, OSError) as error:
            raise RasterError(f"{self._dataset.name} cannot be read at row {window.row}, column {window.col}.",
                              "The file is damaged or cut off; copy or download it again.") from error
        return values

    def close(self) -> None:
        """Close the dataset; closing twice does no harm."""
        with gdal_options():
            for dataset in (self._dataset, *self._twins):
                dataset.close()

    def _read_side_by_side(self, values: NDArray[np.float32], window: Window, indices: list[int]) -> None:
        """Fill ``values``; parts of many bands of a GeoTIFF are read and decoded by several threads."""
        threads = min(MAX_THREADS, os.cpu_count() or 1, len(indices), values.size // MIN_VALUES_A_THREAD)
        if threads < 2 or not self._splits_by_band():
            self._read_part(self._dataset, values, window, indices)
            return
        while len(self._twins) < threads - 1:
            self._twins.append(open_raster(Path(self._dataset.name)))
        edges = [len(indices) * number // threads for number in range(threads + 1)]
        parts = [slice(*edge) for edge in pairwise(edges)]
        with ThreadPoolExecutor(threads, "read") as pool:
            # A dataset is not to be shared between threads: each has its own.
            done = [pool.submit(self._read_part, dataset, values[part], window, indices[part])
                    for dataset, part in zip((self._dataset, *self._twins), parts, strict=False)]
        for one in done:
            one.result()

    def _splits_by_band(self) -> bool:
        """True for a file in which each band has blocks of its own."""
        return (self._dataset.driver == "GTiff" and self._dataset.interleaving == Interleaving.band
                and Path(self._dataset.name).is_file())

    def _read_part(self, dataset: DatasetReader, values: NDArray[np.float32], window: Window,
                   indices: list[int]) -> None:
        """Fill ``values`` through GDAL, which reads bands of one type at a time."""
        if len(types := {dataset.dtypes[band] for band in indices}) > 1:
            for position, band in enumerate(indices):
                self._read_part(dataset, values[position:position + 1], window, [band])
            return
        with gdal_options():
            stored = dataset.read([band + 1 for band in indices], window=window.to_rasterio(),
                                  out=values if types == {"float32"} else None)
        self._convert(values, stored, indices)

    def _convert(self, values: NDArray[np.float32], stored: NDArray[Any], bands: list[int]) -> None:
        to_physical(values, stored, self.scales[bands], self.offsets[bands], [self._nodata[band] for band in bands])


def to_physical(values: NDArray[np.float32], stored: NDArray[Any], scales: NDArray[np.float64],
                offsets: NDArray[np.float64], nodata: Sequence[np.generic | None]) -> None:
    """Fill ``values`` from stored ones, a few bands at a time that stay in the processor's cache.

    Args:
        values: (bands, rows, cols) to be filled; may be the same array as ``stored``.
        stored: (bands, rows, cols).
        scales: (bands,) physical value = stored value x scale + offset.
        offsets: (bands,) see ``scales``.
        nodata: stored value that stands for missing, or None, of each band.
    """
    step = 1 if len(set(nodata)) > 1 else max(1, CACHED_VALUES // (stored.shape[1] * stored.shape[2]))
    for first in range(0, len(stored), step):
        part = slice(first, first + step)
        _to_physical(values[part], stored[part], scales[part], offsets[part], nodata[first])


def _to_physical(values: NDArray[np.float32], stored: NDArray[Any], scales: NDArray[np.float64],
                 offsets: NDArray[np.float64], nodata: np.generic | None) -> None:
    # Most often nothing is missing; NaN is not above anything either.
    missing = None if nodata is None or stored.min() > nodata else stored == nodata
    with np.errstate(over="ignore", invalid="ignore"):
        if (scales != 1).any():
            np.multiply(stored, _by_band(scales), out=values, casting="unsafe")
        elif not np.may_share_memory(values, stored):
            values[...] = stored
        if (offsets != 0).any():
            values += _by_band(offsets)
    if missing is not None:
        values[missing] = np.nan
    # Values too large for float32 are missing, too.
    if stored.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
        values[~finite] = np.nan


def _by_band(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    """Numbers of the bands in a shape that goes with (bands, rows, cols)."""
    first = numbers[:1] if (numbers == numbers[0]).all() else numbers
    return first.astype(np.float32)[:, None, None]


def as_stored(nodata: float | None, kind: np.dtype[Any]) -> np.generic | None:
    """A nodata value in the type of the pixels; None if that type cannot hold it."""
    if nodata is None or np.isnan(nodata):
        return None
    if kind.kind in "iu":
        info = np.iinfo(kind)
        return kind.type(int(nodata)) if float(nodata).is_integer() and info.min <= nodata <= info.max else None
    with np.errstate(over="ignore"):
        return kind.type(nodata)
