"""The change map: scores block by block into a temporary file, a threshold from their histogram, then the raster."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import OutputError
from ...inference.change.thresholds import LogHistogram, find_threshold, noise_limit
from ...labels.area import Area
from ...raster.grid import Window, blocks
from ...raster.writer import RasterWriter
from ...reporting import Reporter, tracked
from .scores import ScoreSource

BLOCK_PX = 256
BAND_NAMES = ("change score", "changed (1) or not (0)")
PROBABILITY_THRESHOLD, RELATIVE_THRESHOLD = 0.5, 1.0
FEW_PIXELS = 1000
TOP_SHARE = 0.99
# Where nothing changed, the rule draws its line through the one group of scores there is, at 0.7 to 1.6 medians.
CLEAR_OF_MEDIAN = 1.6
RULE = "mean of Otsu's threshold on the root and Kapur's on the logarithm"
NOISE_RULE = "four standard deviations of the noise above the median, since no group of changed pixels stands out"


class Spool:
    """Arrays kept in a nameless temporary file, read back in the order they were put in."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".change.", suffix=".part")  # noqa: SIM115
        self._folder = folder

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def put(self, array: NDArray[Any]) -> None:
        """Append an array.

        Raises:
            OutputError: the disk is full.
        """
        try:
            self._file.write(np.ascontiguousarray(array).tobytes())
        except OSError as error:
            raise OutputError(f"Intermediate results cannot be written to {self._folder}: {error}.",
                              "Check the free space.") from error

    def rewind(self) -> None:
        """Read from the start again."""
        self._file.seek(0)

    def take(self, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
        """The next array, of the shape and type it was put in with."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        return np.frombuffer(self._file.read(size), dtype).reshape(shape)


class Thumbnail:
    """Every ``step``-th pixel of an area, put together block by block.

    Args:
        area: the area.
        step: distance of the pixels taken.
        fill: value of pixels not given, of the type and (channels, ...) shape wanted.
    """

    def __init__(self, area: Area, step: int, fill: NDArray[Any]) -> None:
        self._step = step
        shape = tuple(-(-side // step) for side in area.window.shape)
        self.pixels = np.broadcast_to(fill[..., None, None], (*fill.shape, *shape)).copy()

    def add(self, part: Window, values: NDArray[Any]) -> None:
        """Take what is needed of (..., rows, cols) ``values`` of a window of the area."""
        first = [-start % self._step for start in (part.row, part.col)]
        taken = values[..., first[0]::self._step, first[1]::self._step]
        row, col = ((start + self._step - 1) // self._step for start in (part.row, part.col))
        self.pixels[..., row:row + taken.shape[-2], col:col + taken.shape[-1]] = taken


@dataclass(frozen=True)
class Threshold:
    """Where the mask begins.

    Attributes:
        value: scores above it are marked.
        divisor: the raw score that became 1: the automatic threshold, or 1 for probabilities.
        rule: in words.
        top: score that a style may give its last colour.
    """

    value: float
    divisor: float
    rule: str
    top: float


@dataclass(frozen=True)
class ScoredBlock:
    """Scores of a block.

    Attributes:
        window: in the output.
        place: in the scene.
        scores: (rows, cols) NaN without a result.
    """

    window: Window
    place: Window
    scores: NDArray[np.float32]


def score_area(source: ScoreSource, area: Area, spool: Spool, reporter: Reporter) -> LogHistogram:
    """Score all pixels of an area into the spool, NaN where there is no result; returns the histogram."""
    histogram, parts = LogHistogram(), list(blocks(area.window.shape, BLOCK_PX))
    for part in tracked(parts, len(parts), reporter, "comparing"):
        place = Window(part.row + area.window.row, part.col + area.window.col, *part.shape)
        wanted = area.mask(place)
        scores = np.full(part.shape, np.nan, np.float32)
        if wanted.any():
            found = source.read(place)
            seen = wanted & found.valid
            scores[seen] = found.logs[seen]
            histogram.add(scores[seen])
        spool.put(scores)
    return histogram


def scored_blocks(area: Area, spool: Spool, divisor: float) -> Iterator[ScoredBlock]:
    """Read the scores back, divided by ``divisor``."""
    spool.rewind()
    for part in blocks(area.window.shape, BLOCK_PX):
        place = Window(part.row + area.window.row, part.col + area.window.col, *part.shape)
        yield ScoredBlock(part, place, np.exp(spool.take(part.shape, "float32") - np.float32(math.log(divisor))))


def choose_threshold(histogram: LogHistogram, given: float | None, supervised: bool, reporter: Reporter) -> Threshold:
    """The threshold by rule, or the given one.

    The unsupervised score is divided by its automatic threshold, so that 1 is where the rule draws the line; the
    supervised one is a probability, and the rule is 0.5.
    """
    pixels = int(histogram.counts.sum())
    if supervised:
        log_divisor, value, rule = 0.0, PROBABILITY_THRESHOLD, "a change is more probable than none"
    else:
        log_divisor, rule = _automatic(histogram, reporter)
        value = RELATIVE_THRESHOLD
        if pixels < FEW_PIXELS:
            reporter.log("warning", f"The threshold was found from {pixels} pixels only; "
                         "look at a larger area, or set it (--threshold).")
    divisor = math.exp(log_divisor)
    top = math.exp(histogram.quantile(TOP_SHARE) - log_divisor)
    if given is not None:
        value, rule = given, "given by the user"
    return Threshold(value, divisor, rule, min(1.0, top) if supervised else max(top, 1.5 * value))


def _automatic(histogram: LogHistogram, reporter: Reporter) -> tuple[float, str]:
    """Logarithm of the automatic threshold, and its rule in words."""
    found = find_threshold(histogram)
    if found is None:
        reporter.log("info", "All pixels have the same score: nothing stands out as changed.")
        return histogram.quantile(1.0) + 1e-3, RULE
    if found - histogram.quantile(0.5) >= math.log(CLEAR_OF_MEDIAN):
        return found, RULE
    reporter.log("warning", "The scores form one group, from which no changed pixels stand out: perhaps nothing "
                 "changed here, or everything did. Only scores far above all others are marked. Lower the threshold "
                 "(--threshold), look at a larger area, or give labels.")
    return max(found, noise_limit(histogram)), NOISE_RULE


def write_change(writer: RasterWriter, area: Area, spool: Spool, threshold: Threshold,
                 reporter: Reporter) -> tuple[int, int]:
    """Write score and mask; returns the pixels with a result and those marked as changed."""
    total = marked = 0
    for block in scored_blocks(area, spool, threshold.divisor):
        reporter.check_cancelled()
        seen = np.isfinite(block.scores)
        changed = block.scores > threshold.value
        total, marked = total + int(seen.sum()), marked + int(changed.sum())
        mask = np.where(seen, changed.astype(np.float32), np.float32(np.nan))
        writer.write(block.window, np.stack([block.scores, mask]))
    return total, marked
