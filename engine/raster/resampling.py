"""Values between the pixels of an array, with pixels that have no value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# A value is believed if pixels with a value have at least this share of the weight.
MIN_WEIGHT = 0.5


def sample_bilinear(cube: NDArray[np.float32], rows: NDArray[np.float64], cols: NDArray[np.float64],
                    samples: int = 1) -> NDArray[np.float32]:
    """Bilinear values at positions in a cube, averaged over ``samples`` x ``samples`` neighbouring positions.

    Each band is judged on its own: weights of missing values go to the others. Positions less than half a pixel beyond
    the outermost centres take the outermost values; further out there is no value.

    Args:
        cube: (bands, rows, cols), NaN where there is no value.
        rows: (height x samples, width x samples) positions, 0.5 at the centre of the first row.
        cols: the same for columns.
        samples: positions a side that make one value.

    Returns:
        (bands, height, width), NaN where missing values have more than half of the weight.
    """
    n_bands, height, width = cube.shape
    flat = cube.reshape(n_bands, -1)
    inside = (rows >= 0) & (rows <= height) & (cols >= 0) & (cols <= width)
    row, col = (np.clip(np.where(inside, at, 0.5) - 0.5, 0, size - 1) for at, size in ((rows, height), (cols, width)))
    top, left = np.floor(row).astype(np.intp), np.floor(col).astype(np.intp)
    down, right = (row - top).astype(np.float32), (col - left).astype(np.float32)
    shape = (rows.shape[0] // samples, samples, rows.shape[1] // samples, samples)
    total = np.zeros((n_bands, shape[0], shape[2]), np.float32)
    weight = np.zeros_like(total)
    for at_row, row_share in ((top, 1 - down), (np.minimum(top + 1, height - 1), down)):
        for at_col, col_share in ((left, 1 - right), (np.minimum(left + 1, width - 1), right)):
            share = (np.where(inside, row_share * col_share, 0) / samples**2).astype(np.float32)
            if not share.any():
                continue
            _add(total, weight, flat[:, at_row * width + at_col], share, shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight >= MIN_WEIGHT - 1e-5, total / weight, np.float32(np.nan)).astype(np.float32)


def _add(total: NDArray[np.float32], weight: NDArray[np.float32], values: NDArray[np.float32],
         share: NDArray[np.float32], shape: tuple[int, int, int, int]) -> None:
    """Add weighted values (bands, rows, cols) and their weights, summed over the samples of each pixel."""
    for band, plane in enumerate(values):
        valid = np.isfinite(plane)
        total[band] += np.where(valid, plane * share, 0).reshape(shape).sum(axis=(1, 3))
        weight[band] += np.where(valid, share, 0).reshape(shape).sum(axis=(1, 3))
