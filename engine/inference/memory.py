"""How large the blocks of a map may be within a budget of memory."""

from __future__ import annotations

import math
from typing import Protocol

from ..errors import InputError
from ..raster.grid import Window
from .mapping import BLOCK_PX

DEFAULT_GB = 2.0
SIDES_PX = (BLOCK_PX, 192, 128, 96, 64)
# Measured: Python with its libraries, before the first block.
BASE_BYTES = 500e6
# Copies of a block's values at the same time: one read ahead, one waiting, one in use, and as stored.
COPIES = 4
WORKING_BYTES_PX = 3_200  # features, class scores and what their products need, a pixel
# GDAL's block cache gets a part of what the budget leaves beside the libraries.
CACHE_SHARE = 0.33
CACHE_BYTES = (64 * 2**20, 512 * 2**20)  # at least and at most


class MemoryUser(Protocol):
    """A reader that can tell what a block takes."""

    @property
    def band_count(self) -> int:
        """Bands that are read of each pixel."""
        ...

    @property
    def kept_bytes(self) -> int:
        """Memory of what is kept from block to block, at most."""
        ...

    def reach(self, window: Window) -> Window:
        """The pixels that are read for a window."""
        ...


def cache_bytes(budget_gb: float) -> int:
    """Of GDAL's block cache, within a budget of memory in units of 1e9 bytes."""
    low, high = CACHE_BYTES
    return int(min(high, max(low, CACHE_SHARE * (budget_gb * 1e9 - BASE_BYTES))))


def block_side(reader: MemoryUser, area: Window, margin_px: int, shape: tuple[int, int], budget_gb: float) -> int:
    """The side of the largest blocks that fit into a budget; no larger than `BLOCK_PX`.

    Args:
        reader: of features.
        area: to be mapped.
        margin_px: of each block.
        shape: (rows, cols) of the scene.
        budget_gb: memory of the whole process, in units of 1e9 bytes.

    Raises:
        InputError: even the smallest do not fit.
    """
    needed = 0.0
    for side in SIDES_PX:
        outer = reader.reach(Window(area.row, area.col, min(side, area.rows), min(side, area.cols)).grow(
            2 * margin_px, shape))
        needed = BASE_BYTES + cache_bytes(budget_gb) + reader.kept_bytes + outer.rows * outer.cols * (
            4 * COPIES * reader.band_count + WORKING_BYTES_PX)
        if needed <= budget_gb * 1e9:
            return side
    raise InputError(f"{budget_gb:g} GB of memory are not enough: about {math.ceil(needed / 1e8) / 10:g} GB are "
                     "needed.",
                     "Allow more with --memory, or map a smaller extent.")
