"""Features of the labelled pixels, and of windows around some of them on which smoothing can be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ...inference.features import GUIDE, FeatureReader, Features
from ...inference.smoothing import MAX_REACH_PX, STRENGTHS, operator
from ...labels.splits import Samples
from ...raster.grid import Window
from ...reporting import Reporter, tracked

CELL_PX = 64
# Windows with their margin are kept in memory: about 12 MB each.
MAX_WINDOWS = 24


@dataclass(frozen=True)
class LabelWindow:
    """A window with labelled pixels and enough margin for smoothing.

    Attributes:
        blocks: features (pixels, features) of all pixels of the window.
        samples: (k,) positions of its samples.
        operators: for each strength of smoothing the weights (k, pixels) that give the samples' smoothed values.
    """

    blocks: Mapping[str, NDArray[np.float32]]
    samples: NDArray[np.intp]
    operators: Mapping[str, csr_array]

    def only(self, samples: NDArray[np.intp]) -> LabelWindow:
        """The window with these samples only."""
        keep = np.flatnonzero(np.isin(self.samples, samples))
        return LabelWindow(self.blocks, self.samples[keep], {name: m[keep] for name, m in self.operators.items()})


def _label_window(features: Features, samples: NDArray[np.intp], pixels: NDArray[np.intp]) -> LabelWindow:
    """Prepare a window whose samples are the flat ``pixels``."""
    guide = features.blocks[GUIDE]
    operators = {s.name: operator(guide, features.valid, s, pixels) for s in STRENGTHS}
    blocks = {name: b.reshape(-1, b.shape[-1]) for name, b in features.blocks.items() if name != GUIDE}
    return LabelWindow(blocks, samples, operators)


@dataclass(frozen=True)
class LabelledFeatures:
    """Features of n labelled pixels.

    Attributes:
        blocks: (n, features) arrays by name.
        valid: (n,) False where the image has no data.
        class_ids, region_ids: (n,).
        windows: windows around the samples, all of them if there are few.
    """

    blocks: Mapping[str, NDArray[np.float32]]
    valid: NDArray[np.bool_]
    class_ids: NDArray[np.uint8]
    region_ids: NDArray[np.intp]
    windows: tuple[LabelWindow, ...]

    def at(self, index: NDArray[np.intp]) -> dict[str, NDArray[np.float32]]:
        """Blocks (n, features) of n samples."""
        return {name: block[index] for name, block in self.blocks.items()}

    def in_windows(self) -> NDArray[np.bool_]:
        """(n,) samples that lie in one of the windows."""
        inside = np.zeros(len(self.class_ids), bool)
        for window in self.windows:
            inside[window.samples] = True
        return inside

    def windows_of(self, index: NDArray[np.intp]) -> list[LabelWindow]:
        """Windows that hold some of these samples, with only them."""
        found = [window.only(index) for window in self.windows]
        return [window for window in found if len(window.samples)]


def read_labelled(reader: FeatureReader, samples: Samples, region_ids: NDArray[np.intp],
                  reporter: Reporter) -> LabelledFeatures:
    """Read the features of all samples, cell by cell of a coarse grid."""
    cells = samples.rows // CELL_PX * (reader.shape[1] // CELL_PX + 1) + samples.cols // CELL_PX
    names, cell_of = np.unique(cells, return_inverse=True)
    # Memory goes to the cells that hold most of the labels, every class counting the same; ties go by place.
    _, class_of, class_counts = np.unique(samples.class_ids, return_inverse=True, return_counts=True)
    worth = np.bincount(cell_of, 1 / class_counts[class_of])
    kept = set(names[np.lexsort((names, -worth))[:MAX_WINDOWS]].tolist())
    blocks: dict[str, NDArray[np.float32]] = {}
    valid = np.zeros(len(samples), bool)
    windows = []
    for cell in tracked(names, len(names), reporter, "reading labelled pixels"):
        index = np.flatnonzero(cells == cell)
        window = _cell_window(samples, index, reader.shape, MAX_REACH_PX if int(cell) in kept else 0)
        features = reader.read(window)
        rows, cols = samples.rows[index] - window.row, samples.cols[index] - window.col
        for name, block in features.blocks.items():
            blocks.setdefault(name, np.zeros((len(samples), block.shape[-1]), np.float32))[index] = block[rows, cols]
        valid[index] = features.valid[rows, cols]
        if int(cell) in kept:
            windows.append(_label_window(features, index, rows * window.cols + cols))
    return LabelledFeatures(blocks, valid, samples.class_ids, region_ids, tuple(windows))


def _cell_window(samples: Samples, index: NDArray[np.intp], shape: tuple[int, int], margin_px: int) -> Window:
    """The smallest window around some samples, with a margin."""
    rows, cols = samples.rows[index], samples.cols[index]
    top, left = int(rows.min()), int(cols.min())
    return Window(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1).grow(margin_px, shape)
