"""Pre-norm Vision Transformer block (Dosovitskiy et al. 2021), with the key names the published weights use."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

VIT_NORM_EPS = 1e-6


FEW_TOKENS = 512


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention over (B, heads, T, width per head)."""
    if q.device.type == "cpu" and q.dtype == torch.bfloat16 and q.requires_grad and q.shape[2] < FEW_TOKENS:
        # With few tokens torch's fused CPU kernel takes more than twice as long (forward and backward, torch 2.13).
        # With many it is as fast as this, and the array (T, T), which this keeps for the backward pass, is large.
        return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1), dim=-1).to(v.dtype) @ v
    return functional.scaled_dot_product_attention(q, k, v)


class Linear(nn.Linear):
    """A linear layer that, while nothing is learnt, keeps a copy of its weights in the precision of autocast.

    Autocast alone makes one at every call, which for a few hundred tokens takes as long as the product. The copy is
    transposed, (inputs, outputs), which saves the product from reordering it: a seventh of its time on CPUs.
    """

    _copy: tuple[tuple[object, ...], Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """(..., inputs) -> (..., outputs)."""
        learning = torch.is_grad_enabled() or not torch.is_autocast_enabled(x.device.type)
        if learning or torch.compiler.is_compiling():
            return super().forward(x)
        weight, bias = self._cast(torch.get_autocast_dtype(x.device.type))
        rows = torch.addmm(bias, x.reshape(-1, self.in_features).to(weight.dtype), weight)
        return rows.view(*x.shape[:-1], self.out_features)

    def _cast(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        key = (dtype, *((w.data_ptr(), w._version) for w in (self.weight, self.bias)))
        if self._copy is None or self._copy[0] != key:
            self._copy = (key, self.weight.T.to(dtype).contiguous(), self.bias.to(dtype))
        return self._copy[1:]


class Attention(nn.Module):
    """Multi-head self-attention; rows of ``qkv`` are query, key, value, each with contiguous heads."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = Linear(dim, 3 * dim)
        self.proj = Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, dim) -> (B, T, dim)."""
        batch, tokens, dim = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        mixed = attend(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, dim))


class Mlp(nn.Module):
    """Two linear layers with the exact (erf) GELU between."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = Linear(dim, hidden)
        self.fc2 = Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        return self.fc2(functional.gelu(self.fc1(x)))


class Block(nn.Module):
    """x + attention(norm x), then x + mlp(norm x)."""

    def __init__(self, dim: int, heads: int, mlp_ratio: float = 4.0) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=VIT_NORM_EPS)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=VIT_NORM_EPS)
        self.mlp = Mlp(dim, int(dim * mlp_ratio))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, dim) -> (B, T, dim)."""
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def run_blocks(blocks: Iterable[nn.Module], x: Tensor, recompute: bool = False) -> Tensor:
    """(B, T, dim) through one block after the other.

    Args:
        blocks: of one width.
        x: tokens.
        recompute: keep only what enters each block for the backward pass, which computes the rest again: a third more
            arithmetic for a fraction of the memory (Chen et al. 2016, "Training deep nets with sublinear memory cost").
    """
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False) if recompute and torch.is_grad_enabled() else block(x)
    return x


def init_linear(module: nn.Module, std: float = 0.02) -> None:
    """Truncated normal weights and zero biases for a Linear, ones and zeros for a LayerNorm (use with ``apply``)."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=std)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.LayerNorm):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)


def init_scaled(module: nn.Module) -> None:
    """Like `init_linear` with std 1/sqrt(inputs), which keeps the size of what passes through."""
    fan_in = module.in_features if isinstance(module, nn.Linear) else 1
    init_linear(module, std=fan_in ** -0.5)


def parameter_count(module: nn.Module) -> int:
    """Number of parameters, buffers not counted."""
    return sum(p.numel() for p in module.parameters())
