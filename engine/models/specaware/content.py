"""Content branch: what each band of the image looks like (specification section 7)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


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
        size = (self.grid, self.grid)
        return (functional.adaptive_avg_pool2d(image, size).flatten(2),
                functional.adaptive_max_pool2d(image, size).flatten(2))

    def forward(self, image: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, w)."""
        average, maximum = self.pool(image)
        both = torch.cat((self.avg_feature_encoder(average), self.max_feature_encoder(maximum)), dim=-1)
        return self.layer_norm(self.feature_fusion(both))


def _two_layers(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))
