import csv
import html
import json

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from engine.errors import CancelledError, InputError, LabelError, ModelError, OutputError, RasterError, WavelengthError
from engine.reporting import SilentReporter
from engine.tasks.scene.task import SceneRequest, run
from tests.chips import NAMES, write_chip, write_chips
from tests.scenes import TINY_PIXEL, files_in, make_weights

pytestmark = pytest.mark.usefixtures("one_repeat")


@pytest.fixture(scope="module")
def chips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chips")
    write_chips(folder / "train", range(4))
    write_chips(folder / "predict", range(10, 13))
    return folder


def request_for(scene, train, predict, output, **changes):
    return SceneRequest(str(train), str(predict), str(output), **{"weights": str(scene.weights), "device": "cpu"}
                        | changes)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_table(path, rows, header=("path", "label")):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_folders_of_chips(scene, chips, tmp_path):
    reporter = SilentReporter()
    result = run(request_for(scene, chips / "train", chips / "predict", tmp_path / "o.csv",
                             report=str(tmp_path / "r.json")), reporter)
    rows = rows_of(tmp_path / "o.csv")
    assert [r["label"] for r in rows] == [r["path"].rsplit("/", 2)[1] for r in rows]
    assert all(float(r["probability"]) >= float(r["second_probability"]) and r["second"] != r["label"] for r in rows)
    assert result.accuracy is not None
    assert result.accuracy > 0.9
    assert result.accuracy_interval[0] <= result.accuracy <= result.accuracy_interval[1]
    assert [(c.name, c.trained, c.predicted) for c in result.classes] == [(name, 4, 3) for name in NAMES]
    assert any("taken as Sentinel-2 with B8A as the last band" in w for w in reporter.warnings)
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["sensor"]["name"] == "Sentinel-2"
    assert sum(report["shares"].values()) == pytest.approx(1)
    assert np.trace(report["validation"]["confusion"]) == round(result.accuracy * 12)
    assert files_in(tmp_path) == {"o.csv", "r.json"}


def test_an_encoder_of_standardised_pixels_learns_the_bands_from_the_chips(scene, chips, tmp_path):
    weights = make_weights(tmp_path / "w.safetensors", TINY_PIXEL)
    run(request_for(scene, chips / "train", chips / "predict", tmp_path / "o.csv", weights=str(weights)),
        SilentReporter())
    assert [r["label"] for r in rows_of(tmp_path / "o.csv")] == [
        r["path"].rsplit("/", 2)[1] for r in rows_of(tmp_path / "o.csv")]


def test_same_inputs_same_bytes(scene, chips, tmp_path):
    for name in ("a.gpkg", "b.gpkg"):
        run(request_for(scene, chips / "train", chips / "predict", tmp_path / name), SilentReporter())
    layers = [pyogrio.raw.read(tmp_path / name) for name in ("a.gpkg", "b.gpkg")]
    for a, b in zip(layers[0][3], layers[1][3], strict=True):
        np.testing.assert_array_equal(a, b)


def test_tables_name_chips_from_their_own_folder_and_paths_come_back_as_listed(scene, chips, tmp_path, monkeypatch):
    train = write_table(chips / "train.csv", [(f"train/{n}/{n}_{i}.tif", n) for n in NAMES for i in range(3)])
    monkeypatch.chdir(chips)
    predict = write_table(tmp_path / "p.csv", [("predict/water/water_10.tif",)], ("path",))
    run(request_for(scene, train, predict, tmp_path / "o.csv"), SilentReporter())
    assert [(r["path"], r["label"]) for r in rows_of(tmp_path / "o.csv")] == [("predict/water/water_10.tif", "water")]


def test_a_layer_of_outlines(scene, chips, tmp_path):
    run(request_for(scene, chips / "train", chips / "predict", tmp_path / "o.gpkg"), SilentReporter())
    meta, _, wkb, _ = pyogrio.raw.read(tmp_path / "o.gpkg")
    assert meta["crs"] == "EPSG:32633"
    assert set(meta["fields"]) == {"class", "class_id", "probability", "second", "second_probability", "path"}
    assert shapely.area(shapely.from_wkb(wkb)) == pytest.approx(160.0**2)


