"""The rasters of ``classify``, written block by block, and small pictures of them for the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...html_report.pictures import step_for
from ...inference.features import FeatureReader
from ...inference.folding import fold
from ...inference.mapping import (
    BLOCK_PX,
    NO_CONFIDENCE,
    UNCERTAINTY_BANDS,
    UNCLASSIFIED,
    MappedBlock,
    map_scene,
)
from ...inference.memory import block_side
from ...inference.model import LandCoverModel
from ...inference.novelty import NOVELTY_BLOCK
from ...inference.tuned_model import TunedModel
from ...inference.tuned_reader import TunedReader
from ...inference.usage import Stages
from ...raster.cube import Cube
from ...raster.grid import Grid, Window
from ...raster.prefetch import write_behind
from ...raster.writer import RasterWriter
from ...reporting import PartReporter, Reporter
from .journal import MapJournal, journal_path
from .request import ClassifyRequest

NATURAL_NM = (650.0, 560.0, 480.0)
# Beyond this distance a band says nothing of the colour it stands for.
MAX_OFF_NM = 60.0


@dataclass(frozen=True)
class MapSummary:
    """What was mapped.

    Attributes:
        pixels: of each class.
        class_ids, confidence: every so many-th pixel, at most `MAX_SIDE_PX` a side.
        stages: where the time went.
        journal: of the finished blocks, if one was asked for; to be removed when the outputs are in place.
    """

    pixels: dict[int, int]
    class_ids: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    stages: Stages
    journal: MapJournal | None


def write_maps(request: ClassifyRequest, grid: Grid, area: Window, reader: FeatureReader | TunedReader,
               model: LandCoverModel | TunedModel, tags: dict[str, str], key: str, outputs: ExitStack,
               reporter: Reporter) -> MapSummary:
    """Write class map, confidence and uncertainty. The files wait in ``outputs``.

    Args:
        request: what to write, and where.
        grid: of the image.
        area: part to map.
        reader: features of the image.
        model: to apply.
        tags: provenance.
        key: hash of all inputs, for the journal.
        outputs: closed when everything is complete.
        reporter: told the progress, and asked about cancelling.
    """
    part = grid.sub(area)
    classes = outputs.enter_context(RasterWriter(request.output, part, "uint8", nodata=UNCLASSIFIED, tags=tags,
                                                 band_names=("land cover",), classes=model.classes))
    confidence = outputs.enter_context(RasterWriter(
        request.confidence, part, "float32", nodata=NO_CONFIDENCE, tags=tags,
        band_names=("probability of the mapped class",))) if request.confidence else None
    uncertainty = outputs.enter_context(RasterWriter(
        request.uncertainty, part, "float32", len(UNCERTAINTY_BANDS), NO_CONFIDENCE, tags,
        UNCERTAINTY_BANDS)) if request.uncertainty else None
    stages, journal = Stages(), _journal(request, key, outputs, reporter)
    folded, part_reporter = fold(reader, model.classifier), PartReporter(reporter, 0.6, 0.98)
    found = map_scene(folded.reader, folded.classifier, area, part_reporter, uncertainty is not None,
                      model.novelty, _block_px(request, reader, model, area), journal.count if journal else 0, stages)
    small = _Small(area.shape)
    counts = np.zeros(256, np.int64)

    def write(block: MappedBlock) -> None:
        with stages.spent("write_s"):
            classes.write(block.window, block.class_ids)
            if confidence is not None:
                confidence.write(block.window, block.confidence)
            if uncertainty is not None and block.uncertainty is not None:
                uncertainty.write(block.window, block.uncertainty)

    with write_behind(write) as hand_over:
        for block in small.watching(_journalled(found, journal)):
            hand_over(block)
            counts += np.bincount(block.class_ids.ravel(), minlength=256)
    pixels = {c.id: int(counts[c.id]) for c in model.classes}
    classes.set_counts(pixels)
    # All are checked before the first takes its place.
    for writer in (classes, confidence, uncertainty):
        if writer is not None:
            writer.finish(reporter.check_cancelled)
    return MapSummary(pixels, small.class_ids, small.confidence, stages, journal)


def _block_px(request: ClassifyRequest, reader: FeatureReader | TunedReader, model: LandCoverModel | TunedModel,
              area: Window) -> int:
    """What fits into the budget; a fine-tuned network computes by tiles, whatever the block."""
    if not isinstance(reader, FeatureReader):
        return BLOCK_PX
    names = model.classifier.blocks | {NOVELTY_BLOCK}
    return block_side(reader.only(names), area, model.classifier.smoothing.reach_px, reader.shape, request.memory_gb)


def _journal(request: ClassifyRequest, key: str, outputs: ExitStack, reporter: Reporter) -> MapJournal | None:
    """The journal, if one is asked for; it stays open as long as the outputs."""
    if not request.resume:
        return None
    journal = outputs.enter_context(MapJournal(journal_path(Path(request.output)), key))
    if journal.count:
        reporter.log("info", f"Going on after {journal.count} blocks of an earlier run.")
    return journal


def _journalled(found: Iterator[MappedBlock], journal: MapJournal | None) -> Iterator[MappedBlock]:
    """The blocks of the journal, then those found now, which are added to it."""
    if journal is None:
        yield from found
        return
    yield from journal.blocks()
    for block in found:
        journal.add(block)
        yield block


class _Small:
    """Keeps every so many-th pixel of the blocks that pass."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._step = step_for(shape)
        rows, cols = (-(-side // self._step) for side in shape)
        self.class_ids = np.zeros((rows, cols), np.uint8)
        self.confidence = np.full((rows, cols), NO_CONFIDENCE, np.float32)

    def watching(self, blocks: Iterator[MappedBlock]) -> Iterator[MappedBlock]:
        """The blocks, unchanged."""
        for block in blocks:
            # The first row and column of the block that lie on the coarse grid.
            row, col = -block.window.row % self._step, -block.window.col % self._step
            here = block.class_ids[row::self._step, col::self._step]
            at_row, at_col = (block.window.row + row) // self._step, (block.window.col + col) // self._step
            place = slice(at_row, at_row + here.shape[0]), slice(at_col, at_col + here.shape[1])
            self.class_ids[place] = here
            self.confidence[place] = block.confidence[row::self._step, col::self._step]
            yield block


def natural_color(cube: Cube, area: Window, reporter: Reporter) -> NDArray[np.float32] | None:
    """(3, rows, cols) red, green and blue of every so many-th pixel; None where the image has no such bands."""
    good = cube.bands.good_indices
    off = np.abs(cube.bands.wavelength_nm[good][None] - np.array(NATURAL_NM)[:, None])
    if not len(good) or off.min(1).max() > MAX_OFF_NM:
        return None
    bands, step = good[off.argmin(1)], step_for(area.shape)
    lines = []
    for row in range(area.row, area.row + area.rows, step):
        reporter.check_cancelled()
        lines.append(cube.read(Window(row, area.col, 1, area.cols), bands)[:, :, ::step])
    return np.concatenate(lines, axis=1)
