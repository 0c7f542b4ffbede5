"""HyperLinear: pixels from decoder tokens with generated per-band weights (specification section 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..vit import init_linear, init_scaled
from .config import SUM, SpecAwareConfig
from .fusion import CrossModalFusion
from .generators import BandFactors, MatrixGenerator

POOL_WIDTH = 64
SLAB_VALUES = 2 ** 19  # pixels times bands predicted at a time: 2 MB, of which the losses need several at once


@dataclass(frozen=True)
class Expansion:
    """One way to get pixels from tokens, its weights generated; done for a few tokens at a time.

    Attributes:
        inputs: (B, T, ...) what is needed of each token.
        weights: tensors for ``apply``.
        apply: maps part of ``inputs`` (B, n, ...) and the weights to (B, C, n, p) or (B, n, p, C), and to what ``pull``
            wants to see again.
        pull: takes a gradient of such pixels back: (gradient, part, what ``apply`` gave, a float32 total for each
            weight, to which it adds) -> gradient of the part, (B, n, ...). Autograd would make new totals each time.
        band_axis: of that result, 1 or 3.
        pixels: of a patch, p.
        token_values: largest number of values that lie between, for one token.
    """

    inputs: Tensor
    weights: tuple[Tensor, ...]
    apply: Callable[..., tuple[Tensor, Tensor]]
    pull: Callable[[Tensor, Tensor, Tensor, Sequence[Tensor]], Tensor]
    band_axis: int
    pixels: int
    token_values: int

    def slabs(self) -> Iterator[slice]:
        """Parts of the tokens whose values stay in the processor's cache."""
        batch, tokens = self.inputs.shape[:2]
        count = max(1, SLAB_VALUES // (batch * self.token_values))
        return (slice(start, start + count) for start in range(0, tokens, count))


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
        self.apply(init_linear if config.band_reduction == SUM else init_scaled)
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
        way = self.expansion(tokens, meta, tokens[:, first:], contraction)
        shape = (len(tokens), tokens.shape[1] - first, self.matrix_generator.rows, meta.shape[1])
        out = way.inputs.new_empty(shape, dtype=way.weights[0].dtype)
        for part in way.slabs():
            out[:, part] = way.apply(way.inputs[:, part], *way.weights)[0].movedim(way.band_axis, 3)
        return out.flatten(2)

    def expansion(self, tokens: Tensor, meta: Tensor, wanted: Tensor, contraction: str = "auto") -> Expansion:
        """How to predict from ``wanted`` (B, n, D), some of all the tokens (B, T, D); see `forward`."""
        conditional = self.conditional(tokens, meta)
        if contraction == "auto":
            contraction = self.cheapest_contraction(wanted.shape[1], meta.shape[1])
        return (self._hidden if contraction == "hidden" else self._merged)(wanted, conditional)

    def cheapest_contraction(self, tokens: int, bands: int) -> str:
        """``merged`` or ``hidden``, whichever needs fewer multiply-accumulates for one sample."""
        area, dim, rank = (getattr(self.matrix_generator, name) for name in ("rows", "columns", "rank"))
        half = self.matrix_generator.v_last.in_features
        merged = bands * rank * dim * (half + area) + tokens * bands * area * dim
        hidden = tokens * rank * half * dim + tokens * bands * rank * (half + area)
        return "hidden" if hidden < merged else "merged"

    def _merged(self, tokens: Tensor, conditional: Tensor) -> Expansion:
        """K = U V, then one product for all bands and pixels."""
        generator, factors = self.matrix_generator, self.factors(conditional)
        kernels = factors.kernels().transpose(1, 2).flatten(1, 2)  # (B, p C, D)
        bias = factors.bias.transpose(1, 2).flatten(1).unsqueeze(1)
        bands = conditional.shape[1]

        def pixels(part: Tensor, kernels: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
            return (part @ kernels.transpose(1, 2) + bias).unflatten(2, (-1, bands)), part

        def pull(gradient: Tensor, part: Tensor, _: Tensor, totals: Sequence[Tensor]) -> Tensor:
            gradient = gradient.flatten(2)
            _add_product(totals[0], gradient.transpose(1, 2), part)
            totals[1].add_(gradient.sum(dim=1, keepdim=True))
            return gradient @ kernels.detach()

        return Expansion(tokens.to(kernels.dtype), (kernels, bias), pixels, pull, 3, generator.rows, kernels.shape[1])

    def _hidden(self, tokens: Tensor, conditional: Tensor) -> Expansion:
        """V is linear in its hidden vector t_c: A y for all entries of t_c first, and V is never built."""
        generator, last = self.matrix_generator, self.matrix_generator.v_last
        rank, bands = generator.rank, conditional.shape[1]
        hidden = generator.v_hidden(conditional)
        hidden = torch.cat((hidden, torch.ones_like(hidden[..., :1])), dim=-1)  # the last entry meets the layer's bias
        by_column = [values.view(rank, generator.columns, -1).transpose(0, 1) for values in (last.weight, last.bias)]
        mixed = (tokens @ torch.cat(by_column, dim=2).flatten(1)).unflatten(2, (rank, -1))  # (B, T, r, h + 1)
        u = generator.u(conditional).flatten(0, 1)  # (B C, p, r)
        turned = u.transpose(1, 2).contiguous()  # batched products with a transposed view take half as long again
        bias = generator.bias_generator(conditional).flatten(0, 1).unsqueeze(1)

        def pixels(part: Tensor, hidden: Tensor, turned: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
            reduced = hidden @ part.flatten(1, 2).transpose(1, 2)  # (B, C, n r)
            reduced = reduced.view(len(turned), -1, rank)
            return torch.baddbmm(bias, reduced, turned).unflatten(0, (-1, bands)), reduced

        def pull(gradient: Tensor, part: Tensor, reduced: Tensor, totals: Sequence[Tensor]) -> Tensor:
            gradient = gradient.flatten(0, 1)
            _add_product(totals[1], reduced.transpose(1, 2), gradient)
            totals[2].add_(gradient.sum(dim=1, keepdim=True))
            back = torch.bmm(gradient, u.detach()).view(len(part), bands, -1)  # (B, C, n r)
            _add_product(totals[0], back, part.flatten(1, 2))
            return (hidden.detach().transpose(1, 2) @ back).transpose(1, 2).view_as(part)

        return Expansion(mixed, (hidden, turned, bias), pixels, pull, 1, generator.rows,
                         bands * max(rank, generator.rows))


def _add_product(total: Tensor, a: Tensor, b: Tensor) -> None:
    """Add a @ b to the total; all are (B, ...) matrices."""
    if a.dtype == total.dtype:
        total.baddbmm_(a, b)
    else:
        total.add_(a @ b)
