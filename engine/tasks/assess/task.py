"""Assess a class map with independent reference points: accuracy and areas with standard errors."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError
from ...labels.classmap import ClassMap, read_class_map
from ...labels.read import file_of, read_labels
from ...labels.reference import Reference, read_reference
from ...labels.stratified import Estimate, StratifiedAccuracy, estimate
from ...raster.writer import check_output
from ...reporting import Reporter
from ..staging import staged, write_text
from .report import render
from .request import AssessRequest, AssessResult, ClassFigures, Figure


def run(request: AssessRequest, reporter: Reporter) -> AssessResult:
    """Estimate accuracy and areas."""
    _check(request)
    reporter.progress(0.0, "reading the map")
    found = read_class_map(request.map)
    reporter.check_cancelled()
    training = read_labels(request.training, found.grid, request.training_field) if request.training else None
    reference = read_reference(request.reference, found, request.class_field, request.layer, training)
    reporter.check_cancelled()
    for note in reference.notes:
        reporter.log("warning", note)
    accuracy = estimate(reference.sample, reference.stratum_pixels, found.pixels())
    result = _result(request, found, reference, accuracy)
    if request.report:
        with staged(Path(request.report)) as target:
            write_text(target, render(request, result, found))
            reporter.check_cancelled()
    reporter.progress(1.0, "done")
    return result


def _check(request: AssessRequest) -> None:
    if request.training_field and request.training is None:
        raise InputError("A field of the training labels has a meaning only with them.", "Leave it out.")
    if request.report:
        inputs = [file_of(p) for p in (request.map, request.reference, request.training) if p]
        check_output(request.report, inputs)


def _result(request: AssessRequest, found: ClassMap, reference: Reference,
            accuracy: StratifiedAccuracy) -> AssessResult:
    pixel_ha = found.grid.pixel_ha
    total_ha = pixel_ha and pixel_ha * sum(reference.stratum_pixels.values())
    mapped, infos = found.pixels(), {info.id: info for info in reference.classes}
    classes = []
    for c in accuracy.classes:
        info = infos[c.id]
        classes.append(ClassFigures(
            c.id, info.name, info.color, c.mapped_points, c.reference_points, _figure(c.users), _figure(c.producers),
            _figure(c.area), _figure(c.area.times(total_ha) if total_ha else None, total_ha),
            pixel_ha and mapped.get(c.id, 0) * pixel_ha))
    return AssessResult(request.report, len(reference.sample.strata), _figure(accuracy.overall), classes,
                        [list(row) for row in accuracy.counts], [list(row) for row in accuracy.shares],
                        list(reference.notes))


def _figure(found: Estimate | None, most: float | None = 1.0) -> Figure:
    """The interval is cut at 0 and at ``most``, since nothing lies beyond."""
    if found is None:
        return Figure(None, None, None)
    if found.margin is None:
        return Figure(found.value, None, None)
    low, high = max(found.value - found.margin, 0.0), found.value + found.margin
    return Figure(found.value, found.se, (low, high if most is None else min(high, most)))
