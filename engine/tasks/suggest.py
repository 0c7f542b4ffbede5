"""Suggest places worth labelling next, from a scene and a model saved by ``classify``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..errors import InputError, ModelError, RasterError
from ..inference.backbone import load_backbone
from ..inference.features import FeatureReader
from ..inference.learnt import restore
from ..inference.mapping import BLOCK_PX
from ..inference.model import LandCoverModel, load_model
from ..inference.novelty import NOVELTY_BLOCK, Novelty
from ..inference.statistics import box_mean
from ..labels.points import check_points_name, write_points
from ..raster.cube import Cube
from ..raster.grid import Window, blocks
from ..raster.writer import check_output
from ..reporting import PartReporter, Reporter, tracked
from ..training.few_labels.suggest import Candidates, choose
from .image_request import ImageRequest
from .staging import staged

LAYER = "suggestions"
MAX_COUNT = 1000
# Candidates over the whole scene; of a larger scene every second, third, ... row and column is looked at.
MAX_CANDIDATES = 60_000
# A place is judged with its neighbours: a lone doubtful pixel is mostly noise or a mixed border.
PLACE_PX = 3


@dataclass(frozen=True)
class SuggestRequest(ImageRequest):
    """For which scene and model, and how many places.

    Attributes:
        image: raster with wavelengths.
        model: model saved by ``classify`` (safetensors).
        output: GeoPackage of points to write.
        count: number of places.
        gap_px: least distance between two of them, in pixels; chosen by the size of the scene if None.
        extent: x_min, y_min, x_max, y_max in the image's CRS to look at; the whole image if None.
        weights: encoder weights the model was trained with, the bundled ones if None.
        device: ``auto``, ``cpu`` or ``cuda``.
        seed: of the choice among like places.
    """

    image: str
    model: str
    output: str
    count: int = 30
    gap_px: float | None = None
    extent: tuple[float, float, float, float] | None = None
    weights: str | None = None
    device: str = "auto"
    seed: int = 0


@dataclass(frozen=True)
class SuggestResult:
    """Where the points are; `dataclasses.asdict` of it is JSON.

    Attributes:
        mean_margin, mean_novelty: of the suggested places.
        scene_margin, scene_novelty: of all places looked at, to compare.
    """

    output: str
    points: int
    mean_margin: float
    scene_margin: float
    mean_novelty: float
    scene_novelty: float
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """Candidates with the class the model gives each, and how probable it is."""

    candidates: Candidates
    class_ids: np.ndarray
    probability: np.ndarray


def run(request: SuggestRequest, reporter: Reporter) -> SuggestResult:
    """Find and write the places, the most telling first."""
    _check(request)
    reporter.progress(0.0, "opening the image")
    with Cube.open(request.image, request.overrides, reporter) as cube:
        check_output(request.output, cube.files)
        area = cube.grid.part(request.extent)
        model, backbone = load_model(Path(request.model)), load_backbone(request.weights, request.device)
        model.require_weights(backbone.sha256)
        if model.novelty is None:
            raise ModelError(f"{Path(request.model).name} was saved by an earlier version and does not say what it was "
                             "trained on.", "Train and save it again with classify.")
        reader = restore(cube, model, backbone, reporter)
        found = _look(reader, model, model.novelty, area, PartReporter(reporter, 0.05, 0.9))
        gap_px = request.gap_px if request.gap_px is not None else max(3.0, min(area.shape) / 30)
        chosen = choose(found.candidates, request.count, gap_px, request.seed)
        notes = [] if len(chosen) == request.count else [
            f"Only {len(chosen)} of {request.count} places lie {gap_px:g} pixels apart."]
        for note in notes:
            reporter.log("warning", note)
        reporter.check_cancelled()
        _write(request, cube, model, found, chosen)
    reporter.progress(1.0, "done")
    picked = found.candidates.take(chosen)
    means = [round(float(v.mean()), 4) for v in (picked.margin, found.candidates.margin, picked.novelty,
                                                 found.candidates.novelty)]
    return SuggestResult(request.output, len(chosen), means[0], means[1], means[2], means[3], notes)


def _check(request: SuggestRequest) -> None:
    if not 1 <= request.count <= MAX_COUNT:
        raise InputError(f"{request.count} places are not possible.", f"Give a number from 1 to {MAX_COUNT}.")
    if request.gap_px is not None and not 0 <= request.gap_px < 1e6:
        raise InputError(f"A distance of {request.gap_px:g} pixels is not possible.", "Give a number such as 5.")
    if not 0 <= request.seed < 2**32:
        raise InputError(f"The seed {request.seed} is not possible.", "Give a whole number from 0 to 4294967295.")
    check_points_name(request.output)
    check_output(request.output, [p for p in (request.image, request.model, request.weights) if p])


def _look(reader: FeatureReader, model: LandCoverModel, novelty: Novelty, area: Window,
          reporter: Reporter) -> _Found:
    """All candidates of an area."""
    step = max(1, int(np.ceil(np.sqrt(area.rows * area.cols / MAX_CANDIDATES))))
    parts = [part for part in _visit(reader, model, novelty, area, step, reporter) if len(part.class_ids)]
    if not parts:
        raise RasterError("The image holds no valid pixel there.", "Choose a part of the image with data.")
    names = ("rows", "cols", "margin", "novelty", "features")
    candidates = Candidates(*(np.concatenate([getattr(p.candidates, name) for p in parts]) for name in names))
    return _Found(candidates, np.concatenate([p.class_ids for p in parts]),
                  np.concatenate([p.probability for p in parts]))


def _visit(reader: FeatureReader, model: LandCoverModel, novelty: Novelty, area: Window, step: int,
           reporter: Reporter) -> Iterator[_Found]:
    classifier = model.classifier
    parts = list(blocks(area.shape, BLOCK_PX))
    for part in tracked(parts, len(parts), reporter, "looking for telling places"):
        inner = Window(part.row + area.row, part.col + area.col, *part.shape)
        outer = inner.grow(classifier.smoothing.reach_px + PLACE_PX, reader.shape)
        features = reader.read(outer)
        probabilities = classifier.predict(features)
        ordered = np.sort(probabilities, axis=-1)
        margin = ordered[..., -1] - (ordered[..., -2] if ordered.shape[-1] > 1 else 0)
        doubt = box_mean(np.stack([margin, novelty.score(features.blocks)], axis=-1), features.valid, PLACE_PX)
        rows, cols = np.nonzero(features.valid)
        rows, cols = rows + outer.row, cols + outer.col
        kept = ((rows >= inner.row) & (rows < inner.row + inner.rows) & (cols >= inner.col)
                & (cols < inner.col + inner.cols) & (rows % step == 0) & (cols % step == 0))
        rows, cols = rows[kept], cols[kept]
        at = rows - outer.row, cols - outer.col
        best = probabilities[at].argmax(-1)
        yield _Found(Candidates(rows, cols, doubt[at][:, 0], doubt[at][:, 1], features.blocks[NOVELTY_BLOCK][at]),
                     classifier.class_ids[best], probabilities[at].max(-1))


def _write(request: SuggestRequest, cube: Cube, model: LandCoverModel, found: _Found, chosen: np.ndarray) -> None:
    names = {c.id: c.name for c in model.classes}
    picked = found.candidates.take(chosen)
    fields = {"priority": np.arange(1, len(chosen) + 1, dtype=np.int32),
              "class": np.array([None] * len(chosen), object),
              "guess": np.array([names[int(k)] for k in found.class_ids[chosen]], object),
              "probability": found.probability[chosen].astype(float).round(3),
              "margin": picked.margin.astype(float).round(3), "novelty": picked.novelty.astype(float).round(3)}
    with staged(Path(request.output)) as target:
        write_points(target, LAYER, cube.grid, picked.rows, picked.cols, fields)
