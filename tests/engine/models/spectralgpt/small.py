"""Small SpectralGPT models with weights drawn by rule."""

from __future__ import annotations

import torch

from engine.bench.rule_weights import state_by_rule
from engine.models.spectralgpt import DenseConfig, SpectralGptConfig

TINY = SpectralGptConfig(name="tiny", bands=6, bands_per_token=3, patch_px=4, image_px=16, embed_dim=16, depth=2,
                         heads=2, decoder_dim=8, decoder_depth=1, decoder_heads=2)
THIN = DenseConfig(hidden=(8, 8, 8, 16), out=(4, 8, 8, 16), neck=4, pyramid_norm_groups=4, neck_norm_groups=2)


def with_weights(model, seed: int = 7):
    """The model in evaluation mode with non-trivial weights everywhere."""
    model.load_state_dict(state_by_rule({name: list(p.shape) for name, p in model.state_dict().items()}, seed))
    return model.eval()


def images(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))
