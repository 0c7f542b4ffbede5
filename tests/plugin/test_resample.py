"""``specaware:resample`` in the real QGIS."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsApplication, QgsProcessingException, QgsRasterLayer, QgsVectorLayer

from .conftest import ROOT
from .test_algorithms import Feedback, run


@pytest.fixture
def library(tmp_path):
    """Two spectra of a straight line."""
    path = tmp_path / "in.csv"
    nm = range(400, 2501, 10)
    path.write_text("name," + ",".join(map(str, nm)) + "\n" + "\n".join(
        f"{name}," + ",".join(f"{level + w / 10000:.4f}" for w in nm) for name, level in (("a", 0.1), ("b", 0.2))))
    return path


def test_a_library_becomes_a_table_of_profiles(provider, needs_engine, library, tmp_path):
    feedback = Feedback()
    out = tmp_path / "out.gpkg"
    results = run("resample", {"INPUT": str(library), "TARGET": "EnMAP", "OUTPUT_LIBRARY": str(out)}, feedback)
    assert (results["BANDS"], results["SEEN_BANDS"], results["SPECTRA"]) == (224, 224, 2)
    layer = QgsVectorLayer(str(out), "spectra", "ogr")
    assert layer.isValid()
    features = list(layer.getFeatures())
    assert [feature["name"] for feature in features] == ["a", "b"]
    profile = json.loads(features[0]["profiles"])
    assert profile["y"][0] == pytest.approx(0.1 + profile["x"][0] / 10000, abs=1e-4)
    assert any("224 bands" in text for text in feedback.texts)


def test_an_image_becomes_another_image(provider, needs_engine, tmp_path):
    image = ROOT / "resources" / "sample" / "scene.tif"
    results = run("resample", {"INPUT": str(image), "TARGET": "Sentinel-2", "OUTPUT": str(tmp_path / "o.tif")})
    layer = QgsRasterLayer(results["OUTPUT"], "x")
    assert layer.isValid()
    assert layer.bandCount() == results["BANDS"] == 13
    assert layer.width() == QgsRasterLayer(str(image), "y").width()


def test_mistakes_are_told_in_a_sentence(provider, needs_engine, library, tmp_path):
    with pytest.raises(QgsProcessingException, match="no output"):
        run("resample", {"INPUT": str(library), "TARGET": "EnMAP"})
    with pytest.raises(QgsProcessingException, match="only one of them"):
        run("resample", {"INPUT": str(library), "TARGET": "from a table of responses",
                         "OUTPUT_LIBRARY": str(tmp_path / "o.csv")})


def test_every_parameter_has_a_help_text(provider):
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:resample")
    assert len(algorithm.shortHelpString()) > 200
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_qgis_process(qgis_process, library, tmp_path):
    out = tmp_path / "out.csv"
    assert qgis_process("resample", INPUT=library, TARGET="Sentinel-2", OUTPUT_LIBRARY=out)["BANDS"] == 13
    assert out.read_text().startswith("name,442.")
