"""Small seeded images for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="shared data not found")
UTM = CRS.from_epsg(32633)
PLACE = Affine(30, 0, 500000, 0, -30, 5400000)
NM = (450.0, 550.0, 650.0, 850.0, 1650.0)


def reflectance(shape=(20, 30), n_bands=5, seed=0):
    """(bands, rows, cols) float32 in 0.02..0.6."""
    return np.random.default_rng(seed).uniform(0.02, 0.6, (n_bands, *shape)).astype(np.float32)


def write_tif(path, cube, *, wavelengths=NM, units="Nanometers", fwhm=None, bbl=None, nodata=None, scale=None,
              offset=None, crs=UTM, transform=PLACE, tags=None, descriptions=None):
    """A GeoTIFF with per-band items."""
    count, height, width = cube.shape
    with rasterio.open(path, "w", driver="GTiff", dtype=cube.dtype, count=count, height=height, width=width, crs=crs,
                       transform=transform, nodata=nodata) as file:
        file.write(cube)
        for band in range(count):
            items = {}
            if wavelengths is not None and band < len(wavelengths):
                items |= {"wavelength": str(wavelengths[band])} | ({"wavelength_units": units} if units else {})
            if fwhm is not None:
                items["fwhm"] = str(fwhm[band])
            if bbl is not None:
                items["bbl"] = str(bbl[band])
            file.update_tags(band + 1, **items)
            if descriptions:
                file.set_band_description(band + 1, descriptions[band])
        if scale is not None:
            file.scales = [scale] * count
        if offset is not None:
            file.offsets = [offset] * count
        file.update_tags(**(tags or {}))
    return path


def write_envi(path, cube, extra="wavelength = {450,550,650,850,1650}\nwavelength units = Nanometers\n"):
    """A BSQ file with the header beside it."""
    codes = {"uint8": 1, "int16": 2, "float32": 4, "complex64": 6, "uint16": 12}
    path.write_bytes(np.ascontiguousarray(cube).tobytes())
    bands, lines, samples = cube.shape
    path.with_suffix(".hdr").write_text(
        f"ENVI\nsamples = {samples}\nlines = {lines}\nbands = {bands}\nheader offset = 0\nfile type = ENVI Standard\n"
        f"data type = {codes[cube.dtype.name]}\ninterleave = bsq\nbyte order = 0\n{extra}")
    return path
