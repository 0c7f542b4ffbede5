from __future__ import annotations

import csv
import dataclasses
import json
import os

import numpy as np
import pytest

from engine.cli import main
from engine.errors import CancelledError, InputError, ModelError, OutputError, RasterError
from engine.inference.features import TOKENS
from engine.inference.model import load_model
from engine.inference.occlusion import MAX_GROUPS
from engine.reporting import SilentReporter
from engine.tasks import warm
from engine.tasks.explain.task import MAX_POINTS, ExplainRequest, run
from engine.tasks.registry import run_task
from tests.scenes import PLACE, files_in, write_image

PIXEL = (40, 30)
BAD_BAND, EMPTY_BAND = 3, 5


def at(row, col):
    return PLACE @ (col + 0.5, row + 0.5)


@pytest.fixture(autouse=True)
def _nothing_kept():
    yield
    warm.forget_scene()


@pytest.fixture
def ask(scene):
    def explain(reporter=None, **changes):
        defaults = {"image": str(scene.image), "weights": str(scene.weights), "device": "cpu"}
        return run(ExplainRequest(**defaults | changes), reporter or SilentReporter())
    return explain


def used(values):
    return np.array([v for v in values if v is not None])


def test_a_point(scene, ask):
    result = ask(points=(at(*PIXEL),))
    (place,) = result.places
    assert (place.row, place.col, place.rows, place.cols, place.pixels) == (*PIXEL, 1, 1, 1)
    assert (place.x, place.y) == at(*PIXEL)
    n_bands = len(scene.bands)
    assert [b.band for b in result.bands] == list(range(1, n_bands + 1))
    for values in (place.gain, place.response, place.content_shift):
        assert [i for i, v in enumerate(values) if v is None] == [BAD_BAND, EMPTY_BAND]
        assert (used(values) >= 0).all()
    assert used(place.gain).sum() == pytest.approx(1, abs=1e-4)
    assert used(place.response).sum() == pytest.approx(1, abs=1e-4)
    assert place.spectrum[BAD_BAND] == pytest.approx(scene.values[BAD_BAND][PIXEL] * 1e-4)
    assert place.spectrum[EMPTY_BAND] is None
    assert place.spread == [None] * n_bands
    assert (place.classes, result.groups) == ([], [])


def test_an_extent_is_the_mean_of_its_pixels(scene, ask):
    (x0, y0), (x1, y1) = PLACE @ (0, 20), PLACE @ (12, 5)
    (place,) = ask(extent=(x0, y0, x1, y1)).places
    assert (place.row, place.col, place.rows, place.cols) == (5, 0, 15, 12)
    inside = scene.valid[5:20, :12]
    assert place.pixels == inside.sum() < inside.size
    values = scene.values[0][5:20, :12][inside] * 1e-4
    assert place.spectrum[0] == pytest.approx(values.mean(), rel=1e-4)
    assert place.spread[0] == pytest.approx(values.std(), rel=1e-3)


def test_several_points_are_the_same_as_each_alone(ask):
    points = (at(*PIXEL), at(60, 5), at(12, 50))
    alone = [ask(points=(p,)).places[0] for p in points]
    assert ask(points=points).places == alone
    assert len({tuple(used(p.response)) for p in alone}) == 3


def test_the_same_from_cold_and_warm(ask):
    first = ask(points=(at(*PIXEL),))
    kept = warm._kept.scene
    assert dataclasses.replace(ask(points=(at(*PIXEL),)), seconds=first.seconds) == first
    assert warm._kept.scene is kept
    warm.forget_scene()
    assert dataclasses.replace(ask(points=(at(*PIXEL),)), seconds=first.seconds) == first


