"""Which bands a trained classifier needs for its answer: hide a group of them and see what each class loses.

Hidden means replaced by the mean of the tile around (Zeiler and Fergus 2014, "Visualizing and understanding
convolutional networks", section 4.2, hide squares of an image; here groups of neighbouring bands).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window
from ..raster.sample import evenly
from ..reporting import PartReporter, Reporter
from ..spectral.bands import BandTable
from .backbone import Backbone
from .device import run_with_backoff
from .features import TOKENS
from .model import LandCoverModel
from .places import PlaceTile
from .statistics import Patch, Scene
from .tokens import BATCH_TILES, to_pixels

MAX_GROUPS = 16
MAX_TILES = 4


@dataclass(frozen=True)
class Occlusion:
    """What hiding each group of bands does to the classes' scores.

    Attributes:
        groups: positions of the bands hidden together, by wavelength.
        score: (classes,) probability of each class with all bands, before smoothing.
        drop: (groups, classes) how much of it is lost; negative where hiding helps the class.
    """

    groups: tuple[tuple[int, ...], ...]
    score: NDArray[np.float64]
    drop: NDArray[np.float64]


def band_groups(bands: BandTable) -> tuple[tuple[int, ...], ...]:
    """Positions of neighbouring bands, in at most `MAX_GROUPS` groups of about one size."""
    order = np.argsort(bands.wavelength_nm, kind="stable")
    return tuple(tuple(int(i) for i in part) for part in np.array_split(order, min(MAX_GROUPS, len(order))))


def occlude(scene: Scene, model: LandCoverModel, backbone: Backbone, tiles: Sequence[PlaceTile],
            reporter: Reporter) -> Occlusion:
    """Hide one group of bands after the other.

    Args:
        scene: read with the model's bands and statistics.
        model: the trained classifier.
        backbone: the encoder it was trained with.
        tiles: the place; of more than `MAX_TILES`, as many spread over it.
        reporter: asked about cancelling, told about lack of memory.
    """
    chosen = [tiles[i] for i in evenly(len(tiles), MAX_TILES)]
    groups = band_groups(model.bands)
    total = np.zeros((1 + len(groups), len(model.classes)))
    pixels = 0
    for i, tile in enumerate(chosen):
        part = PartReporter(reporter, i / len(chosen), (i + 1) / len(chosen))
        total += _tile_scores(scene, model, backbone, tile, groups, part)
        pixels += int(tile.valid.sum())
    scores = total / pixels
    return Occlusion(groups, scores[0], scores[0] - scores[1:])


def _tile_scores(scene: Scene, model: LandCoverModel, backbone: Backbone, tile: PlaceTile,
                 groups: Sequence[Sequence[int]], reporter: Reporter) -> NDArray[np.float64]:
    """(1 + groups, classes) probabilities summed over the place's valid pixels: as it is, then without each group."""
    variants = [tile.patch.values, *(_without(tile.patch, group) for group in groups)]
    tokens = _tokens(scene, model, backbone, tile, variants, reporter) if model.classifier.share_of(TOKENS) else None
    reach_px = max(linear.size_px for linear in model.maps.values()) // 2
    near = tile.part.grow(reach_px, tile.tile.shape)
    inner = Window(tile.part.row - near.row, tile.part.col - near.col, *tile.part.shape).slices
    found = []
    for i, values in enumerate(variants):
        reporter.check_cancelled()
        patch = Patch(values[near.slices], tile.patch.valid[near.slices])
        blocks = {name: linear.apply(patch)[inner] for name, linear in model.maps.items()}
        if tokens is not None:
            blocks[TOKENS] = tokens[i]
        found.append(model.classifier.mix(blocks)[tile.valid].sum(axis=0, dtype=np.float64))
    return np.stack(found)


def _without(patch: Patch, group: Sequence[int]) -> NDArray[np.float32]:
    """Values with the bands of a group replaced by their means over the tile's valid pixels."""
    values = patch.values.copy()
    values[..., list(group)] = patch.values[patch.valid][:, list(group)].mean(axis=0)
    return values


def _tokens(scene: Scene, model: LandCoverModel, backbone: Backbone, tile: PlaceTile,
            variants: Sequence[NDArray[np.float32]], reporter: Reporter) -> list[NDArray[np.float32]]:
    """(rows, cols, components) of the place for each variant."""
    embedder = backbone.embedder(scene.cube.bands.only(scene.indices), scene.cube.meta, model.scale, scene.bands)
    found = []
    for start in range(0, len(variants), BATCH_TILES):
        reporter.check_cancelled()
        reporter.progress(start / len(variants), "hiding bands")
        values = np.stack([v.transpose(2, 0, 1) for v in variants[start:start + BATCH_TILES]])
        batch = embedder.prepare(values, np.broadcast_to(tile.patch.valid, (len(values), *tile.tile.shape)))
        for maps in run_with_backoff(embedder.maps, batch, backbone.device, reporter).numpy():
            pixels = to_pixels(model.tokens.apply(maps), tile.tile.shape, embedder.patch_px)
            found.append(pixels[:, *tile.part.slices].transpose(1, 2, 0))
    return found
