"""The encoder under every task: loaded by name or path, of either kind, and put to work on scenes and chips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ..models.families import SPECTRALGPT, Encoder, family_of
from ..models.specaware.config import STANDARDISED, SpecAwareConfig
from ..models.spectralgpt.encoder import SpectralGptEncoder
from ..models.weights import default_weights_path, load_any
from ..models.weights_folder import find_weights
from ..reporting import Reporter
from ..spectral.bands import BandTable, SensorMeta
from ..spectral.sentinel2 import match_sentinel2
from .device import Device, pick_device, run_with_backoff
from .embedders import Embedder, SpecAwareEmbedder, SpectralGptEmbedder, StandardisedEmbedder
from .statistics import BandStatistics, Scene, valid_pixels
from .tiling import TILE_PX, Lattice
from .tokens import BATCH_TILES, TileEncoder


@dataclass(frozen=True)
class Backbone:
    """An encoder, what it is called, and where it runs.

    Attributes:
        name: of the model, as its card says.
        module: the encoder in float32 and evaluation mode.
        sha256: hash of the weights file.
        device: where to compute, and in which precision.
    """

    name: str
    module: Encoder
    sha256: str
    device: Device

    @property
    def family(self) -> str:
        """``specaware`` or ``spectralgpt``."""
        return family_of(self.module).name

    @property
    def patch_px(self) -> int:
        """Side of a patch in pixels."""
        return self.module.config.patch_px

    @property
    def tile_px(self) -> int:
        """Side of the tiles it is made for."""
        config = self.module.config
        return config.tile_px if isinstance(config, SpecAwareConfig) else TILE_PX

    def lattice(self, shape: tuple[int, int]) -> Lattice:
        """The tiles it sees of a scene of (rows, cols)."""
        return Lattice.of_tiles(shape, self.tile_px, self.patch_px)

    @property
    def standardises(self) -> bool:
        """Whether it takes pixels in standard deviations of a scene, whose statistics it must be told."""
        config = self.module.config
        return isinstance(config, SpecAwareConfig) and config.input == STANDARDISED

    def check_bands(self, bands: BandTable) -> None:
        """Refuse an image early.

        Raises:
            ModelError: the encoder is a SpectralGPT and the image's bands are not Sentinel-2's.
        """
        if self.family == SPECTRALGPT.name:
            match_sentinel2(bands)

    def embedder(self, bands: BandTable, meta: SensorMeta, scale: float,
                 statistics: BandStatistics | None = None) -> Embedder:
        """The encoder for values of these bands; SpectralGPT takes ``statistics`` in place of ``meta`` and ``scale``.

        Raises:
            ModelError: the encoder is a SpectralGPT and the bands are not Sentinel-2's; or it takes standardised
                pixels and there are no statistics.
        """
        if isinstance(self.module, SpectralGptEncoder):
            return SpectralGptEmbedder(self.module, bands, statistics)
        if self.standardises:
            return StandardisedEmbedder(self.module, bands, meta, scale, statistics)
        return SpecAwareEmbedder(self.module, bands, meta, scale)

    def on(self, scene: Scene, scale: float, reporter: Reporter) -> TileEncoder:
        """The encoder for tiles of a scene.

        Args:
            scene: the scene.
            scale: factor from its values to SpecAware's input (see `radiometry.input_scale`).
            reporter: asked about cancelling, told about lack of memory.

        Raises:
            ModelError: the encoder is a SpectralGPT and the scene's bands are not Sentinel-2's.
        """
        bands = scene.cube.bands.only(scene.indices)
        return TileEncoder(scene, self.embedder(bands, scene.cube.meta, scale, scene.bands), self.device, reporter)

    def encode_chips(self, chips: NDArray[np.float32], bands: BandTable, meta: SensorMeta, scale: float,
                     reporter: Reporter, statistics: BandStatistics | None = None) -> NDArray[np.float32]:
        """One vector for each image chip: the mean of its normed feature maps, weighted by where there is data.

        Args:
            chips: (B, bands, rows, cols) physical values of any size, NaN where missing.
            bands: the chips' bands, in order.
            meta: their sensor, level and pixel size.
            scale: see `on`.
            reporter: asked about cancelling, told about lack of memory.
            statistics: of these bands over all chips, for an encoder that `standardises`; it sees chips tile by tile.

        Returns:
            (B, channels) float32; zeros for a chip without data.

        Raises:
            ModelError: the encoder is a SpectralGPT and the bands are not Sentinel-2's.
        """
        embedder = self.embedder(bands, meta, scale, statistics if self.standardises else None)
        valid = np.stack([valid_pixels(chip) for chip in chips])
        filled = np.stack([_without_gaps(chip) for chip in chips])
        side = self.tile_px if self.standardises else max(valid.shape[1:])
        sums = [self._sums(embedder, filled[:, :, *tile.slices], valid[:, *tile.slices], reporter)
                for tile in Lattice(valid.shape[1:], side, side).tiles()]
        total, weight = (np.sum(part, axis=0) for part in zip(*sums, strict=True))
        return total / np.maximum(weight, 1e-6)[:, None]

    def _sums(self, embedder: Embedder, images: NDArray[np.float32], valid: NDArray[np.bool_],
              reporter: Reporter) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(B, channels) sums of the maps of images without gaps, weighted by where data is, and the (B,) weights."""
        found = []
        for start in range(0, len(images), BATCH_TILES):
            reporter.check_cancelled()
            part = slice(start, start + BATCH_TILES)
            batch = embedder.prepare(images[part], valid[part])
            maps = run_with_backoff(embedder.maps, batch, self.device, reporter)
            share = _shares(valid[part], embedder.patch_px)
            found.append(((maps * share).sum(dim=(2, 3)).numpy(), share.sum(dim=(1, 2, 3)).numpy()))
        totals, weights = zip(*found, strict=True)
        return np.concatenate(totals), np.concatenate(weights)


def load_backbone(weights: str | Path | None, device: str = "auto") -> Backbone:
    """Load an encoder of either kind.

    Args:
        weights: a path, or a name that ``weights list`` shows; the bundled model if None.
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        ModelError: there is no such file, or it cannot be used.
        DeviceError: the device is not there.
    """
    path = default_weights_path() if weights is None else find_weights(str(weights))
    module, card = load_any(path)
    return Backbone(card.name, module, card.sha256, pick_device(device))


def _without_gaps(chip: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is missing in (bands, rows, cols) becomes the band's mean, 0 for a band without any value."""
    finite = np.isfinite(chip)
    total = np.where(finite, chip, 0).sum(axis=(1, 2), dtype=np.float64)
    mean = (total / np.maximum(finite.sum(axis=(1, 2)), 1)).astype(np.float32)
    return np.where(finite, chip, mean[:, None, None])


def _shares(valid: NDArray[np.bool_], patch_px: int) -> torch.Tensor:
    """(B, 1, grid rows, grid cols) share of valid pixels of each patch of (B, rows, cols)."""
    rows, cols = valid.shape[1:]
    padded = functional.pad(torch.from_numpy(valid).float()[:, None], (0, -cols % patch_px, 0, -rows % patch_px))
    return functional.avg_pool2d(padded, patch_px)
