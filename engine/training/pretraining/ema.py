"""A running mean of the weights, smoother than the weights themselves (Polyak and Juditsky 1992)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightMean:
    """Exponential moving average of a model's weights.

    Args:
        model: to follow.
        decay: of the past at each step. At the start it is smaller, (1 + n) / (10 + n) at the n-th step, so that the
            random weights of the beginning are soon forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._model, self._decay = model, decay
        self.values = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after the ``step``-th step."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, value in self._model.state_dict().items():
            if value.is_floating_point():
                self.values[name].lerp_(value, 1 - decay)
            else:
                self.values[name].copy_(value)

    def load(self, values: Mapping[str, Tensor]) -> None:
        """Continue from what `values` was."""
        for name, value in values.items():
            self.values[name].copy_(value)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The model has the mean weights inside of the ``with`` block."""
        own = {name: value.detach().clone() for name, value in self._model.state_dict().items()}
        self._model.load_state_dict(self.values)
        try:
            yield
        finally:
            self._model.load_state_dict(own)
