"""Grows a region from a place by spectral similarity. The reading runs on any thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qgis.core import QgsGeometry, QgsPointXY, QgsRasterDataProvider, QgsRectangle

from .. import pixels
from ..errors import EngineError
from ..i18n import tr

RADIUS_PX = 64
SEED_RADIUS_PX = 1
# Neighbouring bands say much the same.
MAX_BANDS = 48


@dataclass(frozen=True)
class Surroundings:
    """How much the pixels around a place differ from it.

    Attributes:
        angle_deg: (rows, cols) spectral angle to the mean of the 3 x 3 pixels at the seed; NaN without data.
        seed: row and column of the place.
        origin: upper left corner of the window, in the layer's CRS.
        pixel: width and height of a pixel.
    """

    angle_deg: np.ndarray
    seed: tuple[int, int]
    origin: tuple[float, float]
    pixel: tuple[float, float]


def look_around(provider: QgsRasterDataProvider, bands: Sequence[int], point: QgsPointXY) -> Surroundings:
    """Read the window around a point and compare each pixel with the point's.

    Args:
        provider: of the scene, see `pixels.reader`.
        bands: usable bands, from 1.
        point: in the layer's CRS.

    Raises:
        EngineError: the point is outside the scene or on no data.
    """
    whole = provider.extent()
    width, height = whole.width() / provider.xSize(), whole.height() / provider.ySize()
    col, row = int((point.x() - whole.xMinimum()) // width), int((whole.yMaximum() - point.y()) // height)
    nothing = EngineError(tr("There is no data at that place."), tr("Click inside the scene."), "no-data")
    if not (0 <= row < provider.ySize() and 0 <= col < provider.xSize()):
        raise nothing
    top, left = max(row - RADIUS_PX, 0), max(col - RADIUS_PX, 0)
    rows, cols = min(row + RADIUS_PX + 1, provider.ySize()) - top, min(col + RADIUS_PX + 1, provider.xSize()) - left
    x0, y0 = whole.xMinimum() + left * width, whole.yMaximum() - top * height
    step = -(-len(bands) // MAX_BANDS)
    window = QgsRectangle(x0, y0 - rows * height, x0 + cols * width, y0)
    cube = pixels.read(provider, bands[::step], window, cols, rows)
    seed = row - top, col - left
    angle = spectral_angle_deg(cube, seed)
    if not np.isfinite(angle[seed]):
        raise nothing
    return Surroundings(angle, seed, (x0, y0), (width, height))


def spectral_angle_deg(cube: np.ndarray, seed: tuple[int, int]) -> np.ndarray:
    """Angle between each pixel's spectrum and the mean of the pixels at the seed (Kruse et al. 1993).

    Args:
        cube: (bands, rows, cols).
        seed: row and column.

    Returns:
        (rows, cols) degrees, 0 for the same shape at any brightness; NaN where a value is missing.
    """
    row, col = seed
    near = cube[:, max(row - SEED_RADIUS_PX, 0):row + SEED_RADIUS_PX + 1, max(col - SEED_RADIUS_PX, 0):
                col + SEED_RADIUS_PX + 1].reshape(len(cube), -1).astype(np.float64)
    whole = np.isfinite(near).all(0)
    if not whole.any():
        return np.full(cube.shape[1:], np.nan)
    mean = near[:, whole].mean(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.tensordot(mean, cube, 1) / (np.linalg.norm(mean) * np.linalg.norm(cube, axis=0))
        return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def connected(alike: np.ndarray, seed: tuple[int, int]) -> np.ndarray:
    """The part of a mask that hangs together with the seed by sides; the seed always belongs to it."""
    region = np.zeros(alike.shape, bool)
    region[seed] = True
    waiting = deque([seed])
    while waiting:
        row, col = waiting.popleft()
        for near in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)):
            inside = 0 <= near[0] < alike.shape[0] and 0 <= near[1] < alike.shape[1]
            if inside and alike[near] and not region[near]:
                region[near] = True
                waiting.append(near)
    return region


def grow(around: Surroundings, tolerance_deg: float) -> QgsGeometry:
    """The region of like pixels around the seed, as a polygon along the pixels' edges."""
    with np.errstate(invalid="ignore"):
        region = connected(around.angle_deg <= tolerance_deg, around.seed)
    (x0, y0), (width, height) = around.origin, around.pixel
    runs = []
    for row in np.flatnonzero(region.any(1)):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], region[row].astype(np.int8), [0]))))
        for start, stop in zip(edges[::2], edges[1::2]):
            runs.append(QgsGeometry.fromRect(QgsRectangle(
                x0 + int(start) * width, y0 - (int(row) + 1) * height,
                x0 + int(stop) * width, y0 - int(row) * height)))
    return QgsGeometry.unaryUnion(runs)
