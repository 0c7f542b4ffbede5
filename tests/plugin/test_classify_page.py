"""Page Classify: fine-tuning a head before the map, and what previews ask for."""

from __future__ import annotations

import pytest
from qgis.core import QgsPointXY, QgsRectangle
from qgis.PyQt.QtCore import QObject, pyqtSignal

from specaware_qgis.dock.inputs import SPECTRAL_ONLY
from specaware_qgis.errors import EngineCancelled, EngineError
from specaware_qgis.params import HEADS

SCORES = {"specaware": {"oa": 0.9, "kappa": 0.88, "macro_f1": 0.87}, "random_forest": None}


class FakeJob(QObject):
    """A job that ends when the test says so."""

    progressed, messaged, logged = pyqtSignal(float), pyqtSignal(str), pyqtSignal(str, str)
    done, failed, ended = pyqtSignal(object), pyqtSignal(object), pyqtSignal()

    def __init__(self, task, params):
        super().__init__()
        self.task, self.params = task, params

    def succeed(self, value):
        self.done.emit(value)
        self.ended.emit()

    def cancel(self):
        self.failed.emit(EngineCancelled())
        self.ended.emit()

    forget = cancel


@pytest.fixture
def jobs(page, monkeypatch):
    found = []

    def engine(title, task, params, *, quick=False):
        found.append(FakeJob(task, params))
        return found[-1]

    monkeypatch.setattr(page.desk.jobs, "engine", engine)
    return found


@pytest.fixture
def page(make_dock):
    return make_dock("classify").pages["classify"]


def choose(page, head):
    page.inputs.classifier.setCurrentIndex(page.inputs.classifier.findData(head))


def mapped(params):
    return {"output": params["output"], "confidence": None, "report": None, "model": params["save_model"],
            "classes": [], "scores": {"specaware": None, "random_forest": None}, "warnings": ["second"],
            "seconds": 1.0, "device": "CPU"}


def test_the_mixture_is_one_job(page, scene, labels, jobs):
    assert page.inputs.classifier.currentIndex() == 0
    page.runner.button.click()
    (job,) = jobs
    assert (job.task, job.params["labels"] is not None, job.params["validation"]) == ("classify", True, "places")
    assert job.params["spectral_only"] is False


def test_the_mixture_without_the_encoder(page, scene, labels, jobs):
    choose(page, SPECTRAL_ONLY)
    assert page.inputs.head == ""
    page.runner.button.click()
    (job,) = jobs
    assert (job.task, job.params["spectral_only"]) == ("classify", True)


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_fine_tuned_and_then_maps(page, scene, labels, jobs, head, monkeypatch):
    monkeypatch.setattr("specaware_qgis.results.add_to_project", lambda value, name, project: scene)
    choose(page, head)
    page.runner.button.click()
    assert [job.task for job in jobs] == ["train"]
    assert jobs[0].params["head"] == head
    jobs[0].progressed.emit(50.0)
    half = page.runner.bar.value()
    model = jobs[0].params["output"]
    assert jobs[0].params["report"].endswith(".html")
    jobs[0].succeed({"output": model, "scores": SCORES, "warnings": ["first"], "report": jobs[0].params["report"]})
    assert page.running, "the map is still to be made"
    assert not page.inputs.isEnabled()
    classify = jobs[1]
    assert (classify.task, classify.params["model"], classify.params["labels"]) == ("classify", model, None)
    classify.progressed.emit(50.0)
    assert half < page.runner.bar.value() < 100
    classify.succeed(mapped(classify.params))
    assert not page.running
    assert page.inputs.isEnabled()
    assert "first\n⚠ second" in page.outcome.warnings.text()
    assert "also chose the epoch" in page.outcome.score_note.text()
    assert not page.outcome.model_button.isHidden()
    assert not page.outcome.report_button.isHidden()


def test_cancelled_while_fine_tuning_no_map_is_made(page, scene, labels, jobs):
    choose(page, "linear")
    page.runner.button.click()
    page.runner.cancel.click()
    assert len(jobs) == 1
    assert not page.running
    assert page.inputs.isEnabled()
    assert "cancelled" in page.notice.text()


def test_a_fault_while_the_result_is_shown_gives_the_form_back(page, scene, labels, jobs, monkeypatch):
    def broken(value, name, project):
        raise ValueError("odd")

    monkeypatch.setattr("specaware_qgis.results.add_to_project", broken)
    page.runner.button.click()
    with pytest.raises(ValueError, match="odd"):
        page._step_done(page._job, mapped(jobs[0].params), lambda value: page._done(value, page._recipe(), None))
    assert not page.running
    assert page.inputs.isEnabled()


def test_a_preview_learns_without_measuring(page, scene, labels, jobs):
    page.previewer.begin()
    (job,) = jobs
    assert job.params["validation"] == "none"
    assert "once" in page.preview_text.text()


def test_a_preview_of_a_head_waits_for_its_model(page, scene, labels, jobs, tmp_path):
    choose(page, "upernet")
    page.previewer.begin()
    assert jobs == []
    assert "make the map first" in page.preview_text.text()
    model = tmp_path / "m.safetensors"
    model.write_bytes(b"")
    page.previewer.remember(page._recipe(), str(model))
    page.previewer.at(QgsPointXY(scene.extent().center()))
    assert [job.params["model"] for job in jobs] == [str(model)]


def test_the_head_is_kept_and_a_saved_model_has_none(page, scene, labels):
    choose(page, "kernel")
    kept = page.state()
    choose(page, "")
    page.restore(kept)
    assert page.inputs.head == "kernel"
    page.restore(kept | {"classifier": "odd"})
    assert page.inputs.head == ""
    choose(page, "kernel")
    page.inputs.source.setCurrentIndex(1)
    assert page.inputs.head == ""
    assert not page.inputs.classifier.isEnabled()


def test_a_failed_job_says_what_to_do(page, scene, labels, jobs):
    page.runner.button.click()
    jobs[0].failed.emit(EngineError("No labels.", "Draw some.", "bad-labels"))
    jobs[0].ended.emit()
    assert "Draw some." in page.notice.text()
    assert page.runner.button.isEnabled()


@pytest.mark.parametrize(("shift", "seen"), [(0.0, True), (0.7, True), (30.0, False)])
def test_a_preview_is_made_where_the_map_shows_the_scene(page, scene, labels, jobs, shift, seen):
    canvas, whole = page.desk.canvas, scene.extent()
    canvas.setDestinationCrs(scene.crs())
    canvas.resize(300, 300)
    moved = shift * whole.width()
    view = QgsRectangle(whole.xMinimum() + moved, whole.yMinimum(), whole.xMaximum() + moved, whole.yMaximum())
    canvas.setExtent(view)
    page.previewer.begin()
    x_min, y_min, x_max, y_max = jobs[0].params["extent"]
    assert QgsRectangle(x_min, y_min, x_max, y_max).intersects(canvas.extent()), "it can be seen"
    assert canvas.extent().contains(view.center()) is seen
