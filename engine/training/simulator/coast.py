"""A coast: sea, shallows, a beach with dunes behind it, and islands."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, stand_in

SHALLOWS = 3  # steps from the shore to deep water


def paint_coast(canvas: Canvas, classes: tuple[str, ...]) -> None:
    """Cover a part of a landscape with sea, and what lies along it.

    Args:
        canvas: the land.
        classes: covers that may appear; without water nothing is painted.
    """
    if "water" not in classes:
        return
    rng, side = canvas.rng, min(canvas.shape)
    angle = rng.uniform(0, 2 * np.pi)
    start = np.array([0.5, 0.5]) * canvas.shape + rng.uniform(-0.15, 0.15, 2) * side
    seaward = (canvas.x - start[1]) * np.sin(angle) - (canvas.y - start[0]) * np.cos(angle)
    seaward = seaward + side * (0.08 * canvas.noise(0.3 * side) + 0.03 * canvas.noise(0.09 * side)
                                + 0.006 * canvas.noise(0.02 * side))
    island = (seaward > 0.12 * side) & (canvas.noise(0.1 * side) > 1.7)
    seaward = np.where(island, -0.01 * side, seaward)
    beach = canvas.length_px(45.0, 0.012, 0.04)
    dunes = (seaward > -2.6 * beach) & (seaward <= -beach) & (canvas.noise(0.03 * side) > 0.2)
    canvas.paint(dunes, "grassland", stand_in("grassland", classes))
    sand = stand_in("bare soil", classes)
    for low, high in ((-beach, -0.4 * beach), (-0.4 * beach, 0.0)):  # dry above, wet below
        canvas.paint((seaward > low) & (seaward <= high), "bare soil", sand)
    for step in range(SHALLOWS):
        canvas.paint(seaward > step * 2.5 * beach, "water", "water")
