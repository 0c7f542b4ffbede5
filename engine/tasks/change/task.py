"""Detect change between two images of one place."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ... import __version__
from ...errors import InputError
from ...html_report.page import is_html
from ...html_report.pictures import step_for
from ...inference.backbone import Backbone, load_backbone
from ...inference.change.score import ChangeScorer
from ...inference.change.tokens import TokenDistance
from ...inference.device import pick_device
from ...inference.model import LandCoverModel, load_model
from ...labels.area import Area, find_area
from ...labels.labelset import LabelSet
from ...labels.read import read_labels
from ...raster.cube import Cube, Overrides
from ...raster.grid import Extent, Grid, Window, blocks
from ...raster.legend_files import may_replace_style, style_path
from ...raster.ramp_style import ramp_qml
from ...raster.writer import RasterWriter, check_output
from ...reporting import PartReporter, Reporter, WarningKeeper
from ...training.few_labels.change_head import TrainedHead, train_head
from ..sensor_note import tell_sensor
from ..staging import staged, write_text
from ..tuned import open_tuned_change
from .check import check_request, is_tuned_change, outputs_of
from .inputs import PreparedPair, prepare_pair
from .map import (
    BAND_NAMES,
    BLOCK_PX,
    Spool,
    Threshold,
    Thumbnail,
    choose_threshold,
    score_area,
    scored_blocks,
    write_change,
)
from .report import Pictures, color_bands, render
from .request import ChangeRequest, ChangeResult, Transition
from .scores import HeadScores, ScoreSource, UnsupervisedScores
from .transitions import BothDates, Coded, classify_area, classify_both, legend_of, write_transitions

__all__ = ["ChangeRequest", "ChangeResult", "Transition", "run"]


@dataclass(frozen=True)
class _Job:
    """A request with everything that was opened for it.

    Attributes:
        backbone: the encoder of the unsupervised score and of the from-to map, None if neither needs one.
        scored_by: the encoder the score comes from, a fine-tuned one or the same.
        source: the score without labels.
        scorer: evidence for a head, None with a fine-tuned model.
    """

    request: ChangeRequest
    grid: Grid
    prepared: PreparedPair
    area: Area
    backbone: Backbone | None
    scored_by: Backbone | None
    source: ScoreSource
    scorer: ChangeScorer | None
    log: WarningKeeper


@dataclass(frozen=True)
class _Marked:
    """What was marked as changed."""

    threshold: Threshold
    pixels: int
    changed: int
    head: TrainedHead | None


@dataclass(frozen=True)
class _Moves:
    """The from-to map: its classifier, its legend, and a small picture of it."""

    both: BothDates
    legend: list[Coded]
    small: NDArray[np.uint8]


def run(request: ChangeRequest, reporter: Reporter) -> ChangeResult:
    """Compare the images. Nothing is written under a final name unless everything is complete.

    Raises:
        InputError: parameters that cannot be meant; radiance against reflectance; nothing to look at.
        RasterError: the images cannot be read, or do not overlap.
        WavelengthError: too few common bands.
        LabelError: labels that cannot be used.
        ModelError: a model or weights that cannot be used.
        OutputError: the results cannot be written.
    """
    start, log = time.monotonic(), WarningKeeper(reporter)
    check_request(request)
    log.progress(0.0, "opening the images")
    with ExitStack() as stack:
        before, after = (stack.enter_context(Cube.open(path, overrides, log)) for path, overrides in _images(request))
        for path in outputs_of(request):
            check_output(path, [*before.files, *after.files])
        job = _prepare(request, before, after, log)
        spool = stack.enter_context(Spool(Path(request.output).parent))
        with ExitStack() as outputs:
            marked = _map_change(job, spool, outputs)
            moves = _map_transitions(job, marked.threshold, spool, outputs) if request.from_to else None
            result = _result(job, marked, moves, time.monotonic() - start)
            _write_beside(job, result, marked.threshold, moves, spool, outputs)
            log.check_cancelled()
    log.progress(1.0, "done")
    return result


def _images(request: ChangeRequest) -> list[tuple[str, Overrides]]:
    """The paths and what the user knows better than the files."""
    return [(path, Overrides(sensor, level, None, Path(table) if table else None)) for path, sensor, level, table in (
        (request.before, request.before_sensor, request.before_level, request.before_wavelengths),
        (request.after, request.after_sensor, request.after_level, request.after_wavelengths))]


def _prepare(request: ChangeRequest, before: Cube, after: Cube, log: WarningKeeper) -> _Job:
    extents = [Extent(*values) for values in request.extents or ()]
    area = find_area(before.grid, extents, request.extent_crs, request.mask, request.mask_layer)
    for note in area.notes:
        log.log("warning", note)
    tuned = is_tuned_change(request)
    needless = request.spectral_only or (tuned and not request.from_to)
    backbone = None if needless else load_backbone(request.weights, request.device)
    for cube in (before, after) if backbone else ():
        tell_sensor(cube.meta, log)
    log.progress(0.02, "aligning the images")
    prepared = prepare_pair(before, after, request.correct_shift, request.force, log)
    if tuned:
        found = open_tuned_change(Path(str(request.model)), prepared.pair, pick_device(request.device), log)
        return _Job(request, before.grid, prepared, area, backbone, found.backbone, found.scores, None, log)
    tokens = TokenDistance(prepared.pair, prepared.lines, backbone, log) if backbone else None
    scorer = ChangeScorer(prepared.pair, prepared.lines, tokens)
    return _Job(request, before.grid, prepared, area, backbone, backbone,
                UnsupervisedScores(scorer), scorer, log)


def _read(job: _Job, path: str, class_field: str | None, layer: str | None) -> LabelSet:
    labels = read_labels(path, job.grid, class_field, layer)
    for note in labels.notes:
        job.log.log("warning", note)
    return labels


def _map_change(job: _Job, spool: Spool, outputs: ExitStack) -> _Marked:
    """Score, find the threshold, and write score and mask; the file waits in ``outputs``."""
    request, log = job.request, job.log
    stop = 0.6 if request.from_to else 0.95
    head, source = None, job.source
    if request.labels and job.scorer is not None:
        head = _train_head(job, job.scorer, PartReporter(log, 0.1, 0.3))
        source = HeadScores(job.scorer, head.head)
    histogram = score_area(source, job.area, spool, PartReporter(log, 0.3, stop))
    if not histogram.counts.any():
        raise InputError("No pixel of the chosen area has data in both images.",
                         "Choose another area, and check the nodata values.")
    threshold = choose_threshold(histogram, request.threshold, head is not None or job.scorer is None, log)
    writer = outputs.enter_context(RasterWriter(
        request.output, job.grid.sub(job.area.window), "float32", count=2, nodata=float("nan"), tags=_provenance(job),
        band_names=BAND_NAMES))
    pixels, changed = write_change(writer, job.area, spool, threshold, log)
    writer.finish()
    return _Marked(threshold, pixels, changed, head)


def _train_head(job: _Job, scorer: ChangeScorer, reporter: Reporter) -> TrainedHead:
    """The supervised head, compared on held-out places with the unsupervised score and its threshold."""
    request = job.request
    labels = _read(job, str(request.labels), request.class_field, request.labels_layer)
    trained = train_head(scorer, labels, job.grid.shape, request.seed, reporter)
    for note in trained.notes:
        reporter.log("warning", note)
    return trained


def _map_transitions(job: _Job, threshold: Threshold, scores: Spool, outputs: ExitStack) -> _Moves:
    """Classify both dates and write the from-to map; the file waits in ``outputs``."""
    request, log = job.request, job.log
    if request.from_to is None or job.backbone is None:
        raise ValueError("no map of transitions was asked for")
    model: LandCoverModel | None = None if request.land_cover else load_model(Path(str(request.model)))
    if model is not None and model.weights_hash != job.backbone.sha256:
        raise InputError("The model was trained with other encoder weights.",
                         "Give the weights it was trained with (--weights), or train it again.")
    labels = _read(job, request.land_cover, request.land_cover_field, None) if request.land_cover else None
    both = classify_both(job.prepared.pair, job.prepared.lines, job.backbone, model, labels, request.seed,
                         PartReporter(log, 0.6, 0.75))
    with Spool(Path(request.output).parent) as codes:
        counts = classify_area(both, job.area, scores, threshold, codes, PartReporter(log, 0.75, 0.95))
        legend = legend_of(counts, both.model)
        writer = outputs.enter_context(RasterWriter(
            request.from_to, job.grid.sub(job.area.window), "uint8", nodata=0, tags=_provenance(job),
            band_names=("from-to",), classes=[entry.info for entry in legend]))
        small = write_transitions(writer, job.area, codes, legend, step_for(job.area.window.shape), log)
        writer.finish()
    return _Moves(both, legend, small)


def _provenance(job: _Job) -> dict[str, str]:
    """Tags of every output: what made it. No times, so that the same inputs give the same bytes."""
    request = job.request
    tags = {"SPECAWARE_VERSION": __version__, "SPECAWARE_BEFORE": Path(request.before).name,
            "SPECAWARE_AFTER": Path(request.after).name, "SPECAWARE_SEED": str(request.seed)}
    if job.scored_by is not None:
        tags |= {"SPECAWARE_WEIGHTS": job.scored_by.name, "SPECAWARE_WEIGHTS_SHA256": job.scored_by.sha256}
    return tags


def _result(job: _Job, marked: _Marked, moves: _Moves | None, seconds: float) -> ChangeResult:
    pixel_ha = job.grid.gsd_m**2 / 10_000 if job.grid.gsd_m else None
    shift = job.prepared.shift
    transitions = [Transition(
        e.info.id, e.start.id if e.start else 0, e.start.name if e.start else e.info.name, e.end.id if e.end else 0,
        e.end.name if e.end else e.info.name, e.pixels, _hectares(e.pixels, pixel_ha))
        for e in (moves.legend if moves else [])]
    validation = moves.both.trained.validation.specaware if moves and moves.both.trained else None
    return ChangeResult(
        job.request.output, job.request.report, job.request.from_to, marked.threshold.value, marked.threshold.rule,
        marked.threshold.divisor, marked.pixels, marked.changed, marked.changed / marked.pixels,
        _hectares(marked.changed, pixel_ha), (shift.shift.rows, shift.shift.cols) if shift else None,
        job.prepared.corrected, transitions,
        {k: float(getattr(validation, k)) for k in ("oa", "kappa", "macro_f1")} if validation else None,
        marked.head.validation if marked.head else None, round(seconds, 2),
        str(job.scored_by.device) if job.scored_by else "cpu", job.log.warnings)


def _hectares(pixels: int, pixel_ha: float | None) -> float | None:
    return None if pixel_ha is None else round(pixels * pixel_ha, 4)


def _write_beside(job: _Job, result: ChangeResult, threshold: Threshold, moves: _Moves | None, scores: Spool,
                  outputs: ExitStack) -> None:
    """The style of the score, and the report."""
    style = style_path(Path(job.request.output))
    if may_replace_style(style):
        write_text(outputs.enter_context(staged(style)), ramp_qml(threshold.value, threshold.top))
    if job.request.report:
        pictures = _pictures(job, threshold, moves, scores) if is_html(job.request.report) else None
        write_text(outputs.enter_context(staged(Path(job.request.report))),
                   render(job.request, result, job.prepared, _provenance(job), pictures))


def _pictures(job: _Job, threshold: Threshold, moves: _Moves | None, scores: Spool) -> Pictures:
    """What the report shows; reads both images once more, block by block."""
    step, prepared = step_for(job.area.window.shape), job.prepared
    chosen = color_bands(prepared.pair.bands.wavelength_nm)
    nothing = np.full(3, np.nan, np.float32)
    before, after = Thumbnail(job.area, step, nothing), Thumbnail(job.area, step, nothing)
    for part in blocks(job.area.window.shape, BLOCK_PX):
        job.log.check_cancelled()
        patch = prepared.pair.read(Window(part.row + job.area.window.row, part.col + job.area.window.col, *part.shape))
        before.add(part, patch.before[..., chosen].transpose(2, 0, 1))
        after.add(part, prepared.lines.apply(patch.after)[..., chosen].transpose(2, 0, 1))
    small = Thumbnail(job.area, step, np.array(np.nan, np.float32))
    for block in scored_blocks(job.area, scores, threshold.divisor):
        small.add(block.window, block.scores)
    return Pictures(before.pixels, after.pixels, small.pixels, moves.small if moves else None,
                    tuple(entry.info for entry in moves.legend) if moves else ())
