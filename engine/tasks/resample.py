"""A cube or a spectral library as another sensor would see it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..raster.cube import Cube
from ..raster.grid import Window, blocks
from ..raster.library import SpectralLibrary, is_library, library_files, read_library, write_geopackage
from ..raster.prefetch import read_ahead
from ..raster.writer import TILE_PX, RasterWriter, check_output
from ..reporting import Reporter
from ..spectral.bands import BandTable
from ..spectral.responses import Matching, ResponseCurves, match_bands, read_responses
from ..spectral.sensors import sensor
from .image_request import ImageRequest
from .staging import staged

# Weights below this share do not make a band missing where a source band is.
NEGLIGIBLE = 1e-4
STRIP_PX = 64


@dataclass(frozen=True)
class ResampleRequest(ImageRequest):
    """What to resample, and to which bands. Give one of `to_sensor` and `to_responses`.

    Attributes:
        image: an image, or a spectral library (.sli, .csv, .gpkg).
        output: GeoTIFF; for a library .sli, .csv or .gpkg.
        to_sensor: sensor in the registry whose bands are wanted (Gaussian responses).
        to_responses: CSV of response curves: wavelength, then a column for each band.
    """

    image: str
    output: str
    to_sensor: str | None = None
    to_responses: str | None = None


@dataclass(frozen=True)
class ResampleResult:
    """What was written; `dataclasses.asdict` of it is JSON.

    Attributes:
        output: the file.
        kind: ``image`` or ``library``.
        spectra: number of spectra, or of pixels.
        source_band_count: bands that were used.
        band_count: bands written.
        seen_band_count: bands the source covers; the others hold no data and are flagged bad.
        notes: what was assumed, ignored or found wrong.
    """

    output: str
    kind: str
    spectra: int
    source_band_count: int
    band_count: int
    seen_band_count: int
    notes: list[str]


def run(request: ResampleRequest, reporter: Reporter) -> ResampleResult:
    """Resample an image or a library.

    Raises:
        RasterError: not a usable image.
        WavelengthError: no usable wavelengths, or none of the target's bands is covered.
        InputError: no target or two, not a library, or an override that cannot be meant.
        OutputError: the output cannot be written.
    """
    target = _target(request)
    given = (request.image, request.to_responses, request.wavelengths)
    output = check_output(request.output, [path for path in given if path])
    source = Path(request.image)
    if is_library(source):
        return _resample_library(source, target, output, reporter)
    with Cube.open(source, request.overrides, reporter) as cube:
        check_output(output, cube.files)
        good = cube.bands.good_indices
        matching = match_bands(cube.bands.only(good), target)
        bands = _bands(target, matching)
        notes = [*cube.notes, *_unseen(bands, reporter)]
        tags = {"level": cube.meta.level, "resampled_from": cube.path.name}
        if request.to_sensor:
            tags["sensor"] = sensor(request.to_sensor).name
        _write_image(cube, matching, bands, output, tags, reporter)
        rows, cols = cube.grid.shape
    reporter.progress(1.0)
    return ResampleResult(str(output), "image", rows * cols, len(good), len(bands), len(bands.good_indices), notes)


def _target(request: ResampleRequest) -> BandTable | ResponseCurves:
    if bool(request.to_sensor) == bool(request.to_responses):
        raise InputError("A sensor or a table of responses is needed to resample to, and only one of them.",
                         "Give --to-sensor NAME or --to-responses TABLE.csv.")
    return sensor(request.to_sensor).bands if request.to_sensor else read_responses(Path(request.to_responses or ""))


def _bands(target: BandTable | ResponseCurves, matching: Matching) -> BandTable:
    bands = target.bands if isinstance(target, ResponseCurves) else target
    return bands.without(np.flatnonzero(~matching.seen), "not covered by the source")


def _unseen(bands: BandTable, reporter: Reporter) -> list[str]:
    """A note on the bands that stay empty."""
    missing = len(bands) - len(bands.good_indices)
    if not missing:
        return []
    note = f"{missing} of {len(bands)} bands are not covered by the source; they hold no data and are flagged bad."
    reporter.log("warning", note)
    return [note]


def _apply(values: np.ndarray, matching: Matching) -> np.ndarray:
    """(n, source) spectra to (n, target); NaN where a source band that matters is missing or none is seen."""
    missing = ~np.isfinite(values)
    found = np.where(missing, 0, values) @ matching.weights
    if missing.any():
        found[missing.astype(np.float32) @ (matching.weights > NEGLIGIBLE) > 0] = np.nan
    found[:, ~matching.seen] = np.nan
    return found


def _write_image(cube: Cube, matching: Matching, bands: BandTable, output: Path, tags: dict[str, str],
                 reporter: Reporter) -> None:
    items = [{"wavelength": f"{b.wavelength_nm:.8g}", "wavelength_units": "Nanometers", "fwhm": f"{b.fwhm_nm:.8g}",
              "bbl": str(int(b.good))} for b in bands]
    names = [f"Band {n} ({b.wavelength_nm:.2f} nm)" for n, b in enumerate(bands, 1)]
    single = Matching(matching.weights.astype(np.float32), matching.seen)
    windows = [Window(part.row + strip.row, part.col + strip.col, *strip.shape)
               for part in blocks(cube.grid.shape, TILE_PX) for strip in blocks(part.shape, STRIP_PX)]
    with RasterWriter(output, cube.grid, "float32", len(bands), nodata=float("nan"), tags=tags, band_names=names,
                      band_tags=items) as writer:
        for done, (window, values) in enumerate(read_ahead(cube.read, windows), 1):
            reporter.check_cancelled()
            found = _apply(values.reshape(len(values), -1).T, single)
            writer.write(window, found.T.reshape(len(bands), *window.shape))
            reporter.progress(done / len(windows), "resampling")


def _resample_library(path: Path, target: BandTable | ResponseCurves, output: Path,
                      reporter: Reporter) -> ResampleResult:
    library = read_library(path)
    good = library.bands.good_indices
    matching = match_bands(library.bands.only(good), target)
    bands = _bands(target, matching)
    notes = _unseen(bands, reporter)
    reporter.check_cancelled()
    _write_library(output, SpectralLibrary(library.names, bands, _apply(library.spectra[:, good], matching)))
    reporter.progress(1.0)
    return ResampleResult(str(output), "library", len(library.names), len(good), len(bands), len(bands.good_indices),
                          notes)


def _write_library(output: Path, library: SpectralLibrary) -> None:
    """Write all files of a library, or none."""
    with ExitStack() as stack:
        if output.suffix.lower() == ".gpkg":
            write_geopackage(stack.enter_context(staged(output)), library)
            return
        for path, content in library_files(output, library).items():
            stack.enter_context(staged(check_output(path))).write_bytes(content)
