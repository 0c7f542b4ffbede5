"""Position embedding that knows the ground sampling distance (specification section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor


def gsd_positions(rows: int, cols: int, gsd_m: Sequence[float], dim: int) -> Tensor:
    """Sin-cos embedding of patch positions in units of the GSD, cls row (zeros) first.

    The patch in column a and row b is at (a g, b g); half of the width codes the column, half the row.

    Args:
        rows: patches along the image's rows.
        cols: patches along the image's columns.
        gsd_m: one GSD per sample, or one for all.
        dim: width, divisible by 4.

    Returns:
        (len(gsd_m), 1 + rows * cols, dim) float64, patches row-major.
    """
    return torch.stack([torch.from_numpy(_one_grid(rows, cols, float(g), dim)) for g in gsd_m])


@lru_cache(maxsize=64)
def _one_grid(rows: int, cols: int, gsd_m: float, dim: int) -> np.ndarray:
    """(1 + rows * cols, dim) for one GSD."""
    omega = 10000.0 ** (-np.arange(dim // 4) / (dim // 4))

    def axis(count: int) -> np.ndarray:
        phase = np.outer(np.arange(count) * gsd_m, omega)
        return np.concatenate((np.sin(phase), np.cos(phase)), axis=1)

    grid = np.zeros((1 + rows * cols, dim))
    grid[1:, :dim // 2] = np.tile(axis(cols), (rows, 1))
    grid[1:, dim // 2:] = np.repeat(axis(rows), cols, axis=0)
    return grid