def test_a_changed_image_is_read_anew(scene, ask, tmp_path):
    path = write_image(tmp_path / "image.tif", scene.values, scene.bands)
    before = ask(image=str(path), points=(at(*PIXEL),)).places[0]
    write_image(path, np.where(scene.values > 0, scene.values // 2, scene.values).astype(np.int16), scene.bands)
    after = ask(image=str(path), points=(at(*PIXEL),)).places[0]
    assert after.spectrum[0] == pytest.approx(before.spectrum[0] / 2, abs=1e-4)
    os.remove(path)
    with pytest.raises(RasterError):
        ask(image=str(path), points=(at(*PIXEL),))


def test_overrides_count_in_what_is_kept(ask):
    assert ask(points=(at(*PIXEL),)).places[0].gain != ask(points=(at(*PIXEL),), sensor="AVIRIS-Classic").places[0].gain


def test_occlusion_of_a_trained_model(scene, ask, model):
    result = ask(points=(at(*PIXEL),), model=str(model))
    (place,) = result.places
    assert sorted(c.name for c in place.classes) == sorted(c.name for c in load_model(model).classes)
    scores = [c.score for c in place.classes]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=1e-4)
    assert sorted(n for group in result.groups for n in group) == [
        i + 1 for i in range(len(scene.bands)) if i not in (BAD_BAND, EMPTY_BAND)]
    assert len(result.groups) == MAX_GROUPS
    total = np.array([[d for d in need.drop if d is not None] for need in place.classes]).sum(0)
    np.testing.assert_allclose(total, 0, atol=1e-4)
    assert np.abs(used(place.classes[0].drop)).max() > 1e-3
    for group in result.groups:
        assert len({place.classes[0].drop[n - 1] for n in group}) == 1


def test_a_group_no_head_looks_at_is_not_needed(scene, ask, model, tmp_path):
    """Hiding bands to which all maps are blind must not change a score; those of the other bands stay needed."""
    known = load_model(model)
    blind = [i for i, nm in enumerate(known.bands.wavelength_nm) if nm > 1500]
    maps = {}
    for name, linear in known.maps.items():
        matrix = linear.matrix.copy()
        matrix[blind] = 0
        maps[name] = dataclasses.replace(linear, matrix=matrix)
    heads = tuple(h for h in known.classifier.heads if TOKENS not in h.blocks)
    share = sum(h.share for h in heads)
    heads = tuple(dataclasses.replace(h, share=h.share / share) for h in heads)
    path = tmp_path / "blind.safetensors"
    dataclasses.replace(known, maps=maps, classifier=dataclasses.replace(known.classifier, heads=heads)).save(path)
    result = ask(points=(at(*PIXEL),), model=str(path))
    unseen = [[result.bands[n - 1].wavelength_nm > 1500 for n in group] for group in result.groups]
    drops = [max(abs(need.drop[group[0] - 1]) for need in result.places[0].classes) for group in result.groups]
    assert all(drop == 0 for drop, group in zip(drops, unseen, strict=True) if all(group))
    assert max(drop for drop, group in zip(drops, unseen, strict=True) if not any(group)) > 1e-3
    assert any(all(group) for group in unseen)


def test_json_and_csv_say_the_same(ask, model, tmp_path):
    request = {"points": (at(*PIXEL), at(60, 5)), "model": str(model)}
    result = ask(output=str(tmp_path / "w.json"), **request)
    ask(output=str(tmp_path / "w.csv"), **request)
    body = json.loads((tmp_path / "w.json").read_text())
    assert "seconds" not in body
    assert body["places"] == json.loads(json.dumps(dataclasses.asdict(result)["places"]))
    with (tmp_path / "w.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(result.bands)
    second = rows[len(result.bands):]
    for name in ("spectrum", "gain", "response", "content_shift"):
        assert [float(r[name]) if r[name] else None for r in second] == getattr(result.places[1], name)
    need = result.places[1].classes[0]
    assert [float(r[f"drop {need.name}"]) if r[f"drop {need.name}"] else None for r in second] == need.drop
    assert [r["band"] for r in second if r["good"] == "0"] == [str(BAD_BAND + 1), str(EMPTY_BAND + 1)]
    assert files_in(tmp_path) == {"w.json", "w.csv"}


def test_the_same_bytes_again(ask, tmp_path):
    for name in ("a.json", "b.json"):
        ask(points=(at(*PIXEL),), output=str(tmp_path / name))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(("changes", "message"), [
    ({}, "either points or an extent"), ({"points": ((1.0, 2.0),), "extent": (0.0, 0.0, 1.0, 1.0)}, "either points"),
    ({"points": ()}, "0 points"), ({"points": (at(*PIXEL),) * (MAX_POINTS + 1)}, f"{MAX_POINTS + 1} points"),
    ({"points": ((0.0, 0.0),)}, "lies outside the image"), ({"points": ((float("nan"), 0.0),)}, "lies outside"),
    ({"points": (at(2, 2),)}, "no data at"), ({"extent": (5.0, 5.0, 1.0, 1.0)}, "is empty")])
def test_mistakes_are_refused(ask, changes, message):
    with pytest.raises(InputError, match=message):
        ask(**changes)


def test_outputs_that_cannot_be_are_refused(scene, ask, tmp_path):
    for output in (str(tmp_path / "w.txt"), str(tmp_path / "no" / "w.csv")):
        with pytest.raises(OutputError):
            ask(points=(at(*PIXEL),), output=output)
    assert files_in(tmp_path) == set()


def test_spectralgpt_has_nothing_to_explain(sentinel2, ask):
    with pytest.raises(ModelError, match="tiny-gpt embeds every image with the same weights"):
        ask(image=str(sentinel2.image), weights=str(sentinel2.weights), points=(at(20, 20),))


def test_a_model_of_other_weights_is_refused(ask, model):
    with pytest.raises(InputError, match="other encoder weights"):
        ask(points=(at(*PIXEL),), model=str(model), weights=None)


def test_cancelled_leaves_nothing(ask, tmp_path):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        ask(reporter, points=(at(*PIXEL),), output=str(tmp_path / "w.csv"))
    assert files_in(tmp_path) == set()


def test_the_registry_takes_json(scene):
    value = run_task("explain", {"image": str(scene.image), "weights": str(scene.weights), "device": "cpu",
                                 "points": [list(at(*PIXEL)), list(at(60, 5))]}, SilentReporter())
    json.dumps(value, allow_nan=False)
    assert len(value["places"]) == 2


def test_the_verb(scene, model, tmp_path, capsys):
    x, y = at(*PIXEL)
    assert main(["explain", str(scene.image), "--point", f"{x},{y}", "--weights", str(scene.weights), "--model",
                 str(model), "--device", "cpu", "--output", str(tmp_path / "w.csv")]) == 0
    shown = capsys.readouterr().out
    assert "place 1:" in shown
    assert shown.count(" nm: response") == 5
    assert main(["explain", str(scene.image), "--point", "-5,-6", "--output", str(tmp_path / "v.csv")]) == 2
    assert "The point -5, -6 lies outside" in capsys.readouterr().err
    assert main(["explain", str(scene.image), "--point", "5", "--output", str(tmp_path / "v.csv")]) == 2
    assert "not two numbers" in capsys.readouterr().err
