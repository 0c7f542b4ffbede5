"""What an image is: size, bands, sensor, level, range of values. Reads a small sample only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..raster.cube import Cube
from ..raster.grid import Grid
from ..raster.quality import advice, estimate_snr
from ..reporting import Reporter
from .image_request import ImageRequest


@dataclass(frozen=True)
class InspectRequest(ImageRequest):
    """What to look at.

    Attributes:
        image: path of the image.
    """

    image: str


@dataclass(frozen=True)
class BandInfo:
    """One band: `band` counts from 1; `reason` says why a band is not good; `snr` is signal over estimated noise."""

    band: int
    wavelength_nm: float
    fwhm_nm: float
    good: bool
    reason: str
    snr: float | None = None


@dataclass(frozen=True)
class ValueSummary:
    """Range of sampled values of the good bands in physical units; None if nothing was seen."""

    min: float | None
    p1: float | None
    p99: float | None
    max: float | None


@dataclass(frozen=True)
class InspectResult:
    """What was found; `dataclasses.asdict` of it is JSON.

    Attributes:
        path: the data file.
        driver: GDAL's name of the format.
        rows: height in pixels.
        cols: width in pixels.
        band_count: number of bands, bad ones included.
        good_band_count: number of usable bands.
        dtype: type of the stored values.
        crs: authority code or WKT, empty if the file names none.
        extent: x_min, y_min, x_max, y_max in map units.
        gsd_m: ground sampling distance.
        sensor: registry name or ``unknown``.
        sensor_score: 0 to 1, how well the wavelengths fit the sensor they look most like; 0 if none.
        sensor_guess: that sensor, empty if none.
        sensor_distance_nm: median distance of the bands to that sensor's, None if there is none.
        level: ``L1`` or ``L2``.
        sources: where wavelength, fwhm, bbl, sensor, level, gsd and values came from.
        bands: the band table in file order.
        values: range of the values.
        scales, offsets: physical value = stored value x scale + offset, one of each a band.
        notes: what was assumed, ignored or found wrong.
        advice: what to look at, e.g. bands that seem noisy.
    """

    path: str
    driver: str
    rows: int
    cols: int
    band_count: int
    good_band_count: int
    dtype: str
    crs: str
    extent: list[float]
    gsd_m: float
    sensor: str
    sensor_score: float
    sensor_guess: str
    sensor_distance_nm: float | None
    level: str
    sources: dict[str, str]
    bands: list[BandInfo]
    values: ValueSummary
    scales: list[float]
    offsets: list[float]
    notes: list[str]
    advice: list[str]


def run(request: InspectRequest, reporter: Reporter) -> InspectResult:
    """Inspect an image.

    Raises:
        RasterError: not a usable image.
        WavelengthError: no usable wavelengths.
        InputError: an override that cannot be meant.
    """
    with Cube.open(request.image, request.overrides, reporter) as cube:
        rows, cols = cube.grid.shape
        extent, guess, values = cube.grid.extent, cube.sensor_guess, cube.value_range
        snr = estimate_snr(cube, reporter)
        result = InspectResult(
            path=str(cube.path), driver=cube.driver, rows=rows, cols=cols, band_count=len(cube.bands),
            good_band_count=len(cube.bands.good_indices), dtype=cube.dtype, crs=_crs_text(cube.grid),
            extent=[extent.x_min, extent.y_min, extent.x_max, extent.y_max], gsd_m=cube.meta.gsd_m,
            sensor=cube.meta.name, sensor_score=guess.score if guess else 0.0,
            sensor_guess=guess.name if guess else "",
            sensor_distance_nm=guess.distance_nm if guess else None, level=cube.meta.level, sources=dict(cube.sources),
            bands=[BandInfo(i, b.wavelength_nm, b.fwhm_nm, b.good, b.reason, json_number(float(ratio)))
                   for i, (b, ratio) in enumerate(zip(cube.bands, snr, strict=True), 1)],
            values=ValueSummary(*map(json_number, (values.min, values.p1, values.p99, values.max))),
            scales=cube.scales, offsets=cube.offsets,
            notes=list(cube.notes), advice=advice(cube.bands, snr))
    reporter.progress(1.0)
    return result


def _crs_text(grid: Grid) -> str:
    if grid.crs is None:
        return ""
    authority = grid.crs.to_authority()
    return ":".join(authority) if authority else str(grid.crs.to_wkt())


def json_number(value: float) -> float | None:
    """JSON has no NaN or infinity; more digits than float32 has would be noise."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
