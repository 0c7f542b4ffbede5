"""What a warm engine keeps between classifications, and a first look without an accuracy estimate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from engine.errors import CancelledError
from engine.inference import learnt
from engine.labels.folds import plan
from engine.labels.schemes import Scheme
from engine.labels.splits import Samples
from engine.reporting import SilentReporter
from engine.tasks import warm
from engine.tasks.classify.task import ClassifyRequest, run
from engine.training.few_labels import validation
from tests.scenes import write_image


@pytest.fixture(autouse=True)
def _small_forest_and_nothing_kept(monkeypatch):
    monkeypatch.setattr(validation, "BASELINE_TREES", 5)
    warm.forget_scene()
    yield
    warm.forget_scene()


@pytest.fixture
def learnings(monkeypatch):
    """How often scenes have been learnt; one element for each."""
    found = []

    def counted(*args):
        found.append(args)
        return learnt.learn_scene(*args)

    monkeypatch.setattr(warm, "learn_scene", counted)
    return found


@pytest.fixture
def classify(scene, tmp_path):
    def make(name, reporter=None, **changes):
        defaults = {"image": str(scene.image), "labels": str(scene.polygons), "class_field": "kind",
                    "weights": str(scene.weights), "device": "cpu", "validation": "none",
                    "save_model": str(tmp_path / f"{name}.safetensors"), "report": str(tmp_path / f"{name}.html"),
                    "confidence": str(tmp_path / f"{name}_confidence.tif")}
        return run(ClassifyRequest(**{"output": str(tmp_path / f"{name}.tif")} | defaults | changes),
                   reporter or SilentReporter())
    return make


def test_the_same_bytes_from_cold_and_warm(classify, learnings):
    cold = classify("cold")
    warmed = classify("warmed")
    assert len(learnings) == 1
    for found in ("output", "confidence", "model"):
        assert Path(getattr(cold, found)).read_bytes() == Path(getattr(warmed, found)).read_bytes()
    assert cold.warnings == warmed.warnings


def test_a_changed_image_is_learnt_anew(classify, learnings, scene, tmp_path):
    path = write_image(tmp_path / "image.tif", scene.values, scene.bands)
    first = classify("first", image=str(path))
    write_image(path, np.roll(scene.values, 8, axis=1), scene.bands)
    second = classify("second", image=str(path))
    assert len(learnings) == 2
    with rasterio.open(first.output) as one, rasterio.open(second.output) as other:
        assert (one.read(1) != other.read(1)).any()


def test_what_is_kept_asks_the_job_of_the_moment_about_cancelling(classify, learnings):
    """The reporter of the first job must not be asked for the second one."""
    first = SilentReporter()
    classify("first", first)
    first.cancelled.set()
    classify("second")
    stopped = SilentReporter()
    stopped.cancelled.set()
    with pytest.raises(CancelledError):
        classify("third", stopped)
    assert len(learnings) == 1


def test_a_cancelled_learning_leaves_nothing_half_learnt(classify, learnings):
    class Stop(SilentReporter):
        def progress(self, fraction, message=""):
            if message == "learning the scene":
                self.cancelled.set()

    with pytest.raises(CancelledError):
        classify("stopped", Stop())
    classify("whole")
    assert len(learnings) == 2


def test_a_first_look_has_no_accuracy_and_says_so(classify):
    result = classify("look")
    assert result.scores == {"specaware": None, "random_forest": None}
    assert [w for w in result.warnings if "ccuracy" in w] == ["Accuracy was not assessed, as asked."]
    assert "not asked for" in Path(result.report).read_text(encoding="utf-8")
    body = json.loads(Path(classify("json", report=result.report.replace(".html", ".json")).report).read_text())
    assert body["validation"]["method"] == "none"


def test_a_first_look_gives_the_map_of_a_whole_run(classify):
    """What is held out measures the map; it does not make it."""
    look, whole = classify("look"), classify("whole", validation="places")
    assert whole.scores["specaware"] is not None
    with rasterio.open(look.output) as one, rasterio.open(whole.output) as other:
        np.testing.assert_array_equal(one.read(1), other.read(1))


def test_no_folds_where_nothing_shall_be_held_out():
    samples = Samples(np.arange(8), np.arange(8), np.repeat([1, 2], 4).astype(np.uint8), np.arange(8))
    assert plan(Scheme("none"), samples, np.arange(8), 0).folds == ()
