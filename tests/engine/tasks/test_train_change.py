"""Fine-tuning for change, and what such a model is for."""


import numpy as np
import pytest
import rasterio

from engine.errors import InputError, LabelError, ModelError
from engine.reporting import SilentReporter
from engine.tasks.change import task as change
from engine.tasks.change.task import ChangeRequest
from engine.tasks.train.task import run
from tests.scenes import block_shape, files_in, write_image, write_shapes

from .train_runs import apply, hurry, request_for


@pytest.fixture(autouse=True, scope="module")
def _short():
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        yield


def make_pair(scene, folder):
    """The later image has a block of another surface; labels of changed and unchanged places, both in several parts."""
    later = scene.values.copy()
    later[:, 20:50, 20:50] = later[:, 20:50, 20:50][:, ::-1] // 2
    after = write_image(folder / "after.tif", later, scene.bands)
    rng = np.random.default_rng(0)
    inside = [block_shape(r, c, 2, 2) for r, c in rng.integers(21, 47, (8, 2)).tolist()]
    outside = [block_shape(r, c, 2, 2) for r in (12, 55, 62) for c in (10, 30, 54)]
    kinds = ["changed"] * len(inside) + ["unchanged"] * len(outside)
    return after, write_shapes(folder / "change.gpkg", inside + outside, kind=kinds)


@pytest.fixture(scope="module")
def siamese(scene, tmp_path_factory):
    """A pair and a model of change trained on it."""
    folder = tmp_path_factory.mktemp("siamese")
    after, labels = make_pair(scene, folder)
    return folder, after, run(request_for(scene, folder, labels=str(labels), after=str(after), epochs=6),
                              SilentReporter())


def test_a_model_of_change_is_scored_and_does_not_map_land_cover(scene, siamese, tmp_path):
    result = siamese[2]
    assert result.task == "change"
    assert result.scores["specaware"]["oa"] > 0.8
    with pytest.raises(ModelError, match="trained to find change"):
        apply(scene, result.output, tmp_path / "map.tif")


def find_change(scene, siamese, folder, **changes):
    return change.run(ChangeRequest(**{"before": str(scene.image), "after": str(siamese[1]), "device": "cpu",
                                       "output": str(folder / "change.tif"), "model": siamese[2].output} | changes),
                      SilentReporter())


def test_a_model_of_change_finds_the_change_of_a_pair(scene, siamese, tmp_path):
    result = find_change(scene, siamese, tmp_path, report=str(tmp_path / "r.html"))
    with rasterio.open(tmp_path / "change.tif") as file:
        probability, mask = file.read([1, 2])
    np.testing.assert_array_equal(np.isnan(probability), ~scene.valid)
    assert 0 <= np.nanmin(probability) < np.nanmax(probability) <= 1
    truth = np.zeros(scene.valid.shape, bool)
    truth[20:50, 20:50] = True
    assert ((mask == 1) == truth)[scene.valid].mean() > 0.85
    assert result.threshold == 0.5
    assert result.changed_pixels == np.nansum(mask)
    assert "fine-tuned siamese network" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(("changes", "kind", "words"), [
    ({"spectral_only": True}, InputError, "cannot do without its encoder"),
    ({"labels": "{change}"}, InputError, "needs no labels"),
    ({"threshold": 1.5}, InputError, "a probability"),
    ({"from_to": "{folder}/m.tif"}, InputError, "land-cover model"),
    ({"model": "{land_cover}"}, ModelError, "to map land cover"),
])
def test_what_a_model_of_change_is_not_for(scene, siamese, tmp_path, changes, kind, words):
    folder = siamese[0]
    places = {"folder": tmp_path, "change": folder / "change.gpkg", "land_cover": folder / "land_cover.safetensors"}
    if changes.get("model") and not places["land_cover"].exists():
        run(request_for(scene, folder, output=str(places["land_cover"]), epochs=1), SilentReporter())
    changes = {k: v.format(**places) if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(kind) as caught:
        find_change(scene, siamese, tmp_path, **changes)
    assert words in f"{caught.value} {caught.value.hint}"
    assert files_in(tmp_path) == set()


def test_images_of_another_range_than_the_model_of_change(scene, siamese, tmp_path):
    kept = np.flatnonzero(scene.bands.wavelength_nm < 800)
    paths = [write_image(tmp_path / f"{i}.tif", scene.values[kept] + i, scene.bands.only(kept)) for i in (0, 1)]
    with pytest.raises(ModelError, match=r"trained on .* nm; this image covers"):
        find_change(scene, siamese, tmp_path, before=str(paths[0]), after=str(paths[1]))


def test_labels_that_do_not_say_which_class_means_changed(scene, siamese, tmp_path):
    shapes = write_shapes(tmp_path / "l.gpkg", [block_shape(r, 30, 2, 2) for r in (12, 30, 40, 60)], kind=[*"abab"])
    with pytest.raises(LabelError, match="which of the classes means unchanged"):
        run(request_for(scene, tmp_path, labels=str(shapes), after=str(siamese[1])), SilentReporter())
