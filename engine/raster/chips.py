"""Chips: small image files, or windows of one image, that share their bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ..errors import RasterError, WavelengthError
from ..reporting import Reporter
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.sensors import guess_sensor, sensor
from .cube import DEFAULT_GSD_M, UNKNOWN, Overrides
from .grid import Grid, Window
from .level import judge_level
from .products import Product, open_product
from .sample import BandSample, evenly
from .untagged import Recognised, recognise
from .wavelengths import choose_bands

SAMPLED_CHIPS = 24
VALUES_A_CHIP = 500
# Also bounds what one chip takes in memory.
MAX_CHIP_PX = 1024


@dataclass(frozen=True)
class Chip:
    """An image file, or a window of one.

    Attributes:
        path: the file.
        window: pixels to look at, None for all.
        cell: pixels the chip speaks for, the same as ``window`` except at the far border of an image.
        listed_as: the path as the user's table gives it; empty for the path itself.
        mask: (rows, cols) of the window: which pixels count; the others are read as missing. None for all.
    """

    path: Path
    window: Window | None = None
    cell: Window | None = None
    listed_as: str = ""
    mask: NDArray[np.bool_] | None = field(default=None, compare=False)

    @property
    def pixels(self) -> int:
        """Number of pixels that the mask leaves; 0 without one."""
        return 0 if self.mask is None else int(self.mask.sum())


@dataclass(frozen=True)
class ChipLayout:
    """What all chips share.

    Attributes:
        bands: the bands that are used, in the order they are read.
        indices: (bands,) their 0-based positions in the files.
        meta: sensor, level and pixel size.
        factor: from the files' own physical values to those used.
        file_bands: number of bands of each file.
        mean: mean of the sampled values of the used bands.
        notes: what was assumed, in sentences.
    """

    bands: BandTable
    indices: NDArray[np.intp]
    meta: SensorMeta
    factor: float
    file_bands: int
    mean: float
    notes: tuple[str, ...]


class ChipReader:
    """Reads chips of one layout; use it in a ``with`` block.

    Args:
        chips: all chips that will be read; the layout is found from some of them.
        overrides: the user's word on sensor, level, pixel size and wavelengths.
        reporter: asked about cancelling.

    Raises:
        RasterError: a sampled chip cannot be read or has other bands than the rest.
        WavelengthError: no wavelengths, and no one sensor is known with this number of bands.
        InputError: an override that cannot be meant.
    """

    def __init__(self, chips: Sequence[Chip], overrides: Overrides, reporter: Reporter) -> None:
        overrides.check()
        self._product: tuple[Path, Product] | None = None
        try:
            self.layout = self._find_layout(chips, overrides, reporter)
        except BaseException:
            self.close()
            raise

    def read(self, chip: Chip) -> NDArray[np.float32]:
        """(bands, rows, cols) physical values of the used bands, NaN where missing.

        Raises:
            RasterError: the file cannot be read, is too large, or has another number of bands.
        """
        product = self._opened(chip.path)
        if product.count != self.layout.file_bands:
            raise _other_bands(chip.path, product.count, self.layout.file_bands)
        return _read(product, chip, self.layout.indices) * np.float32(self.layout.factor)

    def grid(self, chip: Chip) -> Grid:
        """Where the pixels of the chip's cell lie."""
        grid = self._opened(chip.path).grid
        return grid.sub(chip.cell) if chip.cell else grid

    def close(self) -> None:
        """Close the file that is open."""
        if self._product is not None:
            self._product[1].close()
            self._product = None

    def __enter__(self) -> ChipReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _opened(self, path: Path) -> Product:
        """The file, kept open until another one is asked for."""
        if self._product is None or self._product[0] != path:
            product = open_product(path)
            self.close()
            self._product = (path, product)
        return self._product[1]

    def _find_layout(self, chips: Sequence[Chip], overrides: Overrides, reporter: Reporter) -> ChipLayout:
        values = self._sample(chips, reporter)
        product = self._opened(chips[0].path)
        known = _bands(product, values, overrides)
        sample = _as_sample(values * np.float32(known.factor))
        good = np.setdiff1d(known.bands.good_indices, np.union1d(sample.without_data(), sample.constant()))
        if not len(good):
            raise RasterError(f"None of the {len(known.bands)} bands of the chips can be used.",
                              "Check the bad-band list, the wavelengths and the nodata value of the files.")
        guess = judge_level(overrides.level, "L2" if known.factor != 1 else product.level, sample, good)
        nominal = DEFAULT_GSD_M if known.sensor == UNKNOWN else sensor(known.sensor).gsd_m
        gsd_m = overrides.gsd_m or product.grid.gsd_m or product.gsd_m or nominal
        mean = float(np.nanmean(sample.values[good])) * guess.factor
        return ChipLayout(known.bands.only(good), good, SensorMeta(known.sensor, guess.level, gsd_m),
                          known.factor * guess.factor, len(known.bands), mean,
                          (*((known.note,) if known.note else ()), *guess.notes))

    def _sample(self, chips: Sequence[Chip], reporter: Reporter) -> NDArray[np.float32]:
        """(bands, n) physical values of some chips, as the files scale them; the first chip's file stays open."""
        kept: list[NDArray[np.float32]] = []
        for chip in reversed(_spread(chips)):
            reporter.check_cancelled()
            product = self._opened(chip.path)
            if kept and product.count != len(kept[0]):
                raise _other_bands(chip.path, product.count, len(kept[0]))
            values = _read(product, chip, range(product.count)).reshape(product.count, -1)
            kept.append(values[:, ::max(1, values.shape[1] // VALUES_A_CHIP)])
        return np.concatenate(kept, axis=1)


def _read(product: Product, chip: Chip, bands: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
    """(bands, rows, cols) as the file scales them, NaN where missing or masked."""
    values = product.reader.read(_window(chip, product.grid.shape), bands)
    if chip.mask is not None:
        values[:, ~chip.mask] = np.nan
    return values


def _window(chip: Chip, shape: tuple[int, int]) -> Window:
    window = chip.window or Window(0, 0, *shape)
    if max(window.shape) > MAX_CHIP_PX:
        raise RasterError(f"{chip.path.name} is {window.rows} x {window.cols} pixels; a chip has at most "
                          f"{MAX_CHIP_PX} a side.", "Give it as the image to cut into a grid, or cut it up.")
    return window


def _bands(product: Product, values: NDArray[np.float32], overrides: Overrides) -> Recognised:
    """Band table by the user's word or the file's tags, else by the number of bands and the values."""
    try:
        found = choose_bands(product.columns, product.count, overrides.wavelengths)
    except WavelengthError:
        known = None if overrides.wavelengths else recognise(values, product.dtype, overrides.sensor)
        if known is not None:
            return known
        found = choose_bands(product.columns, product.count, overrides.wavelengths, overrides.sensor)
    guessed = guess_sensor(found.bands)
    name = product.sensor or (guessed.name if guessed else UNKNOWN)
    if overrides.sensor:
        name = UNKNOWN if overrides.sensor == UNKNOWN else sensor(overrides.sensor).name
    return Recognised(name, found.bands, 1.0, " ".join((*product.notes, *found.notes)))


def _other_bands(path: Path, count: int, others: int) -> RasterError:
    return RasterError(f"{path.name} has {count} bands, other chips have {others}.",
                       "Give chips of one sensor and product only.")


def _spread(chips: Sequence[Chip]) -> list[Chip]:
    """Some of the chips, spread evenly over the list; the first is always there."""
    return [chips[i] for i in evenly(len(chips), SAMPLED_CHIPS)]


def _as_sample(values: NDArray[np.float32]) -> BandSample:
    sample = BandSample.empty(len(values))
    sample.add(np.arange(len(values)), values[:, None])
    sample.values = values.astype(np.float32)
    return sample


def grid_chips(path: Path, shape: tuple[int, int], chip_px: int) -> list[Chip]:
    """Cells of a regular grid over an image of ``shape``, row by row.

    The last cell of a row or column may be smaller; it is judged by a full window, moved back inside the image.
    """
    size = (min(chip_px, shape[0]), min(chip_px, shape[1]))
    chips = []
    for row in range(0, shape[0], chip_px):
        for col in range(0, shape[1], chip_px):
            cell = Window(row, col, min(chip_px, shape[0] - row), min(chip_px, shape[1] - col))
            window = Window(min(row, shape[0] - size[0]), min(col, shape[1] - size[1]), *size)
            chips.append(Chip(path, window, cell))
    return chips
