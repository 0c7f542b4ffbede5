"""Fine-tune the encoder with a head: from sparse labels or a label raster, for land cover or for change."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ... import __version__
from ...errors import InputError, LabelError, OutputError
from ...inference.backbone import Backbone, load_backbone
from ...inference.tiling import Lattice
from ...inference.tuned_model import TunedCard, TunedModel
from ...inference.tuned_reader import SceneInput
from ...labels.accuracy import Accuracy, assess
from ...labels.labelset import LabelSet
from ...labels.read import LAYER_MARK, read_labels
from ...labels.splits import Samples
from ...models.tuned import TunedConfig, TunedNet
from ...raster.alignment import align
from ...raster.cube import Cube, Overrides
from ...raster.writer import check_output
from ...reporting import PartReporter, Reporter
from ...training.few_labels.change_head import unchanged_class
from ...training.fine_tuning.baseline import forest_guesses, on_data
from ...training.fine_tuning.checkpoint import Epoch
from ...training.fine_tuning.data import TuneSplit, cut_tiles, split_labels
from ...training.fine_tuning.finetune import CHECKPOINT_NAME, Tuned, Tuner
from ...training.fine_tuning.settings import TuneSettings
from ..sensor_note import tell_sensor
from ..staging import staged, write_text
from .curves import curves_csv, curves_png
from .request import TrainRequest, TrainResult

MAX_SEED = 2**31
CURVES = (".csv", ".png")
# Of the bundled weights those with larger patches and four feature maps: for tiles of 64 px, and for UPerNet.
TUNED_WEIGHTS = "specaware-small"


@dataclass(frozen=True)
class _Data:
    inputs: tuple[SceneInput, ...]
    labels: LabelSet
    split: TuneSplit


def run(request: TrainRequest, reporter: Reporter) -> TrainResult:
    """Train and write the model. Nothing is written under its final name unless it is complete, but the curves."""
    start, warnings = time.monotonic(), []

    def warn(text: str) -> None:
        warnings.append(text)
        reporter.log("warning", text)

    _check(request)
    reporter.progress(0.0, "opening the image")
    backbone = load_backbone(request.weights or TUNED_WEIGHTS, request.device)
    with ExitStack() as files:
        data = _open(request, backbone, files, reporter, warn)
        classes = data.labels.classes
        tuner = _tuner(request, data, data.split, backbone, PartReporter(reporter, 0.05, 0.8))
        folder = Path(request.checkpoints) if request.checkpoints else None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        tuned = tuner.run(folder and folder / CHECKPOINT_NAME, _fingerprint(request, data, backbone),
                          lambda history: _write_curves(request.curves, history))
        with threadpool_limits(1):
            ours, theirs = _scores(data, tuned, request.seed, PartReporter(reporter, 0.8, 0.85), warn)
        net = _from_all(request, data, backbone, tuned, PartReporter(reporter, 0.85, 0.98)) or tuner.net
        model = TunedModel(net, _card(request, data, backbone, tuned, ours))
        scores = {"specaware": _headline(ours), "random_forest": _headline(theirs)}
        result = TrainResult(request.output, request.report, model.card.task, [c.name for c in classes],
                             len(tuned.history) - 1, tuned.best_epoch, [asdict(e) for e in tuned.history], scores,
                             round(time.monotonic() - start, 2), str(backbone.device), warnings)
        with ExitStack() as outputs:
            model.save(outputs.enter_context(staged(Path(request.output))))
            if request.report:
                body = {"request": asdict(request), "card": asdict(model.card), "curves": result.curves,
                        "scores": {"specaware": ours and asdict(ours), "random_forest": theirs and asdict(theirs)},
                        "warnings": warnings, "device": result.device}
                write_text(outputs.enter_context(staged(Path(request.report))),
                           json.dumps(body, indent=1, ensure_ascii=False) + "\n")
            reporter.check_cancelled()
    reporter.progress(1.0, "done")
    return result


def _settings(request: TrainRequest) -> TuneSettings:
    return TuneSettings(request.freeze, request.epochs, request.rate, request.layer_decay, request.drop_path,
                        request.weigh_classes, request.patience, request.seed)


def _tuner(request: TrainRequest, data: _Data, split: TuneSplit, backbone: Backbone, reporter: Reporter) -> Tuner:
    torch.manual_seed(request.seed)
    net = TunedNet(backbone.module, TunedConfig(request.head, len(data.labels.classes), request.after is not None))
    tiles = cut_tiles(split, Lattice(data.inputs[0].scene.shape))
    return Tuner(net, data.inputs, tiles, split, _settings(request), backbone.device, reporter)


def _from_all(request: TrainRequest, data: _Data, backbone: Backbone, tuned: Tuned,
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
    if not 0 <= request.seed <= MAX_SEED:
        raise InputError(f"The seed {request.seed} is not possible.", f"Give a whole number from 0 to {MAX_SEED}.")
    TunedConfig(request.head, 2)
    _settings(request)
    if not request.output.endswith(".safetensors"):
        raise OutputError(f"The model would be saved as {Path(request.output).name}.",
                          "Give it a name that ends in .safetensors.")
    if request.curves and Path(request.curves).suffix.lower() not in CURVES:
        raise OutputError(f"Curves cannot be written as {Path(request.curves).name}.",
                          f"Give a name that ends in {' or '.join(CURVES)}.")
    inputs = [p for p in (request.image, request.after, request.labels.partition(LAYER_MARK)[0], request.weights,
                          request.wavelengths) if p]
    outputs = [p for p in (request.output, request.curves, request.report) if p]
    for path in outputs:
        check_output(path, inputs)
    if len({Path(p).resolve() for p in outputs}) < len(outputs):
        raise OutputError("Two outputs have the same name.", "Give each output a name of its own.")


def _open(request: TrainRequest, backbone: Backbone, files: ExitStack, reporter: Reporter, warn: Any) -> _Data:
    """Images as input of the encoder, and the labels that lie on data, split."""
    overrides = Overrides(request.sensor, request.level, request.gsd_m,
                          Path(request.wavelengths) if request.wavelengths else None)
    cube = files.enter_context(Cube.open(request.image, overrides, reporter))
    cubes = [cube]
    if request.after is not None:
        later = files.enter_context(Cube.open(request.after, overrides, reporter))
        if later.meta.level != cube.meta.level:
            raise InputError(f"The first image is {cube.meta.level}, the second {later.meta.level}.",
                             "Compare radiance with radiance or reflectance with reflectance.")
        cubes.append(cast(Cube, align(cube, later)))  # an aligned image is read like a cube
    for image in cubes:
        tell_sensor(image.meta, reporter)
        backbone.check_bands(image.bands)
    labels = read_labels(request.labels, cube.grid, request.class_field, request.labels_layer)
    if request.after is not None and len(labels.classes) != 2:
        raise LabelError(f"The labels show {len(labels.classes)} classes; change has two, unchanged and changed.",
                         "Label changed and unchanged places only.")
    if request.after is not None:
        unchanged_class(labels.classes)  # who applies the model must know which class is which
    inputs = tuple(SceneInput(image, backbone.module, reporter) for image in cubes)
    for note in labels.notes:
        warn(note)
    labels = _with_data(labels, inputs, reporter, warn)
    split = split_labels(labels, [c.id for c in labels.classes], request.seed)
    reporter.log("info", f"{len(split.train)} labelled pixels to learn from, {len(split.test)} held out.")
    return _Data(inputs, labels, split)


def _with_data(labels: LabelSet, inputs: Sequence[SceneInput], reporter: Reporter, warn: Any) -> LabelSet:
    samples = Samples(labels.rows, labels.cols, labels.class_ids, labels.groups)
    valid = on_data(samples, inputs, reporter)
    kept = samples.take(np.flatnonzero(valid))
    classes = tuple(c for c in labels.classes if c.id in set(kept.class_ids.tolist()))
    if len(classes) < 2:
        raise LabelError(f"Only {len(kept)} of {len(samples)} labelled pixels lie on image data, in fewer than two "
                         "classes.", "Draw labels where the image has data.")
    if missing := len(samples) - len(kept):
        warn(f"{missing} labelled pixels lie where the image has no data and were left out.")
    return replace(labels, rows=kept.rows, cols=kept.cols, class_ids=kept.class_ids, groups=kept.groups,
                   classes=classes)


def _fingerprint(request: TrainRequest, data: _Data, backbone: Backbone) -> str:
    """What a checkpoint must share with a run that continues it; more epochs may be asked for only from the start."""
    split, request_values = data.split, asdict(request)
    for name in ("output", "curves", "report", "checkpoints", "device"):
        request_values.pop(name)
    digest = hashlib.sha256(json.dumps(request_values, sort_keys=True).encode(errors="backslashreplace"))
    for array in (split.samples.rows, split.samples.cols, split.labels, split.train, split.test):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(backbone.sha256.encode())
    return digest.hexdigest()


def _write_curves(path: str | None, history: Sequence[Epoch]) -> None:
    if path and history:
        target = Path(path)
        with staged(target) as partial:
            if target.suffix.lower() == ".png":
                curves_png(partial, history)
            else:
                write_text(partial, curves_csv(history))


def _scores(data: _Data, tuned: Tuned, seed: int, reporter: Reporter, warn: Any
            ) -> tuple[Accuracy | None, Accuracy | None]:
    """Ours and a random forest's on the held-out pixels."""
    split, names = data.split, {c.id: c.name for c in data.labels.classes}
    if not len(split.test):
        warn("The labels lie in too few places to hold any out: the last epoch was kept, and there is no accuracy "
             "estimate. Label each class in at least two places.")
        return None, None
    ids = np.array([c.id for c in data.labels.classes], np.uint8)
    truth, regions = ids[split.labels[split.test]], split.region_ids[split.test]
    if missing := [names[int(i)] for i in ids if i not in truth]:
        warn(f"Not assessed, since no labelled place of it was held out: {', '.join(missing)}.")
    forest = forest_guesses(split, data.inputs, seed, reporter)
    return (assess(truth, ids[tuned.held_out], regions, names, seed), assess(truth, ids[forest], regions, names, seed))


