"""The encoder for many images that share bands, sensor and content: what does not depend on pixels is computed once.

Weights for bands depend on metadata and on the content branch. With standardised input the content is the scene's, the
same for all of its tiles (see `content.scene_content`), so the embedding is one matrix for the whole scene. The blocks
are kept in the precision of computing: under autocast every layer would cast its input, and a copy of it, anew.
"""

from __future__ import annotations

import copy
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from ..vit import Block
from .config import SUM
from .encoder import SpecAwareEncoder, pad_to_patches
from .hyper import patchify
from .spectral_input import SpectralInput


class FixedEncoder:
    """A SpecAware encoder with its embedding generated.

    Args:
        encoder: in evaluation mode; it is copied where its precision changes.
        spectral: the bands and sensor of all images.
        gsd_m: their ground sampling distance in metres.
        content: (1, C, h, w) image for the content branch.
        dtype: of products and of tokens between them, float32 or bfloat16.
    """

    def __init__(self, encoder: SpecAwareEncoder, spectral: SpectralInput, gsd_m: float, content: Tensor,
                 dtype: torch.dtype) -> None:
        self.config, self._encoder, self._gsd_m, self._dtype = encoder.config, encoder, gsd_m, dtype
        half = dtype != torch.float32
        self._blocks: list[Block] = [*(copy.deepcopy(encoder.blocks).to(dtype) if half else encoder.blocks)]
        self._norm = copy.deepcopy(encoder.norm).to(dtype) if half else encoder.norm
        kernel, self._bias = _embedding(encoder, spectral, content)
        self._kernel = kernel.to(dtype)
        self._first = lru_cache(maxsize=4)(self._first_tokens)

    def __call__(self, image: Tensor) -> list[Tensor]:
        """Feature maps of images (B, C, H, W) float32, (B, Gh, Gw, E) for each of ``feature_layers``."""
        return self.encode(self.embed(image))

    def embed(self, image: Tensor) -> Tensor:
        """Patches of images (B, C, H, W) float32, (B, Gh, Gw, E) without bias and positions."""
        patch_px = self.config.patch_px
        image = pad_to_patches(image, patch_px).to(self._dtype)
        grid = (image.shape[2] // patch_px, image.shape[3] // patch_px)
        return (patchify(image, patch_px).flatten(2) @ self._kernel).unflatten(1, grid)

    def encode(self, embedded: Tensor) -> list[Tensor]:
        """Feature maps, see `__call__`, of what `embed` gives; tiles of it may be cut in between."""
        grid = (embedded.shape[1], embedded.shape[2])
        x = self._first(grid).repeat(len(embedded), 1, 1)
        x[:, 1:] += embedded.to(self._dtype).flatten(1, 2)
        found, room = [], BlockRoom(x, self._blocks[0])
        for index, block in enumerate(self._blocks):
            apply_in_place(block, x, room)
            if index == len(self._blocks) - 1:
                x = self._norm(x)
            if index in self.config.feature_layers:
                found.append(x[:, 1:].unflatten(1, grid).clone())
        return found

    def _first_tokens(self, grid: tuple[int, int]) -> Tensor:
        """(1, N + 1, E) what is added to the embedded pixels: the cls token; bias and positions."""
        bias = self._bias.expand(1, grid[0] * grid[1], -1)
        return self._encoder.add_positions(bias, grid, self._gsd_m).to(self._dtype)


class BlockRoom:
    """Memory for what the blocks hold between their layers, one after the other.

    It is too large for the allocator to keep: a new piece for every layer would have its pages mapped anew.

    Args:
        x: (B, T, E) tokens.
        block: one of them.
    """

    def __init__(self, x: Tensor, block: Block) -> None:
        self.projected = x.new_empty(x.shape[0] * x.shape[1], block.attn.qkv.out_features)
        self.hidden = x.new_empty(x.shape[0] * x.shape[1], block.mlp.fc1.out_features)


def apply_in_place(block: Block, x: Tensor, room: BlockRoom) -> None:
    """What `Block.forward` computes of tokens (B, T, E), written over them; without gradients."""
    batch, tokens, width = x.shape
    attn, mlp, flat = block.attn, block.mlp, x.view(-1, width)
    torch.addmm(attn.qkv.bias, block.norm1(flat), attn.qkv.weight.T, out=room.projected)
    q, k, v = room.projected.view(batch, tokens, 3, attn.heads, -1).permute(2, 0, 3, 1, 4)
    mixed = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(-1, width)
    flat.addmm_(mixed, attn.proj.weight.T).add_(attn.proj.bias)
    torch.addmm(mlp.fc1.bias, block.norm2(flat), mlp.fc1.weight.T, out=room.hidden)
    torch.ops.aten.gelu.out(room.hidden, out=room.hidden)
    flat.addmm_(room.hidden, mlp.fc2.weight.T).add_(mlp.fc2.bias)


def _embedding(encoder: SpecAwareEncoder, spectral: SpectralInput, content: Tensor) -> tuple[Tensor, Tensor]:
    """Kernel (C * p, E), to be applied to pixels with the pixels of a band side by side, and bias (E,), float32."""
    embed, config = encoder.patch_embed, encoder.config
    with torch.autocast(content.device.type, enabled=False):
        factors = embed.factors(embed.conditional(content, embed.metadata(spectral)))
        kernel = factors.kernels()[0].transpose(1, 2).flatten(0, 1)
        if config.band_reduction != SUM:
            kernel = kernel * (config.reference_bands / len(factors.u[0]))
        kernel = kernel * embed.shares(spectral).to(kernel).repeat_interleave(config.patch_px ** 2)[:, None]
        bias = factors.bias[0] - config.input_centre * kernel.sum(0)
        return kernel * embed.scaler, bias * embed.scaler
