"""Weights drawn by rule, so that small stored outputs fix the whole computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

BUFFERS = ("running_mean", "running_var", "num_batches_tracked")


def state_by_rule(shapes: Mapping[str, Sequence[int]], seed: int) -> dict[str, torch.Tensor]:
    """Non-trivial values for every parameter, the same everywhere: zero biases and unit gains would hide errors."""
    rs, state = np.random.RandomState(seed), {}
    for name in sorted(shapes, key=lambda name: (name.endswith(BUFFERS), name)):
        shape = tuple(shapes[name])
        if name.endswith(BUFFERS):
            state[name] = _buffer(name, shape, rs)
            continue
        if not shape:
            state[name] = torch.tensor(0.05)  # the scaler
            continue
        r = rs.standard_normal(shape).astype(np.float32)
        if name.endswith("fusion_weights"):
            r = np.array([0.8, 0.2], np.float32) + 0.3 * r
        elif len(shape) == 1:
            r = 1 + 0.2 * r if name.endswith("weight") else 0.1 * r
        else:
            r = 0.5 * r if name.endswith("_token") else 0.8 * r / np.sqrt(r[0].size)
        state[name] = torch.from_numpy(np.asarray(r, np.float32))
    return state


def _buffer(name: str, shape: tuple[int, ...], rs: np.random.RandomState) -> torch.Tensor:
    """Statistics of a batch normalisation."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(0)
    values = 0.1 * rs.standard_normal(shape) if name.endswith("mean") else rs.uniform(0.5, 1.5, shape)
    return torch.from_numpy(values.astype(np.float32))
