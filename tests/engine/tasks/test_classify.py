import dataclasses
import json
import os

import numpy as np
import pytest
import rasterio

from engine.errors import CancelledError, InputError, LabelError, ModelError, OutputError, SpecAwareError
from engine.models.files import file_hash
from engine.models.weights import load_weights, save_weights
from engine.raster.writer import RasterWriter
from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest, run
from tests.scenes import CLASSES, PLACE, block_shape, files_in, write_image, write_raster, write_shapes

pytestmark = pytest.mark.usefixtures("small_forest")


def request_for(scene, folder, **changes):
    return ClassifyRequest(**{"image": str(scene.image), "output": str(folder / "map.tif"),
                              "weights": str(scene.weights), "device": "cpu"} | changes)


def all_outputs(folder):
    return {"confidence": str(folder / "c.tif"), "report": str(folder / "r.json"),
            "save_model": str(folder / "m.safetensors")}


OUTPUT_NAMES = {"map.tif", "map.tif.aux.xml", "map.qml", "c.tif", "r.json", "m.safetensors"}


def read(path):
    with rasterio.open(path) as file:
        return file.read(1)


@pytest.fixture(scope="module")
def made(scene, tmp_path_factory):
    folder, reporter = tmp_path_factory.mktemp("made"), SilentReporter()
    result = run(request_for(scene, folder, labels=str(scene.polygons), class_field="kind", seed=3,
                             **all_outputs(folder)), reporter)
    return folder, result, reporter


def test_all_outputs_are_there_and_nothing_else(made):
    folder, result, _ = made
    assert files_in(folder) == OUTPUT_NAMES
    assert (result.output, result.model) == (str(folder / "map.tif"), str(folder / "m.safetensors"))


def test_every_pixel_with_data_is_classified_and_no_other(scene, made):
    folder, *_ = made
    classes, confidence = read(folder / "map.tif"), read(folder / "c.tif")
    np.testing.assert_array_equal(classes > 0, scene.valid)
    np.testing.assert_array_equal(confidence == -1, ~scene.valid)
    assert confidence[scene.valid].min() >= 1 / len(CLASSES) - 1e-6
    assert confidence.max() <= 1 + 1e-6


def test_the_map_is_mostly_right(scene, made):
    folder, *_ = made
    names = np.array(["", *sorted(CLASSES)])
    truth = np.array(["", *CLASSES])[scene.truth]
    assert (names[read(folder / "map.tif")] == truth)[scene.valid].mean() > 0.85


def test_the_map_carries_its_legend_and_its_origin(scene, made):
    folder, result, _ = made
    with rasterio.open(folder / "map.tif") as file, rasterio.open(scene.image) as image:
        assert (file.crs, file.transform, file.shape) == (image.crs, image.transform, image.shape)
        assert file.nodata == 0
        table, tags = file.colormap(1), file.tags()
    with rasterio.open(folder / "c.tif") as file:
        assert file.nodata == -1
        assert tags.items() <= (file.tags() | {"AREA_OR_POINT": "Area"}).items()
    assert {c.id: table[c.id][:3] for c in result.classes} == {c.id: c.color for c in result.classes}
    assert tags["SPECAWARE_WEIGHTS_SHA256"] == file_hash(scene.weights)
    assert (tags["SPECAWARE_SEED"], tags["SPECAWARE_IMAGE"]) == ("3", "scene.tif")
    text = (folder / "map.tif.aux.xml").read_text()
    assert all(f"<Category>{name}</Category>" in text for name in CLASSES)


def test_the_report_says_what_the_files_say(scene, made):
    folder, result, reporter = made
    body = json.loads((folder / "r.json").read_text())
    counts = np.bincount(read(folder / "map.tif").ravel(), minlength=5)
    assert [(c["id"], c["name"]) for c in body["classes"]] == list(enumerate(sorted(CLASSES), 1))
    assert [c["pixels"] for c in body["classes"]] == counts[1:].tolist()
    assert sum(c["pixels"] for c in body["classes"]) == scene.valid.sum()
    assert body["classes"][0]["area_ha"] == pytest.approx(counts[1] * 0.09)
    assert body["image"]["bands"] == len(scene.bands)
    assert body["image"]["bands_used"] == len(scene.bands) - 2  # one flagged bad, one without data
    assert body["request"]["seed"] == 3
    assert body["warnings"] == result.warnings == reporter.warnings
    assert sum(body["settings"]["heads"].values()) == pytest.approx(1, abs=1e-3)
    checked = body["validation"]
    assert sum(c["labels"] for c in body["classes"]) == checked["tested"]
    for name in ("specaware", "random_forest"):
        matrix = np.array(checked[name]["confusion"])
        assert checked[name]["oa"] == pytest.approx(np.trace(matrix) / matrix.sum())
        assert result.scores[name]["macro_f1"] == checked[name]["macro_f1"]
        np.testing.assert_array_equal(matrix.sum(1), [c["labels"] for c in body["classes"]])
    assert checked["regions"] >= 8


