"""A classifier applied to a scene, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window, blocks
from ..reporting import Reporter, tracked
from .classifier import PixelClassifier
from .features import FeatureReader
from .novelty import Novelty

BLOCK_PX = 256
UNCLASSIFIED = 0
NO_CONFIDENCE = -1.0
UNCERTAINTY_BANDS = ("margin of the two most probable classes", "entropy, 0 to 1",
                     "unlike the training pixels, above 1 beyond all of them")


@dataclass(frozen=True)
class MappedBlock:
    """Part of a map.

    Attributes:
        window: its place in the map.
        class_ids: (rows, cols) uint8, 0 where the image has no data.
        confidence: (rows, cols) float32 probability of the mapped class, -1 where the image has no data.
        uncertainty: (3, rows, cols) float32 as named in `UNCERTAINTY_BANDS`, -1 where the image has no data or
            the model keeps no training pixels; None if not asked for.
    """

    window: Window
    class_ids: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    uncertainty: NDArray[np.float32] | None = None


def map_scene(reader: FeatureReader, classifier: PixelClassifier, area: Window,
              reporter: Reporter, uncertainty: bool = False, novelty: Novelty | None = None) -> Iterator[MappedBlock]:
    """Classify ``area`` of the scene; block windows count from the area's corner. Memory does not grow with rows."""
    parts = list(blocks(area.shape, BLOCK_PX))
    for part in tracked(parts, len(parts), reporter, "mapping"):
        inner = Window(part.row + area.row, part.col + area.col, *part.shape)
        outer = inner.grow(classifier.smoothing.reach_px, reader.shape)
        features = reader.read(outer)
        crop = Window(inner.row - outer.row, inner.col - outer.col, *inner.shape).slices
        probabilities, valid = classifier.predict(features)[crop], features.valid[crop]
        best = probabilities.argmax(-1)
        doubt = None
        if uncertainty:
            unlike = None if novelty is None else novelty.score({k: v[crop] for k, v in features.blocks.items()})
            doubt = np.where(valid, _uncertainty(probabilities, unlike), np.float32(NO_CONFIDENCE))
        yield MappedBlock(part, np.where(valid, classifier.class_ids[best], UNCLASSIFIED).astype(np.uint8),
                          np.where(valid, probabilities.max(-1), NO_CONFIDENCE).astype(np.float32), doubt)


def _uncertainty(probabilities: NDArray[np.float32], unlike: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """(3, rows, cols): margin, entropy over that of equal probabilities, and how unlike the training pixels."""
    ordered = np.sort(probabilities, axis=-1)
    entropy = -(probabilities * np.log(np.maximum(probabilities, np.float32(1e-12)))).sum(-1)
    entropy = np.clip(entropy / np.log(probabilities.shape[-1]), 0, 1) if probabilities.shape[-1] > 1 else 0 * entropy
    margin = ordered[..., -1] - ordered[..., -2] if probabilities.shape[-1] > 1 else np.ones_like(entropy)
    return np.stack([margin, entropy, np.full_like(margin, NO_CONFIDENCE) if unlike is None else unlike])
