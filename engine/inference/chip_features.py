"""What a chip looks like as a whole, in numbers that do not depend on its size: spectrum, indices, texture, edges.

Missing pixels do not count; what a chip is too small or too empty to show is NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..spectral.bands import BandTable

SPECTRUM, INDICES, TEXTURE, EDGES = "spectrum", "indices", "texture", "edges"
STATISTICS = (SPECTRUM, INDICES, TEXTURE, EDGES)
# Normalised differences (a - b) / (a + b) of the bands nearest to two wavelengths (nm): NDVI (Tucker 1979), NDWI
# (McFeeters 1996), MNDWI (Xu 2006), moisture (Gao 1996, at 1610 nm), red edge, clay or dry matter, red against blue.
INDEX_PAIRS_NM = ((833, 665), (560, 833), (560, 1612), (1612, 833), (833, 704), (1612, 2200), (665, 492))
TEXTURE_NM = (492, 665, 833, 1612)
# How far, as a share of the wavelength, the nearest band may be to stand for it.
TOLERANCE = 0.06
SCALES_PX = (1, 2, 4, 8, 16)
EDGE_SCALES_PX = (1, 2, 4)
FLOOR = 1e-3


class ChipStatistics:
    """Computes the statistics of chips of one band table.

    Args:
        bands: bands of the chips, in order.
        mean: typical value; values are divided by four times it, so that radiance and reflectance look alike.
        side_px: short side of the smallest chip; scales that do not fit into it are left out for all. None for chips
            of very unlike sizes: spread, texture and edges, which grow with size, are left out then.
    """

    def __init__(self, bands: BandTable, mean: float, side_px: int | None) -> None:
        self._scale = np.float32(0.25 / max(mean, 1e-9))
        nearest = {nm: _nearest(bands, nm) for nm in {*TEXTURE_NM, *(nm for pair in INDEX_PAIRS_NM for nm in pair)}}
        self._pairs = [(a, b) for a, b in ((nearest[x], nearest[y]) for x, y in INDEX_PAIRS_NM)
                       if a is not None and b is not None and a != b]
        found = [i for i in (nearest[nm] for nm in TEXTURE_NM) if i is not None]
        # A sensor with none of these bands: the middle one stands for all.
        self._texture = sorted(set(found)) or [len(bands) // 2]
        self._moments = 1 if side_px is None else 2
        self._scales = [s for s in SCALES_PX if (side_px or 0) // s >= 2]
        self._edge_scales = [s for s in EDGE_SCALES_PX if (side_px or 0) // s >= 4]

    def __call__(self, chip: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Blocks of numbers of a chip (bands, rows, cols), NaN where missing; a block without numbers is left out."""
        values = np.maximum(chip * self._scale, 0)
        flat = values.reshape(len(values), -1)
        # Square roots (Hellinger) tame bright roofs and clouds.
        root = np.sqrt(flat)
        index = [(flat[a] - flat[b]) / (flat[a] + flat[b] + FLOOR) for a, b in self._pairs]
        logs = np.log(np.maximum(values[self._texture], FLOOR))
        blocks = {SPECTRUM: mean_and_spread(root)[:self._moments],
                  INDICES: mean_and_spread(np.stack(index))[:self._moments] if index else (),
                  TEXTURE: [_roughness(logs, s) for s in self._scales],
                  EDGES: [_edginess(logs, s) for s in self._edge_scales]}
        return {name: np.concatenate(parts).astype(np.float32) for name, parts in blocks.items() if len(parts)}


def mean_and_spread(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n,) means and standard deviations of (n, pixels) without the missing ones; NaN where all are."""
    mean = _mean(values, 1)
    return mean, np.sqrt(_mean((values - mean[:, None]) ** 2, 1))


def _mean(values: NDArray[np.float32], axes: int | tuple[int, ...]) -> NDArray[np.float32]:
    """Mean of what is there; NaN where nothing is."""
    there = np.isfinite(values)
    count = there.sum(axes)
    return np.where(count, np.where(there, values, 0).sum(axes) / np.maximum(count, 1), np.nan).astype(np.float32)


def _nearest(bands: BandTable, wavelength_nm: float) -> int | None:
    away = np.abs(bands.wavelength_nm - wavelength_nm)
    at = int(away.argmin())
    return at if away[at] <= TOLERANCE * wavelength_nm else None


def _coarse(values: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    """Means of squares of ``size_px`` pixels; (bands, rows, cols) -> (bands, rows // size, cols // size)."""
    rows, cols = values.shape[1] // size_px, values.shape[2] // size_px
    cut = values[:, :rows * size_px, :cols * size_px]
    return _mean(cut.reshape(len(values), rows, size_px, cols, size_px), (2, 4))


def _roughness(logs: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    """(bands,) log RMS difference of neighbouring squares: texture at that scale, whatever its direction."""
    coarse = _coarse(logs, size_px)
    power = (_mean(np.diff(coarse, axis=1) ** 2, (1, 2)) + _mean(np.diff(coarse, axis=2) ** 2, (1, 2))) / 2
    return np.log(np.sqrt(power) + FLOOR)


def _edginess(logs: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    """(bands,) log ratio of RMS to mean gradient: few strong edges (fields, roads) against even texture (woods)."""
    coarse = _coarse(logs, size_px)
    slope = np.hypot(np.diff(coarse, axis=1)[:, :, :-1], np.diff(coarse, axis=2)[:, :-1])
    return np.log(np.sqrt(_mean(slope**2, (1, 2))) + FLOOR) - np.log(_mean(slope, (1, 2)) + FLOOR)