def test_same_inputs_and_seed_give_the_same_bytes(scene, made, tmp_path):
    folder, *_ = made
    run(request_for(scene, tmp_path, labels=str(scene.polygons), class_field="kind", seed=3, **all_outputs(tmp_path)),
        SilentReporter())
    for name in OUTPUT_NAMES - {"r.json"}:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
    ours, theirs = (json.loads((f / "r.json").read_text()) for f in (tmp_path, folder))
    for body in (ours, theirs):
        del body["request"], body["command"], body["seconds"]
    assert ours == theirs


def test_a_saved_model_gives_the_same_map(scene, made, tmp_path):
    folder, trained, _ = made
    result = run(request_for(scene, tmp_path, model=str(folder / "m.safetensors"), **all_outputs(tmp_path)),
                 SilentReporter())
    np.testing.assert_array_equal(read(tmp_path / "map.tif"), read(folder / "map.tif"))
    np.testing.assert_allclose(read(tmp_path / "c.tif"), read(folder / "c.tif"), atol=1e-3)
    with rasterio.open(tmp_path / "map.tif") as file:
        tags = file.tags()
    assert tags["SPECAWARE_MODEL"] == "m.safetensors"
    assert "SPECAWARE_LABELS" not in tags
    assert result.scores == {"specaware": None, "random_forest": None}
    assert [dataclasses.replace(c, labels=0) for c in trained.classes] == result.classes
    assert (tmp_path / "m.safetensors").read_bytes() == (folder / "m.safetensors").read_bytes()


def test_a_map_without_the_encoder(scene, tmp_path):
    result = run(request_for(scene, tmp_path, labels=str(scene.polygons), class_field="kind", spectral_only=True,
                             **all_outputs(tmp_path)), SilentReporter())
    body = json.loads((tmp_path / "r.json").read_text())
    assert result.encoder_share == body["settings"]["token_share"] == 0
    assert not any("tokens" in name for name in body["settings"]["heads"])
    assert "--spectral-only" in body["command"]
    again = tmp_path / "again"
    again.mkdir()
    run(request_for(scene, again, model=str(tmp_path / "m.safetensors"), output=str(again / "map.tif")),
        SilentReporter())
    np.testing.assert_array_equal(read(again / "map.tif"), read(tmp_path / "map.tif"))


def test_a_model_keeps_what_it_looks_at(scene, made, tmp_path):
    with pytest.raises(InputError, match="was settled when it learned"):
        run(request_for(scene, tmp_path, model=str(made[0] / "m.safetensors"), spectral_only=True), SilentReporter())


@pytest.mark.parametrize("option", ["class_field", "labels_layer"])
def test_a_model_takes_no_option_of_labels(scene, made, tmp_path, option):
    folder, *_ = made
    with pytest.raises(InputError, match="only with labels"):
        run(request_for(scene, tmp_path, model=str(folder / "m.safetensors"), **{option: "kind"}), SilentReporter())
    assert files_in(tmp_path) == set()


@pytest.mark.parametrize("window", [(5, 3, 40, 31), (0, 0, 9, 7), (69, 60, 1, 1)])
def test_an_extent_is_a_crop_of_the_map(scene, made, tmp_path, window):
    folder, *_ = made
    row, col, rows, cols = window
    bounds = block_shape(row, col, rows, cols).buffer(-0.1).bounds
    result = run(request_for(scene, tmp_path, model=str(folder / "m.safetensors"), extent=bounds,
                             confidence=str(tmp_path / "c.tif")), SilentReporter())
    place = slice(row, row + rows), slice(col, col + cols)
    whole, sure = read(folder / "map.tif")[place], read(folder / "c.tif")[place]
    np.testing.assert_allclose(read(tmp_path / "c.tif"), sure, atol=2e-3)
    np.testing.assert_array_equal(read(tmp_path / "map.tif")[sure > 0.6], whole[sure > 0.6])
    with rasterio.open(tmp_path / "map.tif") as file:
        assert file.transform == PLACE @ PLACE.translation(col, row)
    assert sum(c.pixels for c in result.classes) == (whole > 0).sum()


@pytest.mark.parametrize(("labels", "field", "ids"), [("points", "number", [10, 20, 30, 40]),
                                                      ("polygons", "number", [10, 20, 30, 40]),
                                                      ("raster", None, [1, 2, 3, 4])])
def test_all_kinds_of_labels(scene, tmp_path, labels, field, ids):
    result = run(request_for(scene, tmp_path, labels=str(getattr(scene, labels)), class_field=field), SilentReporter())
    classes = read(tmp_path / "map.tif")
    assert [c.id for c in result.classes] == ids
    assert (np.isin(classes, ids) == scene.valid).all()
    truth = np.array([0, *ids])[scene.truth]
    assert (classes == truth)[scene.valid].mean() > 0.8


