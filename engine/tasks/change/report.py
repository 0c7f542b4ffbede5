"""The report of ``change``, as HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...html_report.charts import matrix
from ...html_report.page import Section, Tile, facts, is_html, notices, page, swatch, table, text
from ...html_report.pictures import class_picture, color_picture, figure
from ...raster.legend import ClassInfo
from ...raster.ramp_style import RAMP
from ..calibrated import calibration_section
from ..reproduce import command, versions
from .check import is_tuned_change
from .inputs import PreparedPair
from .request import ChangeRequest, ChangeResult

METHOD = ("Geometric mean of the normalised spectral difference, of the lost structure, and of "
          "the distance of the encoder's tokens; 1 is the automatic threshold.")
TUNED = "Probability of a change by a fine-tuned siamese network."
SUPERVISED = "Probability of a change from the labels, by logistic regression on the same evidence."
RED_NM, GREEN_NM, BLUE_NM = 650.0, 550.0, 460.0


@dataclass(frozen=True)
class Pictures:
    """What the report shows, every few pixels.

    Attributes:
        before, after: (3, rows, cols) red, green and blue, the later date normalised.
        scores: (rows, cols) NaN without a result.
        transitions: (rows, cols) values of the from-to map, None without one.
        legend: of the from-to map.
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    scores: NDArray[np.float32]
    transitions: NDArray[np.uint8] | None
    legend: tuple[ClassInfo, ...]


def render(request: ChangeRequest, result: ChangeResult, prepared: PreparedPair, tags: Mapping[str, str],
           pictures: Pictures | None) -> str:
    """The report as text; ``pictures`` are needed for a page only."""
    if pictures is None or not is_html(str(request.report)):
        body = _body(request, result, prepared, tags)
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    area = "" if result.changed_area_ha is None else f"{result.changed_area_ha:,.1f} ha"
    tiles = [Tile("Changed", f"{result.changed_share:.2%}", area or f"{result.changed_pixels} pixels"),
             Tile("Threshold", f"{result.threshold:.3g}", result.threshold_rule),
             Tile("Shift", "not measured" if result.shift_px is None else f"{np.hypot(*result.shift_px):.2f} px",
                  "corrected" if result.shift_corrected else "")]
    sections = [
        Section("Warnings", notices(result.warnings)),
        Section("Maps", _maps(pictures, result.threshold), _method(request)),
        Section("Accuracy", _accuracy(result.validation), "Spatial cross-validation: whole labelled places held out."),
        calibration_section((result.validation or {}).get("calibration")),
        Section("Transitions", _transitions(result, pictures.legend), "Pixels not marked as changed keep the "
                "class that is most probable for both dates together."),
        Section("How this was made", _origin(request, prepared))]
    return page("Change between two dates", f"{tags['SPECAWARE_BEFORE']} and {tags['SPECAWARE_AFTER']}", tiles,
                sections)


def _method(request: ChangeRequest) -> str:
    if request.labels:
        return SUPERVISED
    return TUNED if is_tuned_change(request) else METHOD


def _body(request: ChangeRequest, result: ChangeResult, prepared: PreparedPair,
          tags: Mapping[str, str]) -> dict[str, Any]:
    """Everything needed to judge the result and to make it again."""
    relation, bands = prepared.relation, prepared.pair.bands
    return {
        "request": asdict(request), "command": command_line(request), "provenance": dict(tags),
        **asdict(result), "versions": versions(),
        "alignment": {"relation": str(relation), "overlap_share": relation.overlap_share,
                      "shift_spread_px": prepared.shift.spread_px if prepared.shift else None,
                      "remaining_shift_px": prepared.remaining.length_px if prepared.remaining else None},
        "bands": {"common": len(bands), "same_sensor": prepared.pair.common.same_sensor,
                  "wavelength_nm": [round(float(w), 2) for w in bands.wavelength_nm],
                  "gain": [float(g) for g in prepared.lines.gain],
                  "residual": [float(r) for r in prepared.lines.residual]}}


def color_bands(wavelength_nm: NDArray[np.float64]) -> list[int]:
    """Positions of the bands nearest to red, green and blue."""
    return [int(np.abs(wavelength_nm - w).argmin()) for w in (RED_NM, GREEN_NM, BLUE_NM)]


def _maps(pictures: Pictures, threshold: float) -> str:
    shown = [figure(color_picture(pictures.before), "Before"),
             figure(color_picture(pictures.after), "After, normalised to before"),
             figure(_score_picture(pictures.scores, threshold), "Change score above the threshold")]
    if pictures.transitions is not None:
        shown.append(figure(class_picture(pictures.transitions, pictures.legend), "From class to class"))
    return f'<div class="maps">{"".join(shown)}</div>'


def _score_picture(scores: NDArray[np.float32], threshold: float) -> NDArray[np.uint8]:
    """(rows, cols, 4): grey below the threshold, the layer's ramp above, transparent without a result."""
    seen = np.isfinite(scores)
    top = max(float(np.quantile(scores[seen], 0.995)), threshold * 1.001) if seen.any() else 1.0
    stops = np.linspace(threshold, top, len(RAMP))
    ramp = np.array([[int(color[i:i + 2], 16) for i in (1, 3, 5)] for color in RAMP])
    values = np.nan_to_num(scores)
    channels = np.stack([np.interp(values, stops, ramp[:, k]) for k in range(3)], axis=-1)
    channels = np.where((values > threshold)[..., None], channels, 225)
    return np.concatenate([channels, np.where(seen, 255, 0)[..., None]], axis=-1).astype(np.uint8)


def _accuracy(validation: Mapping[str, Any] | None) -> str:
    if validation is None:
        return ""
    names = [c["name"] for c in validation["classes"]]
    low_high = validation["macro_f1_interval"]
    return facts([
        ("Macro-F1", f"{validation['macro_f1']:.3f}"
         + (f" (95 % interval {low_high[0]:.3f} to {low_high[1]:.3f})" if low_high else "")),
        ("Overall accuracy", f"{validation['oa']:.3f}"), ("AUC", f"{validation['auc']:.3f}"),
        ("AUC of the unsupervised score", f"{validation['unsupervised_auc']:.3f}"),
        ("Held-out pixels", f"{validation['pixels']} in {validation['regions']} places"),
    ]) + matrix(names, [(170, 170, 170), (217, 95, 14)], validation["confusion"], "reference", "map")


def _transitions(result: ChangeResult, legend: Sequence[ClassInfo]) -> str:
    if not result.transitions:
        return ""
    colors = {info.id: info for info in legend}
    rows = [(swatch(colors[t.id].color, colors[t.id].name), f"{t.pixels:,}",
             "" if t.area_ha is None else f"{t.area_ha:,.2f}") for t in result.transitions]
    return table(("Transition", "Pixels", "Area (ha)"), rows)


def command_line(request: ChangeRequest) -> str:
    """The line for a terminal that makes the run again; its second image comes without an option, too."""
    line = command("change", replace(request, extents=None), "before").replace(" --after ", " ", 1)
    return " ".join([line, *(f"--extent={','.join(f'{v:.12g}' for v in extent)}" for extent in request.extents or ())])


def _origin(request: ChangeRequest, prepared: PreparedPair) -> str:
    return f"<pre>{text(command_line(request))}</pre>" + facts([
        ("Before", request.before), ("After", request.after), ("Alignment", prepared.relation),
        ("Common bands", len(prepared.pair.bands)),
        ("Versions", ", ".join(f"{k} {v}" for k, v in versions().items()))])