def _headline(scores: Accuracy | None) -> dict[str, Any] | None:
    keys = ("oa", "kappa", "macro_f1", "oa_interval", "macro_f1_interval")
    return None if scores is None else {key: getattr(scores, key) for key in keys}


def _card(request: TrainRequest, data: _Data, backbone: Backbone, tuned: Tuned, scores: Accuracy | None) -> TunedCard:
    """What the model file says of itself. No times, so that the same inputs give the same bytes."""
    cube = data.inputs[0].scene.cube
    bands = cube.bands.only(data.inputs[0].scene.indices)
    wavelength_nm, fwhm_nm = (tuple(np.round(v, 3).tolist()) for v in (bands.wavelength_nm, bands.fwhm_nm))
    how = {"held_out": "one spatial fold; it also chose the epoch, so the score is slightly optimistic",
           **(_headline(scores) or {})} if scores else {}
    settings = {key: str(getattr(request, key)) for key in ("head", "freeze", "epochs", "rate", "layer_decay",
                                                            "drop_path", "weigh_classes", "patience", "seed")}
    return TunedCard("change" if request.after is not None else "classification", data.labels.classes, cube.meta.name,
                     cube.meta.level, cube.meta.gsd_m, wavelength_nm, fwhm_nm,
                     "reflectance as it is; radiance scaled to a scene mean of 0.25; tiles of 64 pixels", how,
                     backbone.sha256, {"engine": __version__, "weights": backbone.name,
                                       "image": Path(request.image).name, "labels": Path(request.labels).name,
                                       "best_epoch": str(tuned.best_epoch), **settings})
