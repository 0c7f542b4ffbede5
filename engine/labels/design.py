"""Planning a stratified sample of reference points: how many, and how many in each class of the map.

After Olofsson et al. 2014, "Good practices for estimating area and assessing accuracy of land change", Remote Sensing
of Environment 148, section 5.1: equation 13 (after Cochran 1977, eq. 5.25) for the size; between equal and proportional
for the allocation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..errors import InputError

ALLOCATIONS = ("compromise", "proportional", "equal")
DEFAULT_MIN_PER_CLASS = 50


def sample_size(weights: Mapping[int, float], users: Mapping[int, float], target_se: float) -> int:
    """Points needed for a wanted standard error of overall accuracy (eq. 13, the population taken as large).

    Args:
        weights: share of the map of each class, summing to one.
        users: user's accuracy expected of each class.
        target_se: wanted standard error of overall accuracy.

    Raises:
        InputError: an accuracy outside 0..1 or a standard error that is not possible.
    """
    if not 0 < target_se < 0.5:
        raise InputError(f"A standard error of {target_se:g} is not possible.", "Give a number such as 0.01.")
    if wrong := [u for u in users.values() if not 0 < u <= 1]:
        raise InputError(f"An expected accuracy of {wrong[0]:g} is not possible.", "Give a number such as 0.8.")
    spread = sum(weights[k] * math.sqrt(users[k] * (1 - users[k])) for k in weights)
    return max(1, math.ceil((spread / target_se) ** 2 - 1e-9))


def allocate(pixels: Mapping[int, int], size: int, allocation: str = "compromise",
             min_per_class: int = DEFAULT_MIN_PER_CLASS) -> dict[int, int]:
    """Points for each class of the map.

    ``proportional`` follows the area (best for overall accuracy), ``equal`` gives every class the same (best for user's
    accuracies), ``compromise`` gives rare classes ``min_per_class`` and divides the rest by area.

    Args:
        pixels: pixels of each class; a class gets no more points than it has pixels, and at least two where it can.
        size: wanted number of points.
        allocation: one of `ALLOCATIONS`.
        min_per_class: points of rare classes in the compromise.

    Raises:
        InputError: an unknown allocation, or fewer than two points a class.
    """
    found = {k: v for k, v in sorted(pixels.items()) if v > 0}
    if allocation not in ALLOCATIONS:
        raise InputError(f"There is no allocation called {allocation!r}.", f"Known: {', '.join(ALLOCATIONS)}.")
    if size < 2 * len(found):
        raise InputError(f"{size} points are too few for {len(found)} classes.",
                         f"Ask for at least {2 * len(found)}: two in every class.")
    floor = {"proportional": 2, "equal": size // max(len(found), 1)}.get(allocation, max(2, min_per_class))
    floor = max(2, min(floor, size // max(len(found), 1)))
    chosen = {k: min(floor, v) for k, v in found.items()}
    return _share_out(chosen, found, size - sum(chosen.values()))


def _share_out(chosen: dict[int, int], pixels: Mapping[int, int], rest: int) -> dict[int, int]:
    """Raise classes towards their share of the area until ``rest`` points are given out."""
    total, size = sum(pixels.values()), sum(chosen.values()) + rest
    wanted = {k: size * v / total for k, v in pixels.items()}
    above = {k: max(wanted[k] - chosen[k], 0.0) for k in pixels}
    scale = rest / sum(above.values()) if sum(above.values()) > 0 else 0.0
    raised = {k: min(pixels[k], chosen[k] + math.floor(above[k] * scale)) for k in pixels}
    left = size - sum(raised.values())
    for k in sorted(pixels, key=lambda k: (-(above[k] * scale) % 1 if above[k] else 2.0, -pixels[k], k)):
        if left <= 0:
            break
        if raised[k] < pixels[k]:
            raised[k] += 1
            left -= 1
    return raised
