"""Cancelling every verb at any of the moments it asks about it: it ends with one error and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely

from engine.errors import CancelledError
from engine.reporting import SilentReporter
from engine.tasks import sample, suggest
from engine.tasks.assess import task as assess
from engine.tasks.assess.request import AssessRequest
from engine.tasks.change import task as change
from engine.tasks.change.request import ChangeRequest
from engine.tasks.classify import task as classify
from engine.tasks.classify.request import ClassifyRequest
from engine.tasks.explain import task as explain
from engine.tasks.explain.request import ExplainRequest
from engine.tasks.sample import SampleRequest
from engine.tasks.scene import task as scene_task
from engine.tasks.scene.request import SceneRequest
from engine.tasks.suggest import SuggestRequest
from engine.tasks.train import task as train
from engine.tasks.train.request import TrainRequest
from tests.scenes import CRS, block_shape, files_in, write_image

tasks = SimpleNamespace(assess=assess, change=change, classify=classify, explain=explain, sample=sample,
                        scene=scene_task, suggest=suggest, train=train)
# How often each verb asks on this small scene, at least.
ASKED = {"classify": 10, "change": 10, "scene": 30, "train": 30, "suggest": 10, "explain": 3, "sample": 2, "assess": 2}


class Stopper(SilentReporter):
    """Counts the checks and cancels at the given one."""

    def __init__(self, at: int | None = None) -> None:
        super().__init__()
        self.at, self.checks = at, 0

    def check_cancelled(self) -> None:
        self.checks += 1
        if self.checks == self.at:
            self.cancelled.set()
        super().check_cancelled()


pytestmark = pytest.mark.usefixtures("small_training")


@pytest.fixture(scope="module")
def inputs(scene, saved_map):
    """A later image, a map with its model, and reference points."""
    folder = saved_map
    write_image(folder / "later.tif", scene.values + np.int16(50), scene.bands)
    with rasterio.open(folder / "map.tif") as file:
        found = file.read(1)
    at = np.random.default_rng(0).permutation(np.argwhere(found > 0))[:60]
    spots = np.array([block_shape(int(r), int(c), 1, 1).centroid for r, c in at], object)
    pyogrio.raw.write(folder / "points.gpkg", shapely.to_wkb(spots), [found[tuple(at.T)].astype(np.int32)], ["class"],
                      crs=CRS, geometry_type="Point", driver="GPKG")
    return folder


def request_of(verb: str, scene, inputs: Path, folder: Path):
    image, labels, model = str(scene.image), str(scene.polygons), str(inputs / "m.safetensors")
    common = {"weights": str(scene.weights), "device": "cpu"}
    output, points, table = (str(folder / name) for name in ("o.tif", "o.gpkg", "o.csv"))
    page, spots, mapped = str(folder / "r.html"), str(inputs / "points.gpkg"), str(inputs / "map.tif")
    return {
        "classify": lambda: ClassifyRequest(image, output, model=model, report=page, confidence=str(folder / "c.tif"),
                                            **common),
        "change": lambda: ChangeRequest(image, str(inputs / "later.tif"), output, report=page, **common),
        "scene": lambda: SceneRequest(labels, image, points, "kind", chip_px=16, report=page, **common),
        "train": lambda: TrainRequest(image, labels, str(folder / "m.safetensors"), class_field="kind", epochs=1,
                                      report=str(folder / "r.json"), **common),
        "suggest": lambda: SuggestRequest(image, model, points, count=5, **common),
        "explain": lambda: ExplainRequest(image, ((403_000, 5_781_000),), output=table, model=model, **common),
        "sample": lambda: SampleRequest(mapped, points, size=30),
        "assess": lambda: AssessRequest(mapped, spots, report=page)}[verb]()


@pytest.mark.parametrize("verb", sorted(ASKED))
def test_cancelled_early_halfway_and_at_the_last_moment(scene, inputs, tmp_path, verb):
    whole = tmp_path / "whole"
    whole.mkdir()
    counted = Stopper()
    getattr(tasks, verb).run(request_of(verb, scene, inputs, whole), counted)
    assert files_in(whole)
    assert counted.checks >= ASKED[verb]
    for at in sorted({1, counted.checks // 2, counted.checks}):
        stopped = tmp_path / str(at)
        stopped.mkdir()
        with pytest.raises(CancelledError):
            getattr(tasks, verb).run(request_of(verb, scene, inputs, stopped), Stopper(at))
        assert files_in(stopped) == set()
