"""Classify scenes: whole chips, or the cells of a grid over an image, by a few labelled examples."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, f1_score
from threadpoolctl import threadpool_limits

from ...errors import InputError, LabelError, OutputError
from ...inference.backbone import Backbone, load_backbone
from ...inference.chip_reader import MEAN_STD, TOKENS, ChipFeatureReader
from ...labels.chips import LabelledChips, chips_of_shapes, read_chip_list, read_labelled_chips
from ...labels.read import VECTOR_SUFFIXES, file_of
from ...labels.units import Units, read_units
from ...raster.chips import MAX_CHIP_PX, Chip, ChipReader, grid_chips
from ...raster.products import open_product
from ...raster.writer import check_output
from ...reporting import PartReporter, Reporter, WarningKeeper
from ...training.few_labels.scene_classifier import SceneFit, accuracy_interval, baseline_guesses, fit_scenes
from ..image_request import check_seed
from ..sensor_note import tell_sensor
from ..staging import staged, write_text
from .output import SUFFIXES, Guesses, write_guesses
from .report import render
from .request import SceneClass, SceneRequest, SceneResult, Scores

MIN_CHIP_PX = 4
FEW_CHIPS = 3


@dataclass(frozen=True)
class _Work:
    """What is learned from and what is classified: chips, those of ``units`` if there are any."""

    train: LabelledChips
    predict: tuple[Chip, ...]
    units: Units | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or assumed."""
        return (*self.train.notes, *(self.units.notes if self.units else ()))


def run(request: SceneRequest, reporter: Reporter) -> SceneResult:
    """Learn from the labelled chips and classify the others. Nothing is written unless everything is complete."""
    start, log = time.monotonic(), WarningKeeper(reporter)
    _check(request)
    request.overrides.check()
    log.progress(0.0, "looking for chips")
    work = _find(request)
    backbone = load_backbone(request.weights, request.device)
    with ChipReader((*work.train.chips, *work.predict), request.overrides, log) as reader:
        layout = reader.layout
        for note in (*layout.notes, *work.notes):
            log.log("warning", note)
        backbone.check_bands(layout.bands)
        tell_sensor(layout.meta, log)
        log.log("info", f"{len(work.train.chips)} labelled chips of {len(work.train.classes)} classes, "
                f"{len(work.predict)} to classify; {len(layout.bands)} bands used.")
        maker = ChipFeatureReader(reader, backbone, None if work.units else _short_side(reader, work),
                                  (*work.train.chips, *work.predict))
        train, kept = maker.read(work.train.chips, PartReporter(log, 0.02, 0.3))
        labels, groups = work.train.labels[kept], work.train.groups[kept]
        _check_labels(work.train, labels, len(kept), log)
        with threadpool_limits(1):
            fit = fit_scenes(train, labels, groups, len(work.train.classes), request.seed, PartReporter(log, 0.3, 0.4))
        scores = _score(fit, train, labels, groups, request.seed, log)
        _tell(fit, scores, [c.name for c in work.train.classes], log)
        features, usable = maker.read(work.predict, PartReporter(log, 0.4, 0.97))
        if not len(usable):
            raise InputError("None of the chips to classify holds data.", "Check the nodata value of the files.")
        guesses = _guess(work, fit.probabilities(features), usable)
        wanted = len(work.predict) if work.units is None else len(np.unique(work.units.of_chip))
        if skipped := wanted - len(guesses):
            kind = "polygons" if work.units else "chips"
            log.log("warning", f"{skipped} {kind} hold no data and were left out.")
        result = _result(request, guesses, labels, skipped, scores, time.monotonic() - start, backbone, log.warnings)
        with ExitStack() as outputs:
            write_guesses(outputs.enter_context(staged(Path(request.output))), Path(request.output), guesses, reader)
            if request.report:
                write_text(outputs.enter_context(staged(Path(request.report))),
                           render(request, result, fit, scores, guesses, backbone, layout))
            log.check_cancelled()
    log.progress(1.0, "done")
    return result


def _check(request: SceneRequest) -> None:
    """Refuse what cannot work before any work starts."""
    check_seed(request.seed)
    if not MIN_CHIP_PX <= request.chip_px <= MAX_CHIP_PX:
        raise InputError(f"Chips of {request.chip_px} pixels are not possible.",
                         f"Give a side of {MIN_CHIP_PX} to {MAX_CHIP_PX} pixels.")
    if Path(request.output).suffix.lower() not in SUFFIXES:
        raise OutputError(f"The output {Path(request.output).name} is of no known kind.",
                          f"Give a name that ends in {', '.join(SUFFIXES)}.")
    given = (request.train, request.predict, request.units, request.weights, request.wavelengths)
    inputs = [file_of(path) for path in given if path]
    for path in filter(None, (request.output, request.report)):
        check_output(path, inputs)
    if request.report and Path(request.report).resolve() == Path(request.output).resolve():
        raise OutputError("Two outputs have the same name.", "Give each output a name of its own.")
    for name in inputs[:2]:
        if not Path(name).exists():
            raise InputError(f"{name} does not exist.", "Check the path.")


