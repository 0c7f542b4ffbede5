"""Weights drawn by rule, so that small stored outputs fix the whole computation."""

from __future__ import annotations

import numpy as np
import torch


def state_by_rule(shapes: dict[str, list[int]], seed: int) -> dict[str, torch.Tensor]:
    """Non-trivial values for every parameter; the rule of the shared fixtures' README."""
    rs, state = np.random.RandomState(seed), {}
    for name in sorted(shapes):
        shape = tuple(shapes[name])
        if not shape:
            state[name] = torch.tensor(0.05)
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
