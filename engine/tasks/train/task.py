"""Fine-tune the encoder with a head: from sparse labels or a label raster, for land cover or for change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ... import __version__
from ...errors import OutputError
from ...inference.backbone import Backbone, load_backbone
from ...inference.tiling import Lattice
from ...inference.tuned_model import TunedCard, TunedModel
from ...labels.read import file_of
from ...models.tuned import TunedConfig, TunedNet
from ...raster.writer import check_output
from ...reporting import PartReporter, Reporter, WarningKeeper
from ...training.fine_tuning.checkpoint import Epoch
from ...training.fine_tuning.data import TuneSplit, cut_tiles
from ...training.fine_tuning.finetune import CHECKPOINT_NAME, Tuned, Tuner
from ...training.fine_tuning.settings import TuneSettings
from ..image_request import check_seed
from ..staging import staged, write_text
from .curves import curves_csv, curves_png
from .data import TrainData, fingerprint, open_data
from .report import Run, render
from .request import TrainRequest, TrainResult
from .scores import NOT_JUDGED, TunedScores, for_card, judge

CURVES = (".csv", ".png")
# Of the bundled weights those with larger patches and four feature maps: for tiles of 64 px, and for UPerNet.
TUNED_WEIGHTS = "specaware-small"


def run(request: TrainRequest, reporter: Reporter) -> TrainResult:
    """Train and write the model. Nothing is written under its final name unless it is complete, but the curves."""
    start, log = time.monotonic(), WarningKeeper(reporter)
    _check(request)
    log.progress(0.0, "opening the image")
    backbone = load_backbone(request.weights or TUNED_WEIGHTS, request.device)
    with ExitStack() as files:
        data = open_data(request, backbone, files, log)
        tuner = _tuner(request, data, data.split, backbone, PartReporter(log, 0.05, 0.8))
        tuned = _tune(request, data, backbone, tuner)
        with threadpool_limits(1):
            scores = judge(data, tuned.held_out, request.seed, PartReporter(log, 0.8, 0.85))
        net = _from_all(request, data, backbone, tuned, PartReporter(log, 0.85, 0.98)) or tuner.net
        if scores is not None:
            net.flatten(scores.calibration.temperature)
        model = TunedModel(net, _card(request, data, backbone, tuned, scores))
        result = TrainResult(
            request.output, request.report, model.card.task, [c.name for c in model.classes], len(tuned.history) - 1,
            tuned.best_epoch, [asdict(e) for e in tuned.history],
            scores.headlines if scores else NOT_JUDGED,
            round(time.monotonic() - start, 2), str(backbone.device), log.warnings,
            round(scores.calibration.ece, 4) if scores else None)
        with ExitStack() as outputs:
            model.save(outputs.enter_context(staged(Path(request.output))))
            if request.report:
                found = Run(request, data, model.card, tuned, scores, result)
                write_text(outputs.enter_context(staged(Path(request.report))), render(found, log))
            log.check_cancelled()
    log.progress(1.0, "done")
    return result


def _settings(request: TrainRequest) -> TuneSettings:
    return TuneSettings(request.freeze, request.epochs, request.rate, request.layer_decay, request.drop_path,
                        request.weigh_classes, request.patience, request.seed)


def _tuner(request: TrainRequest, data: TrainData, split: TuneSplit, backbone: Backbone,
           reporter: Reporter) -> Tuner:
    torch.manual_seed(request.seed)
    net = TunedNet(backbone.module, TunedConfig(request.head, len(data.labels.classes), request.after is not None))
    tiles = cut_tiles(split, Lattice(data.inputs[0].scene.shape))
    return Tuner(net, data.inputs, tiles, split, _settings(request), backbone.device, reporter)


def _tune(request: TrainRequest, data: TrainData, backbone: Backbone, tuner: Tuner) -> Tuned:
    """Train, with the curves and the checkpoints asked for."""
    folder = Path(request.checkpoints) if request.checkpoints else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return tuner.run(folder and folder / CHECKPOINT_NAME, fingerprint(request, data, backbone),
                     lambda history: _write_curves(request.curves, history))


def _from_all(request: TrainRequest, data: TrainData, backbone: Backbone, tuned: Tuned,
              reporter: Reporter) -> TunedNet | None:
    """A network that learned from the held-out labels, too, for as many epochs as were best without them.

    None where nothing was held out, or where the encoder learns: that would take as long once more.
    """
    if request.freeze != "encoder" or not len(data.split.test):
        return None
    reporter.log("info", f"Learning from all labels, for {tuned.best_epoch} epochs.")
    everything = np.arange(len(data.split.labels))
    split = replace(data.split, train=everything, test=everything[:0])
    tuner = _tuner(request, data, split, backbone, reporter)
    tuner.run(None, "", lambda history: None, tuned.best_epoch)
    return tuner.net


def _check(request: TrainRequest) -> None:
    """Refuse what cannot work before any work starts."""
    check_seed(request.seed)
    TunedConfig(request.head, 2)
    _settings(request)
    if not request.output.endswith(".safetensors"):
        raise OutputError(f"The model would be saved as {Path(request.output).name}.",
                          "Give it a name that ends in .safetensors.")
    if request.curves and Path(request.curves).suffix.lower() not in CURVES:
        raise OutputError(f"Curves cannot be written as {Path(request.curves).name}.",
                          f"Give a name that ends in {' or '.join(CURVES)}.")
    given = (request.image, request.after, request.labels, request.weights, request.wavelengths)
    inputs = [file_of(path) for path in given if path]
    outputs = [p for p in (request.output, request.curves, request.report) if p]
    for path in outputs:
        check_output(path, inputs)
    if len({Path(p).resolve() for p in outputs}) < len(outputs):
        raise OutputError("Two outputs have the same name.", "Give each output a name of its own.")


def _write_curves(path: str | None, history: Sequence[Epoch]) -> None:
    if path and history:
        target = Path(path)
        with staged(target) as partial:
            if target.suffix.lower() == ".png":
                curves_png(partial, history)
            else:
                write_text(partial, curves_csv(history))


def _card(request: TrainRequest, data: TrainData, backbone: Backbone, tuned: Tuned,
          scores: TunedScores | None) -> TunedCard:
    """What the model file says of itself. No times, so that the same inputs give the same bytes."""
    cube = data.inputs[0].scene.cube
    bands = cube.bands.only(data.inputs[0].scene.indices)
    wavelength_nm, fwhm_nm = (tuple(np.round(v, 3).tolist()) for v in (bands.wavelength_nm, bands.fwhm_nm))
    settings = {key: str(getattr(request, key)) for key in ("head", "freeze", "epochs", "rate", "layer_decay",
                                                            "drop_path", "weigh_classes", "patience", "seed")}
    return TunedCard("change" if request.after is not None else "classification", data.labels.classes, cube.meta.name,
                     cube.meta.level, cube.meta.gsd_m, wavelength_nm, fwhm_nm,
                     "reflectance as it is; radiance scaled to a scene mean of 0.25; tiles of 64 pixels",
                     for_card(scores), backbone.sha256,
                     {"engine": __version__, "weights": backbone.name, "image": Path(request.image).name,
                      "labels": Path(request.labels).name, "best_epoch": str(tuned.best_epoch), **settings})
