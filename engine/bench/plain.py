"""The costly pieces of SpecAware as their formulas read, to measure ours against.

Per-band factors are applied by two einsums and a sum over the bands; all patches are embedded before some are hidden;
attention is softmax(Q K^T / sqrt(d)) V; UPerNet joins its levels at full resolution before the 3 x 3. They use the
weights of our modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..models.resampled_conv import resize
from ..models.specaware.autoencoder import (
    AutoencoderOutput,
    SpecAwareAutoencoder,
    mask_from_noise,
)
from ..models.specaware.content import ContentFeatureExtractor
from ..models.specaware.decoder_head import HyperLinear
from ..models.specaware.hyper import HyperEmbedding, patchify, visible
from ..models.specaware.spectral_input import SpectralInput
from ..models.specaware.upernet import NECK_SCALES, Neck, UPerNetDecoder
from ..models.vit import Attention, Block

Blocks = Callable[[Iterable[nn.Module], Tensor], Tensor]


def content(branch: ContentFeatureExtractor, image: Tensor) -> Tensor:
    """Section 7 of the specification: (B, C, H, W) -> (B, C, w)."""
    average = functional.adaptive_avg_pool2d(image, branch.grid).flatten(2)
    maximum = functional.adaptive_max_pool2d(image, branch.grid).flatten(2)
    both = torch.cat((branch.avg_feature_encoder(average), branch.max_feature_encoder(maximum)), dim=-1)
    return branch.layer_norm(branch.feature_fusion(both))


def metadata(embed: HyperEmbedding, spectral: SpectralInput) -> Tensor:
    """Section 6, every time anew: (1 or B, C, w)."""
    return embed.spectral_aware_transformer(embed.spectral_embedding(spectral))


def embed_tokens(embed: HyperEmbedding, image: Tensor, spectral: SpectralInput) -> Tensor:
    """Section 8: scaler (sum_c U_c V_c x[n, c] + b), (B, N, E); builds the array (B, N, C, E)."""
    meta = metadata(embed, spectral).expand(len(image), -1, -1)
    conditional = embed.feature_fusion(meta, content(embed.content_feature_extractor, image)) + meta
    factors = embed.factors(conditional)
    patches = patchify(image, embed.config.patch_px)
    reduced = torch.einsum("bcrp,bncp->bncr", factors.v, patches)
    each = torch.einsum("bcer,bncr->bnce", factors.u, reduced)
    return embed.scaler * (each.sum(dim=2) + factors.bias.unsqueeze(1))


def predict_pixels(head: HyperLinear, tokens: Tensor, meta: Tensor) -> Tensor:
    """Section 9: out[n, c] = U_c V_c y[n] + b_c, (B, T, p * C), pixel-major, band fastest."""
    factors = head.factors(head.conditional(tokens, meta))
    reduced = torch.einsum("bcrd,bnd->bncr", factors.v, tokens)
    out = torch.einsum("bcpr,bncr->bncp", factors.u, reduced) + factors.bias.unsqueeze(1)
    return out.transpose(2, 3).flatten(2)


def target(image: Tensor, patch_px: int) -> Tensor:
    """What is to be predicted: (B, C, H, W) -> (B, N, p * C), pixel-major, band fastest."""
    return patchify(image, patch_px).transpose(2, 3).flatten(2)


def losses(prediction: Tensor, target: Tensor, hidden: Tensor, bands: int) -> tuple[Tensor, Tensor]:
    """Section 9: spectral and twice the Charbonnier loss, means over the pixels of hidden patches."""
    prediction, target = prediction.unflatten(-1, (-1, bands)), target.unflatten(-1, (-1, bands))
    weight = hidden.unsqueeze(-1).expand(prediction.shape[:-1])
    angle = 1 - functional.cosine_similarity(prediction, target, dim=-1, eps=1e-8)
    distance = (((prediction - target) ** 2 + 1).sqrt() - 1).mean(dim=-1)
    total = weight.sum() + 1e-6
    return (angle * weight).sum() / total, 2 * (distance * weight).sum() / total


def attention(layer: Attention, x: Tensor) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V (Vaswani et al. 2017, equation 1), (B, T, dim) -> (B, T, dim)."""
    q, k, v = layer.qkv(x).unflatten(2, (3, layer.heads, -1)).permute(2, 0, 3, 1, 4)
    mixed = torch.softmax(q @ k.transpose(2, 3) / q.shape[-1] ** 0.5, dim=-1).to(v.dtype) @ v
    return layer.proj(mixed.transpose(1, 2).flatten(2))


def transform(blocks: Iterable[nn.Module], x: Tensor) -> Tensor:
    """Section 9: x += attention(LN x), x += MLP(LN x) in every block."""
    for block in (cast(Block, module) for module in blocks):
        x = x + attention(block.attn, block.norm1(x))
        x = x + block.mlp(block.norm2(x))
    return x


def decode(model: SpecAwareAutoencoder, latent: Tensor, restore: Tensor, positions: Tensor, blocks: Blocks) -> Tensor:
    """Section 9: visible tokens (B, M + 1, E) and mask tokens, back in their places, decoded: (B, N + 1, D)."""
    y = model.decoder_embed(latent).float()
    masked = model.mask_token.expand(len(y), restore.shape[1] + 1 - y.shape[1], -1)
    patches = visible(torch.cat((y[:, 1:], masked), dim=1), restore)
    return model.decoder_norm(blocks(model.decoder_blocks, torch.cat((y[:, :1], patches), dim=1) + positions.to(y)))


def reconstruct(model: SpecAwareAutoencoder, image: Tensor, spectral: SpectralInput, gsd_m: float, noise: Tensor,
                mask_ratio: float = 0.75, blocks: Blocks = transform) -> AutoencoderOutput:
    """A masked pretraining step in the published order: all patches embedded, then three quarters dropped."""
    grid = (image.shape[2] // model.config.patch_px, image.shape[3] // model.config.patch_px)
    mask = mask_from_noise(noise, mask_ratio)
    tokens = embed_tokens(model.patch_embed, image, spectral)
    tokens = tokens + model.positions(grid, gsd_m, model.config.embed_dim)[:, 1:].to(tokens)
    x = torch.cat((model.cls_token.expand(len(tokens), -1, -1), visible(tokens, mask.keep)), dim=1)
    latent = model.norm(blocks(model.blocks, x))
    decoded = decode(model, latent, mask.restore, model.positions(grid, gsd_m, model.config.decoder_dim), blocks)
    prediction = predict_pixels(model.decoder_pred, decoded, metadata(model.patch_embed, spectral))[:, 1:]
    spectral_loss, charbonnier = losses(prediction, target(image, model.config.patch_px), mask.hidden, image.shape[1])
    return AutoencoderOutput(spectral_loss + charbonnier, spectral_loss, mask, lambda: prediction)


def segment(neck: Neck, decoder: UPerNetDecoder, features: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
    """Section 12: four (B, E, Gh, Gw) -> (B, S, *size); both 3 x 3 convolutions after their resizing."""
    levels = []
    for feature, scale, lateral, conv in zip(features, NECK_SCALES, neck.lateral_convs, neck.convs, strict=True):
        x = functional.interpolate(lateral(feature), scale_factor=scale, mode="bilinear",
                                   recompute_scale_factor=False) if scale != 1 else lateral(feature)
        levels.append(conv(x))
    joined = torch.cat([resize(level, size) for level in decoder.pyramid(levels)], dim=1)
    return decoder.fpn_bottleneck(joined)
