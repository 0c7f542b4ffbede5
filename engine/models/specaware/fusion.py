"""Joining two conditional vectors (specification section 6, step 5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class CrossModalFusion(nn.Module):
    """F(x, y) = Dropout(GELU(LN(W [x'; y']))) + x', with x' = P1 x and y' = P2 y."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.modal1_proj = nn.Linear(width, width)
        self.modal2_proj = nn.Linear(width, width)
        self.fusion = nn.Sequential(nn.Linear(2 * width, width), nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """(..., w) and (..., w) -> (..., w)."""
        x, y = self.modal1_proj(x), self.modal2_proj(y)
        return self.fusion(torch.cat((x, y), dim=-1)) + x
