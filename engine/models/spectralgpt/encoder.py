"""SpectralGPT's encoder (specification sections 3 to 7), official parameter names (section 11)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..specaware.hyper import visible
from ..vit import VIT_NORM_EPS
from .blocks import Block
from .config import SpectralGptConfig
from .tokens import PatchEmbed3d, image_grid, patchify, resize_table, separable_positions


class SpectralGptEncoder(nn.Module):
    """Vision Transformer over spectral-spatial tokens, without class token.

    Weights start as in PyTorch and position tables at zero, as in the authors' downstream models; the masked
    autoencoder has an initialisation of its own.
    """

    def __init__(self, config: SpectralGptConfig, drop_path: float = 0.0) -> None:
        """Build it; ``drop_path`` grows linearly from 0 in the first block to the rate given in the last."""
        super().__init__()
        self.config = config
        dim, positions = config.embed_dim, config.grid_side ** 2
        self.patch_embed = PatchEmbed3d(config)
        if config.positions == "joint":
            self.pos_embed = nn.Parameter(torch.zeros(1, config.groups * positions, dim))
        else:
            self.pos_embed_spatial = nn.Parameter(torch.zeros(1, positions, dim))
            self.pos_embed_temporal = nn.Parameter(torch.zeros(1, config.groups, dim))
        rates = [drop_path * i / max(config.depth - 1, 1) for i in range(config.depth)]
        self.blocks = nn.ModuleList(Block(dim, config.heads, config.mlp_ratio, rate) for rate in rates)
        self.norm = nn.LayerNorm(dim, eps=VIT_NORM_EPS)

    def positions(self, grid: tuple[int, int]) -> Tensor:
        """Position embeddings of all tokens (1, T L, D); tables for another grid are interpolated."""
        config, own = self.config, (self.config.grid_side,) * 2
        if config.positions == "joint":
            return resize_table(self.pos_embed, config.groups, own, grid)
        return separable_positions(resize_table(self.pos_embed_spatial, 1, own, grid), self.pos_embed_temporal)

    def tokens(self, images: Tensor, keep: Tensor | None = None) -> Tensor:
        """Output of the last block, before the final norm.

        Args:
            images: (B, C, H, W), prepared as in `preprocessing`; sides divisible by the patch.
            keep: (B, K) tokens to encode, in this order; the others are never embedded. All for None.

        Returns:
            (B, K or N, D).

        Raises:
            ModelError: the image does not fit the model.
        """
        grid = image_grid(images, self.config)
        values = patchify(images, self.config.bands_per_token, self.config.patch_px)
        x = self.patch_embed(visible(values, keep)) + visible(self.positions(grid), keep)
        for block in self.blocks:
            x = block(x)
        return x

    def forward(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) to normalised tokens (B, N, D)."""
        return self.norm(self.tokens(images))
