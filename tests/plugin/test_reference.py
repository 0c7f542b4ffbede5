"""``specaware:sample``, ``assess`` and ``suggest`` in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from .conftest import ROOT, SAMPLE
from .test_algorithms import Feedback, extent_text, run

QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")


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


def test_suggest_from_a_saved_model_then_cancel(provider, needs_engine, scene, labels, tmp_path):
    model = str(tmp_path / "m.safetensors")
    found = run("classify", {"INPUT": scene, "LABELS": labels, "CLASS_FIELD": "class", "MODEL_OUTPUT": model,
                             "EXTENT": extent_text(scene, 30), "OUTPUT": str(tmp_path / "map.tif"),
                             "UNCERTAINTY": str(tmp_path / "u.tif")})
    assert QgsRasterLayer(found["UNCERTAINTY"], "u").bandCount() == 3
    results = run("suggest", {"INPUT": scene, "MODEL": model, "COUNT": 8, "EXTENT": extent_text(scene, 60),
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
        run("suggest", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "more.gpkg")}, Feedback(cancel))
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.skipif(QGIS_PROCESS is None, reason="qgis_process not found")
def test_qgis_process(needs_engine, tmp_path):
    plugin = tmp_path / "plugins" / "specaware_qgis"
    plugin.mkdir(parents=True)
    for path in (ROOT / "specaware_qgis").iterdir():
        (plugin / path.name).symlink_to(path)
    (plugin / "metadata.txt").symlink_to(ROOT / "metadata.txt")
    profile = tmp_path / "profile" / "profiles" / "default" / "QGIS"
    profile.mkdir(parents=True)
    (profile / "QGIS3.ini").write_text("[PythonPlugins]\nspecaware_qgis=true\n")
    environment = os.environ | {"QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"),
                                "QGIS_PLUGINPATH": str(plugin.parent), "QT_QPA_PLATFORM": "offscreen",
                                "XDG_RUNTIME_DIR": str(tmp_path)}
    points = tmp_path / "points.gpkg"
    done = subprocess.run([QGIS_PROCESS, "run", "specaware:sample", "--", f"INPUT={SAMPLE / 'truth.tif'}", "SIZE=60",
                           f"OUTPUT={points}"], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert QgsVectorLayer(str(points), "points", "ogr").featureCount() == 60
