"""Guesses for chips or units written as a table or as a layer of their outlines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio.warp
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError, FeatureError
from rasterio.crs import CRS

from ...errors import InputError, OutputError
from ...labels.units import Units
from ...raster.chips import Chip, ChipReader
from ...raster.grid import Grid
from ...raster.legend import ClassInfo
from ...raster.vector_file import write_layer
from .outlines import LONGITUDE_LATITUDE, Outlines, unit_outlines

DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON"}
SUFFIXES = (".csv", *DRIVERS)
LAYER = "scenes"


@dataclass(frozen=True)
class Guesses:
    """What each chip or unit was taken for.

    Attributes:
        classes: the classes.
        probabilities: (n, classes), classes without examples 0.
        chips: (n,), none where units were classified.
        units: (n,), None where chips were classified.
    """

    classes: tuple[ClassInfo, ...]
    probabilities: NDArray[np.float64]
    chips: tuple[Chip, ...] = ()
    units: Units | None = None

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def best(self) -> NDArray[np.intp]:
        """(n,) positions of the likeliest classes."""
        return self.probabilities.argmax(1)

    @property
    def second(self) -> NDArray[np.intp]:
        """(n,) positions of the next likeliest."""
        rest = self.probabilities.copy()
        rest[np.arange(len(rest)), self.best] = -1
        return rest.argmax(1)

    def names(self, positions: NDArray[np.intp]) -> list[str]:
        """Class names."""
        return [self.classes[int(i)].name for i in positions]

    def certainty(self, positions: NDArray[np.intp]) -> NDArray[np.float64]:
        """(n,) probabilities of these classes, rounded to what they can mean."""
        return np.round(self.probabilities[np.arange(len(positions)), positions], 4)


def write_guesses(target: Path, name: Path, guesses: Guesses, reader: ChipReader) -> None:
    """Write a table, or outlines in the coordinate system of the chips.

    Args:
        target: where to write now.
        name: the final name; its ending decides the format.
        guesses: what to write.
        reader: knows where the chips lie.

    Raises:
        OutputError: the file cannot be written.
        InputError: a layer is wanted and a chip has no place on earth.
    """
    try:
        if name.suffix.lower() == ".csv":
            _write_table(target, guesses)
        else:
            _write_layer(target, name, guesses, reader)
    except (OSError, DataSourceError, FeatureError) as error:
        raise OutputError(f"{name} cannot be written: {error}.", "Check the folder and the free space.") from error


def _write_table(target: Path, guesses: Guesses) -> None:
    names, places = _table_places(guesses)
    with target.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        out = csv.writer(file)
        out.writerow([*names, "label", "probability", "second", "second_probability"])
        out.writerows([*place, *values] for place, *values in zip(places, *_columns(guesses), strict=True))


def _table_places(guesses: Guesses) -> tuple[list[str], list[list[object]]]:
    """Names and values of the columns that tell which chip or unit a line is about."""
    if guesses.units is not None:
        return ["unit"], [[number] for number in guesses.units.numbers.tolist()]
    listed: list[list[object]] = [[chip.listed_as or chip.path] for chip in guesses.chips]
    if not any(chip.cell for chip in guesses.chips):
        return ["path"], listed
    cells = [[c.row, c.col, c.rows, c.cols] if (c := chip.cell) else [""] * 4 for chip in guesses.chips]
    return ["path", "row", "col", "rows", "cols"], [[*a, *b] for a, b in zip(listed, cells, strict=True)]


def _columns(guesses: Guesses) -> tuple[list[str], list[float], list[str], list[float]]:
    best, second = guesses.best, guesses.second
    return (guesses.names(best), guesses.certainty(best).tolist(), guesses.names(second),
            guesses.certainty(second).tolist())


def _write_layer(target: Path, name: Path, guesses: Guesses, reader: ChipReader) -> None:
    driver = DRIVERS[name.suffix.lower()]
    place = unit_outlines(guesses.units, driver) if guesses.units else _chip_outlines(guesses, reader, driver)
    labels, certainty, seconds, second_certainty = _columns(guesses)
    ids = np.array([guesses.classes[int(i)].id for i in guesses.best], np.int32)
    fields = {"class": np.array(labels, object), "class_id": ids, "probability": np.array(certainty),
              "second": np.array(seconds, object), "second_probability": np.array(second_certainty)}
    # A field of the units' own that is called like one of these steps aside.
    fields |= {f"{n}_given" if n.lower() in fields else n: values for n, values in place.fields.items()}
    write_layer(target, LAYER, fields, place.shapes, place.kind, place.crs, driver)


def _chip_outlines(guesses: Guesses, reader: ChipReader, driver: str) -> Outlines:
    grids = [reader.grid(chip) for chip in guesses.chips]
    crs = _common_crs(grids, guesses, driver)
    names = [chip.path.name.encode(errors="backslashreplace").decode() for chip in guesses.chips]
    return Outlines(np.array(list(_outlines(grids, crs)), object), "Polygon", crs and crs.to_wkt(),
                    {"path": np.array(names, object)})


def _common_crs(grids: list[Grid], guesses: Guesses, driver: str) -> CRS | None:
    """The chips' own system if they share one and the format takes it, else longitude and latitude."""
    for grid, chip in zip(grids, guesses.chips, strict=True):
        # The cells of one image without georeference still form a layer in its pixels; loose chips have no place.
        if grid.crs is None and not chip.cell:
            raise InputError(f"{chip.path.name} has no coordinate system, so it has no place in a layer.",
                             "Write a table (.csv) instead.")
    found = {grid.crs.to_wkt() if grid.crs else "" for grid in grids}
    if found == {""}:
        return None
    return grids[0].crs if len(found) == 1 and driver == "GPKG" else LONGITUDE_LATITUDE


def _outlines(grids: list[Grid], crs: CRS | None) -> Iterator[shapely.Polygon]:
    for grid in grids:
        rows, cols = grid.shape
        # Pixel coordinates run down, map coordinates up; QGIS shows images without georeference below zero.
        corners = [grid.transform @ corner for corner in ((0, 0), (cols, 0), (cols, rows), (0, rows))]
        if crs is None:
            corners = [(x, -y) for x, y in corners] if not _is_placed(grid) else corners
        elif grid.crs != crs:
            xs, ys = rasterio.warp.transform(grid.crs, crs, *zip(*corners, strict=True))
            corners = list(zip(xs, ys, strict=True))
        yield shapely.Polygon(corners)


def _is_placed(grid: Grid) -> bool:
    """False for pixel coordinates: steps of one pixel to the right and down."""
    return not (grid.transform.a == 1 and grid.transform.e == 1)
