"""Another patch size for trained weights: the V generator's kernels resampled (specification section 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isqrt

from torch import Tensor
from torch.nn import functional

from ...errors import ModelError
from .config import SpecAwareConfig

LAST_LAYER = "patch_embed.matrix_generator.v_generator.6"
MODES = ("bilinear", "nearest")


def resize_generator(weight: Tensor, bias: Tensor, rank: int, patch_px: int,
                     mode: str = "bilinear") -> tuple[Tensor, Tensor]:
    """Resample the layer that gives V, as the authors do; the sum over a kernel is not kept.

    Args:
        weight: (rank * k^2, hidden), each row the part of one pixel of one of V's rows.
        bias: (rank * k^2).
        rank: rows of V.
        patch_px: the new side k'.
        mode: ``bilinear`` (half-pixel centres) or ``nearest``.

    Returns:
        Weight (rank * k'^2, hidden) and bias (rank * k'^2).

    Raises:
        ModelError: the sizes do not fit or the mode is unknown.
    """
    side = isqrt(weight.shape[0] // rank)
    if rank * side * side != weight.shape[0] or len(bias) != len(weight) or mode not in MODES or patch_px < 1:
        raise ModelError(f"A V generator of {list(weight.shape)} weights with rank {rank} cannot be resampled "
                         f"to {patch_px} pixels ({mode}).", f"The patch must be square, the mode one of {MODES}.")

    def resampled(values: Tensor) -> Tensor:
        kernels = values.view(rank, side, side, -1).permute(0, 3, 1, 2).float()
        return functional.interpolate(kernels, size=(patch_px, patch_px), mode=mode).permute(0, 2, 3, 1).to(values)

    return resampled(weight).reshape(-1, weight.shape[1]), resampled(bias).reshape(-1)


def with_patch(config: SpecAwareConfig, patch_px: int) -> SpecAwareConfig:
    """The architecture with another patch; the GSD is scaled by k'/k so that positions keep their metric meaning."""
    return replace(config, patch_px=patch_px, position_scale=config.position_scale * patch_px / config.patch_px)


def resize_patch(state: Mapping[str, Tensor], config: SpecAwareConfig, patch_px: int,
                 mode: str = "bilinear") -> dict[str, Tensor]:
    """An encoder's weights for `with_patch` (config, patch_px), from weights of whatever patch size.

    Raises:
        ModelError: see `resize_generator`.
    """
    weight, bias = resize_generator(state[f"{LAST_LAYER}.weight"], state[f"{LAST_LAYER}.bias"], config.rank, patch_px,
                                    mode)
    return {**state, f"{LAST_LAYER}.weight": weight, f"{LAST_LAYER}.bias": bias}
