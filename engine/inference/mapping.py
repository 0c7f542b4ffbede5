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

BLOCK_PX = 256
UNCLASSIFIED = 0
NO_CONFIDENCE = -1.0


@dataclass(frozen=True)
class MappedBlock:
    """Part of a map.

    Attributes:
        window: its place in the map.
        class_ids: (rows, cols) uint8, 0 where the image has no data.
        confidence: (rows, cols) float32 probability of the mapped class, -1 where the image has no data.
    """

    window: Window
    class_ids: NDArray[np.uint8]
    confidence: NDArray[np.float32]


def map_scene(reader: FeatureReader, classifier: PixelClassifier, area: Window,
              reporter: Reporter) -> Iterator[MappedBlock]:
    """Classify ``area`` of the scene; block windows count from the area's corner. Memory does not grow with rows."""
    parts = list(blocks(area.shape, BLOCK_PX))
    for part in tracked(parts, len(parts), reporter, "mapping"):
        inner = Window(part.row + area.row, part.col + area.col, *part.shape)
        outer = inner.grow(classifier.smoothing.reach_px, reader.shape)
        features = reader.read(outer)
        crop = Window(inner.row - outer.row, inner.col - outer.col, *inner.shape).slices
        probabilities, valid = classifier.predict(features)[crop], features.valid[crop]
        best = probabilities.argmax(-1)
        yield MappedBlock(part, np.where(valid, classifier.class_ids[best], UNCLASSIFIED).astype(np.uint8),
                          np.where(valid, probabilities.max(-1), NO_CONFIDENCE).astype(np.float32))
