"""Products in HDF5 and netCDF-4: PRISMA, EMIT, AVIRIS-3, NEON."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from affine import Affine
from rasterio.crs import CRS

from .scene import PLACE, UTM33, Made, nm, reflectance

STRING = h5py.string_dtype()


def write_prisma(folder: Path, level: str, rows: int = 23, cols: int = 19) -> Made:
    """PRISMA (ASI, Products Specification Document 2.3): (rows, bands, cols), descending bands, 0 nm = not acquired."""
    swath = {"1": "PRS_L1_HCO", "2C": "PRS_L2C_HCO", "2D": "PRS_L2D_HCO"}[level]
    arms = {"Vnir": nm(406, 977, 8), "Swir": nm(943, 2497, 10)}
    truth, centres, widths = [], [], []
    path = folder / f"PRS_L{level}_STD_20200101000000_20200101000004_0001.he5"
    with h5py.File(path, "w") as file:
        file.attrs["Processing_Level"] = np.bytes_(level)
        fields = file.create_group(f"HDFEOS/SWATHS/{swath}/Data Fields")
        for seed, (arm, wavelength_nm) in enumerate(arms.items()):
            values = reflectance(len(wavelength_nm), rows, cols, seed)
            if level == "1":
                values *= 100
                file.attrs[f"ScaleFactor_{arm}"], file.attrs[f"Offset_{arm}"] = np.float32(100), np.float32(0.5)
                stored = np.rint((values + 0.5) * 100).astype(np.uint16)
                values = stored / 100 - 0.5
            else:
                low, high = 0.0, 1.2 + 0.1 * seed
                file.attrs[f"L2Scale{arm}Min"], file.attrs[f"L2Scale{arm}Max"] = np.float32(low), np.float32(high)
                stored = np.rint((values - low) / (high - low) * 65535).astype(np.uint16)
                stored[:, :3, :4] = 0
                values = np.where(stored == 0, np.nan, low + stored / 65535 * (high - low))
            fwhm_nm = np.full(len(wavelength_nm), 12.0 + seed)
            empty = np.zeros((1, rows, cols), np.uint16)
            cube = np.concatenate([stored[::-1], empty])  # descending, and a band that was not acquired at the end
            fields[f"{arm.upper()}_Cube"] = cube.transpose(1, 0, 2)
            file.attrs[f"List_Cw_{arm}"] = np.append(wavelength_nm[::-1], 0).astype(np.float32)
            file.attrs[f"List_Fwhm_{arm}"] = np.append(fwhm_nm, 0).astype(np.float32)
            file.attrs[f"List_Cw_{arm}_Flags"] = np.append(np.ones(len(wavelength_nm), int), 0)
            truth.append(values)
            centres.append(wavelength_nm)
            widths.append(fwhm_nm)
        if level == "2D":
            _prisma_place(file, rows, cols)
    return Made(path, np.concatenate(truth), np.concatenate(centres), np.concatenate(widths), 1e-5)


def _prisma_place(file: h5py.File, rows: int, cols: int) -> None:
    """Corners are the centres of the corner pixels."""
    file.attrs["Epsg_Code"] = np.int64(UTM33)
    east, north = PLACE @ (0.5, 0.5)
    east_last, north_last = PLACE @ (cols - 0.5, rows - 0.5)
    for corner, (x, y) in {"UL": (east, north), "UR": (east_last, north), "LL": (east, north_last),
                           "LR": (east_last, north_last)}.items():
        file.attrs[f"Product_{corner}corner_easting"] = np.float32(x)
        file.attrs[f"Product_{corner}corner_northing"] = np.float32(y)


def write_emit(folder: Path, kind: str = "reflectance", rows: int = 40, cols: int = 30) -> Made:
    """EMIT (LP DAAC user guides): (downtrack, crosstrack, bands), a swath turned on the map by the look-up table."""
    wavelength_nm, fwhm_nm = nm(381, 2493, 24), np.full(24, 8.5)
    raw = reflectance(24, rows, cols)
    raw[:, 5, 6] = np.nan
    height, width = 2 * rows, 2 * cols
    glt_row, glt_col = np.zeros((height, width), np.int32), np.zeros((height, width), np.int32)
    map_row, map_col = np.mgrid[:height, :width]
    row = np.rint(0.7 * (map_row - height / 2) + 0.4 * (map_col - width / 2) + rows / 2).astype(int)
    col = np.rint(-0.4 * (map_row - height / 2) + 0.7 * (map_col - width / 2) + cols / 2).astype(int)
    inside = (row >= 0) & (row < rows) & (col >= 0) & (col < cols)
    glt_row[inside], glt_col[inside] = row[inside] + 1, col[inside] + 1
    truth = np.full((24, height, width), np.nan)
    truth[:, inside] = raw[:, row[inside], col[inside]]
    path = folder / f"EMIT_{'L2A_RFL' if kind == 'reflectance' else 'L1B_RAD'}_001.nc"
    with h5py.File(path, "w") as file:
        file.attrs["title"] = "EMIT made up for tests"
        file.attrs["geotransform"] = np.array([11.0, 5e-4, 0.0, 48.0, 0.0, -5e-4])
        file.attrs["spatial_ref"] = CRS.from_epsg(4326).to_wkt()
        cube = file.create_dataset(kind, data=np.nan_to_num(raw, nan=-9999).transpose(1, 2, 0).astype(np.float32),
                                   chunks=(16, 16, 24))
        cube.attrs["_FillValue"] = np.array([-9999], np.float32)
        bands = file.create_group("sensor_band_parameters")
        bands["wavelengths"], bands["fwhm"] = wavelength_nm.astype(np.float32), fwhm_nm.astype(np.float32)
        if kind == "reflectance":
            bands["good_wavelengths"] = (np.arange(24) % 8 != 5).astype(np.uint8)
        place = file.create_group("location")
        place["glt_x"], place["glt_y"] = glt_col, glt_row
    return Made(path, truth, wavelength_nm, fwhm_nm)


def write_aviris3(folder: Path, kind: str = "reflectance", rows: int = 17, cols: int = 21) -> Made:
    """AVIRIS-3 (ORNL DAAC doi:10.3334/ORNLDAAC/2357): (wavelength, rows, cols) in a group, a rotated map grid."""
    wavelength_nm, fwhm_nm = nm(390, 2500, 30), np.full(30, 7.5)
    values = reflectance(30, rows, cols)
    values[:, :4, :5] = np.nan
    path = folder / f"AV320230101t000000_{'L2A_OE_main_RFL' if kind == 'reflectance' else 'L1B_RDN'}_ORT.nc"
    transform = PLACE @ Affine.rotation(-13) @ Affine.scale(0.1)
    with h5py.File(path, "w") as file:
        file.attrs["title"] = "AVIRIS-3 made up for tests"
        group = file.create_group(kind)
        cube = group.create_dataset(kind, data=np.nan_to_num(values, nan=-9999).astype(np.float32), chunks=(10, 8, 8))
        cube.attrs["_FillValue"] = np.float32(-9999)
        group["wavelength"], group["fwhm"] = wavelength_nm.astype(np.float32), fwhm_nm.astype(np.float32)
        mapping = file.create_dataset("transverse_mercator", data=np.bytes_(b""))
        mapping.attrs["GeoTransform"] = " ".join(f"{v:.10f}" for v in transform.to_gdal())
        mapping.attrs["spatial_ref"] = CRS.from_epsg(UTM33).to_wkt()
    return Made(path, values, wavelength_nm, fwhm_nm)


def write_neon(folder: Path, kind: str = "Reflectance", rows: int = 21, cols: int = 18) -> Made:
    """NEON (DP1.30006, DP1.30008): (rows, cols, bands) under the site's group, water windows as attributes."""
    wavelength_nm, fwhm_nm = nm(383, 2512, 40), np.full(40, 5.8)
    values = reflectance(40, rows, cols)
    path = folder / f"NEON_D01_HARV_DP1_20190825_{kind.lower()}.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group(f"HARV/{kind}")
        group.attrs["Band_Window_1_Nanometers"] = np.array([1340.0, 1445.0])
        group.attrs["Band_Window_2_Nanometers"] = np.array([1790.0, 1955.0])
        if kind == "Reflectance":
            stored = np.rint(values * 10000).astype(np.int16)
            stored[:, 0, :5] = -9999
            cube = group.create_dataset("Reflectance_Data", data=stored.transpose(1, 2, 0), chunks=(8, 8, 14))
            cube.attrs["Scale_Factor"], cube.attrs["Data_Ignore_Value"] = 10000.0, -9999.0
            values = np.where(stored == -9999, np.nan, stored / 10000)
        else:
            values = values * 20
            whole = np.floor(values).astype(np.uint8)
            part = np.rint((values - whole) * 50000).astype(np.uint16)
            group["RadianceIntegerPart"] = whole.transpose(1, 2, 0)
            group["RadianceDecimalPart"] = part.transpose(1, 2, 0)
            group["RadianceDecimalPart"].attrs["Scale_Factor"] = 50000.0
            values = whole + part / 50000
        spectral = group.create_group("Metadata/Spectral_Data")
        spectral["Wavelength"], spectral["FWHM"] = wavelength_nm, fwhm_nm
        system = group.create_group("Metadata/Coordinate_System")
        system.create_dataset("Map_Info", data="UTM, 1.000, 1.000, 402300.00, 5781900.0, 1.0, 1.0, 33, North, WGS-84, "
                                               "units=Meters, 0", dtype=STRING)
        system.create_dataset("EPSG Code", data=str(UTM33), dtype=STRING)
    return Made(path, values, wavelength_nm, fwhm_nm, 1e-5)
