"""HDF5 and netCDF-4 products: opening, attributes, and reading windows of cubes in any order of axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ...errors import RasterError
from ..grid import Window
from ..reading import as_stored, to_physical

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# Chunks of products reach some MB; HDF5's default cache of 1 MB would decompress them for every row.
CHUNK_CACHE_BYTES = 64_000_000
DAMAGED = "The file is damaged or cut off; copy or download it again."


def open_hdf(path: Path) -> h5py.File:
    """Open a local HDF5 or netCDF-4 file for reading.

    Raises:
        RasterError: it is damaged.
    """
    try:
        return h5py.File(path, "r", rdcc_nbytes=CHUNK_CACHE_BYTES)
    except OSError as error:
        raise RasterError(f"{path.name} cannot be opened as HDF5.", DAMAGED) from error


def text(value: Any) -> str:
    """An attribute or scalar dataset as text; arrays of one element count as their element, bytes as UTF-8."""
    while isinstance(value, np.ndarray):
        if value.size != 1:
            return " ".join(text(item) for item in value.ravel())
        value = value.item()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def numbers(value: Any) -> NDArray[np.float64]:
    """An attribute or dataset as a flat array of numbers; texts are split at blanks and commas.

    Raises:
        RasterError: it holds something else.
    """
    array = np.asarray(value[()] if isinstance(value, h5py.Dataset) else value)
    try:
        if array.dtype.kind in "OSU":
            return np.array(text(array).replace(",", " ").split(), np.float64)
        return array.astype(np.float64).ravel()
    except ValueError as error:
        raise RasterError(f"A list of numbers in the product reads {text(array)[:60]!r}.", DAMAGED) from error


def child(group: h5py.Group, path: str) -> Any:
    """A group or dataset below ``group``, None if there is none."""
    return group.get(path)


def need(group: h5py.Group, path: str) -> Any:
    """A group or dataset below ``group``.

    Raises:
        RasterError: there is none.
    """
    if path not in group:
        raise RasterError(f"{Path(group.file.filename).name} lacks {group.name.rstrip('/')}/{path}.", DAMAGED)
    return group[path]


def attribute(owner: h5py.Group | h5py.Dataset, name: str) -> Any:
    """An attribute.

    Raises:
        RasterError: there is none.
    """
    if name not in owner.attrs:
        raise RasterError(f"{Path(owner.file.filename).name} lacks the attribute {name} of {owner.name}.", DAMAGED)
    return owner.attrs[name]


def fill_value(dataset: h5py.Dataset, *names: str) -> float | None:
    """The value that stands for missing, from the first of these attributes that is there."""
    for name in names:
        if name in dataset.attrs:
            return float(numbers(dataset.attrs[name])[0])
    return None


def check_cube(cube: h5py.Dataset, band_axis: int, wavelength_nm: NDArray[np.float64]) -> None:
    """Raise `RasterError` if a cube has not three axes, or its bands are not as many as the wavelengths."""
    if cube.ndim != 3 or cube.shape[band_axis] != len(wavelength_nm):
        raise RasterError(f"{cube.name} has the shape {cube.shape} with {len(wavelength_nm)} wavelengths.",
                          "The product is damaged; download it again.")


@dataclass(frozen=True)
class CubePart:
    """A dataset that holds some bands of an image.

    Attributes:
        dataset: three-dimensional.
        axes: order of its axes as letters: ``r`` rows, ``c`` columns, ``b`` bands, e.g. ``rbc``.
        positions: (bands,) position of each of the image's bands along the band axis.
        nodata: stored value that stands for missing, None if there is none.
    """

    dataset: h5py.Dataset
    axes: str
    positions: NDArray[np.intp]
    nodata: float | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols)."""
        return self.dataset.shape[self.axes.index("r")], self.dataset.shape[self.axes.index("c")]

    def read(self, window: Window, bands: NDArray[np.intp]) -> NDArray[Any]:
        """Stored values (bands, rows, cols); ``bands`` index `positions`."""
        along = self.positions[bands]
        rows, cols = window.slices
        where = {"r": rows, "c": cols, "b": slice(int(along.min()), int(along.max()) + 1)}
        block = self.dataset[tuple(where[axis] for axis in self.axes)]
        return np.asarray(block.transpose([self.axes.index(axis) for axis in "brc"])[along - along.min()])


class CubeReader:
    """Reads windows of a cube that lies in one or more datasets, one after the other along the bands."""

    def __init__(self, parts: Sequence[CubePart], scales: NDArray[np.float64], offsets: NDArray[np.float64]) -> None:
        self.scales, self.offsets = scales, offsets
        self._parts = parts
        self._owner = np.repeat(np.arange(len(parts)), [len(part.positions) for part in parts])
        self._first = np.cumsum([0, *(len(part.positions) for part in parts)])

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """See `PixelReader.read`."""
        indices = np.asarray(bands, np.intp)
        values = np.empty((len(indices), *window.shape), np.float32)
        for number, part in enumerate(self._parts):
            mine = np.flatnonzero(self._owner[indices] == number)
            if not len(mine):
                continue
            try:
                stored = part.read(window, indices[mine] - self._first[number])
            except (OSError, RuntimeError) as error:
                raise RasterError(f"{part.dataset.file.filename} cannot be read at row {window.row}, column "
                                  f"{window.col}.", DAMAGED) from error
            nodata = as_stored(part.nodata, stored.dtype)
            block = np.empty(stored.shape, np.float32)
            to_physical(block, stored, self.scales[indices[mine]], self.offsets[indices[mine]], [nodata] * len(mine))
            values[mine] = block
        return values


def unit_reader(part: CubePart, scale: float = 1.0) -> CubeReader:
    """A reader of one dataset with one scale for all bands."""
    count = len(part.positions)
    return CubeReader([part], np.full(count, scale), np.zeros(count))
