"""SpecAware's costly sums one band and patch at a time, in float64: what the plain reference is checked against."""

from __future__ import annotations

import torch
from torch import Tensor


def embedding(image: Tensor, patch_px: int, u: Tensor, v: Tensor, bias: Tensor, scaler: float) -> Tensor:
    """token[n] = scaler (sum_c U_c V_c x[n, c] + b) of one image (C, H, W): (N, E)."""
    bands, rows, cols = image.shape
    tokens = []
    for row in range(0, rows, patch_px):
        for col in range(0, cols, patch_px):
            token = bias.double().clone()
            for band in range(bands):
                pixels = image[band, row:row + patch_px, col:col + patch_px].double().flatten()
                token += u[band].double() @ (v[band].double() @ pixels)
            tokens.append(scaler * token)
    return torch.stack(tokens)


def pixels(tokens: Tensor, u: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """out[n, c] = U_c V_c y[n] + b_c of one image's tokens (T, D): (T, p * C), pixel-major with the band fastest."""
    out = []
    for token in tokens.double():
        each = [u[c].double() @ (v[c].double() @ token) + bias[c].double() for c in range(len(u))]
        out.append(torch.stack(each, dim=1).flatten())
    return torch.stack(out)
