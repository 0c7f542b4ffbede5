"""Which chips there are, and which class they have: tables, folders by class, and shapes over an image."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import LabelError
from ..raster.chips import Chip
from ..raster.grid import Grid, Window
from ..raster.legend import ClassInfo, default_palette
from ..raster.sample import evenly
from .labelset import LabelSet
from .read import read_labels

IMAGE_SUFFIXES = (".tif", ".tiff", ".img", ".vrt", ".jp2", ".nc", ".h5", ".he5", ".bsq", ".bil", ".bip", ".dat")
MAX_CHIPS = 100_000
MAX_TABLE_BYTES = 100_000_000
# More chips from one polygon add next to nothing.
MAX_CHIPS_A_SHAPE = 25
# Of the window around a small unit: what the encoder and the texture need to look at.
MIN_UNIT_PX = 4


@dataclass(frozen=True)
class LabelledChips:
    """Chips with a class.

    Attributes:
        chips: the chips.
        labels: (n,) positions in ``classes``.
        groups: (n,) chips of one group show the same place.
        classes: in the order of their names or numbers.
        notes: what was left out or assumed.
    """

    chips: tuple[Chip, ...]
    labels: NDArray[np.intp]
    groups: NDArray[np.intp]
    classes: tuple[ClassInfo, ...]
    notes: tuple[str, ...] = ()


def read_chip_list(source: Path) -> tuple[Chip, ...]:
    """Chips to classify: a table with the column ``path``, or a folder, its sub-folders included.

    Raises:
        LabelError: none there, or a table that cannot be read or names files that do not exist.
    """
    if source.is_dir():
        return tuple(Chip(path) for path in _folder_files(source))
    return tuple(chip for chip, _ in _table(source, labelled=False))


def read_labelled_chips(source: Path) -> LabelledChips:
    """Chips to learn from: a table with the columns ``path`` and ``label``, or a folder with one folder per class.

    Raises:
        LabelError: fewer than two classes, a class name missing, or files that do not exist.
    """
    if source.is_dir():
        rows = [(path, path.relative_to(source).parts[0]) for path in _folder_files(source)
                if len(path.relative_to(source).parts) > 1]
    else:
        rows = [(chip.path, name) for chip, name in _table(source, labelled=True)]
    seen: dict[Path, str] = {}
    for path, name in rows:
        if seen.setdefault(path, name) != name:
            raise LabelError(f"{path.name} is labelled both {seen[path]!r} and {name!r}.", "Give each chip one class.")
    names = sorted(set(seen.values()))
    if len(names) < 2:
        found = f"only the class {names[0]!r}" if names else "no labelled chip"
        raise LabelError(f"{source.name} holds {found}.", "Give chips of at least two classes: a folder for each, or a "
                         "table with the columns path and label.")
    labels = np.array([names.index(name) for name in seen.values()], np.intp)
    notes = () if len(rows) == len(seen) else (f"{len(rows) - len(seen)} chips are listed twice and count once.",)
    return LabelledChips(tuple(Chip(path) for path in seen), labels, np.arange(len(seen)), default_palette(names),
                         notes)


def chips_of_shapes(source: str, image: Path, grid: Grid, chip_px: int, class_field: str | None,
                    layer: str | None, of_units: bool = False) -> LabelledChips:
    """Chips cut out of an image where polygons or points with a class lie.

    A shape up to the size of a chip gives one chip around its middle; a larger one gives chips side by side whose
    middle it holds. For units to compare with, chips are as small as their polygon and blank outside it.

    Raises:
        LabelError: points where units are wanted, or see `read_labels`.
    """
    labels = read_labels(source, grid, class_field, layer)
    if of_units and labels.kind != "polygons":
        raise LabelError("Points show no unit that polygons could be compared with.",
                         "Draw some of the polygons with their class, or cut the image into a grid.")
    size = (min(chip_px, grid.shape[0]), min(chip_px, grid.shape[1]))
    chips: list[Chip] = []
    groups: list[int] = []
    class_ids: list[int] = []
    for group in np.unique(labels.groups):
        mine = labels.groups == group
        found = unit_chips(image, labels.rows[mine], labels.cols[mine], grid.shape, chip_px) if of_units else \
            [Chip(image, window) for window in _windows_of(labels, mine, size, grid.shape)]
        chips += found
        groups += [int(group)] * len(found)
        class_ids += [int(labels.class_ids[mine][0])] * len(found)
    ids = [c.id for c in labels.classes]
    return LabelledChips(tuple(chips), np.array([ids.index(i) for i in class_ids], np.intp), np.array(groups, np.intp),
                         labels.classes, labels.notes)


def _windows_of(labels: LabelSet, mine: NDArray[np.bool_], size: tuple[int, int],
                shape: tuple[int, int]) -> list[Window]:
    """Windows of ``size`` inside the scene around the pixels of one shape."""
    rows, cols = labels.rows[mine], labels.cols[mine]
    middles = [((rows.min() + rows.max() + 1) // 2, (cols.min() + cols.max() + 1) // 2)]
    held = set(zip(rows.tolist(), cols.tolist(), strict=True))
    if rows.max() - rows.min() + 1 > size[0] or cols.max() - cols.min() + 1 > size[1]:
        lattice = [(r, c) for r in range(rows.min() + size[0] // 2, rows.max() + 1, size[0])
                   for c in range(cols.min() + size[1] // 2, cols.max() + 1, size[1]) if (r, c) in held]
        if lattice:
            middles = [lattice[i] for i in evenly(len(lattice), MAX_CHIPS_A_SHAPE)]
    return [Window(int(np.clip(r - size[0] // 2, 0, shape[0] - size[0])),
                   int(np.clip(c - size[1] // 2, 0, shape[1] - size[1])), *size) for r, c in middles]


def unit_chips(image: Path, rows: NDArray[np.intp], cols: NDArray[np.intp], shape: tuple[int, int],
               chip_px: int) -> list[Chip]:
    """Chips of the pixels of one polygon, blank outside: its bounding box, or the fullest parts of a larger one.

    Args:
        image: the file.
        rows: (n,) of the polygon's pixels.
        cols: (n,) of the same.
        shape: (rows, cols) of the image.
        chip_px: largest side of a chip.
    """
    chips = []
    for row, row_count in _spans(rows, shape[0], chip_px):
        for col, col_count in _spans(cols, shape[1], chip_px):
            inside = (rows >= row) & (rows < row + row_count) & (cols >= col) & (cols < col + col_count)
            if inside.any():
                mask = np.zeros((row_count, col_count), bool)
                mask[rows[inside] - row, cols[inside] - col] = True
                chips.append(Chip(image, Window(row, col, row_count, col_count), mask=mask))
    return sorted(chips, key=lambda chip: -chip.pixels)[:MAX_CHIPS_A_SHAPE]


def _spans(places: NDArray[np.intp], size_px: int, chip_px: int) -> list[tuple[int, int]]:
    """Starts and lengths along one axis: at least `MIN_UNIT_PX`, at most ``chip_px``, inside the image."""
    first, count = int(places.min()), int(np.ptp(places)) + 1
    if count < MIN_UNIT_PX:
        count = min(MIN_UNIT_PX, size_px)
        return [(int(np.clip(first - 1, 0, size_px - count)), count)]
    cuts = np.linspace(first, first + count, -(-count // chip_px) + 1).round().astype(int)
    return [(int(a), int(b - a)) for a, b in pairwise(cuts)]


def _folder_files(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES and p.is_file()
                   and not p.name.startswith("."))
    return _checked(found, folder)


def _checked(paths: list[Path], source: Path) -> list[Path]:
    if not paths:
        raise LabelError(f"{source.name} holds no image chips.",
                         f"Give a folder of images ({', '.join(IMAGE_SUFFIXES[:4])} ...) or a table of their paths.")
    if len(paths) > MAX_CHIPS:
        raise LabelError(f"{source.name} holds {len(paths)} chips; {MAX_CHIPS} are the most.", "Classify it in parts.")
    return paths


def _table(source: Path, labelled: bool) -> list[tuple[Chip, str]]:
    """Rows of a CSV: path and label. Relative paths count from the table's folder, else from the working folder."""
    rows = _rows(source, ("path", "label") if labelled else ("path",))
    found: list[tuple[Chip, str]] = []
    for number, row in enumerate(rows, 2):
        given, name = (row["path"] or "").strip(), (row.get("label") or "").strip()
        path = source.parent / given if (source.parent / given).is_file() else Path(given)
        if not given or (labelled and not name):
            raise LabelError(f"Line {number} of {source.name} has no {'label' if given else 'path'}.",
                             "Fill it in or delete the line.")
        if not path.is_file():
            raise LabelError(f"Line {number} of {source.name} names {row['path']!r}, which does not exist.",
                             "Give full paths, or paths from the table's folder or the working folder.")
        found.append((Chip(path, listed_as=given), name))
    _checked([chip.path for chip, _ in found], source)
    return found


def _rows(source: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        if source.stat().st_size > MAX_TABLE_BYTES:
            raise LabelError(f"{source.name} is too large for a table of chips.", "Give a CSV of paths.")
        with source.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [c for c in columns if c not in (reader.fieldnames or ())]
            if missing:
                raise LabelError(f"{source.name} has no column {' and no column '.join(map(repr, missing))}; it has "
                                 f"{', '.join(map(str, reader.fieldnames or ())) or 'none'}."[:300],
                                 f"Give a CSV with the columns {' and '.join(columns)}.")
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"The table {source.name} cannot be read: {error}.",
                         f"Give a CSV in UTF-8 with the columns {' and '.join(columns)}.") from error
