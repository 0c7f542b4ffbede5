"""NEON AOP imaging spectrometer: surface reflectance and at-sensor radiance (HDF5).

Format: NEON, "NEON Imaging Spectrometer Radiance to Reflectance Algorithm Theoretical Basis" (NEON.DOC.001288) and the
data products DP1.30006, DP3.30006 (reflectance) and DP1.30008 (radiance). One group named after the site holds
``Reflectance/Reflectance_Data`` (rows, cols, bands) of int16 with ``Scale_Factor`` and ``Data_Ignore_Value``, or
``Radiance/RadianceIntegerPart`` and ``RadianceDecimalPart`` (the latter divided by its ``Scale_Factor``); beside it
``Metadata/Spectral_Data`` and ``Metadata/Coordinate_System``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from ...errors import RasterError
from ..columns import nm_columns
from ..georeference import make_grid
from ..grid import Grid, Window
from ..reading import PixelReader
from .glt import GltReader
from .hdf import CubePart, CubeReader, check_cube, child, fill_value, need, numbers, text, unit_reader
from .product import Product

SENSOR = "NEON AOP"
GSD_M = 1.0


class RadianceReader:
    """Adds the two parts NEON splits radiance into."""

    def __init__(self, whole: CubeReader, fraction: CubeReader) -> None:
        self._whole, self._fraction = whole, fraction
        count = len(whole.scales)
        self.scales, self.offsets = np.ones(count), np.zeros(count)

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """See `PixelReader.read`."""
        indices = np.asarray(bands, np.intp)
        values = self._whole.read(window, indices) + self._fraction.read(window, indices)
        scales, offsets = self.scales[indices].astype(np.float32), self.offsets[indices].astype(np.float32)
        return np.asarray(values * scales[:, None, None] + offsets[:, None, None])


def open_neon(file: h5py.File, path: Path) -> Product | None:
    """The image of a NEON product, None if the file is another product's.

    Raises:
        RasterError: parts of the product are missing or do not fit together.
    """
    for site in file.values():
        if not isinstance(site, h5py.Group):
            continue
        if "Reflectance/Reflectance_Data" in site:
            cube = site["Reflectance/Reflectance_Data"]
            scale = fill_value(cube, "Scale_Factor") or 1.0
            reader: PixelReader = unit_reader(_part(cube), 1 / scale)
            return _product(path, site["Reflectance"], cube, reader, "L2")
        if "Radiance/RadianceIntegerPart" in site:
            whole = site["Radiance/RadianceIntegerPart"]
            fraction = need(site, "Radiance/RadianceDecimalPart")
            scale = fill_value(fraction, "Scale_Factor") or 50000.0
            parts = unit_reader(_part(whole)), unit_reader(_part(fraction), 1 / scale)
            return _product(path, site["Radiance"], whole, RadianceReader(*parts), "L1")
    return None


def _part(cube: h5py.Dataset) -> CubePart:
    if cube.ndim != 3:
        raise RasterError(f"{cube.name} has shape {cube.shape}, not three axes.", "Download the product again.")
    return CubePart(cube, "rcb", np.arange(cube.shape[2]), fill_value(cube, "Data_Ignore_Value"))


def _product(path: Path, group: h5py.Group, cube: h5py.Dataset, reader: PixelReader, level: str) -> Product:
    spectral = need(group, "Metadata/Spectral_Data")
    wavelength_nm = numbers(need(spectral, "Wavelength"))
    check_cube(cube, 2, wavelength_nm)
    columns = nm_columns("Metadata/Spectral_Data", wavelength_nm, numbers(need(spectral, "FWHM")),
                         _outside_windows(group, cube, wavelength_nm))
    shape = cube.shape[:2]
    glt = child(group, "Metadata/Ancillary_Rasters/GLT_Data")
    if glt is not None and glt.ndim == 3 and glt.shape[:2] != shape:
        def look_up(window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            rows, cols = window.slices
            table = glt[rows, cols, :2].astype(np.int64)
            return table[..., 0], table[..., 1]
        reader, shape = GltReader(reader, look_up, shape), glt.shape[:2]
    return Product(f"NEON {'reflectance' if level == 'L2' else 'radiance'}", path, (str(path),), _grid(group, shape),
                   str(cube.dtype), cube.shape[2], (columns,), reader, cube.file.close, level, SENSOR, GSD_M)


def _outside_windows(group: h5py.Group, cube: h5py.Dataset,
                     wavelength_nm: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Good bands: those outside the water-vapour windows the product names, None if it names none."""
    owners = (group.attrs, cube.attrs)
    windows = [numbers(attrs[name]) for attrs in owners for name in attrs if name.startswith("Band_Window_")]
    if not windows:
        return None
    bad = [(wavelength_nm >= window.min()) & (wavelength_nm <= window.max()) for window in windows]
    return ~np.any(bad, axis=0)


def _grid(group: h5py.Group, shape: tuple[int, int]) -> Grid:
    """The grid from ENVI's map info: tie point (pixel, 1-based from the corner), its coordinates, and pixel size."""
    system = need(group, "Metadata/Coordinate_System")
    fields = [field.strip() for field in text(need(system, "Map_Info")[()]).strip("{}").split(",")]
    try:
        tie_col, tie_row, east, north, width, height = (float(field) for field in fields[1:7])
    except ValueError as error:
        raise RasterError(f"The map info of {group.file.filename} is not understood: {', '.join(fields)[:80]}.",
                          "Download the product again.") from error
    transform = Affine(width, 0, east - (tie_col - 1) * width, 0, -height, north + (tie_row - 1) * height)
    return make_grid(int(numbers(need(system, "EPSG Code"))[0]), transform, shape)
