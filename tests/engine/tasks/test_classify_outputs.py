"""Uncertainty, the page of a report, and suggestions: from one run on the small scene."""

import html
import json
import re
import shlex
from html.parser import HTMLParser

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely

from engine.cli import _parser as cli_parser
from engine.cli import main
from engine.errors import CancelledError, InputError, ModelError, OutputError, SpecAwareError
from engine.inference.model import load_model
from engine.reporting import SilentReporter
from engine.tasks import suggest
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.tasks.suggest import SuggestRequest
from tests.scenes import PLACE, block_shape, files_in, write_shapes

pytestmark = pytest.mark.usefixtures("small_forest")

HOSTILE = '<script>alert("1")</script> & \'Größe\''
NAMES = {1: HOSTILE, 2: "bare soil", 3: "broadleaf forest", 4: "water"}


@pytest.fixture(scope="module")
def made(scene, tmp_path_factory):
    """Labels with a class whose name is markup, and everything ``classify`` makes of them."""
    folder = tmp_path_factory.mktemp("made")
    _, _, wkb, (numbers,) = pyogrio.raw.read(scene.polygons, columns=["number"])
    labels = write_shapes(folder / "labels.gpkg", list(shapely.from_wkb(wkb)), kind=[NAMES[n // 10] for n in numbers])
    request = ClassifyRequest(
        str(scene.image), str(folder / "map.tif"), str(labels), "kind", uncertainty=str(folder / "u.tif"),
        report=str(folder / "r.html"), save_model=str(folder / "m.safetensors"), weights=str(scene.weights),
        device="cpu")
    return folder, classify.run(request, SilentReporter())


class Tags(HTMLParser):
    """Counts elements and collects what refers to elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.seen, self.links, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [v for k, v in attrs if k in ("src", "href", "xlink:href")]
        assert not [k for k, _ in attrs if k.startswith("on")]

    def handle_data(self, data):
        self.text += data


def test_uncertainty_of_every_pixel(scene, made):
    with rasterio.open(made[0] / "u.tif") as file, rasterio.open(made[0] / "map.tif") as classes:
        margin, entropy, unlike = file.read()
        assert file.nodata == -1
        assert "margin" in file.descriptions[0]
        assert (file.crs, file.transform) == (classes.crs, classes.transform)
    for band in (margin, entropy, unlike):
        np.testing.assert_array_equal(band == -1, ~scene.valid)
    assert margin[scene.valid].max() <= 1 >= entropy[scene.valid].max()
    assert np.corrcoef(margin[scene.valid], entropy[scene.valid])[0, 1] < -0.7
    assert np.median(unlike[scene.valid]) < 1


def test_a_material_nobody_labelled_is_unlike(scene, made, tmp_path):
    """A bright bluish square takes the place of a part of the scene."""
    from tests.scenes import write_image

    values = scene.values.copy()
    values[:, 40:50, 30:40] = np.linspace(15000, 2000, len(values))[:, None, None].astype(np.int16)
    values[5] = scene.values[5]
    image = write_image(tmp_path / "strange.tif", values, scene.bands)
    classify.run(ClassifyRequest(str(image), str(tmp_path / "map.tif"), model=str(made[0] / "m.safetensors"),
                                 uncertainty=str(tmp_path / "u.tif"), weights=str(scene.weights), device="cpu"),
                 SilentReporter())
    with rasterio.open(tmp_path / "u.tif") as file:
        unlike = file.read(3)
    assert unlike[42:48, 32:38].min() > 2
    rest = scene.valid.copy()
    rest[37:53, 27:43] = False
    assert np.mean(unlike[rest] > 2) < 0.05


def test_the_page_is_whole_and_loads_nothing(made):
    text = (made[0] / "r.html").read_text()
    tags = Tags(text)
    assert tags.seen.count("section") >= 5
    assert tags.seen.count("img") == 3
    assert all(link.startswith("data:image/png;base64,") for link in tags.links)
    assert "script" not in tags.seen
    assert HOSTILE in tags.text
    assert not re.search(r"url\(|@import|https?://", text)
    for word in ("Macro-F1", "Confusion matrix", "Mean spectra", "Calibration", "Encoder weights"):
        assert word in tags.text


def test_the_command_of_the_page_makes_the_run_again(scene, made):
    command = re.search(r"<pre>(.*?)</pre>", (made[0] / "r.html").read_text(), re.DOTALL).group(1)
    words = shlex.split(html.unescape(command))[3:]
    args = vars(cli_parser().parse_args(words))
    assert (args["image"], args["class_field"], args["device"]) == (str(scene.image), "kind", "cpu")
    assert args["uncertainty"] == str(made[0] / "u.tif")


def test_numbers_of_the_page_are_those_of_the_result(made):
    folder, result = made
    text = Tags((folder / "r.html").read_text()).text
    assert f"{result.scores['specaware']['macro_f1']:.3f}" in text
    assert f"{result.scores['random_forest']['macro_f1']:.3f}" in text
    assert f"{result.calibration_error:.3f}" in text
    assert load_model(folder / "m.safetensors").classifier.temperature != 1


def test_mean_spectra_are_those_of_the_labelled_pixels(scene, made, tmp_path):
    classify.run(ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), str(made[0] / "labels.gpkg"), "kind",
                                 report=str(tmp_path / "r.json"), weights=str(scene.weights), device="cpu"),
                 SilentReporter())
    body = json.loads((tmp_path / "r.json").read_text())
    water = next(c["id"] for c in body["classes"] if c["name"] == "water")
    found = body["mean_spectra"][str(water)]
    assert len(found) == len(body["mean_spectra"]["wavelength_nm"]) == body["image"]["bands_used"]
    assert 0 < np.mean(found) < 0.1, "water is dark"


def test_suggested_places_are_doubtful_and_apart(scene, made, tmp_path):
    request = SuggestRequest(str(scene.image), str(made[0] / "m.safetensors"), str(tmp_path / "p.gpkg"), count=12,
                             gap_px=5.0, weights=str(scene.weights), device="cpu")
    result = suggest.run(request, SilentReporter())
    _, _, wkb, (priority, guess, margin) = pyogrio.raw.read(tmp_path / "p.gpkg",
                                                            columns=["priority", "guess", "margin"])
    assert priority.tolist() == list(range(1, 13))
    assert set(guess) <= set(NAMES.values())
    spots = np.array([~PLACE @ tuple(xy) for xy in shapely.get_coordinates(shapely.from_wkb(wkb))])
    cols, rows = np.floor(spots).astype(int).T
    assert scene.valid[rows, cols].all()
    gaps = np.hypot(rows[:, None] - rows[None], cols[:, None] - cols[None])
    assert gaps[~np.eye(12, dtype=bool)].min() >= 5
    assert result.mean_margin == pytest.approx(margin.mean(), abs=1e-3)
    assert result.mean_margin < result.scene_margin - 0.1
    suggest.run(SuggestRequest(**{**vars(request), "output": str(tmp_path / "again.gpkg")}), SilentReporter())
    assert (tmp_path / "p.gpkg").read_bytes() == (tmp_path / "again.gpkg").read_bytes()


def test_suggestions_for_a_part(scene, made, tmp_path):
    x0, y1 = PLACE @ (20, 30)
    extent = (x0, y1 - 20 * 30, x0 + 25 * 30, y1)
    result = suggest.run(SuggestRequest(str(scene.image), str(made[0] / "m.safetensors"), str(tmp_path / "p.gpkg"), 500,
                                        extent=extent, weights=str(scene.weights), device="cpu"), SilentReporter())
    _, _, wkb, _ = pyogrio.raw.read(tmp_path / "p.gpkg")
    xs, ys = shapely.get_coordinates(shapely.from_wkb(wkb)).T
    assert x0 < xs.min() <= xs.max() < extent[2]
    assert extent[1] < ys.min() <= ys.max() < y1
    assert result.points < 500
    assert "apart" in result.warnings[0]


@pytest.mark.parametrize(("changes", "error", "words"), [
    ({"count": 0}, InputError, "0 places"), ({"gap_px": -1.0}, InputError, "distance"),
    ({"gap_px": float("nan")}, InputError, "distance"), ({"seed": -1}, InputError, "seed"),
    ({"output": "p.shp"}, OutputError, "p.shp"), ({"model": "/nowhere"}, ModelError, "nowhere"),
    ({"extent": (0.0, 0.0, 1.0, 1.0)}, InputError, "outside"), ({"weights": None}, SpecAwareError, "weights")])
def test_suggestions_that_cannot_be(scene, made, tmp_path, changes, error, words):
    if "output" in changes:
        changes = {"output": str(tmp_path / changes["output"])}
    request = {"image": str(scene.image), "model": str(made[0] / "m.safetensors"), "output": str(tmp_path / "p.gpkg"),
               "weights": str(scene.weights), "device": "cpu"} | changes
    with pytest.raises(error, match=words):
        suggest.run(SuggestRequest(**request), SilentReporter())
    assert files_in(tmp_path) == set()


def test_cancelled_suggestions_leave_nothing(scene, made, tmp_path):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        suggest.run(SuggestRequest(str(scene.image), str(made[0] / "m.safetensors"), str(tmp_path / "p.gpkg"),
                                   weights=str(scene.weights), device="cpu"), reporter)
    assert files_in(tmp_path) == set()


def test_the_verb_suggest(scene, made, tmp_path, capsys):
    assert main(["suggest", str(scene.image), "--model", str(made[0] / "m.safetensors"), "--output",
                 str(tmp_path / "p.gpkg"), "--count", "4", "--weights", str(scene.weights), "--device", "cpu"]) == 0
    assert "points: 4" in capsys.readouterr().out


def classified(scene, folder, shapes, kinds, **changes):
    labels = write_shapes(folder / "labels.gpkg", shapes, kind=kinds)
    return classify.run(ClassifyRequest(**{
        "image": str(scene.image), "output": str(folder / "map.tif"), "labels": str(labels), "class_field": "kind",
        "report": str(folder / "r.html"), "weights": str(scene.weights), "device": "cpu"} | changes), SilentReporter())


def test_one_class_only_is_refused(scene, tmp_path):
    with pytest.raises(SpecAwareError, match="only one class"):
        classified(scene, tmp_path, [block_shape(20, 20, 4, 4), block_shape(40, 40, 4, 4)], ["a", "a"])
    assert files_in(tmp_path) == {"labels.gpkg"}


def test_a_class_with_a_single_pixel_is_mapped_and_not_assessed(scene, tmp_path):
    places = ((20, 20, 2, 2), (45, 40, 2, 2), (30, 50, 2, 2), (60, 10, 2, 2), (50, 20, 1, 1))
    shapes = [block_shape(*place) for place in places]
    result = classified(scene, tmp_path, shapes, ["a", "b", "a", "b", "lonely"])
    assert any("lonely (1)" in warning for warning in result.warnings)
    assert any("Not assessed" in warning and "lonely" in warning for warning in result.warnings)
    assert "not assessed" in (tmp_path / "r.html").read_text()


def test_labels_in_one_block_give_a_map_and_no_score(scene, tmp_path):
    result = classified(scene, tmp_path, [block_shape(30, 30, 2, 2), block_shape(30, 32, 2, 2)], ["a", "b"])
    assert result.scores == {"specaware": None, "random_forest": None}
    assert result.calibration_error is None
    assert any("no accuracy estimate" in warning for warning in result.warnings)
    page = Tags((tmp_path / "r.html").read_text())
    assert "too few places to hold any out" in page.text
    assert "Confusion matrix" not in page.text


def test_overlapping_and_invalid_polygons_are_told_in_the_report(scene, tmp_path):
    corners = [PLACE @ spot for spot in ((10, 40), (16, 46), (16, 40), (10, 46))]
    shapes = [shapely.Polygon(corners), block_shape(20, 20, 4, 4), block_shape(22, 20, 4, 4), block_shape(55, 40, 3, 3)]
    classified(scene, tmp_path, shapes, ["a", "a", "b", "b"])
    text = Tags((tmp_path / "r.html").read_text()).text
    assert "carry labels of two classes and were left out" in text
    assert "invalid polygons" in text


def test_labels_in_another_crs_give_the_same_map(scene, tmp_path):
    from rasterio.warp import transform

    shapes = [block_shape(row, col, 3, 3) for row, col in ((20, 20), (45, 40), (30, 50), (60, 10))]
    (tmp_path / "a").mkdir()
    classified(scene, tmp_path / "a", shapes, ["a", "b", "a", "b"], report=None)
    degrees = shapely.transform(np.array(shapes), lambda xy: np.column_stack(
        transform("EPSG:32633", "EPSG:4326", *xy.T)[:2]))
    pyogrio.raw.write(tmp_path / "d.gpkg", shapely.to_wkb(degrees), [np.array(["a", "b", "a", "b"], object)], ["kind"],
                      crs="EPSG:4326", geometry_type="Polygon", driver="GPKG")
    classify.run(ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), str(tmp_path / "d.gpkg"), "kind",
                                 weights=str(scene.weights), device="cpu"), SilentReporter())
    with rasterio.open(tmp_path / "map.tif") as ours, rasterio.open(tmp_path / "a" / "map.tif") as theirs:
        np.testing.assert_array_equal(ours.read(1), theirs.read(1))


@pytest.mark.parametrize("kind", ["blocks", "areas"])
def test_other_ways_to_hold_labels_out(scene, made, tmp_path, kind):
    request = ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), str(made[0] / "labels.gpkg"), "kind",
                              report=str(tmp_path / "r.json"), validation=kind, weights=str(scene.weights),
                              device="cpu")
    result = classify.run(request, SilentReporter())
    checked = json.loads((tmp_path / "r.json").read_text())["validation"]
    assert kind[:-1] in checked["method"]
    assert (checked["autocorrelation_range_px"] is not None) == (kind == "blocks")
    assert checked["tested"] == np.sum(checked["specaware"]["confusion"]) > 0
    assert 0 < result.scores["specaware"]["macro_f1"] <= 1


def test_a_validation_that_does_not_exist_is_refused(scene, made, tmp_path):
    with pytest.raises(InputError, match="no validation called"):
        classify.run(ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), str(made[0] / "labels.gpkg"), "kind",
                                     validation="random", weights=str(scene.weights)), SilentReporter())
    assert files_in(tmp_path) == set()
