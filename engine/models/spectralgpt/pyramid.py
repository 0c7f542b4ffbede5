"""Pyramid and decoder that make a map from one grid of tokens (specification section 16)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .config import DenseConfig

POOL_SIZES = (1, 2, 3, 6)
UPSAMPLING = (8, 4, 2, 1)  # of the four levels over the token grid


def conv_norm_gelu(channels_in: int, channels_out: int, norm_groups: int, *more: nn.Module) -> nn.Sequential:
    """1 x 1 convolution, group normalisation, exact GELU, then ``more``."""
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, 1), nn.GroupNorm(norm_groups, channels_out), nn.GELU(),
                         *more)


def pyramid_level(dim: int, level: int, config: DenseConfig, dropout: float) -> nn.Sequential:
    """From (B, dim, g, g) to (B, out, f g, f g) with f of `UPSAMPLING`."""
    hidden, out, factor = config.hidden[level], config.out[level], UPSAMPLING[level]
    widen = [nn.ConvTranspose2d(hidden, out, factor, stride=factor)] if factor > 1 else []
    return conv_norm_gelu(dim, hidden, config.pyramid_norm_groups, *widen, nn.Dropout(dropout))


def resize(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Bilinear, corners aligned."""
    return functional.interpolate(x, size=size, mode="bilinear", align_corners=True)


def size_of(x: Tensor) -> tuple[int, int]:
    """Rows and columns of (B, channels, rows, columns)."""
    return x.shape[2], x.shape[3]


class PoolingPyramid(nn.Module):
    """Pyramid pooling module with maxima (Zhao et al. 2017 use means)."""

    def __init__(self, channels: int, config: DenseConfig, dropout: float) -> None:
        super().__init__()
        neck = config.neck
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveMaxPool2d(size), nn.Conv2d(channels, neck, 1)) for size in POOL_SIZES)
        self.final = conv_norm_gelu(channels + len(POOL_SIZES) * neck, neck, config.neck_norm_groups,
                                    nn.Dropout(dropout))

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, g, g) -> (B, neck, g, g)."""
        pooled = [resize(module(x), size_of(x)) for module in self.psp_modules]
        return self.final(torch.cat([*pooled, x], dim=1))


class FpnDecoder(nn.Module):
    """Feature pyramid decoder with the pooling pyramid on its coarsest level, official parameter names."""

    def __init__(self, config: DenseConfig, pool_dropout: float) -> None:
        super().__init__()
        fine, middle, coarse, coarsest = config.out
        neck = config.neck

        def fuse(channels: int) -> nn.Sequential:
            return conv_norm_gelu(channels, neck, config.neck_norm_groups, nn.Dropout(config.dropout))

        self.PPMHead = PoolingPyramid(coarsest, config, pool_dropout)
        self.Conv_fuse1, self.Conv_fuse1_ = fuse(coarse), fuse(neck)
        self.Conv_fuse2, self.Conv_fuse2_ = fuse(middle), fuse(neck)
        self.Conv_fuse3, self.Conv_fuse3_ = fuse(fine), fuse(neck)
        self.fuse_all = fuse(4 * neck)
        self.conv_x1 = nn.Conv2d(neck, neck, 1)

    def forward(self, fine: Tensor, middle: Tensor, coarse: Tensor, coarsest: Tensor) -> Tensor:
        """The four levels of the pyramid to (B, neck, 8 g, 8 g)."""
        x1 = self.PPMHead(coarsest)
        # A 1 x 1 convolution and the resizing commute; before it there are fewer pixels.
        x2 = self.Conv_fuse1_(resize(self.conv_x1(x1), size_of(coarse)) + self.Conv_fuse1(coarse))
        x3 = self.Conv_fuse2_(resize(x2, size_of(middle)) + self.Conv_fuse2(middle))
        x4 = self.Conv_fuse3_(resize(x3, size_of(fine)) + self.Conv_fuse3(fine))
        return self.fuse([x1, x2, x3, x4])

    def fuse(self, levels: list[Tensor]) -> Tensor:
        """``fuse_all`` of the levels joined at the last one's size.

        Each level meets its columns of the convolution before it is resized, so the join is never built.
        """
        convolution, *rest = self.fuse_all
        parts = convolution.weight.chunk(len(levels), dim=1)  # type: ignore[operator, union-attr]
        x = functional.conv2d(levels[-1], parts[-1], convolution.bias)  # type: ignore[arg-type]
        for level, part in zip(levels[:-1], parts[:-1], strict=True):
            x = x + resize(functional.conv2d(level, part), size_of(x))
        for module in rest:
            x = module(x)
        return x