@pytest.mark.parametrize("window", [(20, 20, 17, 23), (30, 0, 1, 61), (0, 30, 70, 1), (30, 30, 2, 3)])
def test_scenes_smaller_than_a_tile(scene, tmp_path, window):
    row, col, rows, cols = window
    part = scene.values[:, row:row + rows, col:col + cols]
    image = write_image(tmp_path / "part.tif", part, scene.bands)
    labels = np.zeros((rows, cols), np.uint8)
    labels[0, 0], labels[-1, -1] = 1, 2
    reporter = SilentReporter()
    result = run(request_for(scene, tmp_path, image=str(image), labels=str(write_raster(tmp_path / "l.tif", labels))),
                 reporter)
    assert (read(tmp_path / "map.tif") > 0).all()
    assert result.scores == {"specaware": None, "random_forest": None}  # a place each: nothing to hold out
    assert any("no accuracy estimate" in warning for warning in reporter.warnings)


class CancelAt(SilentReporter):
    """Cancels itself at the first progress report with a word."""

    def __init__(self, word):
        super().__init__()
        self._word = word

    def progress(self, fraction, message=""):
        if self._word in message:
            self.cancelled.set()


@pytest.mark.parametrize("word", ["opening", "learning", "reading labelled", "cross-validation", "mapping"])
def test_a_cancelled_job_leaves_nothing(scene, tmp_path, word):
    with pytest.raises(CancelledError):
        run(request_for(scene, tmp_path, labels=str(scene.polygons), class_field="kind", **all_outputs(tmp_path)),
            CancelAt(word))
    assert files_in(tmp_path) == set()


@pytest.mark.parametrize("name", ["write_text", "write_maps"])
def test_a_failing_job_leaves_nothing_and_older_files_as_they_were(scene, made, tmp_path, monkeypatch, name):
    def fail(*args, **kwargs):
        raise OutputError("The disk is full.")

    monkeypatch.setattr(classify, name, fail)
    (tmp_path / "map.tif").write_text("older")
    with pytest.raises(OutputError):
        run(request_for(scene, tmp_path, model=str(made[0] / "m.safetensors"), **all_outputs(tmp_path)),
            SilentReporter())
    assert files_in(tmp_path) == {"map.tif"}
    assert (tmp_path / "map.tif").read_text() == "older"


def test_a_map_that_fails_its_check_leaves_no_other_file(scene, made, tmp_path, monkeypatch):
    def fail(self, *_):
        if self.dtype == "uint8":
            raise OSError("the disk is full")

    monkeypatch.setattr(RasterWriter, "_verify", fail)
    with pytest.raises(OutputError, match="disk is full"):
        run(request_for(scene, tmp_path, model=str(made[0] / "m.safetensors"), **all_outputs(tmp_path)),
            SilentReporter())
    assert files_in(tmp_path) == set()