def test_a_grid_over_an_image_learned_from_polygons(scene, tmp_path):
    result = run(request_for(scene, scene.polygons, scene.image, tmp_path / "o.gpkg", class_field="kind", chip_px=16,
                             report=str(tmp_path / "r.html")), SilentReporter())
    _, _, wkb, _ = pyogrio.raw.read(tmp_path / "o.gpkg")
    cells = shapely.from_wkb(wkb)
    with rasterio.open(scene.image) as image:
        everything = shapely.box(*image.bounds)
    assert result.chips == len(cells) == 5 * 4
    # The last row and column are clipped, not dropped; cells do not overlap.
    assert shapely.union_all(cells).equals(everything)
    assert shapely.area(cells).sum() == pytest.approx(everything.area)
    page = (tmp_path / "r.html").read_text()
    assert page.count("data:image/png") == 2
    assert f"<b>{result.accuracy:.1%}</b>" in page
    assert "--class-field kind --chip 16" in page


def test_chips_without_data_are_left_out_and_counted(scene, chips, tmp_path):
    write_chip(tmp_path / "p" / "a.tif", "water", 1)
    with rasterio.open(tmp_path / "p" / "a.tif") as source:
        profile = source.profile | {"nodata": 0}
    with rasterio.open(tmp_path / "p" / "empty.tif", "w", **profile) as out:
        out.write(np.zeros((13, 16, 16), np.uint16))
    result = run(request_for(scene, chips / "train", tmp_path / "p", tmp_path / "o.csv"), SilentReporter())
    assert (result.chips, result.skipped) == (1, 1)


def test_chips_of_several_sizes(scene, chips, tmp_path):
    for side_px in (8, 11, 24):
        write_chip(tmp_path / "p" / f"{side_px}.tif", "water", 1, side_px)
    run(request_for(scene, chips / "train", tmp_path / "p", tmp_path / "o.csv"), SilentReporter())
    assert {r["label"] for r in rows_of(tmp_path / "o.csv")} == {"water"}


def test_one_chip_a_class_gives_a_result_without_a_score(scene, chips, tmp_path):
    train = write_table(tmp_path / "t.csv", [(chips / f"train/{n}/{n}_0.tif", n) for n in NAMES])
    reporter = SilentReporter()
    result = run(request_for(scene, train, chips / "predict", tmp_path / "o.csv"), reporter)
    assert result.accuracy is None
    assert any("could be held out" in w for w in reporter.warnings)
    assert {r["label"] for r in rows_of(tmp_path / "o.csv")} == set(NAMES)


def test_a_class_name_with_markup_is_only_text(scene, chips, tmp_path):
    odd = "<b>town</b>, \"x\"; DROP TABLE"
    train = write_table(tmp_path / "t.csv", [(chips / f"train/{n}/{n}_{i}.tif", odd if n == "town" else n)
                                             for n in NAMES for i in range(3)])
    run(request_for(scene, train, chips / "predict", tmp_path / "o.csv", report=str(tmp_path / "r.html")),
        SilentReporter())
    assert [r["label"] for r in rows_of(tmp_path / "o.csv")].count(odd) == 3
    page = (tmp_path / "r.html").read_text()
    assert html.escape(odd) in page
    assert "<b>town" not in page
    assert "data:image" not in page, "chips in files of their own have no map"


