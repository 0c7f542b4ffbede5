"""Classification of whole images (specification section 15)."""

from __future__ import annotations

from torch import Tensor, nn

from .config import SpectralGptConfig
from .encoder import SpectralGptEncoder


class SpectralGptClassifier(SpectralGptEncoder):
    """Encoder, mean over tokens, norm, linear head.

    The authors' released class has a joint position table (``config.positions``), which leaves a published checkpoint
    without positions, and skips the first token as if it were a class token. Both are options here.
    """

    def __init__(self, config: SpectralGptConfig, classes: int, skip_first_token: bool = False, dropout: float = 0.0,
                 drop_path: float = 0.0) -> None:
        super().__init__(config, drop_path)
        self.skip_first_token = skip_first_token
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(config.embed_dim, classes)
        self.reset_head()

    def reset_head(self, std: float = 0.02) -> None:
        """Draw the head anew; the authors use std 2e-5 after a checkpoint was loaded."""
        nn.init.trunc_normal_(self.head.weight, std=std)
        nn.init.zeros_(self.head.bias)

    def pooled(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) to the mean of their tokens (B, D), before the norm."""
        return self.tokens(images)[:, int(self.skip_first_token):].mean(dim=1)

    def forward(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) to logits (B, classes)."""
        return self.head(self.dropout(self.norm(self.pooled(images))))
