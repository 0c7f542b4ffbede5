"""Masked autoencoder for pretraining (specification section 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..vit import VIT_NORM_EPS, Block, init_linear, init_scaled, run_blocks
from .config import SUM, SpecAwareConfig
from .contractions import chosen_patches
from .decoder_head import HyperLinear
from .encoder import SpecAwareEncoder
from .hyper import visible
from .losses import reconstruction_losses
from .spectral_input import SpectralInput

TARGETS = ("raw", "patch", "band")
GUIDE_SIGMA = 1.5  # in patches


@dataclass(frozen=True)
class PatchMask:
    """Which patches are hidden.

    Attributes:
        keep: (B, M) visible patches, in the order the encoder sees them.
        drop: (B, N - M) hidden patches.
        restore: (B, N) position of each patch in [visible, hidden].
        hidden: (B, N) float, 1 for hidden patches.
    """

    keep: Tensor
    drop: Tensor
    restore: Tensor
    hidden: Tensor


def mask_from_noise(noise: Tensor, ratio: float) -> PatchMask:
    """Keep the int(N (1 - ratio)) patches with the smallest noise (B, N)."""
    shuffle = noise.argsort(dim=1)
    restore = shuffle.argsort(dim=1)
    count = int(noise.shape[1] * (1 - ratio))
    return PatchMask(shuffle[:, :count], shuffle[:, count:], restore, (restore >= count).float())


@dataclass(frozen=True)
class AutoencoderOutput:
    """What came of hiding patches.

    Attributes:
        loss: to learn from.
        loss_spectral: the part of it that compares directions of spectra; a number without gradient.
        mask: the mask used.
        predict: see `prediction`.
    """

    loss: Tensor
    loss_spectral: Tensor
    mask: PatchMask
    predict: Callable[[], Tensor]

    @property
    def loss_charbonnier(self) -> Tensor:
        """The other part of the loss, with the gradient of all of it."""
        return self.loss - self.loss_spectral

    @cached_property
    def prediction(self) -> Tensor:
        """(B, N, p * C), pixel-major with the band fastest; made when asked for, since the losses do without it."""
        return self.predict()


class SpecAwareAutoencoder(SpecAwareEncoder):
    """The encoder with a light decoder that reconstructs hidden patches. Official parameter names (section 13).

    Attributes:
        recompute_blocks: save memory in the backward pass, see `run_blocks`.
    """

    recompute_blocks = False

    def __init__(self, config: SpecAwareConfig) -> None:
        super().__init__(config)
        init = init_linear if config.band_reduction == SUM else init_scaled
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
        content = image if content is None else content
        latent = self.encode_visible(self.patch_embed.weighed(image, spectral), meta, grid, gsd_m, mask.keep, content)
        decoded = self.decode(latent, mask.restore, grid, gsd_m, mask.hidden if guided else None)
        loss, spectral_loss = self.losses(decoded, meta, image, mask, target, visible_weight)
        return AutoencoderOutput(loss, spectral_loss, mask, lambda: self.decoder_pred(decoded, meta, first=1).float())

    def losses(self, decoded: Tensor, meta: Tensor, image: Tensor, mask: PatchMask, target: str = "raw",
               visible_weight: float = 0.0) -> tuple[Tensor, Tensor]:
        """The loss of decoded tokens (B, N + 1, D), and its spectral part without gradient; see `reconstruct`."""
        weight = mask.hidden + visible_weight * (1 - mask.hidden)
        places = None if visible_weight else mask.drop  # what the losses leave out is not predicted
        way = self.decoder_pred.expansion(decoded, meta, visible(decoded[:, 1:], places))
        wanted = PixelTarget(image, self.config.patch_px, target, places, way.band_axis)
        return reconstruction_losses(way, wanted, visible(weight, places))

    def encode_visible(self, image: Tensor, meta: Tensor, grid: tuple[int, int],
                       gsd_m: float | Sequence[float] | Tensor, keep: Tensor | None,
                       content: Tensor | None = None) -> Tensor:
        """Tokens (B, M + 1, E) of the patches ``keep`` of a weighed image; the others are never embedded."""
        x = self.add_positions(self.patch_embed(image, meta, keep, content), grid, gsd_m, keep)
        return self.norm(run_blocks(self.blocks, x, self.recompute_blocks))

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
        return self.decoder_norm(run_blocks(self.decoder_blocks, x, self.recompute_blocks))


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


class PixelTarget:
    """What is to be predicted for patches, a few at a time.

    Args:
        image: (B, C, H, W).
        patch_px: side of a patch.
        target: see `SpecAwareAutoencoder.reconstruct`.
        places: (B, n) the patches, all for None.
        band_axis: 1 to get (B, C, n, p), 3 to get (B, n, p, C).
    """

    def __init__(self, image: Tensor, patch_px: int, target: str, places: Tensor | None, band_axis: int) -> None:
        if target == "band":
            variance, mean = torch.var_mean(image, dim=(2, 3), keepdim=True)
            # The floor keeps nearly constant bands from becoming pure noise.
            image = (image - mean) / (variance + 1e-4).sqrt()
        if places is None:
            patches = image.shape[2] * image.shape[3] // patch_px ** 2
            places = torch.arange(patches, device=image.device).expand(len(image), -1)
        self._image, self._patch_px, self._places, self._band_axis = image, patch_px, places, band_axis
        self._by_patch = target == "patch"

    def __call__(self, part: slice) -> Tensor:
        """Those of some of the patches."""
        first = self._band_axis == 1
        pixels = chosen_patches(self._image, self._patch_px, self._places[:, part], first)
        if self._by_patch:
            variance, mean = torch.var_mean(pixels, dim=(1 if first else 2, 3), keepdim=True)
            pixels = (pixels - mean) / (variance + 1e-6).sqrt()
        return pixels if first else pixels.transpose(2, 3)
