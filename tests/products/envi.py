"""Airborne products in ENVI format: AVIRIS-Classic, AVIRIS-NG, HyMap, CASI."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.spectral.sensors import SENSORS

from .scene import Made, nm, reflectance

CODES = {"uint8": 1, "int16": 2, "float32": 4, "uint16": 12}
MAP_INFO = "map info = {UTM, 1, 1, 402300, 5781900, 4, 4, 33, North, WGS-84, units=Meters}\n"


def write_envi(path: Path, stored: NDArray[np.generic], extra: str = "", description: str = "",
               order: str = "bip") -> Path:
    """An ENVI image of (bands, rows, cols) and its header, in the byte order of ``stored``."""
    axes = {"bsq": (0, 1, 2), "bil": (1, 0, 2), "bip": (1, 2, 0)}[order]
    path.write_bytes(np.ascontiguousarray(stored.transpose(axes)).tobytes())
    count, rows, cols = stored.shape
    path.with_name(path.name + ".hdr").write_text(
        f"ENVI\ndescription = {{\n  {description}}}\nsamples = {cols}\nlines = {rows}\nbands = {count}\n"
        f"header offset = 0\nfile type = ENVI Standard\ndata type = {CODES[stored.dtype.newbyteorder('=').name]}\n"
        f"interleave = {order}\nbyte order = {int(stored.dtype.byteorder == '>')}\n{MAP_INFO}{extra}")
    return path


def column(name: str, values: NDArray[np.float64]) -> str:
    """An entry of the header that lists numbers."""
    return f"{name} = {{{', '.join(f'{value:.8g}' for value in values)}}}\n"


def write_aviris_classic(folder: Path) -> Made:
    """AVIRIS-Classic radiance: big-endian int16, gains and bands in files beside it, -50 off the flight line."""
    table = SENSORS["AVIRIS-Classic"].bands
    gains = np.repeat([300.0, 600.0, 1200.0], [110, 100, 14])
    stored = np.rint(reflectance(224, 12, 15) * 9000).astype(">i2")
    stored[:, -2:, :3] = -50
    path = write_envi(folder / "f080611t01p00r07rdn_c_sc01_ort_img", stored,
                      description="AVIRIS orthocorrected calibrated radiance")
    (folder / "f080611t01p00r07rdn_c.gain").write_text("".join(f"  {g:.6f}   {i}\n" for i, g in enumerate(gains, 1)))
    (folder / "f080611t01p00r07rdn_c.spc").write_text("".join(
        f"  {w:.4f}  {f:.4f}  0.10  0.02  {i}\n"
        for i, (w, f) in enumerate(zip(table.wavelength_nm, table.fwhm_nm, strict=True), 1)))
    values = np.where(stored == -50, np.nan, stored / gains[:, None, None])
    return Made(path, values, table.wavelength_nm, table.fwhm_nm, 1e-4)


def write_aviris_ng(folder: Path, kind: str = "rdn") -> Made:
    """AVIRIS-NG: float32, -9999 off the flight line without a word in the header; radiance without wavelengths."""
    table = SENSORS["AVIRIS-NG"].bands
    values = reflectance(425, 11, 9) * (8 if kind == "rdn" else 1)
    values[:, :2, :2] = np.nan
    extra = "" if kind == "rdn" else (
        column("wavelength", table.wavelength_nm) + column("fwhm", table.fwhm_nm) + "wavelength units = Nanometers\n")
    name = f"ang20160910t185702_{kind}_v1n2_img"
    stored = np.nan_to_num(values, nan=-9999).astype(np.float32)
    path = write_envi(folder / name, stored, extra, f"remote/{name}", "bil")
    return Made(path, values, table.wavelength_nm, table.fwhm_nm)


def write_hymap(folder: Path, kind: str = "refl") -> Made:
    """HyMap: int16, reflectance x 10,000 or radiance x 1,000, wavelengths in µm, 0 off the flight line."""
    wavelength_nm, fwhm_nm = nm(452, 2497, 125), np.full(125, 15.0)
    factor = 1e4 if kind == "refl" else 1e3
    stored = np.rint(reflectance(125, 10, 13) * 1e4).astype(np.int16)
    stored[:, 0] = 0
    extra = (column("wavelength", wavelength_nm / 1000) + column("fwhm", fwhm_nm / 1000)
             + "wavelength units = Micrometers\nsensor type = HyMap\n")
    path = write_envi(folder / f"hymap_line03_{kind}.bil", stored, extra, "HyMap line 3", "bil")
    return Made(path, np.where(stored == 0, np.nan, stored / factor), wavelength_nm, fwhm_nm)


def write_casi(folder: Path) -> Made:
    """CASI radiance: uint16 of SRU x 1,000, 0 off the flight line."""
    wavelength_nm, fwhm_nm = nm(368, 1043, 72), np.full(72, 9.5)
    stored = np.rint(reflectance(72, 14, 10) * 2e4).astype(np.uint16)
    stored[:, :, -1] = 0
    extra = column("wavelength", wavelength_nm) + column("fwhm", fwhm_nm) + "wavelength units = Nanometers\n"
    path = write_envi(folder / "casi_line1.pix", stored, extra, "ITRES CASI-1500 spectral radiance", "bsq")
    return Made(path, np.where(stored == 0, np.nan, stored / 1e3), wavelength_nm, fwhm_nm)