def mistakes(chips, folder):
    one_class = write_table(folder / "one.csv", [(chips / f"train/town/town_{i}.tif", "town") for i in range(3)])
    gone = write_table(folder / "gone.csv", [("nowhere.tif", "town")])
    unlabelled = write_table(folder / "unlabelled.csv", [(chips / "train/town/town_0.tif", "")])
    both = write_table(folder / "both.csv", [(chips / "train/town/town_0.tif", n) for n in NAMES])
    no_column = write_table(folder / "column.csv", [("a", "b")], ("file", "label"))
    (folder / "none").mkdir()
    return {"one": (LabelError, {"train": one_class}, "only the class 'town'"),
            "gone": (LabelError, {"train": gone}, "Line 2 .* does not exist"),
            "unlabelled": (LabelError, {"train": unlabelled}, "Line 2 .* no label"),
            "both": (LabelError, {"train": both}, "labelled both"),
            "column": (LabelError, {"train": no_column}, "no column 'path'"),
            "empty": (LabelError, {"predict": folder / "none"}, "no image chips"),
            "missing": (InputError, {"predict": folder / "nothing"}, "does not exist"),
            "kind": (OutputError, {"output": folder / "o.docx"}, "no known kind"),
            "chip": (InputError, {"chip_px": 2}, "2 pixels"),
            "field": (InputError, {"class_field": "kind"}, "only with polygons"),
            "shapes": (InputError, {"train": "{polygons}"}, "no image they could lie on")}


@pytest.mark.parametrize("name", ["one", "gone", "unlabelled", "both", "column", "empty", "missing", "kind", "chip",
                                  "field", "shapes"])
def test_mistakes(scene, chips, tmp_path, name):
    kind, change, words = mistakes(chips, tmp_path)[name]
    values = {"train": chips / "train", "predict": chips / "predict", "output": tmp_path / "o.csv"} | change
    values = {k: str(v).format(polygons=scene.polygons) if k in ("train", "predict", "output") else v
              for k, v in values.items()}
    with pytest.raises(kind, match=words) as caught:
        run(SceneRequest(**values, weights=str(scene.weights), device="cpu"), SilentReporter())
    assert caught.value.hint
    assert "o.csv" not in files_in(tmp_path)


def test_chips_of_other_bands_are_refused(scene, chips, tmp_path):
    write_chip(tmp_path / "p" / "a.tif", "water", 1)
    with rasterio.open(tmp_path / "p" / "b.tif", "w", driver="GTiff", dtype="uint16", count=5, height=16,
                       width=16) as out:
        out.write(np.ones((5, 16, 16), np.uint16))
    with pytest.raises(RasterError, match=r"has 13 bands|has 5 bands"):
        run(request_for(scene, chips / "train", tmp_path / "p", tmp_path / "o.csv"), SilentReporter())


def test_unknown_bands_are_refused(scene, tmp_path):
    for number in range(4):
        (tmp_path / "t" / f"c{number % 2}").mkdir(parents=True, exist_ok=True)
        with rasterio.open(tmp_path / "t" / f"c{number % 2}" / f"{number}.tif", "w", driver="GTiff", dtype="uint16",
                           count=9, height=16, width=16) as out:
            out.write(np.full((9, 16, 16), number + 1, np.uint16))
    with pytest.raises(WavelengthError):
        run(request_for(scene, tmp_path / "t", tmp_path / "t", tmp_path / "o.csv"), SilentReporter())


def test_chips_without_a_place_fit_no_layer(scene, chips, tmp_path):
    write_chip(tmp_path / "p" / "a.tif", "water", 1, crs=None)
    with pytest.raises(InputError, match="no coordinate system"):
        run(request_for(scene, chips / "train", tmp_path / "p", tmp_path / "o.gpkg"), SilentReporter())
    assert files_in(tmp_path) == {"p"}


def test_spectralgpt_says_what_it_needs(scene, sentinel2, tmp_path):
    with pytest.raises(ModelError, match="Sentinel-2"):
        run(request_for(scene, scene.polygons, scene.image, tmp_path / "o.csv", class_field="kind", chip_px=16,
                        weights=str(sentinel2.weights)), SilentReporter())


def test_cancel(scene, chips, tmp_path):
    reporter = SilentReporter()
    reporter.progress = lambda fraction, message="": fraction > 0.35 and reporter.cancelled.set()
    with pytest.raises(CancelledError):
        run(request_for(scene, chips / "train", chips / "predict", tmp_path / "o.csv"), reporter)
    assert files_in(tmp_path) == set()
