"""Any image the engine reads, written as a GeoTIFF that QGIS and everybody else read right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..raster.cube import Cube
from ..raster.grid import Window, blocks
from ..raster.writer import TILE_PX, RasterWriter, check_output
from ..reporting import Reporter
from ..spectral.bands import Band, BandTable
from .image_request import ImageRequest

STORED = ("float32", "int16")
INT16_SCALE, INT16_NODATA = 1e-4, -32768
BANDS_AT_ONCE = 16
RGB_NM, RGB_TOLERANCE_NM = (660.0, 560.0, 480.0), 40.0


@dataclass(frozen=True)
class ConvertRequest(ImageRequest):
    """What to convert.

    Attributes:
        image: path of the image.
        output: GeoTIFF to write.
        extent: x_min, y_min, x_max, y_max in the image's CRS; the whole image if None.
        stored: ``float32``, physical values as they are; or ``int16``, reflectance x 10,000 at half the size.
    """

    image: str
    output: str
    extent: tuple[float, float, float, float] | None = None
    stored: str = "float32"


@dataclass(frozen=True)
class ConvertResult:
    """What was written; `dataclasses.asdict` of it is JSON.

    Attributes:
        output: the GeoTIFF.
        product: the format that was read.
        rows: height in pixels.
        cols: width in pixels.
        band_count: number of bands, bad ones included.
        good_band_count: number of usable bands.
        sensor: registry name or ``unknown``.
        level: ``L1`` or ``L2``.
        clipped: values that did not fit into ``int16`` and were set to its limit.
        notes: what was assumed, ignored or found wrong.
    """

    output: str
    product: str
    rows: int
    cols: int
    band_count: int
    good_band_count: int
    sensor: str
    level: str
    clipped: int
    notes: list[str]


def run(request: ConvertRequest, reporter: Reporter) -> ConvertResult:
    """Convert an image; all its bands are kept, bad ones flagged.

    Raises:
        RasterError: not a usable image.
        WavelengthError: no usable wavelengths.
        InputError: an override or an extent that cannot be meant; ``int16`` for radiance.
        OutputError: the output cannot be written.
    """
    if request.stored not in STORED:
        raise InputError(f"Values cannot be stored as {request.stored!r}.", f"Choose {' or '.join(STORED)}.")
    output = check_output(request.output, [request.image])
    with Cube.open(request.image, request.overrides, reporter) as cube:
        check_output(output, cube.files)
        if request.stored == "int16" and cube.meta.level != "L2":
            raise InputError("Radiance cannot be stored as reflectance x 10,000.", "Store it as float32.")
        window = cube.grid.part(request.extent)
        clipped = _write(cube, window, output, request.stored, reporter)
        notes = list(cube.notes)
        if clipped:
            notes.append(f"{clipped} values beyond {np.iinfo(np.int16).max * INT16_SCALE:.4f} were set to that.")
            reporter.log("warning", notes[-1])
        result = ConvertResult(str(output), cube.driver, *window.shape, len(cube.bands), len(cube.bands.good_indices),
                               cube.meta.name, cube.meta.level, clipped, notes)
    reporter.progress(1.0)
    return result


def _write(cube: Cube, window: Window, output: Path, stored: str, reporter: Reporter) -> int:
    """Copy the window block by block. Returns how many values were clipped."""
    bands, clipped, done = range(len(cube.bands)), 0, 0
    total = window.rows * window.cols
    integers = stored == "int16"
    with RasterWriter(output, cube.grid.sub(window), stored, len(cube.bands),
                      nodata=INT16_NODATA if integers else float("nan"), tags=_tags(cube),
                      band_names=[f"Band {n} ({band.wavelength_nm:.2f} nm)" for n, band in enumerate(cube.bands, 1)],
                      band_tags=[_band_tags(band) for band in cube.bands],
                      scale=INT16_SCALE if integers else 1.0, rgb=_true_color(cube.bands)) as writer:
        for block in blocks(window.shape, TILE_PX):
            reporter.check_cancelled()
            values = cube.read(Window(window.row + block.row, window.col + block.col, *block.shape), bands)
            if integers:
                packed, beyond = _pack(values)
                clipped += beyond
                _write_block(writer, block, packed, reporter)
            else:
                _write_block(writer, block, values, reporter)
            done += block.rows * block.cols
            reporter.progress(0.9 * done / total, "Writing")
        writer.finish(reporter.check_cancelled)
    return clipped


def _write_block(writer: RasterWriter, block: Window, values: NDArray[np.generic], reporter: Reporter) -> None:
    """Write some bands at a time: compressing hundreds takes seconds, and cancelling must not wait for that."""
    for first in range(0, len(values), BANDS_AT_ONCE):
        reporter.check_cancelled()
        writer.write(block, values[first:first + BANDS_AT_ONCE], first)


def _pack(values: NDArray[np.float32]) -> tuple[NDArray[np.int16], int]:
    """Reflectance as integers, and how many values did not fit."""
    scaled = np.rint(values / np.float32(INT16_SCALE))
    limits = np.iinfo(np.int16)
    missing = np.isnan(scaled)
    beyond = int(((scaled > limits.max) | (scaled < limits.min + 1)).sum())
    scaled = np.clip(scaled, limits.min + 1, limits.max)
    scaled[missing] = INT16_NODATA
    return scaled.astype(np.int16), beyond


def _true_color(bands: BandTable) -> list[int]:
    """Good bands next to red, green and blue light; none if the image does not see all three."""
    good = bands.good_indices
    distance_nm = np.abs(bands.wavelength_nm[good][:, None] - np.array(RGB_NM))
    if (distance_nm.min(axis=0) > RGB_TOLERANCE_NM).any():
        return []
    nearest = [int(band) for band in good[distance_nm.argmin(axis=0)]]
    return nearest if len(set(nearest)) == len(RGB_NM) else []


def _tags(cube: Cube) -> dict[str, str]:
    """Items that are read back: level and, if it is known, the sensor."""
    tags = {"level": cube.meta.level, "converted_from": cube.path.name}
    if cube.meta.name != "unknown":
        tags["sensor"] = cube.meta.name
    return tags


def _band_tags(band: Band) -> dict[str, str]:
    """A band's items, which QGIS, the EnMAP-Box and this engine read."""
    return {"wavelength": f"{band.wavelength_nm:.8g}", "wavelength_units": "Nanometers",
            "fwhm": f"{band.fwhm_nm:.8g}", "bbl": str(int(band.good))}
