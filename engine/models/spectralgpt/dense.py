"""Models that give a map: segmentation and change detection (specification sections 16 and 17)."""

from __future__ import annotations

from torch import Tensor, nn

from .config import DenseConfig, SpectralGptConfig
from .encoder import SpectralGptEncoder
from .pyramid import FpnDecoder, pyramid_level
from .tokens import image_grid


class SpectralGptDense(SpectralGptEncoder):
    """What both share: encoder, fusion of the spectral groups, pyramid and classifier of pixels.

    The last block's output is used without the final norm, whose parameters stay for the published names' sake. Maps
    have 8 pixels a patch side, the size of the input for patches of 8 px.
    """

    def __init__(self, config: SpectralGptConfig, classes: int, dense: DenseConfig, drop_path: float,
                 pyramid_dropout: float) -> None:
        super().__init__(config, drop_path)
        self.fc = nn.Sequential(nn.Linear(config.groups, 1))
        self.conv0, self.conv1, self.conv2, self.conv3 = (
            pyramid_level(config.embed_dim, level, dense, pyramid_dropout) for level in range(4))
        self.decoder = FpnDecoder(dense, pyramid_dropout)
        self.cls_seg = nn.Sequential(nn.Conv2d(dense.neck, classes, 3, padding=1))

    def features(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) to one map of tokens (B, D, rows, columns), spectral groups fused."""
        tokens = self.tokens(images).unflatten(1, (self.config.groups, -1))
        fused = self.fc(tokens.permute(0, 2, 3, 1)).squeeze(-1)
        return fused.transpose(1, 2).unflatten(2, image_grid(images, self.config))

    def classify(self, features: Tensor) -> Tensor:
        """Features (B, D, rows, columns) to logits (B, classes, 8 rows, 8 columns)."""
        levels = [conv(features) for conv in (self.conv0, self.conv1, self.conv2, self.conv3)]
        return self.cls_seg(self.decoder(*levels))


class SpectralGptSegmentation(SpectralGptDense):
    """A class for every pixel."""

    def __init__(self, config: SpectralGptConfig, classes: int = 13, dense: DenseConfig | None = None,
                 drop_path: float = 0.0) -> None:
        """Build it; the authors fine-tune with a ``drop_path`` of 0.5."""
        dense = dense or DenseConfig()
        super().__init__(config, classes, dense, drop_path, pyramid_dropout=dense.dropout)

    def forward(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) to logits (B, classes, H, W)."""
        return self.classify(self.features(images))


class SpectralGptChange(SpectralGptDense):
    """What changed between two images: the same encoder on both, and the signed difference of their features."""

    def __init__(self, config: SpectralGptConfig, classes: int = 2, dense: DenseConfig | None = None,
                 drop_path: float = 0.0) -> None:
        super().__init__(config, classes, dense or DenseConfig(), drop_path, pyramid_dropout=0.0)

    def forward(self, before: Tensor, after: Tensor) -> Tensor:  # type: ignore[override]
        """Images (B, C, H, W) each to log-probabilities (B, classes, H, W); class 1 is change."""
        difference = self.features(before) - self.features(after)
        return self.classify(difference).log_softmax(dim=1)
