"""A classifier joined with the maps that lead to its features: from bands to logits in one product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .classifier import LOGITS, LinearHead, PixelClassifier
from .features import FeatureReader
from .linear import LinearMap
from .mapping import SceneReader


@dataclass(frozen=True)
class Folded:
    """A reader and a classifier that together do what they did before."""

    reader: SceneReader
    classifier: PixelClassifier


def fold(reader: SceneReader, classifier: PixelClassifier) -> Folded:
    """Replace the maps of single pixels by one from bands to logits.

    Logits are linear in the features, and those of single pixels in the bands: some hundred features of every pixel
    need not be written down. Maps of squares, and those that the heads do not use, stay; so does a reader without maps.
    """
    if not isinstance(reader, FeatureReader):
        return Folded(reader, classifier)
    used = {name for head in classifier.used_heads for name in head.blocks}
    single = {name: m for name, m in reader.maps.items() if name in used and m.size_px == 1}
    if len({m.centre.tobytes() for m in single.values()}) != 1:
        return Folded(reader, classifier)
    heads = [_without(head, single, reader.widths) for head in classifier.used_heads]
    logits = np.concatenate([_logits(head, single, reader.widths) for head in classifier.used_heads], axis=1)
    centre = next(iter(single.values())).centre
    left = {name: m for name, m in reader.maps.items() if name not in single}
    return Folded(reader.with_maps(left | {LOGITS: LinearMap(1, centre, logits)}),
                  replace(classifier, heads=tuple(heads), folded=True))


def _logits(head: LinearHead, single: Mapping[str, LinearMap], widths: Mapping[str, int]) -> NDArray[np.float32]:
    """(bands, classes) from bands to what the maps add to a head's logits."""
    parts = [single[name].matrix.astype(np.float64) @ weights for name, weights in head.parts(widths) if name in single]
    bands = len(next(iter(single.values())).centre)
    return np.asarray(sum(parts, np.zeros((bands, len(head.bias)))), np.float32)


def _without(head: LinearHead, single: Mapping[str, LinearMap], widths: Mapping[str, int]) -> LinearHead:
    """The head without the blocks of these maps."""
    kept = [(name, weights) for name, weights in head.parts(widths) if name not in single]
    weights = np.concatenate([np.zeros((0, len(head.bias)), np.float32), *(weights for _, weights in kept)])
    return replace(head, blocks=tuple(name for name, _ in kept), weights=weights)
