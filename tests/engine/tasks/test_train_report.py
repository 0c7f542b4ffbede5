"""What a training says of its model: the page, the JSON and the card."""

import dataclasses
import json
import shlex

import numpy as np
import pytest

from engine.cli import _parser
from engine.inference.tuned_model import load_tuned
from engine.reporting import SilentReporter
from engine.tasks.reproduce import command
from engine.tasks.train.report import OPTIONS
from engine.tasks.train.task import TrainRequest, run
from tests.scenes import CLASSES, block_shape, write_image, write_shapes

from .train_runs import hurry, request_for


@pytest.fixture(autouse=True, scope="module")
def _short():
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        yield


@pytest.fixture(scope="module")
def made(scene, tmp_path_factory):
    """A folder with page and JSON of the same training."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("r.html", "r.json"):
        result = run(request_for(scene, folder, report=str(folder / name)), SilentReporter())
    return folder, result


def test_the_page_is_whole_and_asks_for_nothing(made):
    page = (made[0] / "r.html").read_text()
    for title in ("Training", "Classes", "Confusion matrix", "Labels", "Mean spectra", "Calibration", "How this model"):
        assert f"<h2>{title}" in page
    assert page.count("<svg") == 4, "loss, score, spectra, calibration"
    assert all(name in page for name in CLASSES)
    assert "python -m engine train" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_json_holds_the_same(made):
    folder, result = made
    body = json.loads((folder / "r.json").read_text())
    assert body["scores"]["specaware"]["macro_f1"] == pytest.approx(result.scores["specaware"]["macro_f1"])
    assert body["calibration"]["ece"] == pytest.approx(result.calibration_error, abs=1e-4)
    assert [s["name"] for s in body["mean_spectra"]] == sorted(CLASSES)
    assert body["labels"]["held_out"] == np.sum(body["scores"]["specaware"]["confusion"])
    assert {"torch", "Python"} <= set(body["versions"])


def test_the_card_tells_scores_of_every_class_and_the_calibration(made):
    scores = load_tuned(made[0] / "m.safetensors").card.scores
    assert scores["macro_f1"] == pytest.approx(made[1].scores["specaware"]["macro_f1"])
    assert [c["name"] for c in scores["classes"]] == sorted(CLASSES)
    assert sum(c["tested"] for c in scores["classes"]) == scores["pixels"]
    assert 0 <= scores["calibration_error"] <= 1
    assert "chose the epoch" in scores["held_out"]


def test_without_held_out_places_card_and_page_say_so(scene, tmp_path):
    shapes = write_shapes(tmp_path / "l.gpkg", [block_shape(30, 30, 2, 2), block_shape(32, 30, 2, 2)], kind=["a", "b"])
    request = request_for(scene, tmp_path, labels=str(shapes), epochs=2, report=str(tmp_path / "r.html"))
    result = run(request, SilentReporter())
    assert result.best_epoch == 2
    assert "the last epoch was kept" in load_tuned(tmp_path / "m.safetensors").card.scores["held_out"]
    page = (tmp_path / "r.html").read_text()
    assert "not assessed" in page
    assert "the last epoch was kept" in page


def test_a_model_of_change_shows_the_spectra_of_both_dates(scene, tmp_path):
    later = scene.values.copy()
    later[:, 20:50, 20:50] //= 2
    after = write_image(tmp_path / "after.tif", later, scene.bands)
    places = [(r, c, "changed" if 20 <= r < 50 else "unchanged") for r in (12, 24, 34, 44, 56, 62) for c in (24, 40)]
    labels = write_shapes(tmp_path / "l.gpkg", [block_shape(r, c, 2, 2) for r, c, _ in places],
                          kind=[kind for *_, kind in places])
    run(request_for(scene, tmp_path, labels=str(labels), after=str(after), epochs=1, report=str(tmp_path / "r.json")),
        SilentReporter())
    spectra = {s["name"]: np.array(s["values"])
               for s in json.loads((tmp_path / "r.json").read_text())["mean_spectra"]}
    halves = spectra["changed, after"] / spectra["changed, before"]
    np.testing.assert_allclose(halves, 0.5, rtol=0.02)
    np.testing.assert_allclose(spectra["unchanged, after"], spectra["unchanged, before"], rtol=0.02)


def test_the_command_is_read_back_as_the_same_request(tmp_path):
    request = TrainRequest("a b.tif", "l.gpkg", str(tmp_path / "m.safetensors"), after="c.tif", class_field="kind",
                           head="mlp", freeze="none", epochs=7, rate=0.01, layer_decay=0.5, drop_path=0.0,
                           weigh_classes=False, patience=2, curves="c.png", checkpoints="k", report="r.html",
                           seed=3, sensor="EnMAP", level="L2", gsd_m=30.0, wavelengths="w.csv")
    words = shlex.split(command("train", request, "image", OPTIONS))[3:]
    given = vars(_parser().parse_args(words))
    assert TrainRequest(**{f.name: given[f.name] for f in dataclasses.fields(request)}) == request
