"""Masked autoencoder for pretraining (specification sections 6 to 9)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..specaware.autoencoder import PatchMask, mask_from_noise
from ..specaware.hyper import visible
from ..vit import VIT_NORM_EPS
from .blocks import Block
from .config import SpectralGptConfig
from .encoder import SpectralGptEncoder
from .tokens import image_grid, patchify, resize_table, separable_positions

SPECTRAL_LOSSES = ("sum", "none", "mean3")


@dataclass(frozen=True)
class LossOptions:
    """Variants of the reconstruction loss (specification section 9).

    Attributes:
        spectral: ``sum`` over the spectral groups as released, ``none``, or ``mean3``, half of the error of means over
            groups and half of that of means over positions, as in an older state of the authors' code.
        norm_pix: predict tokens standardised with their own mean and unbiased variance; off in published commands.
        raw_spectral_target: with ``norm_pix``, keep raw values as the target of the spectral term. Prediction and
            target then are in different units; only to reproduce the authors' numbers.
    """

    spectral: str = "sum"
    norm_pix: bool = False
    raw_spectral_target: bool = False

    def __post_init__(self) -> None:
        if self.spectral not in SPECTRAL_LOSSES:
            raise ValueError(f"spectral loss {self.spectral!r} is not one of {SPECTRAL_LOSSES}")


@dataclass(frozen=True)
class AutoencoderOutput:
    """What a masked forward pass gives.

    Attributes:
        loss: sum of the two terms.
        loss_token: mean squared error of the hidden tokens.
        loss_spectral: error over the spectral groups, 0 if left out.
        prediction: (B, N, V) values of all tokens.
        latent: (B, K, D) normalised visible tokens, in the order of ``mask.keep``.
        mask: which tokens were hidden.
    """

    loss: Tensor
    loss_token: Tensor
    loss_spectral: Tensor
    prediction: Tensor
    latent: Tensor
    mask: PatchMask


class SpectralGptAutoencoder(SpectralGptEncoder):
    """The encoder with a light decoder that reconstructs hidden tokens."""

    def __init__(self, config: SpectralGptConfig) -> None:
        super().__init__(config)
        dim, positions = config.decoder_dim, config.grid_side ** 2
        self.mask_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.decoder_pos_embed_spatial = nn.Parameter(torch.zeros(1, positions, dim))
        self.decoder_pos_embed_temporal = nn.Parameter(torch.zeros(1, config.groups, dim))
        self.decoder_embed = nn.Linear(config.embed_dim, dim)
        self.decoder_blocks = nn.ModuleList(Block(dim, config.decoder_heads, config.mlp_ratio)
                                            for _ in range(config.decoder_depth))
        self.decoder_norm = nn.LayerNorm(dim, eps=VIT_NORM_EPS)
        self.decoder_pred = nn.Linear(dim, config.token_values)
        self._initialise()

    def _initialise(self) -> None:
        """Random start of section 10; the embedding's bias keeps PyTorch's."""
        for name, parameter in self.named_parameters():
            if "pos_embed" in name:
                nn.init.trunc_normal_(parameter, std=0.02)
        nn.init.normal_(self.mask_token, std=0.02)
        nn.init.xavier_uniform_(self.patch_embed.proj.weight.data.flatten(1))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, images: Tensor, noise: Tensor, mask_ratio: float = 0.9,  # type: ignore[override]
                options: LossOptions | None = None) -> AutoencoderOutput:
        """Hide tokens, encode the others, predict all.

        Args:
            images: (B, C, H, W), sides divisible by the patch.
            noise: (B, N); tokens with the smallest values stay visible, K = int(N (1 - mask_ratio)) of them.
            mask_ratio: share of hidden tokens, over space and spectrum jointly.
            options: variants of the loss, as released for None.

        Raises:
            ModelError: the image does not fit the model.
        """
        options, config = options or LossOptions(), self.config
        mask = mask_from_noise(noise, mask_ratio)
        latent = self.norm(self.tokens(images, mask.keep))
        prediction = self.decode(latent, mask.restore, image_grid(images, config)).float()
        raw = patchify(images, config.bands_per_token, config.patch_px)
        target = standardise(raw) if options.norm_pix else raw
        token = token_loss(prediction, target, mask.hidden)
        spectral = spectral_loss(prediction, raw if options.raw_spectral_target else target, config.groups,
                                 options.spectral)
        return AutoencoderOutput(token + spectral, token, spectral, prediction, latent, mask)

    def decode(self, latent: Tensor, restore: Tensor, grid: tuple[int, int]) -> Tensor:
        """Visible tokens (B, K, D) to values of all tokens (B, N, V)."""
        y = self.decoder_embed(latent)
        blanks = self.mask_token.to(y.dtype).expand(len(y), restore.shape[1] - y.shape[1], -1)
        own = (self.config.grid_side,) * 2
        x = visible(torch.cat((y, blanks), dim=1), restore) + separable_positions(
            resize_table(self.decoder_pos_embed_spatial, 1, own, grid), self.decoder_pos_embed_temporal)
        for block in self.decoder_blocks:
            x = block(x)
        return self.decoder_pred(self.decoder_norm(x))


def standardise(target: Tensor) -> Tensor:
    """Token values (B, N, V) with their own mean 0 and unbiased variance 1."""
    variance, mean = torch.var_mean(target, dim=-1, keepdim=True)
    return (target - mean) / (variance + 1e-6).sqrt()


def token_loss(prediction: Tensor, target: Tensor, hidden: Tensor) -> Tensor:
    """Mean squared error over the hidden tokens (hidden: (B, N), 1 or 0) of the whole batch."""
    return (((prediction - target) ** 2).mean(dim=-1) * hidden).sum() / hidden.sum().clamp(min=1)


def spectral_loss(prediction: Tensor, target: Tensor, groups: int, kind: str) -> Tensor:
    """Error of (B, N, V) after joining spectral groups, visible tokens included; see `LossOptions`."""
    difference = (prediction - target).unflatten(1, (groups, -1))
    if kind == "sum":
        return (difference.sum(dim=1) ** 2).mean()
    if kind == "mean3":
        return ((difference.mean(dim=1) ** 2).mean() + (difference.mean(dim=2) ** 2).mean()) / 2
    return prediction.new_zeros(())
