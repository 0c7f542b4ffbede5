"""HyperLinear: pixels from decoder tokens with generated per-band weights (specification section 9)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..vit import init_linear, init_scaled
from .config import SpecAwareConfig
from .contractions import SLAB_VALUES
from .fusion import CrossModalFusion
from .generators import BandFactors, MatrixGenerator

POOL_WIDTH = 64


class AttentionPool(nn.Module):
    """One query, the mean token, attends to all tokens; single head, no biases."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.query_proj = nn.Linear(dim, POOL_WIDTH, bias=False)
        self.key_proj = nn.Linear(dim, POOL_WIDTH, bias=False)
        self.value_proj = nn.Linear(dim, dim, bias=False)

    def attention(self, tokens: Tensor) -> Tensor:
        """(B, T, D) -> (B, 1, T)."""
        query = self.query_proj(tokens.mean(dim=1, keepdim=True))
        return torch.softmax(query @ self.key_proj(tokens).transpose(1, 2) / POOL_WIDTH ** 0.5, dim=-1)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, D) -> (B, 1, D)."""
        return self.attention(tokens) @ self.value_proj(tokens)


class HyperLinear(nn.Module):
    """out[n, c] = U_c V_c y[n] + b_c with factors from the meta embedding and the pooled tokens."""

    def __init__(self, config: SpecAwareConfig) -> None:
        super().__init__()
        dim, width = config.decoder_dim, config.wv_planes
        self.x_attention_pool = AttentionPool(dim)
        self.x_feature_extractor = nn.Sequential(nn.Linear(dim, width), nn.GELU(), nn.Linear(width, width))
        self.matrix_generator = MatrixGenerator(width, config.patch_px ** 2, dim, config.decoder_rank,
                                                config.hyper_dropout)
        self.feature_fusion = CrossModalFusion(width, config.hyper_dropout)
        self.apply(init_linear if config.band_reduction == "sum" else init_scaled)
        nn.init.zeros_(self.matrix_generator.bias_generator[-1].weight)  # type: ignore[arg-type]

    def conditional(self, tokens: Tensor, meta: Tensor) -> Tensor:
        """(B, T, D) and (1 or B, C, w) -> (B, C, w); here the pooled tokens, not m, get the outer residual."""
        meta = meta.expand(len(tokens), -1, -1)
        summary = self.x_feature_extractor(self.x_attention_pool(tokens)).expand(-1, meta.shape[1], -1)
        return self.feature_fusion(meta, summary) + summary

    def factors(self, conditional: Tensor) -> BandFactors:
        """U (B, C, p, r), V (B, C, r, D), bias (B, C, p)."""
        return BandFactors(self.matrix_generator.u(conditional), self.matrix_generator.v(conditional),
                           self.matrix_generator.bias_generator(conditional))

    def forward(self, tokens: Tensor, meta: Tensor, contraction: str = "auto", first: int = 0) -> Tensor:
        """Predict the pixels of patches.

        Args:
            tokens: (B, T, D), all of which tell what the image looks like.
            meta: (1 or B, C, w).
            contraction: ``merged``, ``hidden`` or ``auto`` for the cheaper.
            first: tokens before it are not predicted from.

        Returns:
            (B, T - first, p * C), pixel-major, band fastest.
        """
        conditional = self.conditional(tokens, meta)
        if contraction == "auto":
            contraction = self.cheapest_contraction(tokens.shape[1], meta.shape[1])
        return (self._hidden if contraction == "hidden" else self._merged)(tokens[:, first:], conditional)

    def cheapest_contraction(self, tokens: int, bands: int) -> str:
        """``merged`` or ``hidden``, whichever needs fewer multiply-accumulates for one sample."""
        area, dim, rank = (getattr(self.matrix_generator, name) for name in ("rows", "columns", "rank"))
        half = self.matrix_generator.v_last.in_features
        merged = bands * rank * dim * (half + area) + tokens * bands * area * dim
        hidden = tokens * rank * half * dim + tokens * bands * rank * (half + area)
        return "hidden" if hidden < merged else "merged"

    def _merged(self, tokens: Tensor, conditional: Tensor) -> Tensor:
        """K = U V, then one product for all bands and pixels, whose result is in the order wanted."""
        factors = self.factors(conditional)
        kernels = factors.kernels().transpose(1, 2).flatten(1, 2)
        return tokens.to(kernels.dtype) @ kernels.transpose(1, 2) + factors.bias.transpose(1, 2).flatten(1).unsqueeze(1)

    def _hidden(self, tokens: Tensor, conditional: Tensor) -> Tensor:
        """V is linear in its hidden vector t_c: A y for all entries of t_c first, and V is never built."""
        generator, last = self.matrix_generator, self.matrix_generator.v_last
        hidden = generator.v_hidden(conditional)
        hidden = torch.cat((hidden, torch.ones_like(hidden[..., :1])), dim=-1)  # the last entry meets the layer's bias
        weight = torch.cat((last.weight, last.bias.unsqueeze(1)), dim=1).unflatten(0, (generator.rank, -1))
        weight = weight.transpose(0, 1).flatten(1)  # (D, r (h + 1))
        u, bias = generator.u(conditional).transpose(2, 3), generator.bias_generator(conditional).unsqueeze(2)

        def pixels(part: Tensor) -> Tensor:
            mixed = (part @ weight).unflatten(2, (generator.rank, -1)).flatten(1, 2)  # (B, n r, h + 1)
            reduced = (hidden @ mixed.transpose(1, 2)).unflatten(2, (-1, generator.rank))  # (B, C, n, r)
            return (reduced @ u + bias).permute(0, 2, 3, 1).flatten(2)

        # A few tokens at a time, so that what lies between stays in the processor's cache.
        count = max(1, SLAB_VALUES // (len(tokens) * conditional.shape[1] * generator.rank))
        return torch.cat([pixels(part) for part in tokens.split(count, dim=1)], dim=1)
