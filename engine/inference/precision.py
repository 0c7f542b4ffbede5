"""Whether half precision can be trusted here: drivers, builds and emulators have computed nonsense before."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn

from ..models.specaware import SpecAwareConfig
from ..models.specaware.hyper import HyperEmbedding
from ..models.vit import Block

TOLERANCE = 2e-2  # of the largest value; bfloat16 as it should be stays below half of it
BANDS, SIDE_PX = 40, 64
SIZES = SpecAwareConfig(embed_dim=128, heads=4, patch_px=8, wv_planes=32, rank=16)


@lru_cache(maxsize=8)
def agrees_with_float32(device: str, dtype: torch.dtype) -> bool:
    """Compare pixels embedded and put through a transformer block in this precision with float32 on the CPU.

    Once in a process, under a second.

    Args:
        device: ``cpu`` or ``cuda``.
        dtype: of matrix products under autocast.

    Returns:
        False also if the device cannot compute in this precision at all.
    """
    model, image, meta = _example()
    with torch.inference_mode():
        expected = model(image, meta)
        try:
            with torch.autocast(device, dtype):
                found = model.to(device)(image.to(device), meta.to(device)).float().cpu()
        except RuntimeError:
            return False
        return float((found - expected).abs().max() / expected.abs().max()) <= TOLERANCE  # False for NaN, too


class _Example(nn.Module):
    """What costs most in a large model: products with pixels, and a block."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = HyperEmbedding(SIZES)
        self.block = Block(SIZES.embed_dim, SIZES.heads)

    def forward(self, image: Tensor, meta: Tensor) -> Tensor:
        """(1, C, H, W) and (1, C, w) -> (1, N, E)."""
        return self.block(self.embed(image, meta, contraction="hidden"))


def _example() -> tuple[_Example, Tensor, Tensor]:
    """A model with weights of the usual size and its inputs, always the same; others' random numbers stay."""
    generator = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        model = _Example().eval()
    for parameter in model.parameters():
        if parameter.ndim == 2:
            parameter.data.copy_(torch.randn(parameter.shape, generator=generator) * parameter.shape[1] ** -0.5)
    return (model, torch.rand(1, BANDS, SIDE_PX, SIDE_PX, generator=generator),
            torch.randn(1, BANDS, SIZES.wv_planes, generator=generator))
