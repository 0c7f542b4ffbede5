"""``specaware:scene`` and ``specaware:train`` in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from .conftest import SAMPLE
from .test_algorithms import Feedback, run

SIDE_PX = 72


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A part of the sample scene."""
    path = str(tmp_path_factory.mktemp("part") / "part.tif")
    gdal.Translate(path, str(SAMPLE / "scene.tif"), srcWin=[10, 40, SIDE_PX, SIDE_PX],
                   bandList=list(range(1, 225, 3)))
    return path


@pytest.fixture
def grid(image, tmp_path):
    """Parameters of a grid over the part."""
    return {"INPUT": image, "LABELS": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class", "CHIP": 24,
            "OUTPUT": str(tmp_path / "scenes.gpkg"), "DEVICE": "cpu"}


@pytest.fixture
def tuning(image, tmp_path):
    """Parameters of a short training."""
    return {"INPUT": image, "LABELS": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class", "EPOCHS": 1,
            "OUTPUT": str(tmp_path / "model.safetensors"), "CURVES": str(tmp_path / "curves.csv"),
            "REPORT": str(tmp_path / "report.html"), "DEVICE": "cpu"}


@pytest.mark.parametrize("name", ["scene", "train"])
def test_every_parameter_is_explained(provider, name):
    algorithm = next(a for a in provider.algorithms() if a.name() == name)
    assert len(algorithm.shortHelpString()) > 200
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_a_grid_becomes_a_styled_layer(provider, needs_engine, grid):
    context, feedback = QgsProcessingContext(), Feedback()
    context.setProject(QgsProject.instance())
    results = run("scene", grid, feedback, context)
    assert results["CHIPS"] == 9
    layer = QgsVectorLayer(results["OUTPUT"], "scenes", "ogr")
    assert layer.featureCount() == 9
    assert {"class", "probability", "second"} <= set(layer.fields().names())
    scene = QgsRasterLayer(grid["INPUT"], "scene")
    assert layer.extent().toString(0) == scene.extent().toString(0)
    assert layer.crs() == scene.crs()
    details = context.layerToLoadOnCompletionDetails(grid["OUTPUT"])
    details.postProcessor().postProcessLayer(layer, context, feedback)
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
    assert {c.value() for c in layer.renderer().categories()} == {f["class"] for f in layer.getFeatures()}


def test_units_instead_of_a_grid(provider, needs_engine, grid):
    """Examples and units from layers of the same file, the units' changes not saved."""
    labels = QgsVectorLayer(grid["LABELS"], "labels", "ogr")
    units = labels.materialize(QgsFeatureRequest())
    QgsProject.instance().addMapLayer(units)
    results = run("scene", grid | {"UNITS": units.id(), "CLASS_FIELD": "class"})
    layer = QgsVectorLayer(results["OUTPUT"], "scenes", "ogr")
    # The part does not hold all polygons.
    assert 4 < results["CHIPS"] == layer.featureCount() < units.featureCount()
    same = [f["class"] == f["class_given"] for f in layer.getFeatures()]
    assert sum(same) > 0.8 * len(same)


def test_a_model_is_trained_and_applied(provider, needs_engine, tuning, tmp_path):
    results = run("train", tuning)
    assert results["BEST_EPOCH"] in (0, 1)
    assert 0 <= results["MACRO_F1"] <= 1
    assert (tmp_path / "curves.csv").read_text().startswith("epoch,loss,macro_f1,held_out_loss,rate\n0,")
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


def test_both_through_qgis_process(qgis_process, grid, tuning):
    assert qgis_process("scene", **grid)["CHIPS"] == 9
    results = qgis_process("train", **tuning)
    assert results["MACRO_F1"] > 0.3
    assert "Fine-tuned model" in Path(results["REPORT"]).read_text(encoding="utf-8")
