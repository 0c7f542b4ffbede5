"""Masked autoencoder for pretraining (specification section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..vit import VIT_NORM_EPS, Block, init_linear, init_scaled
from .config import SpecAwareConfig
from .decoder_head import HyperLinear
from .encoder import SpecAwareEncoder
from .hyper import patchify, visible
from .losses import reconstruction_losses
from .spectral_input import SpectralInput

TARGETS = ("raw", "patch", "band")
GUIDE_SIGMA = 1.5  # in patches


@dataclass(frozen=True)
class PatchMask:
    """Which patches are hidden.

    Attributes:
        keep: (B, M) visible patches, in the order the encoder sees them.
        restore: (B, N) position of each patch in [visible, hidden].
        hidden: (B, N) float, 1 for hidden patches.
    """

    keep: Tensor
    restore: Tensor
    hidden: Tensor


def mask_from_noise(noise: Tensor, ratio: float) -> PatchMask:
    """Keep the int(N (1 - ratio)) patches with the smallest noise (B, N)."""
    shuffle = noise.argsort(dim=1)
    restore = shuffle.argsort(dim=1)
    count = int(noise.shape[1] * (1 - ratio))
    return PatchMask(shuffle[:, :count], restore, (restore >= count).float())


@dataclass(frozen=True)
class AutoencoderOutput:
    """Losses, prediction (B, N, p * C), pixel-major with the band fastest, and the mask used."""

    loss: Tensor
    loss_spectral: Tensor
    loss_charbonnier: Tensor
    prediction: Tensor
    mask: PatchMask


class SpecAwareAutoencoder(SpecAwareEncoder):
    """The encoder with a light decoder that reconstructs hidden patches. Official parameter names (section 13)."""

    def __init__(self, config: SpecAwareConfig) -> None:
        super().__init__(config)
        init = init_linear if config.band_reduction == "sum" else init_scaled
        self.mask_token = nn.Parameter(torch.empty(1, 1, config.decoder_dim))
        self.decoder_embed = nn.Linear(config.embed_dim, config.decoder_dim).apply(init)
        self.decoder_blocks = nn.ModuleList(Block(config.decoder_dim, config.decoder_heads, config.mlp_ratio)
                                            for _ in range(config.decoder_depth)).apply(init)
        self.decoder_norm = nn.LayerNorm(config.decoder_dim, eps=VIT_NORM_EPS)
        self.decoder_pred = HyperLinear(config)
        nn.init.trunc_normal_(self.mask_token, std=0.02)

    def reconstruct(self, image: Tensor, spectral: SpectralInput, gsd_m: float | Sequence[float] | Tensor,
                    noise: Tensor, mask_ratio: float = 0.75, target: str = "raw",
                    visible_content: bool = False, content: Tensor | None = None, guided: bool = False,
                    visible_weight: float = 0.0) -> AutoencoderOutput:
        """Hide patches, encode the others, predict the hidden ones.

        Args:
            image: (B, C, H, W), sides divisible by the patch.
            spectral: its metadata.
            gsd_m: ground sampling distance in metres, one or one per sample.
            noise: (B, N); patches with the smallest values stay visible.
            mask_ratio: share of hidden patches.
            target: what to predict: ``raw`` pixels, pixels standardised per ``patch`` (official norm_pix_loss), or
                standardised per ``band`` over the image, which weighs weak absorption features like bright ones.
            visible_content: fill hidden patches with the band's visible mean before the content branch sees the
                image. The published recipe does not, and lets means of hidden patches through (section 7b).
            content: image for the content branch instead, e.g. another part of the scene; with the same bands.
            guided: start the decoder's hidden tokens from the visible ones around them. It spares the decoder
                learning to find its neighbours, which takes longer than all of a short run.
            visible_weight: weight of the visible pixels in the losses, against 1 for hidden ones; 0 as published.

        Returns:
            Losses over the hidden pixels.
        """
        grid = (image.shape[2] // self.config.patch_px, image.shape[3] // self.config.patch_px)
        mask = mask_from_noise(noise, mask_ratio)
        meta = self.patch_embed.metadata(spectral)
        if content is None and visible_content:
            content = fill_hidden(image, mask.hidden.view(-1, 1, *grid))
        latent = self.encode_visible(image, meta, grid, gsd_m, mask.keep, content)
        decoded = self.decode(latent, mask.restore, grid, gsd_m, mask.hidden if guided else None)
        prediction = self.decoder_pred(decoded, meta, first=1).float()
        wanted = pixel_target(image, self.config.patch_px, target)
        weight = mask.hidden + visible_weight * (1 - mask.hidden)
        spectral_loss, charbonnier = reconstruction_losses(prediction, wanted, weight, image.shape[1])
        return AutoencoderOutput(spectral_loss + charbonnier, spectral_loss, charbonnier, prediction, mask)

    def encode_visible(self, image: Tensor, meta: Tensor, grid: tuple[int, int],
                       gsd_m: float | Sequence[float] | Tensor, keep: Tensor | None,
                       content: Tensor | None = None) -> Tensor:
        """Tokens (B, M + 1, E) of the patches ``keep``; the others are never embedded."""
        x = self.add_positions(self.patch_embed(image, meta, keep, content), grid, gsd_m, keep)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def decode(self, latent: Tensor, restore: Tensor, grid: tuple[int, int],
               gsd_m: float | Sequence[float] | Tensor, guide: Tensor | None = None) -> Tensor:
        """(B, M + 1, E) -> (B, N + 1, D), patches back in their places; ``guide`` (B, N) says where to interpolate."""
        y = self.decoder_embed(latent)
        blanks = self.mask_token.to(y.dtype).expand(len(y), restore.shape[1] + 1 - y.shape[1], -1)
        patches = visible(torch.cat((y[:, 1:], blanks), dim=1), restore)
        if guide is not None:
            patches = patches + interpolate_hidden(patches.float(), guide, grid)
        x = torch.cat((y[:, :1], patches), dim=1).float()
        step = self.config.decoder_step / self.config.position_scale
        x = x + self.positions(grid, step or gsd_m, self.config.decoder_dim).to(x)
        for block in self.decoder_blocks:
            x = block(x)
        return self.decoder_norm(x)


def interpolate_hidden(patches: Tensor, hidden: Tensor, grid: tuple[int, int]) -> Tensor:
    """For each hidden patch (hidden: (B, N)) the distance-weighted mean of the visible ones, 0 for visible ones."""
    rows, cols = (torch.arange(side, device=patches.device, dtype=patches.dtype) for side in grid)
    places = torch.cartesian_prod(rows, cols)
    nearness = torch.exp(-torch.cdist(places, places) ** 2 / (2 * GUIDE_SIGMA ** 2)) + 1e-6
    shown = (1 - hidden).unsqueeze(-1)
    return hidden.unsqueeze(-1) * (nearness @ (patches * shown)) / (nearness @ shown)


def fill_hidden(image: Tensor, hidden: Tensor) -> Tensor:
    """Replace hidden patches (hidden: (B, 1, Gh, Gw), 1 = hidden) by each band's mean over the visible ones."""
    shown = 1 - functional.interpolate(hidden, size=image.shape[2:], mode="nearest")
    mean = (image * shown).sum(dim=(2, 3), keepdim=True) / shown.sum(dim=(2, 3), keepdim=True).clamp(min=1)
    return torch.where(shown.bool(), image, mean)


def pixel_target(image: Tensor, patch_px: int, target: str) -> Tensor:
    """(B, C, H, W) -> (B, N, p * C), pixel-major with the band fastest; see `SpecAwareAutoencoder.reconstruct`."""
    if target == "band":
        variance, mean = torch.var_mean(image, dim=(2, 3), keepdim=True)
        # The floor keeps nearly constant bands from becoming pure noise.
        image = (image - mean) / (variance + 1e-4).sqrt()
    pixels = patchify(image, patch_px).transpose(2, 3).flatten(2)
    if target == "patch":
        variance, mean = torch.var_mean(pixels, dim=-1, keepdim=True)
        pixels = (pixels - mean) / (variance + 1e-6).sqrt()
    return pixels
