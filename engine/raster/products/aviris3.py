"""AVIRIS-3 L1B radiance and L2A reflectance (netCDF-4); AVIRIS-NG and AVIRIS-5 are delivered in the same form.

Format: ORNL DAAC, user guides of AVIRIS-3 L1B (doi:10.3334/ORNLDAAC/2356) and L2A (doi:10.3334/ORNLDAAC/2357); the
order of axes and the names as read by the instrument team's public ``SpectralUtil``: group ``reflectance`` or
``radiance`` with a cube of the same name, (wavelength, rows, cols), and ``wavelength`` and ``fwhm`` beside it; the map
grid in ``transverse_mercator`` (attributes ``GeoTransform``, in GDAL's order, and ``spatial_ref``).
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from affine import Affine

from ...spectral.sensors import SENSORS
from ..columns import nm_columns
from ..georeference import make_grid, sensor_geometry
from ..grid import Grid
from .hdf import CubePart, attribute, check_cube, child, fill_value, need, numbers, text, unit_reader
from .product import Product

LEVELS = {"reflectance": ("L2", "L2A"), "radiance": ("L1", "L1B")}
FILL = -9999.0


def open_aviris3(file: h5py.File, path: Path) -> Product | None:
    """The image of an airborne AVIRIS netCDF product, None if the file is another product's.

    Raises:
        RasterError: parts of the product are missing or do not fit together.
    """
    kind = next((name for name in LEVELS if isinstance(child(file, f"{name}/{name}"), h5py.Dataset)), None)
    if kind is None:
        return None
    group = file[kind]
    cube, wavelength_nm = group[kind], numbers(need(group, "wavelength"))
    check_cube(cube, 0, wavelength_nm)
    fill = fill_value(cube, "_FillValue", "missing_value")
    part = CubePart(cube, "brc", np.arange(len(wavelength_nm)), FILL if fill is None else fill)
    grid, notes = _grid(file, part.shape)
    level, product_level = LEVELS[kind]
    sensor = _sensor(file, path)
    columns = nm_columns(f"group {kind}", wavelength_nm, numbers(need(group, "fwhm")))
    return Product(f"{sensor or 'AVIRIS'} {product_level}", path, (str(path),), grid, str(cube.dtype), cube.shape[0],
                   (columns,), unit_reader(part), file.close, level, sensor, None, notes)


def _sensor(file: h5py.File, path: Path) -> str | None:
    """The instrument the file's attributes name, else the one its name begins with."""
    told = " ".join(text(value) for value in file.attrs.values()).lower()
    for name in ("AVIRIS-3", "AVIRIS-NG"):
        if name.lower() in told or name.lower().replace("-", " ") in told:
            return SENSORS[name].name
    start = path.name.lower()[:3]
    return {"av3": SENSORS["AVIRIS-3"].name, "ang": SENSORS["AVIRIS-NG"].name}.get(start)


def _grid(file: h5py.File, shape: tuple[int, int]) -> tuple[Grid, tuple[str, ...]]:
    mapping = child(file, "transverse_mercator")
    if mapping is None or "GeoTransform" not in mapping.attrs:
        return sensor_geometry(shape)
    transform = Affine.from_gdal(*numbers(mapping.attrs["GeoTransform"])[:6])
    wkt = mapping.attrs["spatial_ref"] if "spatial_ref" in mapping.attrs else attribute(mapping, "crs_wkt")
    return make_grid(text(wkt), transform, shape), ()
