"""Tokens brought to pixels: encoded tile by tile, reduced to their main components, resized and blended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import eigh
from torch import Tensor
from torch.nn import functional

from ..raster.grid import Window
from ..reporting import Reporter
from .device import Device, run_with_backoff
from .embedded import EmbeddedPatch, embedded
from .embedders import Embedder, StandardisedEmbedder
from .side_by_side import side_by_side
from .statistics import Patch, Scene
from .tiling import Lattice, TileBlender

TOKEN_COMPONENTS = 48
# Components are divided by their standard deviation to this power: 0 leaves all to the first few, which follow
# brightness; 1 makes noise as large as signal.
WHITENING = 0.5
# Tiles at once: small tiles in larger batches, for matrices large enough to be worth multiplying.
BATCH_TILES, MAX_BATCH_TILES, BATCH_TOKENS = 8, 32, 4096
FIT_TILES = 24
WORKING_BYTES = 120_000_000  # measured: what batches of tiles take while they are encoded


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
        flat, matrix = torch.from_numpy(maps).flatten(1).T, torch.from_numpy(self.matrix)
        projected = torch.addmm(torch.from_numpy(-self.centre @ self.matrix), flat, matrix)
        return np.ascontiguousarray(projected.numpy().T).reshape(-1, *maps.shape[1:])


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
        self._held: tuple[Window, Patch | EmbeddedPatch] | None = None
        self._reading = Lock()  # files are read by one thread at a time

    def hold(self, window: Window, patch: Patch) -> None:
        """Take tiles inside ``window`` from its values, until others are given; the image is not read for them."""
        self._held = (window, self._looked_at(patch))

    def _read(self, tile: Window) -> Patch | EmbeddedPatch:
        if self._held is not None:
            window, patch = self._held
            if tile.intersection(window) == tile:
                return patch.crop(Window(tile.row - window.row, tile.col - window.col, *tile.shape))
        with self._reading:
            patch = self._scene.read(tile)
        return self._looked_at(patch)

    def _looked_at(self, patch: Patch) -> Patch | EmbeddedPatch:
        """All that can be done with pixels before tiles are cut."""
        if isinstance(self._embedder, StandardisedEmbedder) and self._embedder.patch_px == 1:
            return embedded(patch, self._embedder, self._device)
        return patch

    def encode(self, tiles: Sequence[Window], pad_to: int = 0) -> list[NDArray[np.float32] | None]:
        """Feature maps (channels, tile rows / patch, tile cols / patch) of tiles of one size; None without data.

        Args:
            tiles: where.
            pad_to: repeat the last tile up to this number: products of one size round alike, whatever tiles are
                computed together, so that a map made in several goes has the same bytes.
        """
        self._reporter.check_cancelled()
        patches = [self._read(tile) for tile in tiles]
        used = [i for i, patch in enumerate(patches) if patch.valid.any()]
        if not used:
            return [None] * len(tiles)
        maps = self._maps([patches[i] for i in used + used[-1:] * (pad_to - len(used))])
        found: list[NDArray[np.float32] | None] = [None] * len(tiles)
        for i, value in zip(used, maps.numpy(), strict=False):  # what was repeated is left out
            found[i] = value
        return found

    def _maps(self, patches: Sequence[Patch | EmbeddedPatch]) -> Tensor:
        """(B, channels, grid rows, grid cols)."""
        tokens = [patch.tokens for patch in patches if isinstance(patch, EmbeddedPatch)]
        if tokens and isinstance(self._embedder, StandardisedEmbedder):
            return run_with_backoff(self._embedder.encode, torch.stack(tokens), self._device, self._reporter)
        images = [patch for patch in patches if isinstance(patch, Patch)]
        batch = self._embedder.prepare(np.stack([patch.values.transpose(2, 0, 1) for patch in images]),
                                       np.stack([patch.valid for patch in images]))
        return run_with_backoff(self._embedder.maps, batch, self._device, self._reporter)

    @property
    def workers(self) -> int:
        """How many batches are encoded side by side: one a core, whose small products stay in the core's cache."""
        return torch.get_num_threads() if self._device.name == "cpu" else 1


