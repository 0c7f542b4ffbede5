"""Labelled pixels of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import LabelError
from ..raster.legend import ClassInfo


@dataclass(frozen=True)
class LabelSet:
    """Labelled pixels, each once, in row-major order.

    Attributes:
        rows: (n,) row of each pixel.
        cols: (n,) column of each pixel.
        class_ids: (n,) class of each pixel, an id of `classes`.
        groups: (n,) what the pixel came from: the number of the polygon or point in the file, or for a
            label raster the 8-connected patch of one class. Pixels of a group are near-duplicates.
        classes: the classes that have pixels, by id.
        notes: what was left out or assumed, in sentences.
        kind: ``polygons``, ``points`` or ``raster``.
    """

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    class_ids: NDArray[np.uint8]
    groups: NDArray[np.int32]
    classes: tuple[ClassInfo, ...]
    notes: tuple[str, ...]
    kind: str

    def count(self, class_id: int) -> int:
        """Number of pixels of a class."""
        return int((self.class_ids == class_id).sum())


@dataclass(frozen=True)
class Claims:
    """Pixels claimed for classes, perhaps more than once.

    Attributes:
        pixels: (n,) row x columns of the scene + column.
        class_ids: (n,) class claimed.
        groups: (n,) who claims.
    """

    pixels: NDArray[np.int64]
    class_ids: NDArray[np.uint8]
    groups: NDArray[np.int32]


def settle(claims: Claims, n_cols: int, classes: tuple[ClassInfo, ...], notes: list[str], kind: str) -> LabelSet:
    """Merge claims pixel by pixel: the first group wins, a pixel of two classes is dropped and counted.

    Raises:
        LabelError: fewer than two classes have pixels.
    """
    order = np.lexsort((claims.groups, claims.class_ids, claims.pixels))
    pixels, class_ids, groups = claims.pixels[order], claims.class_ids[order], claims.groups[order]
    first = np.flatnonzero(np.diff(pixels, prepend=-1))
    last = np.append(first[1:], len(pixels)) - 1
    agreed = class_ids[first] == class_ids[last]
    if dropped := int((~agreed).sum()):
        notes.append(f"{dropped} pixels carry labels of two classes and were left out.")
    kept = first[agreed]
    present = set(class_ids[kept].tolist())
    used = tuple(info for info in classes if info.id in present)
    if len(used) < 2:
        found = f"only one class ({used[0].name})" if used else "no class"
        raise LabelError(f"The labels show {found} inside the image.", "Draw labels of at least two classes.")
    if missing := [info.name for info in classes if info.id not in present]:
        notes.append(f"No pixel of the image carries these classes: {', '.join(missing)}.")
    rows, cols = np.divmod(pixels[kept], n_cols)
    return LabelSet(rows.astype(np.intp), cols.astype(np.intp), class_ids[kept], groups[kept], used, tuple(notes), kind)