def _find(request: SceneRequest) -> _Work:
    """Lists of chips; shapes and grids need an image to lie on."""
    predict, train = Path(request.predict), Path(file_of(request.train))
    is_image = predict.is_file() and predict.suffix.lower() != ".csv"
    shapes = train.suffix.lower() in VECTOR_SUFFIXES
    if shapes and not is_image:
        raise InputError(f"{train.name} holds shapes, but {predict.name} is no image they could lie on.",
                         "Give an image to classify, or labelled chips as a table or a folder.")
    if not shapes and (request.class_field or request.labels_layer):
        raise InputError("A class field or a layer has a meaning only with polygons or points.",
                         "Leave --class-field and --labels-layer out.")
    if not shapes and train.is_file() and train.suffix.lower() != ".csv":
        raise LabelError(f"{train.name} is neither a table, nor a folder, nor a layer of polygons or points.",
                         "Give a CSV with the columns path and label, a folder with one folder per class, or a "
                         "GeoPackage, GeoJSON or Shapefile.")
    if request.units and not (shapes and is_image):
        raise InputError("Units can be classified in one image only, by labelled polygons on it.",
                         "Give an image to --predict and polygons with a class to --train.")
    if not is_image:
        return _Work(read_labelled_chips(train), read_chip_list(predict))
    product = open_product(predict)
    try:
        grid, path = product.grid, product.path
    finally:
        product.close()
    units = read_units(request.units, path, grid, request.chip_px) if request.units else None
    labelled = chips_of_shapes(request.train, path, grid, request.chip_px, request.class_field, request.labels_layer,
                               units is not None) if shapes else read_labelled_chips(train)
    if units is not None:
        return _Work(labelled, units.chips, units)
    return _Work(labelled, tuple(grid_chips(path, grid.shape, request.chip_px)))


def _guess(work: _Work, probabilities: NDArray[np.float64], usable: NDArray[np.intp]) -> Guesses:
    """Of the ``usable`` chips, or of the units that they show."""
    if work.units is None:
        return Guesses(work.train.classes, probabilities, tuple(work.predict[i] for i in usable))
    means, seen = work.units.mean(probabilities, usable)
    return Guesses(work.train.classes, means, units=work.units.take(seen))


def _short_side(reader: ChipReader, work: _Work) -> int:
    """Of the smallest chip among some: it decides which scales of texture can be looked at."""
    chips = (*work.train.chips, *work.predict)
    step = max(1, len(chips) // 200)
    return min(min(chip.window.shape if chip.window else reader.grid(chip).shape) for chip in chips[::step])


def _check_labels(train: LabelledChips, labels: NDArray[np.intp], kept: int, reporter: Reporter) -> None:
    if len(np.unique(labels)) < 2:
        raise LabelError(f"Only {kept} of {len(train.labels)} labelled chips hold data, in fewer than two classes.",
                         "Label chips of at least two classes.")
    if missing := len(train.labels) - kept:
        reporter.log("warning", f"{missing} labelled chips hold no data and were left out.")
    counts = np.bincount(labels, minlength=len(train.classes))
    if few := [f"{c.name} ({n})" for c, n in zip(train.classes, counts, strict=True) if n < FEW_CHIPS]:
        reporter.log("warning", f"Very few labelled chips: {', '.join(few)}.")


def _score(fit: SceneFit, features: dict[str, NDArray[np.float32]], labels: NDArray[np.intp],
           groups: NDArray[np.intp], seed: int, reporter: Reporter) -> Scores:
    """Accuracy on held-out chips, and that of a baseline on the same."""
    seen = np.asarray(np.isfinite(fit.held_out).all(1))
    if not seen.any():
        return Scores()
    found = np.where(seen[:, None], fit.held_out, 0).argmax(1)
    correct = found[seen] == labels[seen]
    plain = baseline_guesses(features[MEAN_STD], labels, groups, seed, reporter)
    classes = fit.held_out.shape[1]
    return Scores(float(correct.mean()), accuracy_interval(correct, groups[seen], seed),
                  float(f1_score(labels[seen], found[seen], labels=np.unique(labels[seen]), average="macro")),
                  float((plain[seen] == labels[seen]).mean()),
                  tuple(map(tuple, confusion_matrix(labels[seen], found[seen], labels=range(classes)).tolist())))


def _tell(fit: SceneFit, scores: Scores, names: Sequence[str], reporter: Reporter) -> None:
    plain = dict.fromkeys(b for head in fit.heads for b in head.blocks if b != TOKENS)
    reporter.log("info", f"Heads that use the encoder's features have {fit.token_share:.0%} of the weight; the others "
                 f"use {', '.join(plain)}.")
    if scores.accuracy is None:
        reporter.log("warning", "No class has labelled chips in two places, so none could be held out: there is no "
                     "accuracy estimate.")
        return
    if missing := [name for name, row in zip(names, scores.confusion, strict=True) if not sum(row)]:
        reporter.log("warning", f"Not assessed, since no labelled place of it could be held out: {', '.join(missing)}.")
    low_high = "" if scores.interval is None else " (95 % interval {:.2f} to {:.2f})".format(*scores.interval)
    reporter.log("info", f"Held-out labelled chips: {scores.accuracy:.1%} right{low_high}; a logistic regression on "
                 f"means and standard deviations: {scores.baseline:.1%}.")


def _result(request: SceneRequest, guesses: Guesses, labels: NDArray[np.intp], skipped: int, scores: Scores,
            seconds: float, backbone: Backbone, warnings: list[str]) -> SceneResult:
    trained = np.bincount(labels, minlength=len(guesses.classes))
    found = np.bincount(guesses.best, minlength=len(guesses.classes))
    classes = [SceneClass(c.id, c.name, c.color, int(t), int(n))
               for c, t, n in zip(guesses.classes, trained, found, strict=True)]
    return SceneResult(request.output, request.report, len(guesses), skipped, classes, scores.accuracy,
                       scores.interval, scores.macro_f1, scores.baseline, round(seconds, 2), str(backbone.device),
                       warnings)
