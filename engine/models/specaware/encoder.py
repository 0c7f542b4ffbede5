"""SpecAware encoder (specification sections 3, 8, 9 and 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..vit import VIT_NORM_EPS, Block, init_linear, init_scaled
from .config import SUM, SpecAwareConfig
from .hyper import HyperEmbedding, visible
from .positions import gsd_positions
from .spectral_input import SpectralInput

DEFAULT_GSD_M = 10.0


@dataclass(frozen=True)
class EncoderOutput:
    """What the encoder gives for a batch.

    Attributes:
        tokens: (B, N + 1, E) after the final norm, cls first, patches row-major.
        features: one (B, E, Gh, Gw) map for each of the configuration's ``feature_layers``;
            only a map of the last block is normed.
    """

    tokens: Tensor
    features: list[Tensor]


class SpecAwareEncoder(nn.Module):
    """Hypernetwork embedding, GSD positions and a plain ViT. Official parameter names (section 13)."""

    def __init__(self, config: SpecAwareConfig) -> None:
        super().__init__()
        self.config = config
        self.patch_embed = HyperEmbedding(config)
        self.cls_token = nn.Parameter(torch.empty(1, 1, config.embed_dim))
        self.blocks = nn.ModuleList(Block(config.embed_dim, config.heads, config.mlp_ratio)
                                    for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.embed_dim, eps=VIT_NORM_EPS)
        self.blocks.apply(init_linear if config.band_reduction == SUM else init_scaled)
        nn.init.trunc_normal_(self.cls_token, std=0.02)

    def forward(self, image: Tensor, spectral: SpectralInput, gsd_m: float | Sequence[float] | Tensor = DEFAULT_GSD_M,
                contraction: str = "auto", content: Tensor | None = None) -> EncoderOutput:
        """Encode images of one band count.

        Args:
            image: (B, C, H, W) float32; reflectance 0..1 or scaled radiance (see `input_scale`), invalid pixels 0.
                Sides that the patch does not divide are padded by repeating the last row or column.
            spectral: the bands and sensor of the batch or of each sample.
            gsd_m: ground sampling distance in metres, one or one per sample.
            contraction: see `HyperEmbedding.forward`.
            content: image (1 or B, C, h, w) for the content branch, if not the same.

        Returns:
            Tokens and feature maps, with Gh = ceil(H / patch) and Gw = ceil(W / patch).

        Raises:
            WavelengthError: the metadata is for another number of bands.
        """
        image = pad_to_patches(image, self.config.patch_px)
        grid = (image.shape[2] // self.config.patch_px, image.shape[3] // self.config.patch_px)
        meta = self.patch_embed.metadata(spectral)
        content = image if content is None else content
        embedded = self.patch_embed(self.patch_embed.weighed(image, spectral), meta, None, content, contraction)
        x = self.add_positions(embedded, grid, gsd_m)
        features = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index == len(self.blocks) - 1:
                x = self.norm(x)
            if index in self.config.feature_layers:
                features.append(x[:, 1:].transpose(1, 2).unflatten(2, grid))
        return EncoderOutput(x, features)

    def add_positions(self, tokens: Tensor, grid: tuple[int, int], gsd_m: float | Sequence[float] | Tensor,
                      keep: Tensor | None = None) -> Tensor:
        """Add positions to patch tokens (B, N or M, E) and prepend the cls token -> (B, N or M + 1, E)."""
        positions = self.positions(grid, gsd_m, self.config.embed_dim).to(tokens) * self.config.position_gain
        cls = self.cls_token.expand(len(tokens), -1, -1)
        return torch.cat((cls, tokens + visible(positions[:, 1:], keep)), dim=1)

    def positions(self, grid: tuple[int, int], gsd_m: float | Sequence[float] | Tensor, dim: int) -> Tensor:
        """(1 or B, N + 1, dim) float64, cls row zero."""
        scale = self.config.position_scale
        distances = torch.atleast_1d(torch.as_tensor(gsd_m, dtype=torch.float64)).flatten().tolist()
        return gsd_positions(*grid, [g * scale for g in distances], dim)


def pad_to_patches(image: Tensor, patch_px: int) -> Tensor:
    """Repeat the last row and column until the patch divides both sides."""
    below, right = -image.shape[2] % patch_px, -image.shape[3] % patch_px
    return functional.pad(image, (0, right, 0, below), mode="replicate") if below or right else image
