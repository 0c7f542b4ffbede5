"""The rasters of ``classify``, written block by block, and small pictures of them for the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..html_report.pictures import step_for
from ..inference.features import FeatureReader
from ..inference.mapping import NO_CONFIDENCE, UNCERTAINTY_BANDS, UNCLASSIFIED, MappedBlock, map_scene
from ..inference.model import LandCoverModel
from ..raster.cube import Cube
from ..raster.grid import Grid, Window
from ..raster.writer import RasterWriter
from ..reporting import PartReporter, Reporter

if TYPE_CHECKING:
    from .classify import ClassifyRequest

NATURAL_NM = (650.0, 560.0, 480.0)
# Beyond this distance a band says nothing of the colour it stands for.
MAX_OFF_NM = 60.0


@dataclass(frozen=True)
class MapSummary:
    """What was mapped.

    Attributes:
        pixels: of each class.
        class_ids, confidence: every so many-th pixel, at most `MAX_SIDE_PX` a side.
    """

    pixels: dict[int, int]
    class_ids: NDArray[np.uint8]
    confidence: NDArray[np.float32]


def write_maps(request: ClassifyRequest, grid: Grid, area: Window, reader: FeatureReader, model: LandCoverModel,
               tags: dict[str, str], outputs: ExitStack, reporter: Reporter) -> MapSummary:
    """Write class map, confidence and uncertainty. The files wait in ``outputs``."""
    part = grid.sub(area)
    classes = outputs.enter_context(RasterWriter(request.output, part, "uint8", nodata=UNCLASSIFIED, tags=tags,
                                                 band_names=("land cover",), classes=model.classes))
    confidence = outputs.enter_context(RasterWriter(
        request.confidence, part, "float32", nodata=NO_CONFIDENCE, tags=tags,
        band_names=("probability of the mapped class",))) if request.confidence else None
    uncertainty = outputs.enter_context(RasterWriter(
        request.uncertainty, part, "float32", len(UNCERTAINTY_BANDS), NO_CONFIDENCE, tags,
        UNCERTAINTY_BANDS)) if request.uncertainty else None
    blocks = map_scene(reader, model.classifier, area, PartReporter(reporter, 0.6, 0.98), uncertainty is not None,
                       model.novelty)
    small = _Small(area.shape)
    counts = np.zeros(256, np.int64)
    for block in small.watching(blocks):
        classes.write(block.window, block.class_ids)
        if confidence is not None:
            confidence.write(block.window, block.confidence)
        if uncertainty is not None and block.uncertainty is not None:
            uncertainty.write(block.window, block.uncertainty)
        counts += np.bincount(block.class_ids.ravel(), minlength=256)
    found = {c.id: int(counts[c.id]) for c in model.classes}
    classes.set_counts(found)
    # All are checked before the first takes its place.
    for writer in (classes, confidence, uncertainty):
        if writer is not None:
            writer.finish()
    return MapSummary(found, small.class_ids, small.confidence)


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
