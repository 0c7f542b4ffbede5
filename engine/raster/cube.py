"""A hyperspectral image: its grid, its bands, what is known of its sensor, and its values by windows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, RasterError
from ..reporting import Reporter, SilentReporter
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.sensors import SensorGuess, guess_sensor, sensor
from .grid import Grid, Window
from .level import judge_level
from .products import open_product
from .products.product import Product
from .quality import WATER_VAPOUR, in_water_vapour, spans
from .sample import BandSample, ValueRange, sample_bands
from .wavelengths import choose_bands

LEVELS = ("L1", "L2")
DEFAULT_GSD_M = 10.0
UNKNOWN = "unknown"
USER = "given by the user"
# A pixel's spectrum counts as all zero if at least this many bands are.
PROBE_BANDS = 8


@dataclass(frozen=True)
class Overrides:
    """What the user states about an image; it goes before anything the file says.

    Attributes:
        sensor: name or alias in the sensor registry, or ``unknown``.
        level: ``L1`` or ``L2``.
        gsd_m: ground sampling distance in metres.
        wavelengths: CSV of band, wavelength, fwhm, good.
    """

    sensor: str | None = None
    level: str | None = None
    gsd_m: float | None = None
    wavelengths: Path | None = None

    def check(self) -> None:
        """Raise `InputError` for a value that cannot be meant."""
        if self.level is not None and self.level not in LEVELS:
            raise InputError(f"The level {self.level!r} is not known.", "Give L1 (radiance) or L2 (reflectance).")
        if self.sensor is not None and self.sensor != UNKNOWN:
            sensor(self.sensor)
        if self.gsd_m is not None and not 0 < self.gsd_m < 1e5:
            raise InputError(f"A ground sampling distance of {self.gsd_m} m is not possible.",
                             "Give the size of a pixel in metres.")


class Cube:
    """An open image, read by windows in constant memory. Close it, or use it in a ``with`` block.

    Not to be shared between threads.

    Attributes:
        path: the data file.
        driver: name of the product, or GDAL's name of the format.
        grid: where the pixels lie.
        bands: band table in file order, bad bands marked with their reason.
        meta: sensor, level and ground sampling distance as told to the model.
        sensor_guess: the sensor the wavelengths look like, None if they look like none.
        sources: where ``wavelength``, ``fwhm``, ``bbl``, ``level``, ``sensor``, ``gsd`` and ``values`` came from.
        notes: what was assumed, ignored or found wrong, in sentences.
        dtype: type of the stored values.
        value_range: range of the sampled values of the good bands.
    """

    path: Path
    driver: str
    grid: Grid
    bands: BandTable
    meta: SensorMeta
    sensor_guess: SensorGuess | None
    sources: dict[str, str]
    notes: list[str]
    dtype: str
    value_range: ValueRange

    def __init__(self, product: Product) -> None:
        self._product = product
        self._reader = product.reader
        self.path = product.path
        self.driver = product.name
        self.grid = product.grid
        self.dtype = product.dtype
        self.sources = {}
        self.notes = list(product.notes)

    @classmethod
    def open(cls, path: str | os.PathLike[str], overrides: Overrides | None = None,
             reporter: Reporter | None = None) -> Cube:
        """Open an image, find out what its bands are, and look at a sample of its values.

        Args:
            path: a local image; for an ENVI image the data file or its header.
            overrides: the user's word on sensor, level, pixel size and wavelengths.
            reporter: told the notes as warnings, and asked about cancelling.

        Raises:
            RasterError: not a complete local image, or without a usable band.
            WavelengthError: no usable wavelengths.
            InputError: an override that cannot be meant.
        """
        overrides, reporter = overrides or Overrides(), reporter or SilentReporter()
        overrides.check()
        cube = cls(open_product(path))
        try:
            cube._describe(overrides, reporter)
        except BaseException:
            cube.close()
            raise
        for note in cube.notes:
            reporter.log("warning", note)
        return cube

    @property
    def scales(self) -> list[float]:
        """Physical value = stored value x scale + offset: the scale of each band."""
        return [float(scale) for scale in self._reader.scales]

    @property
    def offsets(self) -> list[float]:
        """The offset of each band, see `scales`."""
        return [float(offset) for offset in self._reader.offsets]

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """Read a window.

        A pixel that is exactly 0 in all good bands holds no measurement, whatever the nodata value: its values are
        missing, too.

        Args:
            window: inside the scene.
            bands: 0-based positions in the file; the good bands if None.

        Returns:
            (bands, rows, cols) in physical units, NaN where a band has no value.

        Raises:
            InputError: the window is not inside the scene.
            RasterError: the file cannot be read.
        """
        if not window.within(self.grid.shape):
            raise InputError(f"{window} does not lie inside an image of {self.grid.shape[0]} x {self.grid.shape[1]}.")
        values = self._reader.read(window, self.bands.good_indices if bands is None else bands)
        if len(values) and (dark := _all_zero(values)).any():
            if len(values) < min(PROBE_BANDS, len(self.bands.good_indices)):
                dark &= _all_zero(self._reader.read(window, self.bands.good_indices))
            values[:, dark] = np.nan
        return values

    @property
    def files(self) -> list[str]:
        """All files the image consists of, e.g. data and header."""
        return list(self._product.files)

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        self._product.close()

    def __enter__(self) -> Cube:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _describe(self, overrides: Overrides, reporter: Reporter) -> None:
        """Fill in bands, sensor, level and pixel size."""
        metadata = choose_bands(self._product.columns, self._product.count, overrides.wavelengths,
                                overrides.sensor or self._product.sensor)
        self.sources |= metadata.sources
        self.notes += metadata.notes
        self.bands = metadata.bands
        candidates = self.bands.good_indices
        if not len(candidates):
            raise _no_good_band(self.bands)
        sample = sample_bands(self._reader, self.grid.shape, candidates, len(self.bands), reporter)
        self._drop_empty_bands(sample, candidates)
        level = self._judge_level(overrides, sample)
        self._drop_water_vapour(level)
        self.value_range = sample.value_range(self.bands.good_indices)
        name = self._name_sensor(overrides)
        self.meta = SensorMeta(name, level, self._find_gsd(overrides, name))

    def _drop_empty_bands(self, sample: BandSample, candidates: NDArray[np.intp]) -> None:
        empty = np.intersect1d(candidates, sample.without_data())
        constant = np.intersect1d(candidates, sample.constant())
        self.bands = self.bands.without(empty, "no data").without(constant, "one value everywhere")
        for indices, state in ((empty, "hold no data"), (constant, "hold one value everywhere")):
            if len(indices):
                self.notes.append(f"{len(indices)} bands {state} and are not used (first: band {indices[0] + 1}).")
        if not len(self.bands.good_indices):
            raise _no_good_band(self.bands)

    def _drop_water_vapour(self, level: str) -> None:
        """Mark bands bad that hold no reflectance, unless the file or the user says which bands are bad."""
        blind = in_water_vapour(self.bands)
        if level == "L2" and "bbl" not in self.sources and 0 < len(blind) < len(self.bands.good_indices):
            self.bands = self.bands.without(blind, WATER_VAPOUR)
            self.notes.append(f"{len(blind)} bands lie where water vapour takes all light and are not used: "
                              f"{spans(blind)}. To use them, give a table of band,good with --wavelengths.")

    def _judge_level(self, overrides: Overrides, sample: BandSample) -> str:
        # Reflectance is wild where water vapour takes all light; that says nothing about the others.
        dry = np.setdiff1d(self.bands.good_indices, in_water_vapour(self.bands))
        guess = judge_level(overrides.level, self._product.level, sample, dry if len(dry) else self.bands.good_indices)
        self.sources["level"] = guess.source
        self.notes += guess.notes
        self.sources["values"] = _applied(self._reader.scales, self._reader.offsets, guess.factor)
        if guess.factor != 1:
            self._reader.scales *= guess.factor
            self._reader.offsets *= guess.factor
            sample.scale(guess.factor)
        return guess.level

    def _name_sensor(self, overrides: Overrides) -> str:
        self.sensor_guess = guess_sensor(self.bands)
        if overrides.sensor:
            self.sources["sensor"] = USER
            return UNKNOWN if overrides.sensor == UNKNOWN else sensor(overrides.sensor).name
        if self._product.sensor is not None:
            self.sources["sensor"] = "named in the file"
            return self._product.sensor
        if self.sensor_guess is not None:
            self.sources["sensor"] = (f"guessed from the wavelengths (bands lie {self.sensor_guess.distance_nm:.2g} nm "
                                      f"from its table, score {self.sensor_guess.score:.2f})")
            return self.sensor_guess.name
        self.sources["sensor"] = "not known"
        return UNKNOWN

    def _find_gsd(self, overrides: Overrides, sensor_name: str) -> float:
        if overrides.gsd_m is not None:
            self.sources["gsd"] = USER
            return overrides.gsd_m
        if (gsd_m := self.grid.gsd_m) is not None:
            self.sources["gsd"] = "georeference of the file"
            return gsd_m
        if self._product.gsd_m is not None:
            self.sources["gsd"] = f"nominal for {self._product.name}"
            return self._product.gsd_m
        gsd_m = DEFAULT_GSD_M if sensor_name == UNKNOWN else sensor(sensor_name).gsd_m
        self.sources["gsd"] = "assumed" if sensor_name == UNKNOWN else f"nominal for {sensor_name}"
        self.notes.append(f"The file does not tell the size of a pixel in metres; {gsd_m:g} m is used "
                          f"({self.sources['gsd']}). Give it with --gsd if it is another.")
        return gsd_m


def _all_zero(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(rows, cols) pixels that are 0 in every band that has a value, and have one."""
    dark = (values[0] == 0) | np.isnan(values[0])
    if dark.any():
        doubtful = values[:, dark]
        zero = doubtful == 0
        dark[dark] = (zero | np.isnan(doubtful)).all(axis=0) & zero.any(axis=0)
    return np.asarray(dark)


def _applied(scales: NDArray[np.float64], offsets: NDArray[np.float64], factor: float) -> str:
    """How stored values become physical ones, in words."""
    used = [] if (scales == 1).all() else [f"scale {_span(scales)} of the file"]
    used += [] if (offsets == 0).all() else [f"offset {_span(offsets)} of the file"]
    used += [] if factor == 1 else [f"multiplied by {factor:g}"]
    return ", ".join(used) or "as stored"


def _span(values: NDArray[np.float64]) -> str:
    low, high = values.min(), values.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _no_good_band(bands: BandTable) -> RasterError:
    reasons = sorted({band.reason for band in bands})
    return RasterError(f"None of the {len(bands)} bands can be used ({'; '.join(reasons)}).",
                       "Check the bad-band list, the wavelengths and the nodata value of the image.")
