"""Reconstruction losses of the masked autoencoder (specification section 9), gone over a few patches at a time.

As their formula reads they keep a dozen arrays as large as the prediction for the backward pass. Here only prediction
and target are kept, and what lies between is computed again from them, in pieces that stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from .contractions import SLAB_VALUES

COSINE_EPS = 1e-8
WEIGHT_EPS = 1e-6


def reconstruction_losses(prediction: Tensor, target: Tensor, hidden: Tensor, bands: int) -> tuple[Tensor, Tensor]:
    """Spectral (1 - cosine) and twice the Charbonnier loss (epsilon 1), means over the pixels of hidden patches.

    Args:
        prediction: (B, N, p * C), pixel-major with the band fastest.
        target: the same; no gradient flows to it.
        hidden: (B, N), 1 or 0, or any weights.
        bands: C.

    Returns:
        Two scalars.
    """
    return _Losses.apply(prediction, target, hidden, bands)


class _Losses(torch.autograd.Function):
    """The losses and their gradient by hand."""

    @staticmethod
    def forward(ctx: Any, prediction: Tensor, target: Tensor, hidden: Tensor, bands: int) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(prediction, target, hidden)
        ctx.bands = bands
        angle = distance = prediction.new_zeros(())
        for found, wanted, weight in _slabs(prediction, target, hidden, bands):
            dot, lengths = _cosine_parts(found, wanted)
            angle = angle + ((1 - dot / lengths.prod(dim=0)) * weight).sum()
            square = (found - wanted).square_()
            # d^2 / (sqrt(d^2 + 1) + 1) equals sqrt(d^2 + 1) - 1 without the cancellation.
            distance = distance + ((square / (square + 1).sqrt_().add_(1)).mean(dim=-1) * weight).sum()
        total = _total_weight(prediction, hidden, bands)
        return angle / total, 2 * distance / total

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, d_angle: Tensor, d_distance: Tensor) -> tuple[Tensor, None, None, None]:  # type: ignore[override]
        prediction, target, hidden = ctx.saved_tensors
        gradient = torch.empty_like(prediction)
        total = _total_weight(prediction, hidden, ctx.bands)
        for found, wanted, weight, result in _slabs(prediction, target, hidden, ctx.bands, gradient):
            dot, lengths = _cosine_parts(found, wanted)
            product = lengths.prod(dim=0)
            # d cos = t / (|p| |t|) - (p . t) p / (|p|^3 |t|); a length below the floor does not change.
            along = torch.where(lengths[0] > COSINE_EPS, dot / (product * lengths[0] ** 2), 0)
            angular = weight * (d_angle / total)
            difference = found - wanted
            bend = (difference.square() + 1).rsqrt_().mul_(difference)
            bend.mul_((weight * (2 * d_distance / total / ctx.bands)).unsqueeze(-1))
            bend.addcmul_(found, (angular * along).unsqueeze(-1))
            bend.addcmul_(wanted, (angular / product).unsqueeze(-1), value=-1)
            result.copy_(bend)
        return gradient, None, None, None


def _slabs(prediction: Tensor, target: Tensor, hidden: Tensor, bands: int,
           *more: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Parts (B, n, p, C) of prediction, target and more, after the weights (B, n, 1) third."""
    count = max(1, SLAB_VALUES // max(1, len(prediction) * prediction.shape[2]))
    for start in range(0, prediction.shape[1], count):
        part = slice(start, start + count)
        found, wanted, *others = (values[:, part].unflatten(2, (-1, bands)) for values in (prediction, target, *more))
        yield found, wanted, hidden[:, part].unsqueeze(-1), *others


def _cosine_parts(found: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Scalar products (B, n, p) of spectra and their two lengths (2, B, n, p), floored as in torch's cosine."""
    lengths = torch.stack((torch.linalg.vector_norm(found, dim=-1), torch.linalg.vector_norm(wanted, dim=-1)))
    return (found * wanted).sum(dim=-1), lengths.clamp_(min=COSINE_EPS)


def _total_weight(prediction: Tensor, hidden: Tensor, bands: int) -> Tensor:
    """Sum of the weights of all pixels."""
    return hidden.sum() * (prediction.shape[2] // bands) + WEIGHT_EPS
