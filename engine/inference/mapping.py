"""A classifier applied to a scene, block by block."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window, blocks
from ..raster.prefetch import read_ahead
from ..reporting import Reporter, tracked
from .classifier import PixelClassifier
from .features import Features
from .novelty import NOVELTY_BLOCK, Novelty
from .usage import Stages

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


class SceneReader(Protocol):
    """Gives the features of a scene in two steps, so that the next window is read while one is computed on."""

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the scene."""
        ...

    def only(self, names: Collection[str]) -> SceneReader:
        """A reader of these features alone."""
        ...

    def load(self, window: Window) -> Any:
        """Read what `features` needs; called from another thread, never twice at once."""
        ...

    def features(self, loaded: Any) -> Features:
        """Features of what was loaded, which does not touch what `load` reads from."""
        ...


def map_scene(reader: SceneReader, classifier: PixelClassifier, area: Window, reporter: Reporter,
              uncertainty: bool = False, novelty: Novelty | None = None, block_px: int | None = None,
              skip: int = 0, stages: Stages | None = None) -> Iterator[MappedBlock]:
    """Classify ``area`` of the scene; block windows count from the area's corner. Memory does not grow with rows.

    Args:
        reader: features of the scene; those that the classifier does not use are not computed.
        classifier: of pixels.
        area: part of the scene.
        reporter: told the progress, and asked about cancelling.
        uncertainty: also give the bands of `UNCERTAINTY_BANDS`.
        novelty: for the last of them.
        block_px: side of a block, `BLOCK_PX` if None.
        skip: leave this many blocks out, which are known already.
        stages: takes the seconds of reading and computing.
    """
    spent = (stages or Stages()).spent
    parts = there_and_back(blocks(area.shape, block_px or BLOCK_PX))
    wanted = classifier.blocks | ({NOVELTY_BLOCK} if uncertainty and novelty is not None else set())
    reader = reader.only(wanted)
    margin_px = classifier.smoothing.reach_px
    outers = [Window(part.row + area.row, part.col + area.col, *part.shape).grow(margin_px, reader.shape)
              for part in parts[skip:]]

    def load(window: Window) -> Any:
        with spent("read_s"):
            return reader.load(window)

    ahead = zip(parts[skip:], read_ahead(load, outers), strict=True)
    for part, (outer, loaded) in tracked(ahead, len(outers), reporter, "mapping"):
        crop = Window(part.row + area.row - outer.row, part.col + area.col - outer.col, *part.shape).slices
        with spent("compute_s"):
            block = _mapped(part, reader.features(loaded), crop, classifier, uncertainty, novelty)
        yield block


def there_and_back(windows: Iterable[Window]) -> list[Window]:
    """Rows of windows from the left and from the right in turn: what was read last is needed again first.

    Windows of neighbouring rows share file blocks, and where a whole row of these does not fit into the cache, the
    other way round all would be read twice.
    """
    rows = [list(row) for _, row in groupby(windows, key=lambda window: window.row)]
    return [window for number, row in enumerate(rows) for window in (row[::-1] if number % 2 else row)]


def _mapped(part: Window, features: Features, crop: tuple[slice, slice], classifier: PixelClassifier,
            uncertainty: bool, novelty: Novelty | None) -> MappedBlock:
    """The block of a map from features of it and of a margin, which ``crop`` cuts off."""
    probabilities, valid = classifier.predict(features)[crop], features.valid[crop]
    best = probabilities.argmax(-1)
    doubt = None
    if uncertainty:
        unlike = None if novelty is None else novelty.score({NOVELTY_BLOCK: features.blocks[NOVELTY_BLOCK][crop]})
        doubt = np.where(valid, _uncertainty(probabilities, unlike), NO_CONFIDENCE).astype(np.float32)
    return MappedBlock(part, np.where(valid, classifier.class_ids[best], UNCLASSIFIED).astype(np.uint8),
                       np.where(valid, probabilities.max(-1), NO_CONFIDENCE).astype(np.float32), doubt)


def _uncertainty(probabilities: NDArray[np.float32], unlike: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """(3, rows, cols): margin, entropy over that of equal probabilities, and how unlike the training pixels."""
    ordered = np.sort(probabilities, axis=-1)
    entropy = -(probabilities * np.log(np.maximum(probabilities, np.float32(1e-12)))).sum(-1)
    entropy = np.clip(entropy / np.log(probabilities.shape[-1]), 0, 1) if probabilities.shape[-1] > 1 else 0 * entropy
    margin = ordered[..., -1] - ordered[..., -2] if probabilities.shape[-1] > 1 else np.ones_like(entropy)
    return np.stack([margin, entropy, np.full_like(margin, NO_CONFIDENCE) if unlike is None else unlike])
