"""Few-shot episodes as an objective of pretraining."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ...inference.device import Device
from ...models.specaware import SpecAwareEncoder
from .episode_loss import balanced_cross_entropy, ridge_logits
from .episodes import Episode

TOKEN_SPREAD = 0.7  # of fresh tokens, what the blocks expect


class EpisodeObjective:
    """Tokens of a few pixels are to tell the classes of others.

    Args:
        model: the encoder.
        episodes: episodes without end; the first is for calibration if the model is fresh.
        device: where to compute.
    """

    description = "few-shot episodes, ridge regression in closed form"

    def __init__(self, model: SpecAwareEncoder, episodes: Iterator[Episode], device: Device) -> None:
        self.model, self._episodes, self._device = model, episodes, device
        self.crops = self.tokens = 0

    @torch.no_grad()
    def calibrate(self) -> None:
        """Set the size of fresh tokens."""
        episode, embed = next(self._episodes), self.model.patch_embed
        where = self._device.torch_device
        image = embed.weighed(episode.image.to(where), episode.spectral)
        tokens = embed(image, embed.metadata(episode.spectral), content=episode.content.to(where))
        embed.scaler.mul_(TOKEN_SPREAD / tokens.std().clamp(min=1e-6))

    def losses(self) -> dict[str, Tensor]:
        """Parts of the loss for one more episode."""
        episode, where = next(self._episodes), self._device.torch_device
        image = episode.image.to(where)
        with self._device.autocast():
            output = self.model(image, episode.spectral, episode.gsd_m, content=episode.content.to(where))
        tokens = output.tokens[:, 1:].flatten(0, 1).float()
        self.crops += len(image)
        self.tokens += len(tokens)
        pixels = episode.pixels
        support, query = tokens[pixels.support.to(where)], tokens[pixels.query.to(where)]
        known, wanted = pixels.support_class.to(where), pixels.query_class.to(where)
        return {"ridge": balanced_cross_entropy(ridge_logits(support, known, query), wanted)}
