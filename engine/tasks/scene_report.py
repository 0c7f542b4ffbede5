"""The report of ``scene``, as HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..html_report.charts import matrix
from ..html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from ..html_report.pictures import class_picture, figure, ramp_legend, ramp_picture
from ..inference.backbone import Backbone
from ..raster.chips import ChipLayout
from ..training.scene_classifier import SceneFit
from .reproduce import command, versions
from .scene_output import Guesses
from .scene_request import SceneRequest, SceneResult, Scores

OPTIONS = {"chip_px": "--chip"}
METHOD = ("Cross-validation over labelled chips, chips of one shape held out together; the heads' shares were chosen "
          "on the same folds, so the score is slightly optimistic.")


def render(request: SceneRequest, result: SceneResult, fit: SceneFit, scores: Scores, guesses: Guesses,
           backbone: Backbone, layout: ChipLayout) -> str:
    """The report as text."""
    body = _body(request, result, fit, scores, backbone, layout)
    if not is_html(str(request.report)):
        return json.dumps(body, indent=1, ensure_ascii=False) + "\n"
    sections = [
        Section("Warnings", notices(result.warnings)),
        Section("Map", _map(guesses), "Every square is a cell of the grid. Pale cells are sure, dark ones are not."),
        Section("Classes", _classes(result, scores, guesses)),
        Section("Confusion matrix", _confusion(result, scores), METHOD),
        Section("How this was made", _origin(body, layout))]
    return page("Scene classes", f"{result.chips} chips of {request.predict}", _tiles(result), sections)


def _body(request: SceneRequest, result: SceneResult, fit: SceneFit, scores: Scores, backbone: Backbone,
          layout: ChipLayout) -> dict[str, Any]:
    """Everything needed to judge the result and to make it again."""
    return {"request": asdict(request), "command": command("scene", request, None, OPTIONS),
            "result": {k: v for k, v in asdict(result).items() if k != "seconds"},
            "engine": __version__, "weights": backbone.name, "weights_sha256": backbone.sha256,
            "sensor": asdict(layout.meta), "bands": len(layout.bands),
            "validation": {"method": METHOD, "confusion": scores.confusion},
            "held_out_accuracy_of_heads": fit.scores, "token_share": fit.token_share,
            "shares": {h.candidate.name: s for h, s in zip(fit.heads, fit.shares, strict=True)},
            "versions": versions()}


def _tiles(result: SceneResult) -> list[Tile]:
    tiles = [Tile("Chips", f"{result.chips:,}", f"{result.skipped} without data" if result.skipped else "")]
    if result.accuracy is not None and result.baseline_accuracy is not None:
        low_high = result.accuracy_interval
        note = "" if low_high is None else f"95 % interval {low_high[0]:.0%} to {low_high[1]:.0%}"
        tiles += [Tile("Held-out chips right", f"{result.accuracy:.1%}", note),
                  Tile("Baseline", f"{result.baseline_accuracy:.1%}", "logistic regression on means and spreads")]
    return tiles


def _map(guesses: Guesses) -> str:
    """Class and probability of the cells of a grid; nothing for chips in files of their own."""
    cells = [chip.cell for chip in guesses.chips if chip.cell is not None]
    if len(cells) < len(guesses.chips):
        return ""
    place = tuple(np.unique(values, return_inverse=True)[1] for values in (
        [c.row for c in cells], [c.col for c in cells]))
    classes = np.zeros([int(at.max()) + 1 for at in place], np.uint8)
    certainty = np.full(classes.shape, -1, np.float32)
    classes[place] = np.array([c.id for c in guesses.classes], np.uint8)[guesses.best]
    certainty[place] = guesses.certainty(guesses.best)
    return (f'<div class="maps">{figure(class_picture(classes, guesses.classes), "Most probable class")}'
            f'{figure(ramp_picture(certainty), "Its probability", ramp_legend())}</div>')


def _classes(result: SceneResult, scores: Scores, guesses: Guesses) -> str:
    sure, best = guesses.certainty(guesses.best), guesses.best
    rows = []
    for at, found in enumerate(result.classes):
        chips: NDArray[np.float64] = sure[best == at]
        held_out = scores.confusion[at] if scores.confusion else []
        rows.append((swatch(found.color, found.name), str(found.trained), f"{found.predicted:,}",
                     meter(held_out[at] / sum(held_out) if sum(held_out) else None),
                     f"{chips.mean():.2f}" if len(chips) else ""))
    return table(("Class", "Labelled chips", "Chips given it", "Held-out chips right", "Mean probability"), rows)


def _confusion(result: SceneResult, scores: Scores) -> str:
    if not scores.confusion:
        return ""
    colors: Sequence[Sequence[int]] = [c.color for c in result.classes]
    return matrix([c.name for c in result.classes], colors, scores.confusion, "label", "guess")


def _origin(body: dict[str, Any], layout: ChipLayout) -> str:
    return f"<pre>{text(body['command'])}</pre>" + facts([
        ("Learned from", body["request"]["train"]), ("Classified", body["request"]["predict"]),
        ("Sensor", layout.meta.name), ("Bands", len(layout.bands)), ("Pixel size (m)", f"{layout.meta.gsd_m:g}"),
        ("Encoder weights", f"{body['weights']} ({body['weights_sha256'][:16]})"),
        ("Weight of heads that use the encoder", f"{body['token_share']:.0%}"),
        ("Versions", ", ".join(f"{k} {v}" for k, v in body["versions"].items()))])
