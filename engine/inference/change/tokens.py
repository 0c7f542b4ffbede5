"""How far the encoder's tokens of two dates lie apart, tile by tile, brought to pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ...raster.grid import Window
from ...reporting import Reporter
from ..backbone import Backbone
from ..device import run_with_backoff
from ..radiometry import input_scale
from ..statistics import BandStatistics
from ..tiling import TileBlender
from ..tokens import batch_size
from .invariant import Normalisation
from .pair import ImagePair


class TokenDistance:
    """Root mean square difference of the layer-normed tokens of two dates.

    Both dates are shown to the encoder with the earlier one's sensor and level, the later one normalised to it: what is
    left is a difference of the ground.

    Args:
        pair: the two dates.
        lines: brings the later date to the earlier one's values.
        backbone: the encoder.
        reporter: asked about cancelling, told about lack of memory.

    Raises:
        ModelError: the encoder cannot take the common bands.
    """

    def __init__(self, pair: ImagePair, lines: Normalisation, backbone: Backbone, reporter: Reporter) -> None:
        meta = pair.before.meta
        scale = input_scale(meta.level, float(lines.before_mean.mean()))
        statistics = BandStatistics(lines.before_mean, lines.spread, lines.noise)
        self._pair, self._lines, self._device, self._reporter = pair, lines, backbone.device, reporter
        self._embedder = backbone.embedder(pair.bands, meta, scale, statistics)
        lattice = backbone.lattice(pair.shape)
        self._batch_tiles = batch_size(lattice, backbone.patch_px)
        self._blender = TileBlender(lattice, self._compute, self._to_pixels, 1)

    def read(self, window: Window) -> NDArray[np.float32]:
        """(rows, cols) distance; 0 where there is no data."""
        return self._blender.read(window)[..., 0]

    def _compute(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        found: list[NDArray[np.float32] | None] = []
        for _, row in groupby(tiles, key=lambda tile: tile.row):
            beside = list(row)
            for start in range(0, len(beside), self._batch_tiles):
                found += self._batch(beside[start:start + self._batch_tiles])
        return found

    def _batch(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        """(1, grid rows, grid cols) distances of tiles of one size and row, from the left; None without data."""
        self._reporter.check_cancelled()
        left, right = tiles[0].col, tiles[-1].col + tiles[-1].cols
        whole = self._pair.read(Window(tiles[0].row, left, tiles[0].rows, right - left))
        patches = [whole.crop(Window(0, tile.col - left, *tile.shape)) for tile in tiles]
        used = [i for i, patch in enumerate(patches) if patch.valid.any()]
        found: list[NDArray[np.float32] | None] = [None] * len(tiles)
        if not used:
            return found
        valid = np.stack([patches[i].valid for i in used])
        before = self._encode([self._lines.fill(patches[i].before) for i in used], valid)
        after = self._encode([self._lines.fill(self._lines.apply(patches[i].after)) for i in used], valid)
        distance = (before - after).square().mean(dim=1, keepdim=True).sqrt().numpy()
        for i, value in zip(used, distance, strict=True):
            found[i] = value
        return found

    def _encode(self, images: Sequence[NDArray[np.float32]], valid: NDArray[np.bool_]) -> torch.Tensor:
        values = np.ascontiguousarray(np.stack(images).transpose(0, 3, 1, 2))
        batch = self._embedder.prepare(values, valid)
        return run_with_backoff(self._embedder.maps, batch, self._device, self._reporter)

    def _to_pixels(self, distance: NDArray[np.float32], tile: Window) -> NDArray[np.float32]:
        """(1, rows, cols) of the tile, resized bilinearly; the padding of the last patch is cut off."""
        large = functional.interpolate(torch.from_numpy(distance)[None], scale_factor=self._embedder.patch_px,
                                       mode="bilinear", align_corners=False)
        return large[0, :, :tile.rows, :tile.cols].numpy()
