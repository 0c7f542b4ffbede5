"""Edge-preserving smoothing of class probabilities.

Edge-avoiding a-trous filter (Dammertz, Sewtz, Hanika and Lensch 2010, "Edge-avoiding a-trous wavelet transform for
fast global illumination filtering", HPG, section 3): a few passes of a 3 x 3 filter with growing gaps, in which a
neighbour counts the less the more its spectrum differs. A wide reach costs a few passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Slices = tuple[slice, slice]
DIAGONAL_WEIGHT, SIDE_WEIGHT = 0.25, 0.5


@dataclass(frozen=True)
class Smoothing:
    """Strength of the filter.

    Attributes:
        name: for reports.
        sigma: difference of the guide (in standard deviations of its first component) that lowers a weight to 0.61.
        gaps_px: distance of the neighbours in each pass; none for no smoothing.
    """

    name: str
    sigma: float
    gaps_px: tuple[int, ...]

    @property
    def reach_px(self) -> int:
        """How far a pixel's result can depend on others."""
        return sum(self.gaps_px)


# From cautious to bold.
STRENGTHS = (Smoothing("none", 1.0, ()), Smoothing("light", 0.15, (1, 2, 4)), Smoothing("medium", 0.25, (1, 2, 4, 8)),
             Smoothing("strong", 0.4, (1, 2, 4, 8)), Smoothing("very strong", 0.8, (1, 2, 4, 8)))
MAX_REACH_PX = max(s.reach_px for s in STRENGTHS)


def smooth(probabilities: NDArray[np.float32], guide: NDArray[np.float32] | None, valid: NDArray[np.bool_],
           strength: Smoothing) -> NDArray[np.float32]:
    """Smooth (rows, cols, classes) along edges of the guide (rows, cols, components); invalid pixels neither
    count nor change. Without passes the guide is not needed.
    """
    if not strength.gaps_px or guide is None:
        return probabilities
    values = np.ascontiguousarray(probabilities.transpose(2, 0, 1), np.float32)
    planes = np.ascontiguousarray(guide.transpose(2, 0, 1))
    for gap in strength.gaps_px:
        values = _one_pass(values, planes, valid, strength.sigma, gap)
    return values.transpose(1, 2, 0)


def _one_pass(values: NDArray[np.float32], guide: NDArray[np.float32], valid: NDArray[np.bool_], sigma: float,
              gap: int) -> NDArray[np.float32]:
    """Of (classes, rows, cols), with the guide as (components, rows, cols)."""
    total, weight = values.copy(), np.ones(valid.shape, np.float32)
    for here, there, share in _pairs(guide, valid, sigma, gap):
        total[:, *here] += share * values[:, *there]
        total[:, *there] += share * values[:, *here]
        weight[here] += share
        weight[there] += share
    return total / weight


def operator(guide: NDArray[np.float32], valid: NDArray[np.bool_], strength: Smoothing,
             pixels: NDArray[np.intp]) -> csr_array:
    """The filter as a matrix: (k, rows * cols) weights that give the smoothed values of k flat ``pixels``."""
    n = valid.size
    matrix = csr_array((np.ones(len(pixels), np.float32), (np.arange(len(pixels)), pixels)), (len(pixels), n))
    for gap in reversed(strength.gaps_px):
        matrix = matrix @ _pass_matrix(guide, valid, strength.sigma, gap)
    return matrix


def _pass_matrix(guide: NDArray[np.float32], valid: NDArray[np.bool_], sigma: float, gap: int) -> csr_array:
    """One pass over all pixels, (rows * cols, rows * cols)."""
    place = np.arange(valid.size).reshape(valid.shape)
    targets, sources, shares = [place.ravel()], [place.ravel()], [np.ones(valid.size, np.float32)]
    for here, there, share in _pairs(guide.transpose(2, 0, 1), valid, sigma, gap):
        targets += [place[here].ravel(), place[there].ravel()]
        sources += [place[there].ravel(), place[here].ravel()]
        shares += [share.ravel()] * 2
    target, share = np.concatenate(targets), np.concatenate(shares)
    total = np.bincount(target, share, valid.size).astype(np.float32)
    return csr_array((share / total[target], (target, np.concatenate(sources))), (valid.size,) * 2)


def _pairs(guide: NDArray[np.float32], valid: NDArray[np.bool_], sigma: float,
           gap: int) -> Iterator[tuple[Slices, Slices, NDArray[np.float32]]]:
    """For half of the eight directions: the pixels with that neighbour, those neighbours, and the weight both ways."""
    for down, right in ((0, gap), (gap, -gap), (gap, 0), (gap, gap)):
        if down >= valid.shape[0] or abs(right) >= valid.shape[1]:
            continue
        here, there = _overlap(down, right, valid.shape)
        distance = ((guide[:, *here] - guide[:, *there]) ** 2).sum(0)
        share = np.exp(distance * np.float32(-0.5 / sigma**2)) * (valid[here] & valid[there])
        yield here, there, share * np.float32(DIAGONAL_WEIGHT if down and right else SIDE_WEIGHT)


def _overlap(down: int, right: int, shape: tuple[int, ...]) -> tuple[Slices, Slices]:
    """Slices of the pixels that have a neighbour at this distance, and of those neighbours."""
    here = slice(max(0, -down), shape[0] - max(0, down)), slice(max(0, -right), shape[1] - max(0, right))
    there = slice(max(0, down), shape[0] - max(0, -down)), slice(max(0, right), shape[1] - max(0, -right))
    return here, there
