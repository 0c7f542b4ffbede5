"""Which tiles and tokens to look at for a pixel or a box of a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window, blocks
from ..raster.sample import evenly
from .statistics import Patch, Scene, filled
from .tiling import TILE_PX

MAX_TILES = 16


@dataclass(frozen=True)
class PlaceTile:
    """A tile around part of a place.

    Attributes:
        tile: in the scene.
        patch: its values.
        part: the pixels of the place in it, counted from the tile's corner.
        spectra: (all bands of the file, pixels of the part with data) physical values, NaN where missing.
    """

    tile: Window
    patch: Patch
    part: Window
    spectra: NDArray[np.float32]

    @property
    def valid(self) -> NDArray[np.bool_]:
        """(rows, cols) of the part: pixels with data."""
        return self.patch.valid[self.part.slices]

    def tokens(self, patch_px: int) -> tuple[int, ...]:
        """Positions, row by row, of the tile's patches that hold a pixel of the part with data."""
        rows, cols = np.nonzero(self.valid)
        across = -(-self.tile.cols // patch_px)
        found = np.unique((rows + self.part.row) // patch_px * across + (cols + self.part.col) // patch_px)
        return tuple(int(i) for i in found)


def place_tiles(scene: Scene, window: Window, tile_px: int = TILE_PX) -> list[PlaceTile]:
    """Tiles centred on a window, or on at most `MAX_TILES` parts spread over a large one; none where no data are.

    Args:
        scene: the scene.
        window: the place.
        tile_px: side of the tiles the encoder is made for.
    """
    parts = list(blocks(window.shape, tile_px))
    found = []
    for part in (parts[i] for i in evenly(len(parts), MAX_TILES)):
        inner = Window(part.row + window.row, part.col + window.col, *part.shape)
        tile = _centred(inner, scene.shape, tile_px)
        local = Window(inner.row - tile.row, inner.col - tile.col, *inner.shape)
        raw = scene.cube.read(tile, np.arange(len(scene.cube.bands)))
        patch = filled(raw[scene.indices], scene.bands)
        spectra = raw[:, *local.slices][:, patch.valid[local.slices]]
        if spectra.size:
            found.append(PlaceTile(tile, patch, local, spectra))
    return found


def _centred(inner: Window, shape: tuple[int, int], tile_px: int) -> Window:
    """A tile inside the scene with ``inner``, at most a tile large, as near to its middle as the border allows."""
    rows, cols = (min(tile_px, side) for side in shape)
    row = min(max(inner.row + inner.rows // 2 - rows // 2, 0), shape[0] - rows)
    col = min(max(inner.col + inner.cols // 2 - cols // 2, 0), shape[1] - cols)
    return Window(row, col, rows, cols)
