"""From class to class."""


import numpy as np
import pytest

from engine.reporting import SilentReporter
from engine.tasks.change.task import run
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.training.few_labels import validation
from tests.scenes import CLASSES, files_in

from .change_runs import bands_of, request_for


@pytest.fixture(autouse=True, scope="module")
def _small_forest():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "BASELINE_TREES", 20)
        yield


def test_transitions_are_tabulated_and_only_where_the_score_says_change(scene, after, truth, tmp_path):
    result = run(request_for(scene, after, tmp_path, from_to=str(tmp_path / "moves.tif"),
                             land_cover=str(scene.polygons), land_cover_field="kind",
                             report=str(tmp_path / "r.html")), SilentReporter())
    ids, mask = bands_of(tmp_path / "moves.tif")[0], bands_of(tmp_path / "change.tif")[1]
    stayed = {t.id for t in result.transitions if t.from_id == t.to_id}
    np.testing.assert_array_equal(ids > 0, scene.valid)
    assert np.isin(ids[mask == 0], list(stayed)).all()
    assert sum(t.pixels for t in result.transitions) == result.pixels
    assert sum(t.area_ha for t in result.transitions) == pytest.approx(result.pixels * 0.09)
    moved = [t for t in result.transitions if t.id not in stayed]
    assert {t.to_name for t in moved} <= set(CLASSES)
    most = max(moved, key=lambda t: t.pixels)
    assert ((ids == most.id) & truth).sum() > 0.8 * most.pixels
    assert result.land_cover_scores["macro_f1"] > 0.5
    assert files_in(tmp_path) == {"change.tif", "change.qml", "moves.tif", "moves.tif.aux.xml", "moves.qml", "r.html"}


def test_a_saved_model_serves_both_dates(scene, after, tmp_path):
    model = tmp_path / "m.safetensors"
    classify.run(ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), labels=str(scene.polygons),
                                 class_field="kind", save_model=str(model), weights=str(scene.weights), device="cpu"),
                 SilentReporter())
    result = run(request_for(scene, after, tmp_path, from_to=str(tmp_path / "moves.tif"), model=str(model)),
                 SilentReporter())
    assert result.land_cover_scores is None
    assert {t.from_name for t in result.transitions} <= set(CLASSES)
