"""Request and result of land-cover classification."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...inference.memory import DEFAULT_GB
from ..image_request import ImageRequest


@dataclass(frozen=True)
class ClassifyRequest(ImageRequest):
    """What to map, from what, and where to write it.

    Attributes:
        image: raster with wavelengths.
        output: class map to write (GeoTIFF, uint8, 0 = no data).
        labels: polygons, points or a label raster; either this or ``model``.
        class_field: attribute with the class.
        labels_layer: layer of a file with several.
        model: saved model to apply.
        confidence: also write the probability of the mapped class (GeoTIFF, float32).
        uncertainty: also write margin, entropy and how unlike the training pixels a pixel is (GeoTIFF, 3 bands).
        report: also write a report (HTML if the name ends in .html, else JSON).
        save_model: also save the model (safetensors).
        weights: encoder weights, the bundled ones if None.
        spectral_only: learn without the encoder's tokens, which take most of the time of mapping.
        device: ``auto``, ``cpu`` or ``cuda``.
        validation: how labels are held out: ``places``, ``blocks``, ``areas`` or ``none``, see `Scheme`.
        repeats: how often they are, with other folds each time.
        seed: of every random choice; same inputs and seed give the same bytes.
        extent: x_min, y_min, x_max, y_max in the image's CRS; the whole image if None.
        memory_gb: budget of the whole process, in units of 1e9 bytes; blocks are made to fit.
        resume: keep a journal of finished blocks beside the output until it is complete, and go on where an earlier
            run with the same inputs was stopped.
    """

    image: str
    output: str
    labels: str | None = None
    class_field: str | None = None
    labels_layer: str | None = None
    model: str | None = None
    confidence: str | None = None
    uncertainty: str | None = None
    report: str | None = None
    save_model: str | None = None
    weights: str | None = None
    spectral_only: bool = False
    device: str = "auto"
    validation: str = "places"
    repeats: int = 1
    seed: int = 0
    extent: tuple[float, float, float, float] | None = None
    memory_gb: float = DEFAULT_GB
    resume: bool = False


@dataclass(frozen=True)
class ClassSummary:
    """A class of the map: its number, name, colour, mapped pixels and area, and labelled pixels used."""

    id: int
    name: str
    color: tuple[int, int, int]
    pixels: int
    area_ha: float | None
    labels: int


@dataclass(frozen=True)
class ClassifyResult:
    """Where the results are and how good they are; `dataclasses.asdict` of it is JSON.

    Attributes:
        scores: ``specaware`` and ``random_forest``: oa, kappa, macro_f1 and intervals of the spatial cross-validation,
            None without one.
        calibration_error: expected calibration error of the probabilities on held-out pixels.
        encoder_share: weight in the classifier, 0 to 1, of the heads that use the encoder's tokens; None of a
            fine-tuned model, which has but one head.
        stages: seconds of reading, computing and writing, which overlap.
        peak_memory_mb: the most the process has held so far; None where the system does not say.
    """

    output: str
    confidence: str | None
    report: str | None
    model: str | None
    classes: list[ClassSummary]
    scores: dict[str, dict[str, Any] | None]
    seconds: float
    device: str
    warnings: list[str] = field(default_factory=list)
    uncertainty: str | None = None
    calibration_error: float | None = None
    encoder_share: float | None = None
    stages: dict[str, float] = field(default_factory=dict)
    peak_memory_mb: float | None = None
