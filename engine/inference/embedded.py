"""Pixels embedded before tiles are cut, for encoders with a token a pixel: where tiles overlap it is done once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..raster.grid import Window
from .device import Device
from .embedders import StandardisedEmbedder
from .linear import CHUNK_VALUES
from .side_by_side import side_by_side
from .statistics import Patch


@dataclass(frozen=True)
class EmbeddedPatch:
    """A window's pixels as the encoder's blocks take them, before positions.

    Attributes:
        tokens: (rows, cols, width), in the precision of computing, on its device.
        valid: (rows, cols) pixels with data.
    """

    tokens: Tensor
    valid: NDArray[np.bool_]

    def crop(self, window: Window) -> EmbeddedPatch:
        """A part, counted from the patch's corner; a view."""
        return EmbeddedPatch(self.tokens[window.slices], self.valid[window.slices])


def embedded(patch: Patch, embedder: StandardisedEmbedder, device: Device) -> EmbeddedPatch:
    """Embed a window, some rows at a time that stay in a core's cache."""
    rows, cols, bands = patch.values.shape
    step = max(1, CHUNK_VALUES // (bands * cols))

    def some(first: int) -> Tensor:
        part = patch.crop(Window(first, 0, min(step, rows - first), cols))
        return embedder.embed(embedder.prepare(part.values.transpose(2, 0, 1)[None], part.valid[None]), device)[0]

    pieces = range(0, rows, step)
    workers = min(torch.get_num_threads(), len(pieces)) if device.name == "cpu" else 1
    return EmbeddedPatch(torch.cat(list(side_by_side(some, pieces, workers))), patch.valid)
