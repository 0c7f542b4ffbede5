"""``specaware:scene`` and ``specaware:train`` in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from .conftest import ROOT, SAMPLE
from .test_algorithms import Feedback, run

QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")


@pytest.fixture
def grid(tmp_path):
    """Parameters of a grid over the sample scene."""
    return {"INPUT": str(SAMPLE / "scene.tif"), "LABELS": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class",
            "CHIP": 24, "OUTPUT": str(tmp_path / "scenes.gpkg"), "DEVICE": "cpu"}


@pytest.fixture
def tuning(tmp_path):
    """Parameters of a short training."""
    return {"INPUT": str(SAMPLE / "scene.tif"), "LABELS": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class",
            "EPOCHS": 1, "OUTPUT": str(tmp_path / "model.safetensors"), "CURVES": str(tmp_path / "curves.csv"),
            "DEVICE": "cpu"}


@pytest.mark.parametrize("name", ["scene", "train"])
def test_every_parameter_is_explained(provider, name):
    algorithm = next(a for a in provider.algorithms() if a.name() == name)
    assert len(algorithm.shortHelpString()) > 200
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_a_grid_becomes_a_styled_layer(provider, needs_engine, grid):
    context, feedback = QgsProcessingContext(), Feedback()
    context.setProject(QgsProject.instance())
    results = run("scene", grid, feedback, context)
    assert results["CHIPS"] == 36
    layer = QgsVectorLayer(results["OUTPUT"], "scenes", "ogr")
    assert layer.featureCount() == 36
    assert {"class", "probability", "second"} <= set(layer.fields().names())
    scene = QgsRasterLayer(grid["INPUT"], "scene")
    assert layer.extent().toString(0) == scene.extent().toString(0)
    assert layer.crs() == scene.crs()
    details = context.layerToLoadOnCompletionDetails(grid["OUTPUT"])
    details.postProcessor().postProcessLayer(layer, context, feedback)
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
    assert {c.value() for c in layer.renderer().categories()} == {f["class"] for f in layer.getFeatures()}


def test_a_model_is_trained_and_applied(provider, needs_engine, tuning, tmp_path):
    results = run("train", tuning)
    assert results["BEST_EPOCH"] == 1
    assert 0 <= results["MACRO_F1"] <= 1
    assert (tmp_path / "curves.csv").read_text().startswith("epoch,loss,macro_f1,held_out_loss,rate\n1,")
    scene = QgsRasterLayer(tuning["INPUT"], "scene")
    box, pixel = scene.extent(), scene.rasterUnitsPerPixelX()
    extent = (f"{box.xMinimum()},{box.xMinimum() + 40 * pixel},{box.yMaximum() - 40 * pixel},{box.yMaximum()} "
              f"[{scene.crs().authid()}]")
    made = run("classify", {"INPUT": tuning["INPUT"], "MODEL": results["OUTPUT"], "EXTENT": extent,
                            "OUTPUT": str(tmp_path / "map.tif"), "DEVICE": "cpu"})
    assert QgsRasterLayer(made["OUTPUT"], "map").width() == 40


@pytest.mark.parametrize(("name", "change", "words"), [
    ("scene", {"INPUT": None}, "1 sources of examples and 0 things"),
    ("scene", {"LABELS": None}, "0 sources of examples and 1 things"),
    ("scene", {"CLASS_FIELD": "nonsense"}, "has no field nonsense"),
    ("scene", {"OUTPUT": "/nowhere/x.gpkg"}, "nowhere"),
    ("train", {"LABELS": None}, "one kind of labels"),
    ("train", {"OUTPUT": "/nowhere/x.safetensors"}, "nowhere"),
])
def test_mistakes_are_answered_with_message_and_hint(provider, needs_engine, grid, tuning, name, change, words):
    with pytest.raises(QgsProcessingException, match=words) as caught:
        run(name, (grid if name == "scene" else tuning) | change)
    assert " — " in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("name", ["scene", "train"])
def test_cancel_leaves_no_file(provider, needs_engine, grid, tuning, tmp_path, name):
    def cancel(feedback, text):
        if "reading" in text or "encoding" in text:
            feedback.cancel()

    with pytest.raises(QgsProcessingException, match="cancelled"):
        run(name, grid if name == "scene" else tuning, Feedback(cancel))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(QGIS_PROCESS is None, reason="qgis_process not found")
def test_both_through_qgis_process(needs_engine, grid, tuning, tmp_path):
    plugin = tmp_path / "plugins" / "specaware_qgis"
    plugin.mkdir(parents=True)
    for path in (ROOT / "specaware_qgis").iterdir():
        (plugin / path.name).symlink_to(path)
    (plugin / "metadata.txt").symlink_to(ROOT / "metadata.txt")
    profile = tmp_path / "profile" / "profiles" / "default" / "QGIS"
    profile.mkdir(parents=True)
    (profile / "QGIS3.ini").write_text("[PythonPlugins]\nspecaware_qgis=true\n")
    environment = os.environ | {"QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"), "OMP_NUM_THREADS": "1",
                                "QGIS_PLUGINPATH": str(plugin.parent), "QT_QPA_PLATFORM": "offscreen",
                                "XDG_RUNTIME_DIR": str(tmp_path)}
    for name, parameters in (("scene", grid), ("train", tuning)):
        words = [f"{key}={value}" for key, value in parameters.items()]
        done = subprocess.run([QGIS_PROCESS, "run", f"specaware:{name}", "--", *words], env=environment,
                              capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stdout + done.stderr
        assert os.path.getsize(parameters["OUTPUT"]) > 0
