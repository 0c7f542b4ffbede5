from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.bench.few_labels import BASELINES, NO_TOKENS, Record, bench_scene, main, map_scene, variants
from engine.bench.few_labels_report import report
from engine.inference.backbone import load_backbone

SHARED = Path(__file__).resolve().parents[4] / "shared"


def records(scores: dict[str, tuple[float, float]]) -> list[Record]:
    return [Record("field", labels, 0, method, score, "0") for method, pair in scores.items()
            for labels, score in zip((5, 10), pair, strict=True)]


def test_the_report_compares_with_the_best_baseline_of_each_row_and_of_all():
    text = report(records({"ours": (0.5, 0.7), "none": (0.4, 0.6), "rf": (0.6, 0.3), "svm": (0.2, 0.5)}), "ours",
                  ("rf", "svm"))
    rows = [line for line in text.splitlines() if line.startswith("| field")]
    assert [row.split("|")[-2].strip() for row in rows] == ["-10.0", "+20.0"]
    assert "ours 0.600, +15.0 points on the best single baseline (rf 0.450)" in text
    assert "farthest behind its own best one: -10.0" in text
    assert "- ours against none: +10.0 points in the mean, better in 2 of 2 rows." in text


def test_variants_differ_in_their_tokens_alone(scene, tmp_path):
    (tmp_path / "image.tif").symlink_to(scene.image)
    found = variants(tmp_path, {"tiny": load_backbone(scene.weights, "cpu")})
    plain, tokens = found[NO_TOKENS].features, found["tiny"].features
    assert set(tokens.blocks) - set(plain.blocks) == {"tokens"}
    assert all(plain.blocks[name] is tokens.blocks[name] for name in plain.blocks)


def test_a_scene_is_mapped_from_a_few_pixels(scene, tmp_path):
    (tmp_path / "image.tif").symlink_to(scene.image)
    whole = variants(tmp_path, {"tiny": load_backbone(scene.weights, "cpu")})[NO_TOKENS]
    brightness = whole.features.blocks["guide"][..., 0]
    truth = np.where(brightness > np.median(brightness), 2, 7).astype(np.uint8)
    train = np.zeros_like(truth)
    rng = np.random.default_rng(0)
    for label in (2, 7):
        places = rng.choice(np.flatnonzero((truth == label) & whole.features.valid), 12, replace=False)
        train.flat[places] = label
    mapped = map_scene(whole, train, 0)
    assert set(np.unique(mapped)) == {2, 7}
    assert (mapped == truth)[whole.features.valid].mean() > 0.8


def test_without_data_the_program_says_so(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "none"), "--harness", str(tmp_path), "--output", str(tmp_path)]) == 1
    assert "shared data not found" in capsys.readouterr().err


@pytest.mark.skipif(not (SHARED / "bench" / "fewlabel.py").is_file(), reason="shared data not found")
def test_the_harness_has_what_the_program_takes_from_it(monkeypatch):
    monkeypatch.syspath_prepend(str(SHARED / "bench"))
    harness = pytest.importorskip("fewlabel")
    names = ("make_split", "thin_test", "load_labels", "run_baseline", "features")
    assert all(hasattr(harness, name) for name in names)
    assert set(harness.BASELINES) >= {"rf", "svm", "logreg", "logreg+mnf", "expert"}


def test_known_baselines_are_not_run_again_on_the_same_split(scene, tmp_path):
    (tmp_path / "image.tif").symlink_to(scene.image)
    truth = np.zeros(scene.valid.shape, np.uint8)
    truth[:12], truth[12:24] = 1, 2
    ran: list[str] = []

    def baseline(name, features, split, seed, guide):
        ran.append(name)
        return truth[split.test]

    def split(labels, count, rng, *rest):
        train = np.zeros_like(truth)
        train[::3, ::5] = truth[::3, ::5]
        return SimpleNamespace(train=train, test=(truth > 0) & (train == 0))

    library = SimpleNamespace(read_scene=lambda folder: SimpleNamespace(name="s"),
                              class_scores=lambda truth, found: {"f1": float((truth == found).mean())})
    harness = SimpleNamespace(bl=library, load_labels=lambda scene: (truth, None), make_split=split,
                              thin_test=lambda test, limit, rng: test, features=lambda *rest: truth[..., None],
                              BASELINES=dict.fromkeys(BASELINES, (None, "spectra", False)), run_baseline=baseline)
    first = bench_scene(tmp_path, harness, {}, [0], lambda line: None)
    assert len(first) == len(ran) == 3 * len(BASELINES)
    assert bench_scene(tmp_path, harness, {}, [0], lambda line: None, first) == first
    assert len(ran) == 3 * len(BASELINES)
