"""The from-to map: both dates classified by one model, transitions only where the score says change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ...inference.backbone import Backbone
from ...inference.change.invariant import Normalisation
from ...inference.change.pair import ImagePair, PairPatch
from ...inference.classifier import PixelClassifier
from ...inference.features import FeatureReader
from ...inference.learnt import restore
from ...inference.model import LandCoverModel
from ...labels.area import Area
from ...labels.labelset import LabelSet
from ...raster.cube import Cube
from ...raster.grid import Grid, Window, blocks
from ...raster.legend import ClassInfo, Color
from ...raster.writer import RasterWriter
from ...reporting import Reporter, tracked
from ...spectral.bands import BandTable, SensorMeta
from ...training.few_labels.landcover import Trained, train
from .map import BLOCK_PX, Spool, Threshold, Thumbnail, scored_blocks

NO_CODE = 0
MAX_CLASSES = 255
OTHER = "other transitions"
OTHER_COLOR = (120, 120, 120)
# A class that stayed is drawn pale, so that what changed stands out.
PALE = 0.65


class PairSide:
    """One date of a pair, read like an image: the common bands, the later date normalised to the earlier one."""

    def __init__(self, pair: ImagePair, lines: Normalisation, *, later: bool) -> None:
        self._pair, self._lines, self._later = pair, lines, later
        self.grid: Grid = pair.before.grid
        self.bands: BandTable = pair.bands
        self.meta: SensorMeta = pair.before.meta

    def read(self, window: Window, bands: Sequence[int] | NDArray[np.intp] | None = None) -> NDArray[np.float32]:
        """(bands, rows, cols) of a window, NaN where one of the dates has no value."""
        patch: PairPatch = self._pair.read(window)
        values = self._lines.apply(patch.after) if self._later else patch.before
        chosen = values if bands is None else values[..., np.asarray(bands, np.intp)]
        return np.ascontiguousarray(chosen.transpose(2, 0, 1), np.float32)


@dataclass(frozen=True)
class BothDates:
    """One classifier and the features of both dates.

    Attributes:
        trained: how the model was made, None for a saved one.
    """

    model: LandCoverModel
    before: FeatureReader
    after: FeatureReader
    trained: Trained | None


def classify_both(pair: ImagePair, lines: Normalisation, backbone: Backbone, model: LandCoverModel | None,
                  labels: LabelSet | None, seed: int, reporter: Reporter) -> BothDates:
    """Make both dates ready to be classified, by a saved model or by one trained on the earlier date.

    Raises:
        LabelError: the labels cannot train a model.
        ModelError: the model does not fit the common bands.
    """
    # They have all that training and applying a model use of an open image.
    sides = [cast(Cube, PairSide(pair, lines, later=later)) for later in (False, True)]
    trained = None
    if model is None:
        if labels is None:
            raise ValueError("neither a model nor labels")
        trained = train(sides[0], labels, backbone, seed, reporter)
        model = trained.model
        for note in trained.notes:
            reporter.log("warning", note)
    before = trained.reader if trained else restore(sides[0], model, backbone, reporter)
    return BothDates(model, before, restore(sides[1], model, backbone, reporter), trained)


def classify_area(both: BothDates, area: Area, scores: Spool, threshold: Threshold, codes: Spool,
                  reporter: Reporter) -> Counter[int]:
    """Class pairs of all pixels into a spool: 0 without a result, else 1 + from x classes + to; returns their counts.

    A pixel not marked as changed gets the class that is most probable for both dates together; a marked one may go
    from any class to any other (or stay, where the change is one inside its class).
    """
    counts: Counter[int] = Counter()
    parts = -(-area.window.rows // BLOCK_PX) * -(-area.window.cols // BLOCK_PX)
    for block in tracked(scored_blocks(area, scores, threshold.divisor), parts, reporter, "classifying both dates"):
        seen = np.isfinite(block.scores)
        pair_codes = np.zeros(block.window.shape, np.uint16)
        if seen.any():
            one, two = (_probabilities(reader, both.model.classifier, block.place)
                        for reader in (both.before, both.after))
            steady = (one * two).argmax(-1)
            changed = block.scores > threshold.value
            start, end = np.where(changed, one.argmax(-1), steady), np.where(changed, two.argmax(-1), steady)
            pair_codes = np.where(seen, 1 + start * one.shape[-1] + end, NO_CODE).astype(np.uint16)
        codes.put(pair_codes)
        values, numbers = np.unique(pair_codes, return_counts=True)
        counts.update({int(v): int(n) for v, n in zip(values, numbers, strict=True) if v != NO_CODE})
    return counts


def _probabilities(reader: FeatureReader, classifier: PixelClassifier, place: Window) -> NDArray[np.float32]:
    """(rows, cols, classes) of a window, smoothed as on a map."""
    outer = place.grow(classifier.smoothing.reach_px, reader.shape)
    crop = Window(place.row - outer.row, place.col - outer.col, *place.shape).slices
    return classifier.predict(reader.read(outer))[crop]


@dataclass(frozen=True)
class Coded:
    """A value of the from-to map.

    Attributes:
        info: number, name and colour in the map.
        start, end: classes, None for the rest that had no number left.
        pixels: how many.
        codes: class pairs it stands for.
    """

    info: ClassInfo
    start: ClassInfo | None
    end: ClassInfo | None
    pixels: int
    codes: tuple[int, ...]


def legend_of(counts: Counter[int], model: LandCoverModel) -> list[Coded]:
    """Numbers, names and colours: classes that stayed first, then transitions, the largest first."""
    by_id = {c.id: c for c in model.classes}
    classes = [by_id[int(i)] for i in model.classifier.class_ids]
    found = []
    for code, pixels in counts.items():
        start, end = (classes[i] for i in divmod(code - 1, len(classes)))
        found.append((start is not end, -pixels, code, start, end))
    found.sort(key=lambda item: item[:3])
    kept, rest = (found, []) if len(found) <= MAX_CLASSES else (found[:MAX_CLASSES - 1], found[MAX_CLASSES - 1:])
    coded = [Coded(ClassInfo(n, _name(start, end), _color(start, end)), start, end, -negative, (code,))
             for n, (_, negative, code, start, end) in enumerate(kept, 1)]
    if rest:
        coded.append(Coded(ClassInfo(MAX_CLASSES, OTHER, OTHER_COLOR), None, None, -sum(r[1] for r in rest),
                           tuple(r[2] for r in rest)))
    return coded


def _name(start: ClassInfo, end: ClassInfo) -> str:
    return f"{start.name} (unchanged)" if start is end else f"{start.name} → {end.name}"


def _color(start: ClassInfo, end: ClassInfo) -> Color:
    """Pale for what stayed; for a transition the colour of what it became, tinged with what it was."""
    mixed = (np.array(end.color) * (1 - PALE) + 255 * PALE if start is end
             else 0.75 * np.array(end.color) + 0.25 * np.array(start.color))
    red, green, blue = (round(float(v)) for v in mixed)
    return red, green, blue


def write_transitions(writer: RasterWriter, area: Area, codes: Spool, legend: Sequence[Coded], step: int,
                      reporter: Reporter) -> NDArray[np.uint8]:
    """Write the from-to map; returns every ``step``-th pixel of it."""
    small = Thumbnail(area, step, np.zeros((), np.uint8))
    table = np.zeros(2**16, np.uint8)
    for entry in legend:
        table[list(entry.codes)] = entry.info.id
    codes.rewind()
    for part in blocks(area.window.shape, BLOCK_PX):
        reporter.check_cancelled()
        ids = table[codes.take(part.shape, "uint16")]
        writer.write(part, ids)
        small.add(part, ids)
    writer.set_counts({entry.info.id: entry.pixels for entry in legend})
    return small.pixels
