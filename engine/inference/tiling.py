"""Tiles of a scene on a fixed lattice, blended where they overlap.

The lattice depends on the size of the scene alone. So the value of a pixel does not depend on how the scene is cut into
blocks for reading, and no seam can show at a block's border.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window

TILE_PX = 64
STRIDE_PX = 48
MIN_KEPT_TILES, KEPT_TILE_ROWS = 256, 8


@dataclass(frozen=True)
class Lattice:
    """Tiles that cover a scene, neighbours overlapping.

    Attributes:
        shape: (rows, cols) of the scene.
        tile_px: side of a tile; a scene smaller than a tile is one tile of its own size.
        stride_px: distance of tiles; the last row and column are moved back inside the scene.
    """

    shape: tuple[int, int]
    tile_px: int = TILE_PX
    stride_px: int = STRIDE_PX

    @classmethod
    def of_tiles(cls, shape: tuple[int, int], tile_px: int, patch_px: int) -> Lattice:
        """Tiles of this side that overlap by a quarter; by one pixel if each has a token of its own.

        Coarser tokens are resized, which tells least at a tile's border. A pixel's own hardly depend on where in the
        tile it lies, and a quarter would have most pixels encoded twice.
        """
        return cls(shape, tile_px, max(1, tile_px - 1 if patch_px == 1 else tile_px * STRIDE_PX // TILE_PX))

    @property
    def count(self) -> int:
        """Number of tiles."""
        return len(self._starts(0)) * len(self._starts(1))

    def tiles(self) -> list[Window]:
        """All tiles, row by row."""
        return self.tiles_touching(Window(0, 0, *self.shape))

    def tiles_touching(self, window: Window) -> list[Window]:
        """The tiles that hold a pixel of ``window``, row by row."""
        rows, cols = (min(self.tile_px, side) for side in self.shape)
        return [Window(r, c, rows, cols)
                for r in self._starts(0) if r < window.row + window.rows and r + rows > window.row
                for c in self._starts(1) if c < window.col + window.cols and c + cols > window.col]

    def _starts(self, axis: int) -> list[int]:
        last = max(self.shape[axis] - self.tile_px, 0)
        return [*range(0, last, self.stride_px), last]


def blend_weights(shape: tuple[int, int]) -> NDArray[np.float32]:
    """(rows, cols) weights of a tile: largest in the middle, and positive everywhere, so that a sum can be divided."""
    sides = [np.minimum(np.arange(n) + 1, n - np.arange(n)).astype(np.float32) / (n / 2) for n in shape]
    return np.outer(*(np.minimum(side * 2, 1) for side in sides))


class TileBlender:
    """Computes maps tile by tile and blends them; tiles are kept, so each is computed once on the way down.

    Args:
        lattice: the tiles.
        compute: maps a list of tiles to what is kept of each, None for a tile without data.
        expand: turns what is kept into (features, rows, cols) float32 of the tile.
        features: number of features.

    Attributes:
        capacity: tiles that are kept at most.
    """

    def __init__(self, lattice: Lattice, compute: Callable[[Sequence[Window]], list[NDArray[np.float32] | None]],
                 expand: Callable[[NDArray[np.float32], Window], NDArray[np.float32]], features: int) -> None:
        self._lattice, self._compute, self._expand, self._features = lattice, compute, expand, features
        self._kept: dict[Window, NDArray[np.float32] | None] = {}
        # A row of mapped blocks with its margin touches up to eight rows of tiles; a small scene is kept whole.
        across = len({tile.col for tile in lattice.tiles_touching(Window(0, 0, 1, lattice.shape[1]))})
        down = KEPT_TILE_ROWS * max(1, STRIDE_PX // lattice.stride_px)
        self.capacity = min(max(MIN_KEPT_TILES, down * across), lattice.count)

    def keep(self, tiles: Mapping[Window, NDArray[np.float32] | None]) -> None:
        """Add tiles that are computed already; the oldest make room."""
        for tile, value in tiles.items():
            self._kept.pop(tile, None)
            self._kept[tile] = value
        for tile in list(self._kept)[:max(len(self._kept) - self.capacity, 0)]:
            del self._kept[tile]

    def read(self, window: Window) -> NDArray[np.float32]:
        """(rows, cols, features) of a window inside the scene; 0 where there is no data."""
        tiles = self._lattice.tiles_touching(window)
        missing = [tile for tile in tiles if tile not in self._kept]
        values = {tile: self._kept[tile] for tile in tiles if tile in self._kept}
        values |= dict(zip(missing, self._compute(missing), strict=True))
        self.keep(values)
        total = np.zeros((self._features, *window.shape), np.float32)
        weight = np.zeros(window.shape, np.float32)
        for tile in tiles:
            value = values[tile]
            if value is not None:
                common = tile.intersection(window)
                inside = Window(common.row - tile.row, common.col - tile.col, *common.shape).slices
                target = Window(common.row - window.row, common.col - window.col, *common.shape).slices
                share = blend_weights(tile.shape)[inside]
                total[:, *target] += share * self._expand(value, tile)[:, *inside]
                weight[target] += share
        return (total / np.maximum(weight, np.float32(1e-6))).transpose(1, 2, 0).astype(np.float32, copy=False)
