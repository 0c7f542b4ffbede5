"""PRISMA L1, L2C and L2D (HDF-EOS5, ``.he5``).

Format: ASI, "PRISMA Products Specification Document", issue 2.3 (2020), chapters on L1 and L2 products; scaling and
order of axes as in the public R package ``prismaread`` (Busetto and Ranghetti, 2020). Cubes are (rows, bands, cols) of
uint16, bands run from long to short wavelengths, and bands that were not acquired have a wavelength of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from ...errors import RasterError
from ..columns import nm_columns
from ..georeference import make_grid, sensor_geometry
from ..grid import Grid
from .hdf import CubePart, CubeReader, attribute, need, numbers, text
from .product import Product

LEVELS = {"1": ("L1", "PRS_L1_HCO"), "2C": ("L2", "PRS_L2C_HCO"), "2D": ("L2", "PRS_L2D_HCO")}
STORED_MAX = 65535
GSD_M = 30.0


@dataclass(frozen=True)
class _Arm:
    """One spectrometer: its part of the cube and its bands, ascending."""

    part: CubePart
    wavelength_nm: NDArray[np.float64]
    fwhm_nm: NDArray[np.float64]
    scale: float
    offset: float


def open_prisma(file: h5py.File, path: Path) -> Product | None:
    """The image of a PRISMA product, None if the file is another product's.

    Reflectance is scaled to 0..1 (L2), radiance to W/(m2 sr um) (L1). L2D comes on its UTM grid; L1 and L2C are in
    sensor geometry.

    Raises:
        RasterError: a level that is not read, or an incomplete file.
    """
    if "List_Cw_Vnir" not in file.attrs and "HDFEOS/SWATHS" not in file:
        return None
    number = text(attribute(file, "Processing_Level")).strip().upper().removeprefix("L")
    if number not in LEVELS:
        raise RasterError(f"{path.name} is PRISMA level {number}.", "Levels 1, 2C and 2D can be read.")
    level, swath = LEVELS[number]
    fields = need(file, f"HDFEOS/SWATHS/{swath}/Data Fields")
    arms = [_arm(file, fields, name, level) for name in ("Vnir", "Swir")]
    shape = arms[0].part.shape
    if arms[1].part.shape != shape:
        raise RasterError(f"The VNIR cube of {path.name} has {shape} pixels, the SWIR cube {arms[1].part.shape}.",
                          "Download the product again.")
    grid, notes = (_grid(file, shape), ()) if number == "2D" else sensor_geometry(shape)
    counts = [len(arm.wavelength_nm) for arm in arms]
    reader = CubeReader([arm.part for arm in arms], np.repeat([arm.scale for arm in arms], counts),
                        np.repeat([arm.offset for arm in arms], counts))
    columns = nm_columns("PRISMA attributes", np.concatenate([arm.wavelength_nm for arm in arms]),
                         np.concatenate([arm.fwhm_nm for arm in arms]))
    return Product(f"PRISMA L{number}", path, (str(path),), grid, str(arms[0].part.dataset.dtype), sum(counts),
                   (columns,), reader, file.close, level, "PRISMA", GSD_M, notes)


def _arm(file: h5py.File, fields: h5py.Group, name: str, level: str) -> _Arm:
    wavelength_nm, fwhm_nm = (numbers(attribute(file, f"List_{kind}_{name}")) for kind in ("Cw", "Fwhm"))
    cube = need(fields, f"{name.upper()}_Cube")
    if cube.ndim != 3 or cube.shape[1] != len(wavelength_nm) or len(fwhm_nm) != len(wavelength_nm):
        raise RasterError(f"The {name.upper()} cube has shape {cube.shape} with {len(wavelength_nm)} wavelengths and "
                          f"{len(fwhm_nm)} widths.", "The product is damaged; download it again.")
    acquired = np.flatnonzero(wavelength_nm > 0)
    order = acquired[np.argsort(wavelength_nm[acquired], kind="stable")]
    if level == "L1":
        factor, offset = (float(numbers(attribute(file, f"{kind}_{name}"))[0]) for kind in ("ScaleFactor", "Offset"))
        # Stored 0 is a radiance too small to be told from 0, not a missing value.
        return _Arm(CubePart(cube, "rbc", order), wavelength_nm[order], fwhm_nm[order], 1 / factor, -offset)
    low, high = (float(numbers(attribute(file, f"L2Scale{name}{end}"))[0]) for end in ("Min", "Max"))
    return _Arm(CubePart(cube, "rbc", order, nodata=0), wavelength_nm[order], fwhm_nm[order],
                (high - low) / STORED_MAX, low)


def _grid(file: h5py.File, shape: tuple[int, int]) -> Grid:
    """The UTM grid; the corners that L2D names are centres of the corner pixels."""
    east, north, east_last, north_last = (
        float(numbers(attribute(file, f"Product_{name}"))[0])
        for name in ("ULcorner_easting", "ULcorner_northing", "LRcorner_easting", "LRcorner_northing"))
    width = (east_last - east) / (shape[1] - 1) if shape[1] > 1 else GSD_M
    height = (north - north_last) / (shape[0] - 1) if shape[0] > 1 else GSD_M
    transform = Affine(width, 0, east - width / 2, 0, -height, north + height / 2)
    return make_grid(int(numbers(attribute(file, "Epsg_Code"))[0]), transform, shape)
