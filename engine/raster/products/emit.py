"""EMIT L1B radiance and L2A reflectance (netCDF-4), put on the map with the product's geometry look-up table.

Format: EMIT L1B and L2A user guides (NASA LP DAAC, EMITL1BRAD.001 and EMITL2ARFL.001, 2022), and the application of the
table in NASA's public ``EMIT-Data-Resources`` (``emit_tools.py``). Cubes are (downtrack, crosstrack, bands) with fill
-9999; group ``sensor_band_parameters`` holds ``wavelengths``, ``fwhm`` and, in L2A, ``good_wavelengths``; group
``location`` holds ``glt_x`` and ``glt_y``, 1-based columns and rows of the raw image, 0 where the map has no data;
``geotransform`` and ``spatial_ref`` are attributes of the file.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from ...errors import RasterError
from ..columns import nm_columns
from ..georeference import make_grid, sensor_geometry
from ..grid import Grid, Window
from ..reading import PixelReader
from .glt import GltReader
from .hdf import CubePart, attribute, check_cube, child, fill_value, need, numbers, text, unit_reader
from .product import Product

KINDS = {"reflectance": ("L2", "EMIT L2A"), "radiance": ("L1", "EMIT L1B")}
GSD_M = 60.0


def open_emit(file: h5py.File, path: Path) -> Product | None:
    """The image of an EMIT product, None if the file is another product's.

    Raises:
        RasterError: parts of the product are missing or do not fit together.
    """
    kind = next((name for name in KINDS if isinstance(child(file, name), h5py.Dataset)), None)
    if kind is None or "sensor_band_parameters" not in file:
        return None
    cube, bands = file[kind], need(file, "sensor_band_parameters")
    wavelength_nm = numbers(need(bands, "wavelengths"))
    check_cube(cube, 2, wavelength_nm)
    good = child(bands, "good_wavelengths")
    columns = nm_columns("sensor_band_parameters", wavelength_nm, numbers(need(bands, "fwhm")),
                         None if good is None else numbers(good) > 0)
    part = CubePart(cube, "rcb", np.arange(cube.shape[2]), fill_value(cube, "_FillValue", "missing_value"))
    reader, grid, notes = _on_the_map(file, unit_reader(part), part.shape)
    level, name = KINDS[kind]
    return Product(name, path, (str(path),), grid, str(cube.dtype), cube.shape[2], (columns,), reader, file.close,
                   level, "EMIT", GSD_M, notes)


def _on_the_map(file: h5py.File, raw: PixelReader,
                raw_shape: tuple[int, int]) -> tuple[PixelReader, Grid, tuple[str, ...]]:
    """Reader and grid after the look-up table; the raw ones if the file has none."""
    glt_x, glt_y = child(file, "location/glt_x"), child(file, "location/glt_y")
    if glt_x is None or glt_y is None:
        return raw, *sensor_geometry(raw_shape)
    if glt_x.ndim != 2 or glt_x.shape != glt_y.shape:
        raise RasterError(f"The look-up tables have the shapes {glt_x.shape} and {glt_y.shape}.",
                          "The product is damaged; download it again.")
    transform = Affine.from_gdal(*numbers(attribute(file, "geotransform"))[:6])

    def look_up(window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return glt_x[window.slices].astype(np.int64), glt_y[window.slices].astype(np.int64)

    grid = make_grid(text(attribute(file, "spatial_ref")), transform, glt_x.shape)
    return GltReader(raw, look_up, raw_shape), grid, ()
