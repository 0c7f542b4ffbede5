"""Draw a stratified random sample of reference points from a class map, to be labelled and given to ``assess``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, LabelError
from ..labels.classmap import ClassMap, read_class_map
from ..labels.design import DEFAULT_MIN_PER_CLASS, allocate, sample_size
from ..labels.points import check_points_name, write_points
from ..labels.read import file_of, read_labels
from ..labels.reference import SIZE_FIELD, STRATUM_FIELD
from ..raster.writer import check_output
from ..reporting import Reporter
from .staging import staged

LAYER = "reference"
CLASS_FIELD = "class"
MAX_POINTS = 100_000
DEFAULT_TARGET_SE = 0.02
DEFAULT_EXPECTED = 0.8


@dataclass(frozen=True)
class SampleRequest:
    """From which map to draw, and how many points.

    Attributes:
        map: class map.
        output: GeoPackage of points to write.
        size: number of points; computed from ``target_se`` and ``expected`` if None.
        target_se: wanted standard error of overall accuracy.
        expected: user's accuracy expected of every class.
        allocation: ``compromise``, ``proportional`` or ``equal``, see `allocate`.
        min_per_class: points of rare classes in the compromise.
        training: labels the map was made from; pixels of these are not drawn.
        class_field: attribute of the training labels with the class.
        seed: of the draw.
    """

    map: str
    output: str
    size: int | None = None
    target_se: float = DEFAULT_TARGET_SE
    expected: float = DEFAULT_EXPECTED
    allocation: str = "compromise"
    min_per_class: int = DEFAULT_MIN_PER_CLASS
    training: str | None = None
    class_field: str | None = None
    seed: int = 0


@dataclass(frozen=True)
class Stratum:
    """A class of the map: its pixels and the points drawn in it."""

    id: int
    name: str
    pixels: int
    points: int


@dataclass(frozen=True)
class SampleResult:
    """What was drawn; `dataclasses.asdict` of it is JSON."""

    output: str
    points: int
    strata: list[Stratum]
    warnings: list[str] = field(default_factory=list)


def run(request: SampleRequest, reporter: Reporter) -> SampleResult:
    """Draw the points. The class field is left empty: the map's class would bias whoever labels them."""
    _check(request)
    reporter.progress(0.0, "reading the map")
    found = read_class_map(request.map)
    reporter.check_cancelled()
    strata = _without_training(request, found)
    pixels = {info.id: int((strata == info.id).sum()) for info in found.classes}
    if not sum(pixels.values()):
        raise LabelError("All pixels of the map are training pixels.", "Give the labels the map was made from.")
    points = allocate(pixels, _size(request, pixels), request.allocation, request.min_per_class)
    notes = [f"{info.name} has {pixels[info.id]} pixels only: too few for a standard error."
             for info in found.classes if pixels[info.id] < 2]
    for note in notes:
        reporter.log("warning", note)
    rows, cols, ids = _draw(strata, points, np.random.default_rng(request.seed))
    reporter.check_cancelled()
    fields = {"point": np.arange(1, len(ids) + 1, dtype=np.int32), CLASS_FIELD: np.array([None] * len(ids), object),
              STRATUM_FIELD: ids.astype(np.int32), SIZE_FIELD: np.array([pixels[int(i)] for i in ids], np.int64)}
    with staged(Path(request.output)) as target:
        write_points(target, LAYER, found.grid, rows, cols, fields)
        reporter.check_cancelled()
    reporter.progress(1.0, "done")
    return SampleResult(request.output, len(ids), [Stratum(c.id, c.name, pixels[c.id], points.get(c.id, 0))
                                                   for c in found.classes], notes)


def _check(request: SampleRequest) -> None:
    if request.size is not None and not 2 <= request.size <= MAX_POINTS:
        raise InputError(f"{request.size} points are not possible.", f"Give a number from 2 to {MAX_POINTS}.")
    if request.seed < 0:
        raise InputError(f"The seed {request.seed} is not possible.", "Give a whole number from 0.")
    if request.class_field and request.training is None:
        raise InputError("A class field has a meaning only with training labels.", "Leave --class-field out.")
    check_points_name(request.output)
    check_output(request.output, [file_of(p) for p in (request.map, request.training) if p])


def _without_training(request: SampleRequest, found: ClassMap) -> NDArray[np.uint8]:
    """(rows, cols) strata, 0 where nothing may be drawn."""
    if request.training is None:
        return found.values
    labels = read_labels(request.training, found.grid, request.class_field)
    strata = found.values.copy()
    strata[labels.rows, labels.cols] = 0
    return strata


def _size(request: SampleRequest, pixels: dict[int, int]) -> int:
    classes = [k for k, n in pixels.items() if n > 0]
    if request.size is not None:
        return request.size
    total = sum(pixels.values())
    wanted = sample_size({k: pixels[k] / total for k in classes}, dict.fromkeys(classes, request.expected),
                         request.target_se)
    if wanted > MAX_POINTS:
        raise InputError(f"A standard error of {request.target_se:g} needs {wanted} points.", "Ask for a larger one.")
    return max(wanted, 2 * len(classes))


def _draw(strata: NDArray[np.uint8], points: dict[int, int],
          rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.uint8]]:
    """Rows, columns and strata of the points, in random order so that the order does not tell the stratum."""
    flat = np.concatenate([rng.choice(np.flatnonzero(strata == k), n, replace=False) for k, n in points.items()])
    flat = rng.permutation(flat)
    rows, cols = np.divmod(flat, strata.shape[1])
    return rows.astype(np.intp), cols.astype(np.intp), strata.ravel()[flat]
