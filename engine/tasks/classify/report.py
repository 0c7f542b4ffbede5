"""The report of ``classify``, as JSON or as a page: everything needed to judge the map and to make it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...html_report.charts import Curve, matrix, spectra
from ...html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from ...html_report.pictures import class_picture, color_picture, figure, ramp_legend, ramp_picture
from ...inference.model import LandCoverModel
from ...raster.cube import Cube
from ..calibrated import calibration_section
from ..reproduce import command, versions
from .maps import MapSummary
from .request import ClassifyRequest, ClassifyResult

if TYPE_CHECKING:
    from ...training.few_labels.landcover import Trained

METHODS = {"places": "spatial cross-validation, whole regions held out",
           "blocks": "spatial cross-validation, blocks held out, with a buffer as wide as the labels' autocorrelation",
           "areas": "spatial cross-validation, one area of the scene held out after the other",
           "none": "none"}
OPTIONS = {"gsd_m": "--gsd", "memory_gb": "--memory"}
VALIDATION_HINT = ("Spatial cross-validation inside the labels: whole places were held out, and every setting was "
                   "chosen again without them. It does not replace independent reference points (sample, assess).")


@dataclass(frozen=True)
class Run:
    """A run that is to be reported.

    Attributes:
        trained: None where a saved model was applied.
        tags: provenance.
        trained_s: seconds until the model was ready.
        color: (3, rows, cols) red, green and blue for a picture, None without.
    """

    request: ClassifyRequest
    cube: Cube
    result: ClassifyResult
    trained: Trained | None
    model: LandCoverModel
    tags: dict[str, str]
    trained_s: float
    maps: MapSummary
    color: NDArray[np.float32] | None


def render(run: Run) -> str:
    """The report as text; the ending of its name tells which kind."""
    body = report_body(run)
    if is_html(str(run.request.report)):
        return _page(run, body)
    return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def report_body(run: Run) -> dict[str, Any]:
    """All values, for JSON."""
    cube, model, trained = run.cube, run.model, run.trained
    body: dict[str, Any] = {
        "request": asdict(run.request), "command": command("classify", run.request, "image", OPTIONS),
        "provenance": run.tags, "versions": versions(), "device": run.result.device,
        "image": {"path": str(cube.path), "rows": cube.grid.shape[0], "cols": cube.grid.shape[1],
                  "bands": len(cube.bands), "bands_used": len(model.bands), "sensor": cube.meta.name,
                  "level": cube.meta.level, "gsd_m": cube.meta.gsd_m, "sources": cube.sources},
        "classes": [asdict(c) for c in run.result.classes], "warnings": run.result.warnings,
        "settings": {"heads": {h.name: round(h.share, 4) for h in model.classifier.heads},
                     "token_share": run.result.encoder_share,
                     "smoothing": model.classifier.smoothing.name, "temperature": model.classifier.temperature},
        "seconds": {"training": round(run.trained_s, 2), "total": run.result.seconds}}
    if trained is not None:
        body["settings"] |= {"held_out_macro_f1": trained.fit.scores,
                             "held_out_macro_f1_smoothed": trained.fit.smoothing_scores}
        body["validation"] = {"method": METHODS[trained.scheme.kind], "repeats": trained.scheme.repeats,
                              "autocorrelation_range_px": trained.range_px,
                              "region_gap_px": trained.regions.gap_px,
                              "regions": len(np.unique(trained.regions.ids)), **asdict(trained.validation)}
        body["mean_spectra"] = {"wavelength_nm": [round(float(w), 2) for w in model.bands.wavelength_nm],
                                **{str(k): [float(f"{v:.5g}") for v in s] for k, s in trained.spectra.items()}}
    return body


def _page(run: Run, body: dict[str, Any]) -> str:
    image = body["image"]
    sections = [
        Section("Warnings", notices(run.result.warnings)),
        Section("Maps", _maps(run)),
        Section("Classes", _classes(run), VALIDATION_HINT if run.trained else ""),
        Section("Confusion matrix", _matrix(run), "Held-out labelled pixels; the shade is the share of the row."),
        Section("Mean spectra of the labelled pixels", _spectra(run)),
        calibration_section(body.get("validation", {}).get("calibration")),
        Section("How this map was made", _origin(run, body))]
    subtitle = (f"{image['sensor']}, {image['level']}, {image['cols']} x {image['rows']} pixels, "
                f"{image['bands_used']} of {image['bands']} bands used")
    return page(f"Land cover of {run.cube.path.name}", subtitle, _tiles(run), sections)


def _tiles(run: Run) -> list[Tile]:
    """The headline: our score and the baseline's on the same pixels."""
    if run.trained is None or run.trained.validation.specaware is None:
        return [Tile("Accuracy", "not assessed", _why_not_assessed(run.trained))]
    found, ours = run.trained.validation, run.trained.validation.specaware
    tiles = [Tile("Macro-F1", f"{ours.macro_f1:.3f}", _interval(ours.macro_f1_interval)),
             Tile("Overall accuracy", f"{ours.oa:.3f}", _interval(ours.oa_interval))]
    if found.random_forest is not None:
        tiles.append(Tile("Macro-F1 of a random forest", f"{found.random_forest.macro_f1:.3f}", "on the same pixels"))
    if found.calibration is not None:
        tiles.append(Tile("Calibration error", f"{found.calibration.ece:.3f}",
                          f"{found.calibration.ece_raw:.3f} before calibration"))
    return tiles


