"""One function turns choices into the engine's parameters, and the engine's request takes them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from specaware_qgis import params
from specaware_qgis.errors import EngineError
from specaware_qgis.params import FROM_FILE, Labels, Outputs, Scene, classify_params, sensor_names, train_params

ROOT = Path(__file__).resolve().parents[2]


def fields_of(module: str, name: str) -> set[str]:
    """Field names of a dataclass, read from the source: the plugin's Python cannot import the engine."""
    tree = ast.parse((ROOT / "engine" / "tasks" / module).read_text(encoding="utf-8"))
    found = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    own = {n.target.id for n in found.body if isinstance(n, ast.AnnAssign)}
    shared = any(ast.unparse(base) == "ImageRequest" for base in found.bases)
    return own | (fields_of("image_request.py", "ImageRequest") if shared else set())


def test_names_are_those_of_the_engines_requests():
    made = classify_params(Scene("a.tif"), Outputs("o.tif"), Labels("l.gpkg"))
    assert set(made) == fields_of("classify/request.py", "ClassifyRequest")
    tuned = train_params(Scene("a.tif"), Labels("l.gpkg"), "m.safetensors", "mlp")
    assert set(tuned) <= fields_of("train/request.py", "TrainRequest")
    assert set(Scene("a.tif").params()) == fields_of("inspect.py", "InspectRequest")


def test_from_the_file_means_nothing_is_overridden():
    made = Scene("a.tif", FROM_FILE, FROM_FILE).params()
    assert made == {"image": "a.tif", "sensor": None, "level": None, "gsd_m": None, "wavelengths": None}


def test_choices_arrive():
    made = classify_params(Scene("a.tif", "EnMAP", "L2 reflectance", 30.0, "w.csv"), Outputs("o", "c", "r", "m"),
                           Labels("l.gpkg", "areas", "class"), device="cpu", seed=7, extent=(1.0, 2.0, 3.0, 4.0),
                           validation="blocks", repeats=2, memory_gb=3.5, resume=True, spectral_only=True)
    assert made == {"image": "a.tif", "sensor": "EnMAP", "level": "L2", "gsd_m": 30.0, "wavelengths": "w.csv",
                    "output": "o", "confidence": "c", "report": "r", "save_model": "m", "labels": "l.gpkg",
                    "labels_layer": "areas", "class_field": "class", "model": None, "weights": None, "device": "cpu",
                    "seed": 7, "extent": [1.0, 2.0, 3.0, 4.0], "uncertainty": None, "validation": "blocks",
                    "repeats": 2, "memory_gb": 3.5, "resume": True, "spectral_only": True}


@pytest.mark.parametrize(("labels", "model"), [(None, ""), (Labels("l.gpkg"), "m.safetensors")])
def test_labels_or_model_but_not_both(labels, model):
    with pytest.raises(EngineError, match="either labels or a saved model"):
        classify_params(Scene("a.tif"), Outputs("o"), labels, model)


def test_sensor_names_come_from_the_registry(monkeypatch, tmp_path):
    assert "EnMAP" in sensor_names()
    broken = tmp_path / "sensors.json"
    monkeypatch.setattr(params, "resource", lambda *_: broken)
    assert sensor_names() == []
    broken.write_text("{")
    assert sensor_names() == []