MISTAKES = {
    "neither labels nor model": ({"labels": None}, InputError),
    "both": ({"model": "m.safetensors"}, InputError),
    "no such labels": ({"labels": "{folder}/none.gpkg"}, LabelError),
    "no such field": ({"class_field": "colour"}, LabelError),
    "no such image": ({"image": "{folder}/none.tif"}, SpecAwareError),
    "no such weights": ({"weights": "{folder}/none.safetensors"}, ModelError),
    "no such model": ({"labels": None, "class_field": None, "model": "{folder}/none.safetensors"}, ModelError),
    "weights as a model": ({"labels": None, "class_field": None, "model": "{scene}/tiny.safetensors"}, ModelError),
    "missing folder": ({"output": "{folder}/none/map.tif"}, OutputError),
    "missing folder of the report": ({"report": "{folder}/none/r.json"}, OutputError),
    "output is a folder": ({"output": "{folder}"}, OutputError),
    "no output": ({"output": ""}, OutputError),
    "output is the image": ({"output": "{scene}/scene.tif"}, OutputError),
    "output is the labels": ({"output": "{scene}/polygons.gpkg"}, OutputError),
    "output is the labels, layer named": ({"labels": "{scene}/polygons.gpkg|layername=polygons",
                                           "output": "{scene}/polygons.gpkg"}, OutputError),
    "one name twice": ({"confidence": "{folder}/map.tif"}, OutputError),
    "one name twice, written differently": ({"report": "{folder}/../{name}/map.tif"}, OutputError),
    "report where the colours go": ({"report": "{folder}/map.qml"}, OutputError),
    "report where the names go": ({"report": "{folder}/map.tif.aux.xml"}, OutputError),
    "report where old names go": ({"confidence": "{folder}/c.tif", "report": "{folder}/c.tif.aux.xml"}, OutputError),
    "model without its ending": ({"save_model": "{folder}/m.pkl"}, OutputError),
    "negative seed": ({"seed": -1}, InputError),
    "huge seed": ({"seed": 2**40}, InputError),
    "extent elsewhere": ({"extent": (0.0, 0.0, 10.0, 10.0)}, InputError),
    "reversed extent": ({"extent": (10.0, 10.0, 0.0, 0.0)}, InputError),
    "unknown level": ({"level": "L3"}, InputError),
    "unknown device": ({"device": "tpu"}, SpecAwareError),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_and_leaves_nothing(scene, tmp_path, mistake):
    changes, kind = MISTAKES[mistake]
    filled = {k: v.format(folder=tmp_path, scene=scene.folder, name=tmp_path.name) if isinstance(v, str) else v
              for k, v in changes.items()}
    before = {name: os.stat(scene.folder / name).st_mtime_ns for name in files_in(scene.folder)}
    with pytest.raises(kind) as caught:
        run(request_for(scene, tmp_path, **{"labels": str(scene.polygons), "class_field": "kind"} | filled),
            SilentReporter())
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert files_in(tmp_path) == set()
    assert {name: os.stat(scene.folder / name).st_mtime_ns for name in files_in(scene.folder)} == before


def test_the_data_file_of_a_header_is_an_input_too(scene, tmp_path):
    with rasterio.open(scene.image) as file:
        profile = file.profile | {"driver": "ENVI"}
        for key in ("tiled", "compress", "interleave", "blockxsize", "blockysize"):
            profile.pop(key, None)
        with rasterio.open(tmp_path / "cube.img", "w", **profile) as out:
            out.write(file.read())
    header = tmp_path / "cube.hdr"
    waves = ", ".join(str(b.wavelength_nm) for b in scene.bands)
    header.write_text(header.read_text() + f"wavelength = {{{waves}}}\nwavelength units = Nanometers\n")
    before = (tmp_path / "cube.img").read_bytes()
    with pytest.raises(OutputError, match="also an input"):
        run(request_for(scene, tmp_path, image=str(header), output=str(tmp_path / "cube.img"),
                        labels=str(scene.polygons), class_field="kind"), SilentReporter())
    assert (tmp_path / "cube.img").read_bytes() == before


def test_labels_outside_are_told(scene, tmp_path):
    shapes = [block_shape(900, 900, 2, 2), block_shape(950, 950, 2, 2)]
    labels = write_shapes(tmp_path / "l.gpkg", shapes, kind=["a", "b"])
    with pytest.raises(LabelError):
        run(request_for(scene, tmp_path, labels=str(labels)), SilentReporter())


def test_labels_without_image_data_are_told(scene, tmp_path):
    shapes = [block_shape(0, 0, 2, 2), block_shape(4, 4, 2, 2), block_shape(30, 30, 2, 2)]
    with pytest.raises(LabelError, match="lie on image data"):
        run(request_for(scene, tmp_path, labels=str(write_shapes(tmp_path / "l.gpkg", shapes, kind=["a", "b", "b"]))),
            SilentReporter())
    shapes += [block_shape(50, 40, 2, 2)]
    reporter = SilentReporter()
    result = run(request_for(scene, tmp_path, labels=str(write_shapes(tmp_path / "k.gpkg", shapes,
                                                                      kind=["a", "b", "b", "c"]))), reporter)
    assert [c.name for c in result.classes] == ["b", "c"]
    assert any("8 labelled pixels lie where the image has no data" in w for w in reporter.warnings)
    assert any("No label of a lies on image data" in w for w in reporter.warnings)


def test_a_model_wants_the_weights_it_was_trained_with(scene, made, tmp_path):
    other = tmp_path / "other.safetensors"
    module, card = load_weights(scene.weights)
    module.cls_token.data += 1
    save_weights(other, module, card)
    with pytest.raises(InputError, match="other encoder weights"):
        run(request_for(scene, tmp_path, model=str(made[0] / "m.safetensors"), weights=str(other)), SilentReporter())


def test_a_model_finds_its_bands_in_another_order(scene, made, tmp_path):
    order = np.random.default_rng(0).permutation(len(scene.bands))
    image = write_image(tmp_path / "shuffled.tif", scene.values[order], scene.bands.only(order))
    run(request_for(scene, tmp_path, image=str(image), model=str(made[0] / "m.safetensors")), SilentReporter())
    np.testing.assert_array_equal(read(tmp_path / "map.tif"), read(made[0] / "map.tif"))
    image = write_image(tmp_path / "less.tif", scene.values[:-1], scene.bands.only(range(len(scene.bands) - 1)))
    with pytest.raises(ModelError, match="1 of the model's"):
        run(request_for(scene, tmp_path, image=str(image), model=str(made[0] / "m.safetensors")), SilentReporter())
