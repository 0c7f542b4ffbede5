"""A fitted pixel classifier: a weighted mean of linear heads, each on some blocks of features, then smoothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .features import GUIDE, Features
from .side_by_side import side_by_side
from .smoothing import Smoothing, smooth

LOGITS = "logits"  # of all heads, one after the other: what `folding` makes of features of single pixels
CHUNK_PIXELS = 8192  # whose logits stay in a core's cache


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
        for name, weights in self.parts({name: blocks[name].shape[-1] for name in self.blocks}):
            logits = logits + blocks[name] @ weights
        logits = np.exp(logits - logits.max(-1, keepdims=True))
        return logits / logits.sum(-1, keepdims=True)

    def parts(self, widths: Mapping[str, int]) -> list[tuple[str, NDArray[np.float32]]]:
        """Each block's name and its (features, classes) weights, for blocks of these numbers of features."""
        stops = np.cumsum([widths[name] for name in self.blocks])
        return list(zip(self.blocks, np.split(self.weights, stops[:-1]), strict=True)) if self.blocks else []


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
        folded: the heads' logits also come from the block `LOGITS`, see `folding`.
    """

    class_ids: NDArray[np.uint8]
    heads: tuple[LinearHead, ...]
    smoothing: Smoothing
    temperature: float = 1.0
    folded: bool = False

    def share_of(self, block: str) -> float:
        """Weight in the mixture, 0 to 1, of the heads that use a block of features."""
        return sum(head.share for head in self.heads if block in head.blocks)

    @property
    def blocks(self) -> set[str]:
        """Names of the features that `predict` uses."""
        used = {block for head in self.used_heads for block in head.blocks}
        return used | ({LOGITS} if self.folded else set()) | ({GUIDE} if self.smoothing.gaps_px else set())

    @property
    def used_heads(self) -> list[LinearHead]:
        """The heads that have weight."""
        return [head for head in self.heads if head.share > 0]

    def mix(self, blocks: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """(..., classes) probabilities before smoothing; heads of no weight are left out.

        Args:
            blocks: of features, (..., features).
        """
        heads, given = self.used_heads, {name: torch.from_numpy(block) for name, block in blocks.items()}
        weights = _stacked(heads, {name: block.shape[-1] for name, block in given.items()})
        bias = torch.from_numpy(np.concatenate([head.bias for head in heads]))[:, None]
        shares = torch.tensor([head.share for head in heads], dtype=torch.float32)
        shape = next(iter(given.values())).shape[:-1]
        found = torch.empty((len(self.class_ids), *shape))
        step = max(1, CHUNK_PIXELS // math.prod(shape[1:]))

        def fill(first: int) -> None:
            def planes(name: str) -> Tensor:  # pixels come last: a product with weights has no need to copy planes
                return given[name][first:first + step].movedim(-1, 0).flatten(1)

            logits = bias + planes(LOGITS) if self.folded else bias
            for name, matrix in weights.items():
                logits = torch.addmm(logits, matrix, planes(name))
            chances = torch.softmax(logits.view(len(heads), -1, logits.shape[1]), dim=1)
            place = found[:, first:first + step]
            place[...] = (shares @ chances.flatten(1)).view(place.shape)

        pieces = range(0, shape[0], step)
        for _ in side_by_side(fill, pieces, min(torch.get_num_threads(), len(pieces))):
            pass
        return np.moveaxis(found.numpy(), 0, -1)

    def predict(self, features: Features) -> NDArray[np.float32]:
        """(rows, cols, classes) calibrated probabilities; the outer `Smoothing.reach_px` pixels lack context."""
        mixed = smooth(self.mix(features.blocks), features.blocks.get(GUIDE), features.valid, self.smoothing)
        return tempered(mixed, self.temperature)


def _stacked(heads: Sequence[LinearHead], widths: Mapping[str, int]) -> dict[str, Tensor]:
    """Of each block of features the (heads * classes, features) weights of all heads, 0 for one that does not use it.

    One product a block is much faster than one a head.
    """
    found: dict[str, Tensor] = {}
    classes = len(heads[0].bias)
    for number, head in enumerate(heads):
        for name, weights in head.parts(widths):
            stacked = found.setdefault(name, torch.zeros(len(heads) * classes, widths[name]))
            stacked[number * classes:(number + 1) * classes] = torch.from_numpy(weights.T)
    return found