def _why_not_assessed(trained: Trained | None) -> str:
    if trained is None:
        return "a saved model was applied"
    return "not asked for" if trained.scheme.kind == "none" else "too few places to hold any out"


def _interval(span: tuple[float, float] | None) -> str:
    return "too few places for an interval" if span is None else f"95 % interval {span[0]:.3f} to {span[1]:.3f}"


def _maps(run: Run) -> str:
    figures = [] if run.color is None else [figure(color_picture(run.color), "Scene, natural colours")]
    figures += [figure(class_picture(run.maps.class_ids, run.model.classes), "Land cover"),
                figure(ramp_picture(run.maps.confidence), "Probability of the mapped class", ramp_legend())]
    legend = "".join(f"<span>{swatch(c.color, c.name)}</span>" for c in run.model.classes)
    return f'<div class="maps">{"".join(figures)}</div><div class="legend">{legend}</div>'


def _classes(run: Run) -> str:
    total = max(sum(c.pixels for c in run.result.classes), 1)
    scores = run.trained and run.trained.validation.specaware
    by_id = {c.id: c for c in scores.classes} if scores else {}
    rows = []
    for c in run.result.classes:
        area = f"{c.pixels:,} px" if c.area_ha is None else f"{c.area_ha:,.1f} ha"
        row = [swatch(c.color, c.name), area, f"{c.pixels / total:.1%}"]
        if run.trained is not None:
            found = by_id.get(c.id)
            tested = found is not None and found.tested > 0
            values = (found.f1, found.producers, found.users) if found is not None and tested else (None,) * 3
            row += [f"{c.labels:,}", *map(meter, values)]
        rows.append(row)
    head = ("Class", "Mapped", "Share") + (
        ("Labelled pixels", "F1", "Producer's accuracy", "User's accuracy") if run.trained else ())
    return table(head, rows)


def _matrix(run: Run) -> str:
    scores = run.trained and run.trained.validation.specaware
    if not scores:
        return ""
    colors = {c.id: c.color for c in run.model.classes}
    return matrix([c.name for c in scores.classes], [colors[c.id] for c in scores.classes], scores.confusion,
                  "label", "map")


def _spectra(run: Run) -> str:
    if run.trained is None:
        return ""
    waves = [float(w) for w in run.model.bands.wavelength_nm]
    curves = [Curve(c.name, c.color, waves, [float(v) for v in run.trained.spectra[c.id]])
              for c in run.model.classes if c.id in run.trained.spectra]
    return spectra(curves, "reflectance" if run.cube.meta.level == "L2" else "radiance, as in the file")


def _origin(run: Run, body: dict[str, Any]) -> str:
    image, settings, seconds = body["image"], body["settings"], body["seconds"]
    heads = ", ".join(f"{name} {share:.0%}" for name, share in settings["heads"].items())
    checked = body.get("validation", {})
    return f"<pre>{text(body['command'])}</pre>" + facts([
        ("Image", image["path"]),
        ("Sensor", f"{image['sensor']} ({image['sources'].get('sensor', 'given')})"),
        ("Ground sampling distance", f"{image['gsd_m']:g} m"),
        ("Encoder weights", f"{run.tags['SPECAWARE_WEIGHTS']} {run.tags['SPECAWARE_WEIGHTS_SHA256'][:16]}"),
        ("Mixture of heads", heads), ("Smoothing", settings["smoothing"]), ("Temperature", settings["temperature"]),
        ("Validation", checked.get("method")), ("Repeats", checked.get("repeats")),
        ("Range of the labels' autocorrelation", checked.get("autocorrelation_range_px")
         and f"{checked['autocorrelation_range_px']:.1f} px"),
        ("Regions of labels", checked.get("regions")),
        ("Gap between regions", checked and f"{checked['region_gap_px']} px"),
        ("Seed", str(run.request.seed)), ("Device", body["device"]),
        ("Time", f"{seconds['total']:.1f} s, of which training {seconds['training']:.1f} s"),
        ("Versions", ", ".join(f"{k} {v}" for k, v in body["versions"].items()))])
