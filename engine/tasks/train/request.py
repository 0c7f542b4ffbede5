"""Request and result of fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..image_request import ImageRequest


@dataclass(frozen=True)
class TrainRequest(ImageRequest):
    """What to learn from, how, and where the model goes.

    Attributes:
        image: raster with wavelengths; for change the earlier one.
        labels: polygons, points or a label raster on the image's grid.
        output: model file to write (.safetensors).
        after: the later image; then the two classes of the labels are unchanged and changed.
        class_field: attribute with the class.
        labels_layer: layer of a file with several.
        head: ``linear``, ``kernel``, ``mlp`` or ``upernet``.
        freeze: what does not learn: ``none``, ``encoder`` or ``all-but-last``.
        epochs, rate, layer_decay, drop_path, weigh_classes, patience: see `TuneSettings`.
        curves: file for loss and score of every epoch, written after each (``.csv`` or ``.png``).
        checkpoints: folder for a checkpoint after every epoch; a run that finds one there continues it.
        report: also write a report (HTML if the name ends in .html, else JSON).
        weights: encoder weights, the bundled `specaware-small` if None.
        device: ``auto``, ``cpu`` or ``cuda``.
        seed: of every random choice.
    """

    image: str
    labels: str
    output: str
    after: str | None = None
    class_field: str | None = None
    labels_layer: str | None = None
    head: str = "linear"
    freeze: str = "encoder"
    epochs: int = 30
    rate: float = 2e-3
    layer_decay: float = 0.75
    drop_path: float = 0.1
    weigh_classes: bool = True
    patience: int = 8
    curves: str | None = None
    checkpoints: str | None = None
    report: str | None = None
    weights: str | None = None
    device: str = "auto"
    seed: int = 0


@dataclass(frozen=True)
class TrainResult:
    """The model and how good it is; `dataclasses.asdict` of it is JSON.

    Attributes:
        best_epoch: the epoch kept, counted from 1; 0 for the head as it began, fitted by logistic regression.
        curves: loss and held-out macro-F1 of every epoch.
        scores: ``specaware`` and ``random_forest`` on the same held-out pixels; None where nothing could be held out.
        calibration_error: expected calibration error of the probabilities on held-out pixels.
    """

    output: str
    report: str | None
    task: str
    classes: list[str]
    epochs: int
    best_epoch: int
    curves: list[dict[str, Any]]
    scores: dict[str, dict[str, Any] | None]
    seconds: float
    device: str
    warnings: list[str] = field(default_factory=list)
    calibration_error: float | None = None
