from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio

from engine.bench import fine_tuning
from engine.bench.fine_tuning import CLASSIFY, FOREST, Cell, main, measure, method_of, table
from tests.scenes import write_raster

LINEAR = method_of("linear", "encoder")


def test_the_table_has_means_of_whole_rows_only_and_says_what_is_missing():
    cells = [Cell("a", 0, FOREST, 0.5, 1.0), Cell("a", 1, FOREST, 0.7, 3.0), Cell("a", 1, LINEAR, 0.8, 60.0)]
    rows = table(cells).splitlines()
    assert rows[0] == "| method | a, 0 | a, 1 | mean | seconds |"
    assert rows[2:] == ["| rf | 0.500 | 0.700 | 0.600 | 2 |", "| `linear, encoder` | - | 0.800 | - | 60 |"]


@pytest.fixture
def harness(scene):
    """A harness whose training pixels are the small scene's labels, tested where nothing was learned from."""
    def read_band(path):
        with rasterio.open(path) as file:
            return file.read(1)

    learned = read_band(scene.raster)
    test = scene.valid & (learned == 0)
    return SimpleNamespace(
        bl=SimpleNamespace(read_scene=lambda folder: SimpleNamespace(name="field", cube=None), read_band=read_band,
                           write_labels=lambda path, labels, like: write_raster(path, labels),
                           class_scores=lambda truth, found: {"f1": float((truth == found).mean())}),
        load_labels=lambda _: (scene.truth, None), thin_test=lambda test, limit, rng: test,
        make_split=lambda *_: SimpleNamespace(train=learned, test=test),
        run_baseline=lambda name, features, split, seed, guide: np.zeros(int(test.sum())))


def test_every_method_is_measured_once(scene, harness, tmp_path, monkeypatch):
    (tmp_path / "image.tif").symlink_to(scene.image)
    monkeypatch.setattr(fine_tuning, "train", lambda request, reporter: fine_tuning_runs.append(request))
    monkeypatch.setattr(fine_tuning, "classify", lambda request, reporter: write_raster(
        Path(request.output), scene.truth))
    fine_tuning_runs, cells = [], []
    measure(tmp_path, harness, [0], ["linear", "mlp"], ["encoder"], [Cell("field", 0, LINEAR, 0.4, 1.0)], cells.append)
    assert [c.method for c in cells] == [FOREST, CLASSIFY, "mlp, encoder"]
    assert [c.macro_f1 for c in cells] == [0, 1, 1]
    assert [(r.head, r.freeze) for r in fine_tuning_runs] == [("mlp", "encoder")]


def test_without_data_the_program_says_so(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "none"), "--output", str(tmp_path)]) == 1
    assert "shared data not found" in capsys.readouterr().err
