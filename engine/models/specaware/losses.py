"""Reconstruction losses of the masked autoencoder (specification section 9), gone over a few patches at a time.

As their formula reads they keep a dozen arrays as large as the prediction for the backward pass. Here not even the
prediction is kept: pixels of a few patches are predicted and compared, their gradient is taken at once back to what
they were predicted from, and only that is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .decoder_head import Expansion

COSINE_EPS = 1e-8
WEIGHT_EPS = 1e-6

Target = Callable[[slice], Tensor]


def reconstruction_losses(way: Expansion, target: Target, weight: Tensor) -> tuple[Tensor, Tensor]:
    """The loss, and the spectral part of it; the rest is the other part.

    Both parts are weighted means over the pixels of patches: 1 - cosine, and twice Charbonnier with epsilon 1.

    Args:
        way: how to predict the patches.
        target: gives what is to be predicted for some of them, with axes in the order of the prediction.
        weight: (B, T) of each patch.

    Returns:
        Two scalars; gradients flow from the first, to the tensors of ``way``.
    """
    loss, spectral = _Losses.apply(way, target, weight, way.inputs, *way.weights)
    return loss, spectral


class _Losses(torch.autograd.Function):
    """Values and gradients in one go, so that nothing is computed twice."""

    @staticmethod
    def forward(ctx: Any, way: Expansion, target: Target, weight: Tensor, inputs: Tensor,
                *weights: Tensor) -> tuple[Tensor, Tensor]:
        wanted = any(ctx.needs_input_grad)
        # In float32: there are many slabs to add up.
        totals = [torch.zeros_like(t, dtype=torch.float32) for t in (inputs, *weights)] if wanted else []
        share = weight / (weight.sum() * way.pixels + WEIGHT_EPS)
        angle = distance = weight.new_zeros(())
        scratch = weight.new_empty(0)
        for part in way.slabs():
            found, between = way.apply(inputs[:, part], *weights)
            scratch = scratch if len(scratch) else found.new_empty((3, found.numel()), dtype=torch.float32)
            more_angle, more_distance, gradient = _compare(found.float(), target(part), share[:, part], way.band_axis,
                                                           scratch)
            angle, distance = angle + more_angle, distance + more_distance
            if wanted:
                totals[0][:, part] = way.pull(gradient.to(found.dtype), inputs[:, part], between, totals[1:])
        ctx.save_for_backward(*(total.to(t.dtype) for total, t in zip(totals, (inputs, *weights), strict=False)))
        ctx.mark_non_differentiable(angle)
        return angle + distance, angle

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        scale = float(gradient)  # 1 unless losses are weighted: no need to go over the totals once more
        return None, None, None, *(total if scale == 1 else total * scale for total in ctx.saved_tensors)


def _compare(found: Tensor, wanted: Tensor, share: Tensor, axis: int,
             scratch: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Both losses (scalars) of some patches and the gradient of their sum.

    Args:
        found: (B, C, n, p) or (B, n, p, C) predicted.
        wanted: the same, to be predicted.
        share: (B, n) of each of a patch's pixels in the losses.
        axis: of the bands.
        scratch: (3, as many values as found or more) to work in; the gradient is there, too. New memory for every
            slab would take longer than the arithmetic.
    """
    first, second, third = (row[:found.numel()].view(found.shape) for row in scratch)
    share = share.unsqueeze(-1)
    pairs = ((found, wanted), (found, found), (wanted, wanted))
    dot, own, other = (torch.mul(a, b, out=first).sum(dim=axis) for a, b in pairs)
    own, other = own.sqrt_().clamp_(min=COSINE_EPS), other.sqrt_().clamp_(min=COSINE_EPS)
    angle = ((1 - dot / (own * other)) * share).sum()
    difference = torch.sub(found, wanted, out=first)
    inverse = torch.mul(difference, difference, out=second).add_(1).rsqrt_()  # 1 / sqrt(d^2 + 1)
    bend = torch.mul(difference, inverse, out=third)
    # d^2 / (sqrt(d^2 + 1) + 1) equals sqrt(d^2 + 1) - 1 without the cancellation.
    distance = 2 * (difference.mul_(bend).div_(inverse.add_(1)).mean(dim=axis) * share).sum()
    gradient = bend.mul_((share * (2 / found.shape[axis])).expand_as(dot).unsqueeze(axis))
    # d cos = t / (|p| |t|) - (p . t) p / (|p|^3 |t|); a length below the floor does not change.
    along = torch.where(own > COSINE_EPS, dot / (own ** 3 * other), 0) * share
    gradient.addcmul_(found, along.unsqueeze(axis)).addcmul_(wanted, (share / (own * other)).unsqueeze(axis), value=-1)
    return angle, distance, gradient
