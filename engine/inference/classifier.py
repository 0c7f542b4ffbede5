"""A fitted pixel classifier: a weighted mean of linear heads, each on some blocks of features, then smoothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .features import GUIDE, Features
from .smoothing import Smoothing, smooth


@dataclass(frozen=True)
class LinearHead:
    """Multinomial logistic regression on joined blocks of features.

    Attributes:
        name: of the candidate it was fitted as.
        blocks: names of the feature blocks, in the order of the rows of ``weights``.
        weights: (features, classes) float32.
        bias: (classes,) float32; -inf for a class it was not trained on.
        share: weight in the mean of heads.
    """

    name: str
    blocks: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    share: float

    def probabilities(self, blocks: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """(..., classes) from blocks of shape (..., features)."""
        logits: NDArray[np.float32] = np.broadcast_to(self.bias, (*blocks[self.blocks[0]].shape[:-1], len(self.bias)))
        start = 0
        for name in self.blocks:
            stop = start + blocks[name].shape[-1]
            logits = logits + blocks[name] @ self.weights[start:stop]
            start = stop
        logits = np.exp(logits - logits.max(-1, keepdims=True))
        return logits / logits.sum(-1, keepdims=True)


def tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """(..., classes) probabilities to the power of 1 / temperature, summing to one again; their order stays."""
    if temperature == 1:
        return probabilities
    logs = np.log(np.maximum(probabilities, np.float32(1e-30))) / np.float32(temperature)
    raised = np.exp(logs - logs.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


@dataclass(frozen=True)
class PixelClassifier:
    """Heads, smoothing and calibration.

    Attributes:
        class_ids: (classes,) what the last axis of the probabilities means.
        temperature: of the calibration, see `tempered`; 1 leaves the probabilities as they are.
    """

    class_ids: NDArray[np.uint8]
    heads: tuple[LinearHead, ...]
    smoothing: Smoothing
    temperature: float = 1.0

    def share_of(self, block: str) -> float:
        """Weight in the mixture, 0 to 1, of the heads that use a block of features."""
        return sum(head.share for head in self.heads if block in head.blocks)

    @property
    def blocks(self) -> set[str]:
        """Names of the features that `predict` uses."""
        used = {block for head in self._used for block in head.blocks}
        return used | {GUIDE} if self.smoothing.gaps_px else used

    @property
    def _used(self) -> list[LinearHead]:
        return [head for head in self.heads if head.share > 0]

    def mix(self, blocks: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """(..., classes) probabilities before smoothing; heads of no weight are left out."""
        heads, shape = self._used, blocks[self._used[0].blocks[0]].shape[:-1]
        # Pixels come last, so that planes of features need no copy.
        logits = np.repeat(np.concatenate([head.bias for head in heads])[:, None], math.prod(shape), axis=1)
        for name, weights in _stacked(heads, blocks).items():
            logits += weights @ np.moveaxis(blocks[name], -1, 0).reshape(weights.shape[1], -1)
        chances = torch.softmax(torch.from_numpy(logits).view(len(heads), -1, logits.shape[1]), dim=1)
        shares = torch.tensor([head.share for head in heads], dtype=torch.float32)
        mixed = (shares @ chances.flatten(1)).view(-1, *shape).numpy()
        return np.moveaxis(mixed, 0, -1)

    def predict(self, features: Features) -> NDArray[np.float32]:
        """(rows, cols, classes) calibrated probabilities; the outer `Smoothing.reach_px` pixels lack context."""
        mixed = smooth(self.mix(features.blocks), features.blocks.get(GUIDE), features.valid, self.smoothing)
        return tempered(mixed, self.temperature)


def _stacked(heads: Sequence[LinearHead],
             blocks: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Of each block of features the (heads * classes, features) weights of all heads, 0 for one that does not use it.

    One product a block is much faster than one a head.
    """
    found: dict[str, NDArray[np.float32]] = {}
    classes = len(heads[0].bias)
    for number, head in enumerate(heads):
        start = 0
        for name in head.blocks:
            width = blocks[name].shape[-1]
            stacked = found.setdefault(name, np.zeros((len(heads) * classes, width), np.float32))
            stacked[number * classes:(number + 1) * classes] = head.weights[start:start + width].T
            start += width
    return found
