"""Whether half precision can be trusted here: drivers, builds and emulators have computed nonsense before."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from ..models.vit import Block

TOLERANCE = 2e-2  # of the largest value; bfloat16 as it should be stays below a third of it
TOKENS, WIDTH, HEADS = 65, 128, 4


@lru_cache(maxsize=8)
def agrees_with_float32(device: str, dtype: torch.dtype) -> bool:
    """Compare one transformer block in this precision with float32 on the CPU: once in a process, under a second.

    Args:
        device: ``cpu`` or ``cuda``.
        dtype: of matrix products under autocast.

    Returns:
        False also if the device cannot compute in this precision at all.
    """
    block, tokens = _example()
    with torch.inference_mode():
        expected = block(tokens)
        try:
            with torch.autocast(device, dtype):
                found = block.to(device)(tokens.to(device)).float().cpu()
        except RuntimeError:
            return False
        return float((found - expected).abs().max() / expected.abs().max()) <= TOLERANCE  # False for NaN, too


def _example() -> tuple[Block, Tensor]:
    """A block with weights of the usual size and tokens (1, T, W), always the same; others' random numbers stay."""
    generator = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        block = Block(WIDTH, HEADS).eval()
    for parameter in block.parameters():
        if parameter.ndim == 2:
            parameter.data.copy_(torch.randn(parameter.shape, generator=generator) * parameter.shape[1] ** -0.5)
    return block, torch.randn(1, TOKENS, WIDTH, generator=generator)
