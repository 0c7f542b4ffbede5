"""Turns what the user chose into the parameters of the engine's requests; the dock and Processing both use it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .errors import EngineError
from .marking import mark
from .paths import resource

FROM_FILE = mark("from the file")
LEVELS = {FROM_FILE: None, mark("L1 radiance"): "L1", mark("L2 reflectance"): "L2"}

# What turns the encoder's features into classes when the model is fine-tuned.
HEADS = {"linear": mark("Linear"), "kernel": mark("Kernel"), "mlp": mark("Small network (MLP)"),
         "upernet": mark("UPerNet (many labels)")}
# The engine's own default.
MEMORY_GB = 2.0


@dataclass(frozen=True)
class Scene:
    """An image and what the user knows better than its file."""

    path: str
    sensor: str = FROM_FILE
    level: str = FROM_FILE
    gsd_m: float | None = None
    wavelengths: str = ""

    def params(self) -> dict[str, Any]:
        """The parameters that `inspect` takes, and `classify` among others."""
        return {"image": self.path, "sensor": None if self.sensor in ("", FROM_FILE) else self.sensor,
                "level": LEVELS.get(self.level), "gsd_m": self.gsd_m or None, "wavelengths": self.wavelengths or None}


@dataclass(frozen=True)
class Labels:
    """A file of labels: vector with its layer's name and class field, or a raster."""

    path: str
    layer: str = ""
    class_field: str = ""


@dataclass(frozen=True)
class Outputs:
    """Files to write; empty ones are not wanted."""

    map: str
    confidence: str = ""
    report: str = ""
    model: str = ""
    uncertainty: str = ""


def classify_params(scene: Scene, outputs: Outputs, labels: Labels | None, model: str = "", *, device: str = "auto",
                    seed: int = 0, extent: tuple[float, float, float, float] | None = None,
                    weights: str = "", validation: str = "places", repeats: int = 1, memory_gb: float = MEMORY_GB,
                    resume: bool = False, spectral_only: bool = False) -> dict[str, Any]:
    """Parameters of the task ``classify``.

    Raises:
        EngineError: there are neither labels nor a saved model, or both.
    """
    if (labels is None) == (not model):
        raise EngineError("There must be either labels or a saved model.",
                          "Choose a layer of labelled polygons or points, or a saved model, not both.", "bad-input")
    return {
        **scene.params(),
        "output": outputs.map, "confidence": outputs.confidence or None, "report": outputs.report or None,
        "save_model": outputs.model or None, "uncertainty": outputs.uncertainty or None,
        "labels": labels.path if labels else None,
        "labels_layer": (labels.layer or None) if labels else None,
        "class_field": (labels.class_field or None) if labels else None,
        "model": model or None, "weights": weights or None, "device": device, "seed": seed,
        "spectral_only": spectral_only and not model,
        "validation": validation, "repeats": repeats, "memory_gb": memory_gb, "resume": resume,
        "extent": list(extent) if extent else None,
    }


def train_params(scene: Scene, labels: Labels, output: str, head: str, *, device: str = "auto", weights: str = "",
                 report: str = "") -> dict[str, Any]:
    """Parameters of the task ``train`` with a frozen encoder; ``head`` is one of `HEADS`."""
    return {**scene.params(), "labels": labels.path, "labels_layer": labels.layer or None,
            "class_field": labels.class_field or None, "output": output, "head": head, "device": device,
            "weights": weights or None, "report": report or None}


def sensor_names() -> list[str]:
    """Names of the sensor registry; none if it cannot be read, since the file's own sensor can still be used."""
    try:
        body = json.loads(resource("sensors.json").read_text(encoding="utf-8"))
        return [str(sensor["name"]) for sensor in body["sensors"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
