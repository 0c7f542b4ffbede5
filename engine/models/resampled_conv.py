"""3 x 3 convolution of a bilinearly enlarged map, without ever convolving at the large size.

Convolution and bilinear resampling are both linear, so the nine tap matrices (P -> S channels each) can be applied at
the map's own size; their results are resampled, shifted and added (specification of SpecAware, section 14 item 8).
Shifts and resampling together are one small matrix an axis: row i of ``matrix(tap)`` is row i + tap - 1 of the
resampling matrix, and zero where that lies outside, which is the zero padding of the border.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

TAPS = 3


def resize(x: Tensor, size: tuple[int, int]) -> Tensor:
    """(B, C, h, w) -> (B, C, *size), bilinear with half-pixel centres (align_corners=False)."""
    return x if tuple(x.shape[2:]) == size else functional.interpolate(x, size=size, mode="bilinear")


def resampled_conv(levels: Sequence[Tensor], weight: Tensor, size: tuple[int, int]) -> Tensor:
    """conv3x3(concat(resize(level) for level in levels)), zero padding 1, no bias.

    Every level is treated by the cheaper of `plain_conv` and `folded_conv`, which are equal up to rounding.

    Args:
        levels: (B, P_i, h_i, w_i) maps.
        weight: (S, sum of P_i, 3, 3).
        size: H, W of the result.

    Returns:
        (B, S, H, W).
    """
    parts = weight.split([level.shape[1] for level in levels], dim=1)
    return sum((folded_conv if folding_is_cheaper(level.shape, part.shape[0], size) else plain_conv)(level, part, size)
               for level, part in zip(levels, parts, strict=True))  # type: ignore[return-value]


def plain_conv(level: Tensor, weight: Tensor, size: tuple[int, int]) -> Tensor:
    """The formula as it reads: enlarge, then convolve."""
    return functional.conv2d(resize(level, size), weight, padding=TAPS // 2)


def folded_conv(level: Tensor, weight: Tensor, size: tuple[int, int]) -> Tensor:
    """The same with the nine taps applied at the level's own size."""
    outputs, (rows, cols) = weight.shape[0], level.shape[2:]
    taps = weight.permute(0, 2, 3, 1).reshape(outputs * TAPS * TAPS, -1) @ level.flatten(2)
    taps = taps.view(-1, outputs, TAPS, TAPS, rows, cols).transpose(3, 4)
    wide = taps.reshape(-1, outputs, TAPS * rows, TAPS * cols) @ _shifted_resampling(cols, size[1]).to(taps).T
    return _shifted_resampling(rows, size[0]).to(wide) @ wide


def folding_is_cheaper(shape: Sequence[int], outputs: int, size: tuple[int, int]) -> bool:
    """Fewer multiply-accumulates than convolving at full size; enlarged maps only."""
    _, inputs, rows, cols = shape
    if rows > size[0] or cols > size[1] or (rows, cols) == size:
        return False
    folded = TAPS ** 2 * rows * cols * (inputs + size[1]) + TAPS * rows * size[0] * size[1]
    return outputs * folded < outputs * TAPS ** 2 * inputs * size[0] * size[1]


@lru_cache(maxsize=64)
def _shifted_resampling(inputs: int, outputs: int) -> Tensor:
    """(outputs, 3 * inputs): side by side the resampling matrices seen one to the left, in place, and to the right."""
    with torch.no_grad():
        matrix = functional.interpolate(torch.eye(inputs).unsqueeze(0), size=outputs, mode="linear")[0].T
        padded = functional.pad(matrix, (0, 0, 1, 1))
        return torch.cat([padded[tap:tap + outputs] for tap in range(TAPS)], dim=1)
