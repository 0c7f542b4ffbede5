"""The Processing algorithms in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from qgis.core import (
    QgsApplication,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandPseudoColorRenderer,
)

from specaware_qgis.connection import session
from specaware_qgis.errors import EngineCancelled

from .conftest import SAMPLE

CLASSES = 9


class Feedback(QgsProcessingFeedback):
    """Remembers everything, and calls ``on_progress`` with every step."""

    def __init__(self, on_progress=lambda feedback, text: None):
        super().__init__(False)
        self.texts, self.warnings = [], []
        self._on_progress = on_progress

    def setProgressText(self, text):
        self.texts.append(text)
        self._on_progress(self, text)

    def pushInfo(self, text):
        self.texts.append(text)

    def pushWarning(self, text):
        self.warnings.append(text)


def run(name, parameters, feedback=None, context=None):
    """Run an algorithm on this thread; what it raises reaches the caller."""
    algorithm = QgsApplication.processingRegistry().algorithmById(f"specaware:{name}")
    context = context or QgsProcessingContext()
    context.setProject(QgsProject.instance())
    ok, message = algorithm.checkParameterValues(parameters, context)
    assert ok, message
    results, ok = algorithm.run(parameters, context, feedback or Feedback(), {}, catchExceptions=False)
    assert ok
    return results


@pytest.fixture
def choices(tmp_path):
    """Parameters of a small run: a corner of the sample scene."""
    return {"INPUT": str(SAMPLE / "scene.tif"), "LABELS": str(SAMPLE / "labels.gpkg"), "CLASS_FIELD": "class",
            "OUTPUT": str(tmp_path / "map.tif"), "CONFIDENCE": str(tmp_path / "confidence.tif"),
            "REPORT": str(tmp_path / "report.json"), "DEVICE": "cpu"}


def test_provider_has_its_algorithms(provider):
    assert provider.id() == "specaware"
    found = {a.name(): a for a in provider.algorithms()}
    assert {"classify", "inspect"} <= set(found)
    for algorithm in found.values():
        assert len(algorithm.shortHelpString()) > 200
        assert not algorithm.icon().isNull()
        instance = algorithm.create()
        sensor = instance.parameterDefinition("SENSOR")
        assert sensor is None or sensor.options()[:2] == ["from the file", "AVIRIS-Classic"]
        assert sensor is not None or algorithm.name() not in ("classify", "inspect")


def test_every_parameter_has_a_help_text(provider):
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            assert len(definition.help()) > 20, f"{algorithm.name()}: {definition.name()}"


def test_memory_and_resume_reach_the_engine(provider, choices):
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:classify").create()
    context = QgsProcessingContext()
    for chosen, expected in (({}, (2.0, False, "places")),
                             ({"MEMORY": 3.5, "RESUME": True, "VALIDATION": "none"}, (3.5, True, "none"))):
        assert algorithm.prepare(choices | chosen, context, Feedback())
        found = algorithm._params
        assert (found["memory_gb"], found["resume"], found["validation"]) == expected


def test_inspect(provider, needs_engine, tmp_path):
    results = run("inspect", {"INPUT": str(SAMPLE / "scene.tif"), "OUTPUT_HTML": str(tmp_path / "a.html"),
                              "OUTPUT_JSON": str(tmp_path / "a.json")})
    assert (results["ROWS"], results["COLS"], results["BANDS"]) == (144, 144, 224)
    assert results["GOOD_BANDS"] < 224
    assert len(json.loads((tmp_path / "a.json").read_text())["bands"]) == 224
    assert "144 x 144 px" in (tmp_path / "a.html").read_text()


def test_classify_with_all_outputs_then_apply_the_saved_model(provider, needs_engine, scene, labels, choices, tmp_path):
    context, feedback = QgsProcessingContext(), Feedback()
    for key in ("OUTPUT", "CONFIDENCE"):
        details = QgsProcessingContext.LayerDetails(key, QgsProject.instance(), key)
        context.addLayerToLoadOnCompletion(choices[key], details)
    results = run("classify", choices | {"INPUT": scene, "LABELS": labels,
                                         "MODEL_OUTPUT": str(tmp_path / "model.safetensors")}, feedback, context)
    report = json.loads((tmp_path / "report.json").read_text())
    assert len(report["classes"]) == CLASSES
    assert 0.3 < results["MACRO_F1"] <= 1
    assert 0.3 < results["RANDOM_FOREST_MACRO_F1"] <= 1
    assert feedback.texts, "progress and log must reach the user"
    check_styles(context, choices, report)

    applied = run("classify", {"INPUT": scene, "MODEL": results["MODEL_OUTPUT"], "OUTPUT": str(tmp_path / "again.tif"),
                               "EXTENT": extent_text(scene, 40)})
    assert "MACRO_F1" not in applied, "no accuracy is invented where there are no labels"
    part = QgsRasterLayer(applied["OUTPUT"], "part")
    assert (part.width(), part.height()) == (40, 40)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".") or ".part" in p.name) == []


def extent_text(layer, size_px):
    box, pixel = layer.extent(), layer.rasterUnitsPerPixelX()
    return (f"{box.xMinimum()},{box.xMinimum() + size_px * pixel},{box.yMaximum() - size_px * pixel},"
            f"{box.yMaximum()} [{layer.crs().authid()}]")


def check_styles(context, choices, report):
    loaded = {}
    for path, details in context.layersToLoadOnCompletion().items():
        layer = QgsRasterLayer(path, "x")
        details.postProcessor().postProcessLayer(layer, context, Feedback())
        loaded[path] = layer
    renderer = loaded[choices["OUTPUT"]].renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    shown = [(c.value, c.label, [c.color.red(), c.color.green(), c.color.blue()]) for c in renderer.classes()]
    assert shown == [(c["id"], c["name"], c["color"]) for c in report["classes"]]
    assert isinstance(loaded[choices["CONFIDENCE"]].renderer(), QgsSingleBandPseudoColorRenderer)


def test_selected_features_only(provider, needs_engine, labels, choices):
    names = sorted({f["class"] for f in labels.getFeatures()})[:3]
    labels.selectByExpression("\"class\" in ({})".format(",".join(f"'{n}'" for n in names)))
    source = QgsProcessingFeatureSourceDefinition(labels.id(), selectedFeaturesOnly=True)
    run("classify", choices | {"LABELS": source})
    with open(choices["REPORT"], encoding="utf-8") as file:
        assert sorted(c["name"] for c in json.load(file)["classes"]) == names


def test_cancel_leaves_no_file_and_says_so(provider, needs_engine, choices, tmp_path):
    def cancel(feedback, text):
        if "reading" in text:
            feedback.cancel()

    with pytest.raises(QgsProcessingException, match="cancelled"):
        run("classify", choices, Feedback(cancel))
    assert list(tmp_path.iterdir()) == []


def test_killed_engine_is_reported_and_the_next_job_works(provider, needs_engine, choices, tmp_path):
    def murder(feedback, text):
        if "reading" in text:
            os.kill(session.client.pid, signal.SIGKILL)

    with pytest.raises(QgsProcessingException, match=r"engine ended before the job was done.*exit code -9.*restarts"):
        run("classify", choices, Feedback(murder))
    assert list(tmp_path.iterdir()) == []
    assert run("inspect", {"INPUT": choices["INPUT"]})["BANDS"] == 224


def test_partial_files_of_a_hung_engine_are_removed(provider, stub_engine, tmp_path):
    part = tmp_path / ".map.tif.x1.part"
    keep = tmp_path / "map.tif"
    keep.write_text("an older result")
    with pytest.raises(EngineCancelled):
        session.run("hang", {"part": str(part), "output": str(keep)}, is_cancelled=part.exists)
    assert [p.name for p in tmp_path.iterdir()] == ["map.tif"]


@pytest.mark.parametrize(("change", "words"), [
    ({"LABELS": None}, "either labels or a saved model"),
    ({"LABELS_RASTER": str(SAMPLE / "truth.tif")}, "two kinds of labels"),
    ({"CLASS_FIELD": "nonsense"}, "has no field nonsense"),
    ({"INPUT": str(SAMPLE / "truth.tif"), "LABELS": str(SAMPLE / "labels.gpkg")}, "has 1 band"),
    ({"OUTPUT": "/nowhere/map.tif"}, "nowhere"),
])
def test_mistakes_are_answered_with_message_and_hint(provider, needs_engine, choices, change, words):
    with pytest.raises(QgsProcessingException, match=words) as caught:
        run("classify", choices | change)
    assert " — " in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_runs_on_a_background_thread_while_qgis_stays_awake(provider, needs_engine, choices, qtbot):
    from qgis.core import QgsProcessingAlgRunnerTask

    context, feedback, outcome, ticks = QgsProcessingContext(), Feedback(), [], []
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:classify")
    task = QgsProcessingAlgRunnerTask(algorithm, choices, context, feedback)
    task.executed.connect(lambda ok, results: outcome.append(ok))
    QgsApplication.taskManager().addTask(task)
    deadline = time.monotonic() + 120
    while not outcome and time.monotonic() < deadline:
        qtbot.wait(50)
        ticks.append(time.monotonic())
    assert outcome == [True]
    assert len(ticks) > 10, "the event loop must go on while the engine works"
