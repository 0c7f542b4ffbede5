"""What a training run opens: images as input of the encoder, and the labels that lie on data, split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import cast

import numpy as np

from ...errors import InputError, LabelError
from ...inference.backbone import Backbone
from ...inference.tuned_reader import SceneInput
from ...labels.labelset import LabelSet
from ...labels.read import read_labels
from ...labels.splits import Samples
from ...labels.unchanged import unchanged_class
from ...raster.alignment import align
from ...raster.cube import Cube
from ...reporting import Reporter
from ...training.fine_tuning.baseline import on_data
from ...training.fine_tuning.data import TuneSplit, split_labels
from ..sensor_note import tell_sensor
from .request import TrainRequest


@dataclass(frozen=True)
class TrainData:
    """The scene, or both dates on one grid, and the labelled pixels."""

    inputs: tuple[SceneInput, ...]
    labels: LabelSet
    split: TuneSplit


def open_data(request: TrainRequest, backbone: Backbone, files: ExitStack, reporter: Reporter) -> TrainData:
    """Open images and labels; warnings go to the reporter.

    Raises:
        InputError: radiance against reflectance.
        LabelError: labels that cannot be used.
        ModelError: the encoder cannot take the bands.
    """
    cube = files.enter_context(Cube.open(request.image, request.overrides, reporter))
    cubes = [cube]
    if request.after is not None:
        later = files.enter_context(Cube.open(request.after, request.overrides, reporter))
        if later.meta.level != cube.meta.level:
            raise InputError(f"The first image is {cube.meta.level}, the second {later.meta.level}.",
                             "Compare radiance with radiance or reflectance with reflectance.")
        cubes.append(cast(Cube, align(cube, later)))  # an aligned image is read like a cube
    for image in cubes:
        tell_sensor(image.meta, reporter)
        backbone.check_bands(image.bands)
    labels = _read(request, cube, reporter)
    inputs = tuple(SceneInput(image, backbone.module, reporter) for image in cubes)
    labels = _with_data(labels, inputs, reporter)
    split = split_labels(labels, [c.id for c in labels.classes], request.seed)
    reporter.log("info", f"{len(split.train)} labelled pixels to learn from, {len(split.test)} held out.")
    return TrainData(inputs, labels, split)


def _read(request: TrainRequest, cube: Cube, reporter: Reporter) -> LabelSet:
    labels = read_labels(request.labels, cube.grid, request.class_field, request.labels_layer)
    if request.after is not None and len(labels.classes) != 2:
        raise LabelError(f"The labels show {len(labels.classes)} classes; change has two, unchanged and changed.",
                         "Label changed and unchanged places only.")
    if request.after is not None:
        unchanged_class(labels.classes)  # who applies the model must know which class is which
    for note in labels.notes:
        reporter.log("warning", note)
    return labels


def _with_data(labels: LabelSet, inputs: Sequence[SceneInput], reporter: Reporter) -> LabelSet:
    samples = Samples(labels.rows, labels.cols, labels.class_ids, labels.groups)
    kept = samples.take(np.flatnonzero(on_data(samples, inputs, reporter)))
    classes = tuple(c for c in labels.classes if c.id in set(kept.class_ids.tolist()))
    if len(classes) < 2:
        raise LabelError(f"Only {len(kept)} of {len(samples)} labelled pixels lie on image data, in fewer than two "
                         "classes.", "Draw labels where the image has data.")
    if missing := len(samples) - len(kept):
        reporter.log("warning", f"{missing} labelled pixels lie where the image has no data and were left out.")
    return replace(labels, rows=kept.rows, cols=kept.cols, class_ids=kept.class_ids, groups=kept.groups,
                   classes=classes)


def fingerprint(request: TrainRequest, data: TrainData, backbone: Backbone) -> str:
    """What a checkpoint must share with a run that continues it; more epochs may be asked for only from the start."""
    split, request_values = data.split, asdict(request)
    for name in ("output", "curves", "report", "checkpoints", "device"):
        request_values.pop(name)
    digest = hashlib.sha256(json.dumps(request_values, sort_keys=True).encode(errors="backslashreplace"))
    for array in (split.samples.rows, split.samples.cols, split.labels, split.train, split.test):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(backbone.sha256.encode())
    return digest.hexdigest()
