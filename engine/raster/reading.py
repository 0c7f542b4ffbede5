"""Reading windows of an open image as physical values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from ..errors import RasterError
from .grid import Window
from .raw import pixel_interleaved
from .source import gdal_settings


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
        dataset: open image.
        nodata: stored value that stands for missing in bands for which the file names none.
    """

    def __init__(self, dataset: DatasetReader, nodata: float | None = None) -> None:
        self._dataset = dataset
        self._raw = pixel_interleaved(dataset)
        self.scales = np.array(dataset.scales, np.float64)
        self.offsets = np.array(dataset.offsets, np.float64)
        self._nodata = [_as_stored(nodata if value is None else value, dtype)
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
        try:
            with gdal_settings():
                stored = self._raw.read(window, indices) if self._raw else self._dataset.read(
                    [band + 1 for band in indices], window=window.to_rasterio())
                hidden = self._dataset.dataset_mask(window=window.to_rasterio()) == 0 if self._has_mask else None
        except (RasterioError, OSError) as error:
            raise RasterError(f"{self._dataset.name} cannot be read at row {window.row}, column {window.col}.",
                              "The file is damaged or cut off; copy or download it again.") from error
        values = stored.view(np.float32) if stored.dtype == np.float32 else np.empty(stored.shape, np.float32)
        for plane, raw, band in zip(values, stored, indices, strict=True):
            self._to_physical(plane, raw, band)
        if hidden is not None:
            values[:, hidden] = np.nan
        return values

    def _to_physical(self, plane: NDArray[np.float32], raw: NDArray[Any], band: int) -> None:
        """Fill a plane (rows, cols) from the stored values of a band; both may be the same array."""
        missing = None if raw.dtype.kind in "iub" else ~np.isfinite(raw)
        if (nodata := self._nodata[band]) is not None:
            missing = raw == nodata if missing is None else missing | (raw == nodata)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.scales[band] != 1:
                np.multiply(raw, np.float32(self.scales[band]), out=plane, casting="unsafe")
            elif plane is not raw:
                plane[...] = raw
            if self.offsets[band] != 0:
                plane += np.float32(self.offsets[band])
            if missing is not None and missing.any():
                plane[missing] = np.nan
            if raw.dtype == np.float64:
                plane[np.isinf(plane)] = np.nan


def _as_stored(nodata: float | None, dtype: str) -> np.generic | None:
    """A nodata value in the type of the pixels; None if that type cannot hold it."""
    if nodata is None or np.isnan(nodata):
        return None
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        info = np.iinfo(kind)
        return kind.type(int(nodata)) if float(nodata).is_integer() and info.min <= nodata <= info.max else None
    with np.errstate(over="ignore"):
        return kind.type(nodata)
