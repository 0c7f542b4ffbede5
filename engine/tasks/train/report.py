"""The report of ``train``, as JSON or as a page: everything needed to judge the model and to make it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...html_report.charts import Curve, lines, matrix, spectra
from ...html_report.page import Section, Tile, facts, is_html, meter, notices, page, swatch, table, text
from ...html_report.pictures import class_picture, color_picture, figure, step_for
from ...inference.tuned_model import TunedCard
from ...labels.accuracy import Accuracy
from ...raster.grid import Window
from ...reporting import Reporter
from ...training.fine_tuning.baseline import spectra_at
from ...training.fine_tuning.finetune import Tuned
from ...training.fine_tuning.warm_start import few_of
from ..calibrated import calibration_section
from ..classify.maps import natural_color
from ..reproduce import command, versions
from .data import TrainData
from .request import TrainRequest, TrainResult
from .scores import TunedScores

OPTIONS = {"gsd_m": "--gsd", "weigh_classes": "--class-weights"}
LOSS_COLOR, HELD_OUT_COLOR, SCORE_COLOR = (200, 76, 60), (214, 158, 46), (38, 112, 190)
HINT = ("Pixels of places that the training did not see. They also chose the epoch, which makes the scores slightly "
        "optimistic; independent reference points (sample, assess) are better.")
SCENE_STRENGTH = 0.45


@dataclass(frozen=True)
class Run:
    """A run that is to be reported; ``scores`` is None where nothing could be held out."""

    request: TrainRequest
    data: TrainData
    card: TunedCard
    tuned: Tuned
    scores: TunedScores | None
    result: TrainResult


def render(run: Run, reporter: Reporter) -> str:
    """The report as text; the ending of its name tells which kind. Reads labelled pixels once more."""
    curves = _mean_spectra(run, reporter)
    body = _body(run, curves)
    if is_html(str(run.request.report)):
        return _page(run, body, curves, reporter)
    return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _body(run: Run, curves: Sequence[Curve]) -> dict[str, Any]:
    """All values, for JSON."""
    split, scores = run.data.split, run.scores
    cube = run.data.inputs[0].scene.cube
    return {"request": asdict(run.request), "command": command("train", run.request, "image", OPTIONS),
            "card": asdict(run.card), "best_epoch": run.tuned.best_epoch, "curves": run.result.curves,
            "scores": {"specaware": scores and asdict(scores.ours), "random_forest": scores and asdict(scores.forest)},
            "calibration": scores and asdict(scores.calibration),
            "labels": {"learned_from": len(split.train), "held_out": len(split.test)},
            "mean_spectra": [{"name": c.name, "wavelength_nm": [round(v, 2) for v in c.x],
                              "values": [float(f"{v:.5g}") for v in c.values]} for c in curves],
            "image": {"path": str(cube.path), "rows": cube.grid.shape[0], "cols": cube.grid.shape[1],
                      "bands": len(cube.bands), "bands_used": len(run.card.wavelength_nm), "sources": cube.sources},
            "warnings": run.result.warnings, "versions": versions(), "device": run.result.device,
            "seconds": run.result.seconds}


def _mean_spectra(run: Run, reporter: Reporter) -> list[Curve]:
    """Of the labelled pixels of each class; for change one for each date, the later one paler."""
    data, found = run.data, []
    index = few_of(replace(data.split, train=np.arange(len(data.split.labels))), run.request.seed)
    values = spectra_at(data.split.samples.take(index), data.inputs, reporter)
    labels, start = data.split.labels[index], 0
    for number, source in enumerate(data.inputs):
        scene, stop = source.scene, start + len(source.scene.indices)
        waves = [float(w) for w in scene.cube.bands.only(scene.indices).wavelength_nm]
        for position, info in enumerate(data.labels.classes):
            red, green, blue = ((v + 200 * number) // (1 + number) for v in info.color)
            name = info.name if len(data.inputs) == 1 else f"{info.name}, {'after' if number else 'before'}"
            mean = values[labels == position, start:stop].mean(0)
            found.append(Curve(name, (red, green, blue), waves, [float(v) for v in mean]))
        start = stop
    return found


def _page(run: Run, body: dict[str, Any], curves: Sequence[Curve], reporter: Reporter) -> str:
    card, ours = run.card, run.scores.ours if run.scores else None
    sections = [
        Section("Warnings", notices(run.result.warnings)),
        Section("Training", _training(run), "The dashed line is the epoch kept; epoch 0 is the head as it began, a "
                "logistic regression. Loss counts every labelled pixel, held-out loss every class the same."),
        Section("Classes", _classes(run), HINT if ours else ""),
        Section("Confusion matrix", _matrix(run, ours), "Held-out pixels; the shade is the share of the row."),
        Section("Labels", _maps(run, reporter)),
        Section("Mean spectra of the labelled pixels",
                spectra(curves, "reflectance" if card.level == "L2" else "radiance, as in the file")),
        calibration_section(body["calibration"]),
        Section("How this model was made", _origin(run, body))]
    what = "change" if card.task == "change" else "land cover"
    subtitle = (f"{run.request.head} head for {what}, trained on {run.data.inputs[0].scene.cube.path.name}, "
                f"{card.sensor}, {card.level}, {len(card.wavelength_nm)} bands")
    return page("Fine-tuned model", subtitle, _tiles(run), sections)


def _tiles(run: Run) -> list[Tile]:
    epochs = f"of {run.result.epochs}, asked for {run.request.epochs}"
    kept = Tile("Epoch kept", str(run.tuned.best_epoch), epochs)
    if run.scores is None:
        return [Tile("Accuracy", "not assessed", "too few places to hold any out"), kept]
    ours = run.scores.ours
    return [Tile("Macro-F1", f"{ours.macro_f1:.3f}", _interval(ours.macro_f1_interval)),
            Tile("Overall accuracy", f"{ours.oa:.3f}", _interval(ours.oa_interval)),
            Tile("Macro-F1 of a random forest", f"{run.scores.forest.macro_f1:.3f}", "on the same pixels"),
            Tile("Calibration error", f"{run.scores.calibration.ece:.3f}",
                 f"{run.scores.calibration.ece_raw:.3f} before calibration"), kept]


def _interval(span: tuple[float, float] | None) -> str:
    return "too few places for an interval" if span is None else f"95 % interval {span[0]:.3f} to {span[1]:.3f}"


def _training(run: Run) -> str:
    """Loss, and below it the score that chose the epoch."""
    history, kept = run.tuned.history, float(run.tuned.best_epoch)
    if len(history) < 2:
        return ""
    judged = [e for e in history if e.score is not None and e.held_out_loss is not None]
    at, judged_at = [float(e.epoch) for e in history], [float(e.epoch) for e in judged]
    losses = [Curve("loss", LOSS_COLOR, at, [e.loss for e in history]),
              Curve("held-out loss", HELD_OUT_COLOR, judged_at, [e.held_out_loss or 0.0 for e in judged])]
    scores = [Curve("held-out macro-F1", SCORE_COLOR, judged_at, [e.score or 0.0 for e in judged])]
    return (lines(losses, "loss of every epoch", "epoch", "loss", mark=kept)
            + lines(scores, "score of every epoch", "epoch", "macro-F1", 1.0, kept))


def _classes(run: Run) -> str:
    split, ours = run.data.split, run.scores and run.scores.ours
    tested = {c.id: c for c in ours.classes if c.tested} if ours else {}
    learned = np.bincount(split.labels[split.train], minlength=len(run.card.classes))
    rows = []
    for position, c in enumerate(run.card.classes):
        found = tested.get(c.id)
        values = (found.f1, found.producers, found.users) if found else (None,) * 3
        rows.append([swatch(c.color, c.name), f"{learned[position]:,}", f"{found.tested if found else 0:,}",
                     *map(meter, values)])
    return table(("Class", "Learned from (px)", "Held out (px)", "F1", "Producer's accuracy", "User's accuracy"), rows)


def _matrix(run: Run, ours: Accuracy | None) -> str:
    if not ours:
        return ""
    colors = {c.id: c.color for c in run.card.classes}
    return matrix([c.name for c in ours.classes], [colors[c.id] for c in ours.classes], ours.confusion, "label",
                  "model")


def _maps(run: Run, reporter: Reporter) -> str:
    """Where was learned from, and what was held out, over a pale picture of the scene."""
    cube, split = run.data.inputs[0].scene.cube, run.data.split
    area = Window(0, 0, *cube.grid.shape)
    color = natural_color(cube, area, reporter)
    step = step_for(area.shape)
    shape = tuple(-(-side // step) for side in area.shape)
    pale = np.full((*shape, 4), 255, np.uint8)
    if color is not None:
        seen = color_picture(color)
        pale[..., :3] = 255 - SCENE_STRENGTH * (255 - seen[..., :3].mean(-1, keepdims=True))
        pale[..., 3] = seen[..., 3]
    shown = [] if color is None else [figure(color_picture(color), "Scene, natural colours")]
    for index, caption in ((split.train, "Learned from"), (split.test, "Held out")):
        if len(index):
            shown.append(figure(_marked(run, pale, index, step), caption))
    legend = "".join(f"<span>{swatch(c.color, c.name)}</span>" for c in run.card.classes)
    return f'<div class="maps">{"".join(shown)}</div><div class="legend">{legend}</div>'


def _marked(run: Run, pale: NDArray[np.uint8], index: NDArray[np.intp], step: int) -> NDArray[np.uint8]:
    ids = np.zeros(pale.shape[:2], np.uint8)
    some = run.data.split.samples.take(index)
    ids[some.rows // step, some.cols // step] = some.class_ids
    return np.where((ids > 0)[..., None], class_picture(ids, run.card.classes), pale)


def _origin(run: Run, body: dict[str, Any]) -> str:
    request, card, image = run.request, run.card, body["image"]
    return f"<pre>{text(body['command'])}</pre>" + facts([
        ("Image", image["path"]), ("Later image", request.after), ("Labels", request.labels),
        ("Sensor", f"{card.sensor} ({image['sources'].get('sensor', 'given')})"),
        ("Ground sampling distance", f"{card.gsd_m:g} m"), ("Preprocessing", card.preprocessing),
        ("Encoder weights", f"{card.provenance['weights']} {card.weights_sha256[:16]}"),
        ("Head", request.head), ("Frozen", request.freeze),
        ("Epochs", f"{run.result.epochs} of {request.epochs}, patience {request.patience}"),
        ("Learning rate", f"{request.rate:g}, {request.layer_decay:g} of it from block to block"),
        ("Drop path", f"{request.drop_path:g}"), ("Class weights", "yes" if request.weigh_classes else "no"),
        ("Labelled pixels", f"{body['labels']['learned_from']} learned from, {body['labels']['held_out']} held out"),
        ("Held out", card.scores["held_out"]), ("Seed", str(request.seed)), ("Device", body["device"]),
        ("Time", f"{body['seconds']:.1f} s"),
        ("Versions", ", ".join(f"{k} {v}" for k, v in body["versions"].items()))])
