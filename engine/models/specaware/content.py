"""Content branch: what each band of the image looks like (specification section 7)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


class ContentFeatureExtractor(nn.Module):
    """Average- and maximum-pools every band to a fixed grid and encodes both, with weights shared by all bands."""

    def __init__(self, grid: int, width: int, dropout: float) -> None:
        super().__init__()
        self.grid = grid
        cells = grid * grid
        self.avg_feature_encoder = _two_layers(cells, max(cells // 4, 1), width)
        self.max_feature_encoder = _two_layers(cells, max(cells // 4, 1), width)
        self.feature_fusion = nn.Sequential(nn.Linear(2 * width, 2 * width), nn.GELU(), nn.Dropout(dropout),
                                            nn.Linear(2 * width, width))
        self.layer_norm = nn.LayerNorm(width)

    def pool(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, H, W) -> average and maximum, each (B, C, grid^2), row-major; windows overlap for odd sizes."""
        return pool_grid(image, self.grid, torch.mean), pool_grid(image, self.grid, torch.amax)

    def forward(self, image: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, w)."""
        average, maximum = self.pool(image)
        both = torch.cat((self.avg_feature_encoder(average), self.max_feature_encoder(maximum)), dim=-1)
        return self.layer_norm(self.feature_fusion(both))


def pool_grid(image: Tensor, grid: int, reduce: Callable[..., Tensor]) -> Tensor:
    """Adaptive pooling of (B, C, H, W) to (B, C, grid^2), rows first and then columns.

    A mean or maximum over a rectangle is that over its columns of that over its rows, and whole rows are reduced
    several times as fast as torch's adaptive pooling goes over windows. Windows are torch's.
    """
    return _pool_axis(_pool_axis(image, grid, 2, reduce), grid, 3, reduce).flatten(2)


def _pool_axis(image: Tensor, grid: int, axis: int, reduce: Callable[..., Tensor]) -> Tensor:
    side = image.shape[axis]
    if side % grid == 0:
        return reduce(image.unflatten(axis, (grid, side // grid)), dim=axis + 1)
    edges = [(i * side // grid, -(-(i + 1) * side // grid)) for i in range(grid)]
    return torch.stack([reduce(image.narrow(axis, low, high - low), dim=axis) for low, high in edges], dim=axis)


def _two_layers(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))


CONTENT_SIDE = 8


def scene_content(mean: Tensor, std: Tensor, noise: Tensor) -> Tensor:
    """What a model with ``standardised`` input is told of a scene: each band's distribution and how noisy it is.

    Args:
        mean: (C,) of each band, in model units.
        std: (C,) the same.
        noise: (C,) standard deviation of the difference of neighbouring pixels, in the same units.

    Returns:
        (1, C, 8, 8) an image for the content branch: the upper half holds quantiles of a normal distribution of the
        band's mean and spread, the lower half the share of noise in the spread.
    """
    half = CONTENT_SIDE * CONTENT_SIDE // 2
    quantiles = torch.special.ndtri((torch.arange(half, device=mean.device, dtype=mean.dtype) + 0.5) / half)
    levels = mean[:, None] + std[:, None] * quantiles
    share = (noise / std.clamp(min=1e-6)).clamp(max=2.0)[:, None].expand(-1, half)
    return torch.cat((levels, share), dim=1).view(1, len(mean), CONTENT_SIDE, CONTENT_SIDE)
