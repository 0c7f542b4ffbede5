"""Features that are linear in the pixels, and their computation for a whole window at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .side_by_side import side_by_side
from .statistics import Patch, box_mean

# Of all bands, read for one product: what stays in a core's cache.
CHUNK_VALUES = 400_000


@dataclass(frozen=True)
class LinearMap:
    """``(mean of a square of pixels - centre) @ matrix``.

    Attributes:
        size_px: side of the square, odd.
        centre: (bands,) float32.
        matrix: (bands, features) float32.
    """

    size_px: int
    centre: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def apply(self, patch: Patch) -> NDArray[np.float32]:
        """(rows, cols, features)."""
        return project({"": self}, patch)[""]


def project(maps: Mapping[str, LinearMap], patch: Patch) -> dict[str, NDArray[np.float32]]:
    """What each map makes of a window, (rows, cols, features), views of planes.

    Projecting first and averaging then is the same and cheaper. Maps around one centre, which those of a scene are,
    take one product.
    """
    found: dict[str, NDArray[np.float32]] = {}
    for names in _with_one_centre(maps):
        joined = np.concatenate([maps[name].matrix for name in names], axis=1)
        planes, start = _product(patch, maps[names[0]].centre, joined), 0
        for name in names:
            stop = start + maps[name].matrix.shape[1]
            found[name] = box_mean(planes[start:stop].transpose(1, 2, 0), patch.valid, maps[name].size_px)
            start = stop
    return found


def _with_one_centre(maps: Mapping[str, LinearMap]) -> list[list[str]]:
    groups: dict[bytes, list[str]] = {}
    for name, linear in maps.items():
        groups.setdefault(linear.centre.tobytes(), []).append(name)
    return list(groups.values())


def _product(patch: Patch, centre: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """(features, rows, cols) of single pixels, rows by rows."""
    planes, columns = torch.from_numpy(patch.values.transpose(2, 0, 1)), torch.from_numpy(matrix.T)
    (bands, rows, cols), middle = planes.shape, torch.from_numpy(centre)[:, None, None]
    out = torch.empty((len(columns), rows, cols))
    step = max(1, CHUNK_VALUES // (bands * cols))

    def fill(first: int) -> None:
        part = planes[:, first:first + step] - middle
        out[:, first:first + step] = (columns @ part.reshape(bands, -1)).view(len(columns), -1, cols)

    pieces = range(0, rows, step)
    for _ in side_by_side(fill, pieces, min(torch.get_num_threads(), len(pieces))):
        pass
    return out.numpy()
