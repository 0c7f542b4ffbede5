"""How well a few pixels' tokens tell classes apart, by a ridge classifier in closed form."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

RIDGE_SCALE = 8.0  # where training left it when it was free
RIDGE = 0.01  # times the number of examples, on tokens of unit size


def ridge_logits(support: Tensor, classes: Tensor, query: Tensor) -> Tensor:
    """Ridge regression to the class indicators, all classes weighing the same (Bertinetto et al. 2019, equation 4).

    It is what a logistic regression on the tokens is like, and can be differentiated.

    Args:
        support: (s, E) tokens of the examples.
        classes: (s,) their classes, 0..n-1.
        query: (q, E) tokens to tell.

    Returns:
        (q, n) logits.
    """
    member = functional.one_hot(classes).float()
    count, (examples, number) = member.sum(0), member.shape
    centre = (member.T @ support / count[:, None]).mean(dim=0)
    support, query = support - centre, query - centre
    size = support.pow(2).sum(dim=1).mean().sqrt().clamp(min=1e-6)
    weight = (examples / (number * count[classes])).sqrt()[:, None]
    known = weight * support / size
    gram = known @ known.T + RIDGE * examples * torch.eye(examples, device=support.device)
    solution = known.T @ torch.linalg.solve(gram, weight * (member - 1 / number))
    return RIDGE_SCALE * query / size @ solution


def balanced_cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Mean over classes of the cross-entropy of (q, n) logits, as a share of guessing's."""
    number = logits.shape[1]
    weight = 1 / torch.bincount(classes, minlength=number).float()[classes]
    losses = functional.cross_entropy(logits, classes, reduction="none")
    return (losses * weight).sum() / weight.sum() / math.log(number)
