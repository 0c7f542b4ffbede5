"""Tokens brought to pixels: encoded tile by tile, reduced to their main components, resized and blended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import eigh
from torch.nn import functional

from ..raster.grid import Window
from ..reporting import Reporter
from .device import Device, run_with_backoff
from .embedders import Embedder
from .statistics import Scene
from .tiling import Lattice, TileBlender

TOKEN_COMPONENTS = 48
# Components are divided by their standard deviation to this power: 0 leaves all to the first few, which follow
# brightness; 1 makes noise as large as signal.
WHITENING = 0.5
BATCH_TILES = 8
FIT_TILES = 24


@dataclass(frozen=True)
class TokenProjection:
    """Main components of the joined, layer-normed feature maps of the encoder's layers.

    Attributes:
        centre: (channels,) float32.
        matrix: (channels, components) float32; the projected tokens have a total variance of about one.
    """

    centre: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def apply(self, maps: NDArray[np.float32]) -> NDArray[np.float32]:
        """(channels, rows, cols) -> (components, rows, cols)."""
        flat = (maps.reshape(len(maps), -1).T - self.centre) @ self.matrix
        return np.ascontiguousarray(flat.T, np.float32).reshape(-1, *maps.shape[1:])


class TileEncoder:
    """Runs the encoder on tiles of one scene.

    Args:
        scene: the scene.
        embedder: the encoder for its bands.
        device: where to compute, and in which precision.
        reporter: asked about cancelling, told about lack of memory.
    """

    def __init__(self, scene: Scene, embedder: Embedder, device: Device, reporter: Reporter) -> None:
        self._scene, self._embedder, self._device, self._reporter = scene, embedder, device, reporter

    def encode(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        """Feature maps (channels, tile rows / patch, tile cols / patch) of tiles of one size; None without data."""
        self._reporter.check_cancelled()
        patches = [self._scene.read(tile) for tile in tiles]
        used = [i for i, patch in enumerate(patches) if patch.valid.any()]
        if not used:
            return [None] * len(tiles)
        batch = self._embedder.prepare(np.stack([patches[i].values.transpose(2, 0, 1) for i in used]),
                                       np.stack([patches[i].valid for i in used]))
        maps = run_with_backoff(self._embedder.maps, batch, self._device, self._reporter)
        found: list[NDArray[np.float32] | None] = [None] * len(tiles)
        for i, value in zip(used, maps.numpy(), strict=True):
            found[i] = value
        return found


def batched(encoder: TileEncoder, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
    """Encode any number of tiles of one size."""
    return [value for start in range(0, len(tiles), BATCH_TILES)
            for value in encoder.encode(tiles[start:start + BATCH_TILES])]


class TokenField:
    """Projected tokens of any window of the scene, at pixel resolution."""

    def __init__(self, encoder: TileEncoder, projection: TokenProjection, lattice: Lattice, patch_px: int) -> None:
        self._encoder, self.projection, self._patch_px = encoder, projection, patch_px
        self._blender = TileBlender(lattice, self._compute, self._to_pixels, projection.matrix.shape[1])

    @classmethod
    def fit(cls, encoder: TileEncoder, lattice: Lattice, patch_px: int) -> TokenField:
        """Fit the projection to the tokens of tiles spread over the scene."""
        tiles = lattice.tiles()
        chosen = [tiles[i] for i in np.unique(np.linspace(0, len(tiles) - 1, FIT_TILES).round().astype(int))]
        maps = dict(zip(chosen, batched(encoder, chosen), strict=True))
        if all(m is None for m in maps.values()):
            maps = dict(zip(tiles, batched(encoder, tiles), strict=True))
        projection = _principal([m for m in maps.values() if m is not None])
        field = cls(encoder, projection, lattice, patch_px)
        field._blender.keep({tile: None if m is None else projection.apply(m) for tile, m in maps.items()})
        return field

    def read(self, window: Window) -> NDArray[np.float32]:
        """(rows, cols, components); 0 where there is no data."""
        return self._blender.read(window)

    def _compute(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        return [None if m is None else self.projection.apply(m) for m in batched(self._encoder, tiles)]

    def _to_pixels(self, tokens: NDArray[np.float32], tile: Window) -> NDArray[np.float32]:
        return to_pixels(tokens, tile.shape, self._patch_px)


def to_pixels(tokens: NDArray[np.float32], shape: tuple[int, int], patch_px: int) -> NDArray[np.float32]:
    """(components, rows, cols) of a tile of ``shape``, resized bilinearly; the padding of the last patch is cut off."""
    large = functional.interpolate(torch.from_numpy(tokens)[None], scale_factor=patch_px, mode="bilinear",
                                   align_corners=False)
    return large[0, :, :shape[0], :shape[1]].numpy()


def _principal(maps: Sequence[NDArray[np.float32]]) -> TokenProjection:
    """Main components of (channels, rows, cols) maps."""
    tokens = np.concatenate([m.reshape(len(m), -1).T for m in maps]).astype(np.float64)
    centre = tokens.mean(0)
    last = len(centre) - 1
    # Only the largest: of 3,072 channels all would take several times as long.
    values, vectors = eigh((tokens - centre).T @ (tokens - centre) / len(tokens),
                           subset_by_index=(max(last + 1 - TOKEN_COMPONENTS, 0), last))
    values, vectors = values[::-1], vectors[:, ::-1]
    spread = np.sqrt(np.maximum(values, 1e-12))
    matrix = vectors / spread**WHITENING
    matrix /= np.sqrt((spread ** (2 - 2 * WHITENING)).sum())
    return TokenProjection(centre.astype(np.float32), matrix.astype(np.float32))