def batched(encoder: TileEncoder, tiles: Sequence[Window], batch_tiles: int = BATCH_TILES,
            finish: Callable[[NDArray[np.float32]], NDArray[np.float32]] = lambda maps: maps,
            ) -> list[NDArray[np.float32] | None]:
    """Encode any number of tiles of one size, ``batch_tiles`` at once, and have ``finish`` work on the maps of each."""

    def encode(part: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        return [None if maps is None else finish(maps) for maps in encoder.encode(part, batch_tiles)]

    parts = [tiles[start:start + batch_tiles] for start in range(0, len(tiles), batch_tiles)]
    return [maps for found in side_by_side(encode, parts, encoder.workers) for maps in found]


def batch_size(lattice: Lattice, patch_px: int) -> int:
    """How many tiles to encode at once; no more than the scene has."""
    tokens = max(1, (lattice.tile_px // patch_px) ** 2)
    return min(max(BATCH_TILES, min(MAX_BATCH_TILES, BATCH_TOKENS // tokens)), lattice.count)


class TokenField:
    """Projected tokens of any window of the scene, at pixel resolution."""

    def __init__(self, encoder: TileEncoder, projection: TokenProjection, lattice: Lattice, patch_px: int) -> None:
        self._encoder, self.projection, self._patch_px = encoder, projection, patch_px
        self._lattice, self._batch_tiles = lattice, batch_size(lattice, patch_px)
        self._blender = TileBlender(lattice, self._compute, self._to_pixels, projection.matrix.shape[1])

    @classmethod
    def fit(cls, encoder: TileEncoder, lattice: Lattice, patch_px: int) -> TokenField:
        """Fit the projection to the tokens of tiles spread over the scene."""
        tiles = lattice.tiles()
        chosen = [tiles[i] for i in np.unique(np.linspace(0, len(tiles) - 1, FIT_TILES).round().astype(int))]
        size = batch_size(lattice, patch_px)
        maps = dict(zip(chosen, batched(encoder, chosen, size), strict=True))
        if all(m is None for m in maps.values()):
            maps = dict(zip(tiles, batched(encoder, tiles, size), strict=True))
        projection = _principal([m for m in maps.values() if m is not None])
        field = cls(encoder, projection, lattice, patch_px)
        field._blender.keep({tile: None if m is None else projection.apply(m) for tile, m in maps.items()})
        return field

    def read(self, window: Window) -> NDArray[np.float32]:
        """(rows, cols, components); 0 where there is no data."""
        return self._blender.read(window)

    def reach(self, window: Window) -> Window:
        """The pixels that tokens of a window can come from."""
        tiles = self._lattice.tiles_touching(window)
        first, last = tiles[0], tiles[-1]
        return Window(first.row, first.col, last.row + last.rows - first.row, last.col + last.cols - first.col)

    @property
    def kept_bytes(self) -> int:
        """Memory of the tokens that are kept, at most, and of encoding."""
        tokens = (self._lattice.tile_px // self._patch_px) ** 2
        return WORKING_BYTES + self._blender.capacity * tokens * self.projection.matrix.shape[1] * 4

    def hold(self, window: Window, patch: Patch) -> None:
        """See `TileEncoder.hold`."""
        self._encoder.hold(window, patch)

    def _compute(self, tiles: Sequence[Window]) -> list[NDArray[np.float32] | None]:
        return batched(self._encoder, tiles, self._batch_tiles, self.projection.apply)

    def _to_pixels(self, tokens: NDArray[np.float32], tile: Window) -> NDArray[np.float32]:
        return to_pixels(tokens, tile.shape, self._patch_px)


def to_pixels(tokens: NDArray[np.float32], shape: tuple[int, int], patch_px: int) -> NDArray[np.float32]:
    """(components, rows, cols) of a tile of ``shape``, resized bilinearly; the padding of the last patch is cut off."""
    if patch_px == 1:
        return tokens
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
