"""The sample scene on a later day: the same ground through other air, some of it used otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .canvas import Layout, Patch
from .simulate import SceneSpec, SimulatedScene, landscape, patch_spectra, render

SEED = 21
# What fields became: cover before, materials after, how many of the largest fields.
FIELDS_TURNED = (("winter wheat", ("bare soil",), 6), ("bare soil", ("maize",), 3),
                 ("grassland", ("pavement", "roof"), 2))
LARGEST_FIELD_PX = 160  # a patch larger than that is no field
CLEARED, CLEARED_TO = "conifer forest", "bare soil"
CLEARING_PX = 9  # side of what was felled
HALL_CELLS, YARD_CELLS = 8, 12  # a new works: halls with yards between them


def later_scene(spec: SceneSpec, seed: int) -> SimulatedScene:
    """What `simulate_scene` shows with this spec and seed, on another day.

    Crops were harvested or have come up, meadows were built on, a piece of forest was felled. What stayed as it was
    keeps its spectra; texture, air and noise are new.
    """
    layout, ends = landscape(np.random.default_rng(seed), spec)
    rng = np.random.default_rng(SEED)
    turned = _turn_fields(_fell(layout, spec), spec)
    new = patch_spectra(rng, replace(turned, patches=turned.patches[len(layout.patches):]), spec.variability, {})
    return render(rng, turned, np.concatenate([ends, new]), spec.classes, spec)


def _fell(layout: Layout, spec: SceneSpec) -> Layout:
    """Cut a square out of the middle of a wood."""
    side = CLEARING_PX * spec.oversample
    wood = np.isin(layout.patch, [k for k, p in enumerate(layout.patches) if p.cover == CLEARED])
    inside = _share_of_window(wood, side)
    row, col = np.unravel_index(int(inside.argmax()), inside.shape)
    patch = layout.patch.copy()
    patch[row:row + side, col:col + side] = len(layout.patches)
    return replace(layout, patch=patch, patches=(*layout.patches, Patch(CLEARED_TO, CLEARED_TO)))


def _share_of_window(mask: NDArray[np.bool_], side: int) -> NDArray[np.float64]:
    """Share of the square to the lower right of each cell that is true; the first of equal ones is the highest left."""
    total = np.pad(mask.astype(np.float64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side ** 2


def _turn_fields(layout: Layout, spec: SceneSpec) -> Layout:
    """Give the largest fields of some covers another one."""
    patch, patches = layout.patch.copy(), list(layout.patches)
    size_px = np.bincount(patch.ravel(), minlength=len(patches)) / spec.oversample ** 2
    rows, cols = np.indices(patch.shape)
    halls = (rows % YARD_CELLS < HALL_CELLS) & (cols % YARD_CELLS < HALL_CELLS)
    for cover, materials, count in FIELDS_TURNED:
        fields = [k for k, p in enumerate(layout.patches) if p.cover == cover and size_px[k] < LARGEST_FIELD_PX]
        for field in sorted(fields, key=lambda k: -size_px[k])[:count]:
            for number, material in enumerate(materials):
                where = (layout.patch == field) & (halls if number else True)
                patch[where] = len(patches)
                patches.append(Patch(material, material if len(materials) == 1 else "built-up"))
    return replace(layout, patch=patch, patches=tuple(patches))
