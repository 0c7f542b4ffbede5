"""What every reader hands over: an image's pixels, and what its own description says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..columns import Columns
from ..grid import Grid
from ..reading import PixelReader


@dataclass(frozen=True)
class Product:
    """An open image and what its files say about it.

    Attributes:
        name: name of the format, e.g. ``PRISMA L2D``; for images without a product reader GDAL's driver.
        path: the file that holds the pixels.
        files: all files the image consists of.
        grid: where the pixels lie.
        dtype: type of the stored values.
        count: number of bands.
        columns: band tables found, the most trusted first.
        reader: reads the pixels.
        close: closes all files; calling it twice does no harm.
        level: ``L1`` or ``L2``, None if the files do not say.
        sensor: registry name, None if the files do not say.
        gsd_m: pixel size the product states; None to take it from the grid.
        notes: what the user should know, in sentences.
    """

    name: str
    path: Path
    files: tuple[str, ...]
    grid: Grid
    dtype: str
    count: int
    columns: tuple[Columns, ...]
    reader: PixelReader
    close: Callable[[], None]
    level: str | None = None
    sensor: str | None = None
    gsd_m: float | None = None
    notes: tuple[str, ...] = ()
