"""Masked autoencoding as an objective of pretraining (specification sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ...inference.device import Device
from ...models.specaware import SpecAwareAutoencoder
from .crops import CropBatch

MASK_BLOCK = 2  # patches are hidden in blocks of 2 x 2, so that copying a neighbour does not solve the task
VISIBLE_WEIGHT = 0.3  # of visible pixels in the loss: tokens must keep their own spectrum, too


class MaskedObjective:
    """Hidden patches of crops are predicted from the visible ones.

    Args:
        model: encoder and decoder.
        batches: crops without end.
        device: where to compute.
        mask_ratio: share of hidden patches.
    """

    description = "masked autoencoder, bands standardised, Charbonnier + cosine"

    def __init__(self, model: SpecAwareAutoencoder, batches: Iterator[CropBatch], device: Device,
                 mask_ratio: float) -> None:
        self.model, self._batches, self._device, self._mask_ratio = model, batches, device, mask_ratio
        self.crops = self.tokens = 0

    def calibrate(self) -> None:
        """See the function of this name."""
        calibrate(self.model, next(self._batches), self._device)

    def losses(self) -> dict[str, Tensor]:
        """Parts of the loss for one more batch."""
        batch = next(self._batches)
        image = batch.image.to(self._device.torch_device)
        side = image.shape[-1] // self.model.config.patch_px
        self.crops += len(image)
        self.tokens += len(image) * side * side
        # The content branch must not see what is hidden: it gets what is visible, or, complete as it will be
        # in use, another crop of the scene.
        elsewhere = None if batch.elsewhere is None else batch.elsewhere.to(image.device)
        noise = noise_of(batch, side).to(image.device)
        with self._device.autocast():
            output = self.model.reconstruct(image, batch.spectral, _gsd_m(batch), noise, self._mask_ratio,
                                            target="band", visible_content=True, content=elsewhere, guided=True,
                                            visible_weight=VISIBLE_WEIGHT)
        return {"spectral": output.loss_spectral, "Charbonnier": output.loss_charbonnier}


def _gsd_m(batch: CropBatch) -> float | tuple[float, ...]:
    """One for all crops where they agree: positions are then made once."""
    return batch.gsd_m[0] if len(set(batch.gsd_m)) == 1 else batch.gsd_m


def noise_of(batch: CropBatch, side: int) -> Tensor:
    """(B, side^2) `block_noise`, of each crop from its own seed."""
    return torch.cat([block_noise(1, side, torch.Generator().manual_seed(seed)) for seed in batch.seeds])


def block_noise(batch: int, side: int, generator: torch.Generator | None = None) -> Tensor:
    """(batch, side^2) noise that is nearly equal inside blocks of `MASK_BLOCK` x `MASK_BLOCK` patches."""
    coarse = torch.rand(batch, side // MASK_BLOCK, side // MASK_BLOCK, generator=generator)
    fine = coarse.repeat_interleave(MASK_BLOCK, dim=1).repeat_interleave(MASK_BLOCK, dim=2)
    return (fine + 1e-6 * torch.rand(fine.shape, generator=generator)).flatten(1)


@torch.no_grad()
def calibrate(model: SpecAwareAutoencoder, batch: CropBatch, device: Device) -> None:
    """Set the sizes of fresh tokens and predictions to what blocks and loss expect; as drawn they are far from it."""
    image, embed = batch.image.to(device.torch_device), model.patch_embed
    tokens = embed(embed.weighed(image, batch.spectral), embed.metadata(batch.spectral), content=image)
    embed.scaler.mul_(0.7 / tokens.std().clamp(min=1e-6))
    noise = noise_of(batch, image.shape[-1] // model.config.patch_px).to(image.device)
    predicted = model.reconstruct(image, batch.spectral, _gsd_m(batch), noise).prediction.std().clamp(min=1e-6)
    last = model.decoder_pred.matrix_generator.u_last
    last.weight.mul_(0.1 / predicted)
    last.bias.mul_(0.1 / predicted)
