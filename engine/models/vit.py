"""Pre-norm Vision Transformer block (Dosovitskiy et al. 2021), with the key names the published weights use."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

VIT_NORM_EPS = 1e-6


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention over (B, heads, T, width per head)."""
    if q.device.type == "cpu" and q.dtype == torch.bfloat16 and q.requires_grad:
        # torch's fused CPU kernel is four times slower than this in its bfloat16 backward pass (torch 2.13).
        return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1), dim=-1).to(v.dtype) @ v
    return functional.scaled_dot_product_attention(q, k, v)


class Attention(nn.Module):
    """Multi-head self-attention; rows of ``qkv`` are query, key, value, each with contiguous heads."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

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
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

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


@torch.no_grad()
def parameter_count(module: nn.Module) -> int:
    """Number of parameters, buffers not counted."""
    return sum(p.numel() for p in module.parameters())
