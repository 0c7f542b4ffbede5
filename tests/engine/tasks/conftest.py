"""Pairs of images for all tests of change, a model for all that map with one, and a baseline that costs little."""

from __future__ import annotations

import numpy as np
import pytest

from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.training.few_labels import scene_classifier, validation
from tests.scenes import write_image

from .change_runs import CHANGED_BLOCK, later_values


@pytest.fixture(scope="module")
def after(scene, tmp_path_factory):
    return write_image(tmp_path_factory.mktemp("after") / "after.tif", later_values(scene), scene.bands)


@pytest.fixture(scope="module")
def truth(scene):
    mask = np.zeros(scene.valid.shape, bool)
    row, col, rows, cols = CHANGED_BLOCK
    mask[row:row + rows, col:col + cols] = True
    return mask


@pytest.fixture(scope="module")
def small_forest():
    """The baseline's 500 trees take a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "BASELINE_TREES", 20)
        yield


@pytest.fixture(scope="module")
def one_repeat():
    """The same folds of chips four times over would take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene_classifier, "REPEATS", 1)
        yield


@pytest.fixture(scope="module")
def model(scene, small_forest, tmp_path_factory):
    """Trained on the scene's polygons."""
    folder = tmp_path_factory.mktemp("model")
    classify.run(ClassifyRequest(str(scene.image), str(folder / "map.tif"), str(scene.polygons), "kind",
                                 save_model=str(folder / "m.safetensors"), weights=str(scene.weights), device="cpu"),
                 SilentReporter())
    return folder / "m.safetensors"
