"""What a network says of the held-out pixels, and how good that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ...models.tuned import Look
from ..few_labels.pixel_classifier import macro_f1
from .data import TuneSplit, TuneTile
from .looks import Looks


@dataclass(frozen=True)
class HeldOutScore:
    """Macro-F1, and mean negative log probability of the right classes; every class counts the same in both."""

    macro_f1: float
    loss: float


class Judge:
    """Asks a network for the held-out pixels.

    Args:
        looks: the network on its scene.
        tiles: those without held-out pixels are passed over.
        split: the labelled pixels.
    """

    def __init__(self, looks: Looks, tiles: Sequence[TuneTile], split: TuneSplit) -> None:
        self._looks, self._split = looks, split
        self._tiles = [t for t in tiles if len(t.held_out)]
        self._kept: list[Look] = []

    def __len__(self) -> int:
        """Tiles that are looked at."""
        return len(self._tiles)

    def keep(self) -> None:
        """See the tiles once for all; for an encoder that does not learn."""
        self._kept = [self._looks.clean(t) for t in self._tiles]

    @torch.no_grad()
    def log_probabilities(self) -> NDArray[np.float32]:
        """(n, classes) of the held-out pixels, in the order of ``split.test``."""
        net, place, samples = self._looks.net.eval(), self._looks.place, self._split.samples
        found = np.zeros((len(self._split.labels), net.config.classes), np.float32)
        for number, tile in enumerate(self._tiles):
            look = self._kept[number] if self._kept else self._looks.clean(tile)
            here = Look(tuple(m.to(place) for m in look.layers), look.spectrum.to(place))
            logs = net.to(place).logits(here)[0].float().log_softmax(0).cpu().numpy()
            held_out = samples.take(tile.held_out)
            found[tile.held_out] = logs[:, held_out.rows - tile.window.row, held_out.cols - tile.window.col].T
        return found[self._split.test]

    def score(self) -> HeldOutScore | None:
        """How good the network is now; None without held-out pixels."""
        if not len(self._split.test):
            return None
        logs, truth = self.log_probabilities(), self._split.labels[self._split.test]
        losses = -logs[np.arange(len(truth)), truth].astype(np.float64)
        loss = float(np.mean([losses[truth == c].mean() for c in np.unique(truth)]))
        return HeldOutScore(float(macro_f1(truth.astype(np.uint8), logs.argmax(1).astype(np.uint8))), loss)
