"""Spectral-spatial tokens: cutting images, embedding them, and where they are (specification sections 3, 4, 12).

Tokens run over the spectral groups first, then over the rows and columns of patches: token = t L + row g + column.
The V values of a token run over its bands, then over the rows and columns of its patch.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from ...errors import ModelError
from .config import SpectralGptConfig


def patchify(images: Tensor, bands_per_token: int, patch_px: int) -> Tensor:
    """(B, C, H, W) -> (B, N, V); sides divisible by the patch."""
    batch, bands, rows, cols = images.shape
    cut = images.view(batch, bands // bands_per_token, bands_per_token, rows // patch_px, patch_px,
                      cols // patch_px, patch_px)
    return cut.permute(0, 1, 3, 5, 2, 4, 6).reshape(batch, -1, bands_per_token * patch_px * patch_px)


def unpatchify(tokens: Tensor, grid: tuple[int, int], bands_per_token: int, patch_px: int) -> Tensor:
    """(B, N, V) -> (B, C, H, W) for a grid of (rows, columns) of patches; undoes `patchify`."""
    cut = tokens.view(len(tokens), -1, *grid, bands_per_token, patch_px, patch_px)
    return cut.permute(0, 1, 4, 2, 5, 3, 6).reshape(len(tokens), -1, grid[0] * patch_px, grid[1] * patch_px)


class PatchEmbed3d(nn.Module):
    """A convolution over bands, rows and columns whose kernel is its stride: one linear map of a token's values."""

    def __init__(self, config: SpectralGptConfig) -> None:
        super().__init__()
        kernel = (config.bands_per_token, config.patch_px, config.patch_px)
        self.config = config
        self.proj = nn.Conv3d(1, config.embed_dim, kernel, stride=kernel)

    def forward(self, values: Tensor) -> Tensor:
        """Token values (B, M, V), all tokens or some of them, to (B, M, D)."""
        return functional.linear(values, self.proj.weight.flatten(1), self.proj.bias)


def image_grid(images: Tensor, config: SpectralGptConfig) -> tuple[int, int]:
    """Rows and columns of patches of a batch (B, C, H, W).

    Raises:
        ModelError: the band count is not the model's, or a side is not divisible by the patch.
    """
    _, bands, rows, cols = images.shape
    if bands != config.bands:
        raise ModelError(f"The image has {bands} bands, SpectralGPT takes {config.bands}.",
                         "Choose and order the bands by wavelength first.")
    if rows % config.patch_px or cols % config.patch_px or not rows or not cols:
        raise ModelError(f"An image of {rows} x {cols} pixels does not divide into patches of {config.patch_px} px.",
                         "Pad or crop the image.")
    return rows // config.patch_px, cols // config.patch_px


def resize_table(table: Tensor, groups: int, grid: tuple[int, int], new_grid: tuple[int, int]) -> Tensor:
    """Interpolate a position table (1, groups x L, D) to another grid of patches.

    Bicubic within each spectral group, never across groups. Our extension: the authors restart the spatial table from
    random values when the image size changes.

    Args:
        table: 1 group for a spatial table, T for a joint one.
        groups: spectral groups in it.
        grid: rows and columns of patches it is for.
        new_grid: rows and columns wanted.

    Returns:
        (1, groups x L', D).
    """
    if grid == new_grid:
        return table
    maps = table.float().view(groups, *grid, -1).permute(0, 3, 1, 2)
    resized = functional.interpolate(maps, size=new_grid, mode="bicubic", align_corners=False, antialias=False)
    return resized.permute(0, 2, 3, 1).reshape(1, -1, table.shape[-1]).to(table.dtype)


def separable_positions(spatial: Tensor, spectral: Tensor) -> Tensor:
    """Tables (1, L, D) and (1, T, D) to positions of all tokens (1, T L, D): P[t L + s] = spatial[s] + spectral[t]."""
    return (spectral.unsqueeze(2) + spatial.unsqueeze(1)).flatten(1, 2)
