"""The report of ``scene``, as HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray

from ... import __version__
from ...html_report.charts import matrix
from ...html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from ...html_report.pictures import MAX_SIDE_PX, class_picture, figure, ramp_legend, ramp_picture
from ...inference.backbone import Backbone
from ...labels.units import Units
from ...raster.chips import ChipLayout
from ...training.few_labels.scene_classifier import SceneFit
from ..calibrated import calibration_section
from ..reproduce import command, versions
from .output import Guesses
from .request import SceneRequest, SceneResult, Scores

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
        Section("Map", _map(guesses), ("Every shape is a unit." if guesses.units else "Every square is a cell of the "
                "grid.") + " Pale ones are sure, dark ones are not."),
        Section("Classes", _classes(result, scores, guesses)),
        Section("Confusion matrix", _confusion(result, scores), METHOD),
        calibration_section(body["calibration"], "chips"),
        Section("How this was made", _origin(body, layout))]
    kind = "units" if guesses.units else "chips"
    return page("Scene classes", f"{result.chips} {kind} of {request.predict}", _tiles(result, kind), sections)


def _body(request: SceneRequest, result: SceneResult, fit: SceneFit, scores: Scores, backbone: Backbone,
          layout: ChipLayout) -> dict[str, Any]:
    """Everything needed to judge the result and to make it again."""
    return {"request": asdict(request), "command": command("scene", request, None, OPTIONS),
            "result": {k: v for k, v in asdict(result).items() if k != "seconds"},
            "engine": __version__, "weights": backbone.name, "weights_sha256": backbone.sha256,
            "sensor": asdict(layout.meta), "bands": len(layout.bands),
            "validation": {"method": METHOD, "confusion": scores.confusion},
            "calibration": fit.calibration and asdict(fit.calibration),
            "held_out_accuracy_of_heads": fit.scores, "token_share": fit.token_share,
            "shares": {h.candidate.name: s for h, s in zip(fit.heads, fit.shares, strict=True)},
            "versions": versions()}


def _tiles(result: SceneResult, kind: str) -> list[Tile]:
    tiles = [Tile(kind.capitalize(), f"{result.chips:,}", f"{result.skipped} without data" if result.skipped else "")]
    if result.accuracy is not None and result.baseline_accuracy is not None:
        low_high = result.accuracy_interval
        note = "" if low_high is None else f"95 % interval {low_high[0]:.0%} to {low_high[1]:.0%}"
        tiles += [Tile("Held-out chips right", f"{result.accuracy:.1%}", note),
                  Tile("Baseline", f"{result.baseline_accuracy:.1%}", "logistic regression on means and spreads")]
    return tiles


def _map(guesses: Guesses) -> str:
    """Class and probability of units or of the cells of a grid; nothing for chips in files of their own."""
    if guesses.units is None and not all(chip.cell for chip in guesses.chips):
        return ""
    # 0 where nothing was classified, else one more than the position of the guess.
    which = _unit_numbers(guesses.units) if guesses.units else _cell_numbers(guesses)
    ids = np.array([c.id for c in guesses.classes], np.uint8)[guesses.best]
    certainty = np.concatenate([[-1], guesses.certainty(guesses.best)]).astype(np.float32)[which]
    picture = class_picture(np.concatenate([[0], ids]).astype(np.uint8)[which], guesses.classes)
    return (f'<div class="maps">{figure(picture, "Most probable class")}'
            f'{figure(ramp_picture(certainty), "Its probability", ramp_legend())}</div>')


def _cell_numbers(guesses: Guesses) -> NDArray[np.int32]:
    cells = [chip.cell for chip in guesses.chips if chip.cell is not None]
    rows, cols = (np.unique(v, return_inverse=True)[1] for v in ([c.row for c in cells], [c.col for c in cells]))
    numbers = np.zeros((int(rows.max()) + 1, int(cols.max()) + 1), np.int32)
    numbers[rows, cols] = np.arange(1, len(cells) + 1)
    return numbers


def _unit_numbers(units: Units) -> NDArray[np.int32]:
    left, top, right, bottom = shapely.total_bounds(units.pixels)
    step = max(1.0, max(right - left, bottom - top) / MAX_SIDE_PX)
    shape = max(1, round((bottom - top) / step)), max(1, round((right - left) / step))
    place = Affine.translation(left, top) @ Affine.scale(step)
    numbered = ((unit, number) for number, unit in enumerate(units.pixels, 1))
    return rasterio.features.rasterize(numbered, shape, transform=place, all_touched=True, dtype="int32")


def _classes(result: SceneResult, scores: Scores, guesses: Guesses) -> str:
    sure, best = guesses.certainty(guesses.best), guesses.best
    rows = []
    for at, found in enumerate(result.classes):
        chips: NDArray[np.float64] = sure[best == at]
        held_out = scores.confusion[at] if scores.confusion else []
        rows.append((swatch(found.color, found.name), str(found.trained), f"{found.predicted:,}",
                     meter(held_out[at] / sum(held_out) if sum(held_out) else None),
                     f"{chips.mean():.2f}" if len(chips) else ""))
    given = "Units given it" if guesses.units else "Chips given it"
    return table(("Class", "Labelled chips", given, "Held-out chips right", "Mean probability"), rows)


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
