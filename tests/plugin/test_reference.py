"""``specaware:sample``, ``assess`` and ``suggest`` in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

import os
import subprocess

import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from .conftest import ROOT, SAMPLE
from .test_algorithms import Feedback, extent_text, run

ENGINE = ROOT / ".venv-engine" / "bin" / "python"


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """A part of the sample scene."""
    path = str(tmp_path_factory.mktemp("part") / "part.tif")
    gdal.Translate(path, str(SAMPLE / "scene.tif"), srcWin=[10, 40, 96, 96], bandList=list(range(1, 225, 3)))
    return path


@pytest.fixture(scope="module")
def model(part, tmp_path_factory):
    """A model saved by a small run of the engine."""
    if not ENGINE.exists():
        pytest.skip(".venv-engine does not exist")
    folder = tmp_path_factory.mktemp("model")
    subprocess.run([ENGINE, "-m", "engine", "classify", part, "--labels", SAMPLE / "labels.gpkg", "--class-field",
                    "class", "--output", folder / "map.tif", "--save-model", folder / "m.safetensors", "--device",
                    "cpu"], cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True, timeout=200)
    return str(folder / "m.safetensors")


@pytest.fixture
def truth(qgis_new_project):
    """The true classes of the sample scene, used as a map."""
    layer = QgsRasterLayer(str(SAMPLE / "truth.tif"), "map")
    QgsProject.instance().addMapLayer(layer)
    return layer


def filled(path, truth, wrong=0):
    """The drawn points with the map's own class filled in, the first ``wrong`` of them with another one."""
    layer = QgsVectorLayer(str(path), "reference", "ogr")
    layer.startEditing()
    field = layer.fields().lookupField("class")
    for number, feature in enumerate(layer.getFeatures()):
        value, _ = truth.dataProvider().sample(feature.geometry().asPoint(), 1)
        layer.changeAttributeValue(feature.id(), field, str(int(value) if number >= wrong else int(value) % 9 + 1))
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_help_tells_of_every_parameter(provider):
    for name in ("sample", "assess", "suggest"):
        algorithm = QgsApplication.processingRegistry().algorithmById(f"specaware:{name}")
        assert len(algorithm.shortHelpString()) > 300
        assert algorithm.create()
        assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_draw_label_and_assess(provider, needs_engine, truth, tmp_path):
    """Points labelled in an edit session that is still open are assessed as they are shown."""
    drawn = run("sample", {"INPUT": truth, "SIZE": 90, "MIN_PER_CLASS": 10, "OUTPUT": str(tmp_path / "points.gpkg")})
    assert drawn["POINTS"] == 90
    layer = filled(drawn["OUTPUT"], truth, wrong=9)
    assert layer.isModified()
    feedback = Feedback()
    results = run("assess", {"INPUT": truth, "REFERENCE": layer, "CLASS_FIELD": "class",
                             "REPORT": str(tmp_path / "report.html")}, feedback)
    assert results["POINTS"] == 90
    assert 0.75 < results["OVERALL_ACCURACY"] < 0.98
    assert results["STANDARD_ERROR"] > 0
    assert any("±" in text for text in feedback.texts)
    assert "<!DOCTYPE html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    layer.rollBack()


def test_what_was_trained_on_is_no_reference(provider, needs_engine, truth, tmp_path):
    with pytest.raises(QgsProcessingException, match="were trained on"):
        run("assess", {"INPUT": truth, "REFERENCE": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class_id",
                       "TRAINING": str(SAMPLE / "labels.gpkg"), "TRAINING_FIELD": "class_id",
                       "REPORT": str(tmp_path / "r.html")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("change", "words"), [
    ({"OUTPUT": "points.shp"}, "GeoPackage"), ({"SIZE": 5}, "too few"),
    ({"INPUT": str(SAMPLE / "scene.tif")}, "bands")])
def test_samples_that_cannot_be(provider, needs_engine, truth, tmp_path, change, words):
    choices = {"INPUT": truth, "SIZE": 90, "OUTPUT": "points.gpkg"} | change
    with pytest.raises(QgsProcessingException, match=words) as caught:
        run("sample", choices | {"OUTPUT": str(tmp_path / choices["OUTPUT"])})
    assert "Traceback" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_uncertainty_and_suggestions_from_a_saved_model_then_cancel(provider, needs_engine, part, model, tmp_path):
    scene = QgsRasterLayer(part, "part")
    found = run("classify", {"INPUT": part, "MODEL": model, "EXTENT": extent_text(scene, 30),
                             "OUTPUT": str(tmp_path / "map.tif"), "UNCERTAINTY": str(tmp_path / "u.tif")})
    assert QgsRasterLayer(found["UNCERTAINTY"], "u").bandCount() == 3
    results = run("suggest", {"INPUT": part, "MODEL": model, "COUNT": 8, "EXTENT": extent_text(scene, 60),
                              "OUTPUT": str(tmp_path / "places.gpkg")})
    layer = QgsVectorLayer(results["OUTPUT"], "places", "ogr")
    assert layer.featureCount() == results["POINTS"] == 8
    assert layer.crs() == scene.crs()
    assert {"priority", "class", "guess", "margin", "novelty"} <= {f.name() for f in layer.fields()}
    before = sorted(p.name for p in tmp_path.iterdir())

    def cancel(feedback, text):
        if "telling" in text:
            feedback.cancel()

    with pytest.raises(QgsProcessingException, match="cancelled"):
        run("suggest", {"INPUT": part, "MODEL": model, "OUTPUT": str(tmp_path / "more.gpkg")}, Feedback(cancel))
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_sample_and_assess_through_qgis_process(qgis_process, truth, tmp_path):
    points = str(tmp_path / "points.gpkg")
    qgis_process("sample", INPUT=truth.source(), SIZE=60, OUTPUT=points)
    layer = filled(points, truth, wrong=6)
    assert layer.featureCount() == 60
    assert layer.commitChanges()
    found = qgis_process("assess", INPUT=truth.source(), REFERENCE=points, CLASS_FIELD="class",
                         REPORT=str(tmp_path / "r.html"))
    assert 0.7 < found["OVERALL_ACCURACY"] < 1


def test_suggest_through_qgis_process(qgis_process, part, model, tmp_path):
    assert qgis_process("suggest", INPUT=part, MODEL=model, COUNT=5, OUTPUT=str(tmp_path / "p.gpkg"))["POINTS"] == 5
