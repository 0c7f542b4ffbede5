"""Labels and places that users really give, put to every verb that takes them: a result that says so, or a sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyogrio.raw
import pytest
import rasterio.warp
import shapely
import shapely.affinity

from engine.errors import InputError, LabelError, ModelError
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
# "from-to" is change with labels of land cover, "siamese" is train with a later image.
VERBS = ("classify", "change", "from-to", "scene", "train", "siamese", "sample")
NAMES = ("unchanged", "changed")
MARKUP = "<img src=x onerror=alert(1)>&\"' changed"
PLACES = ((12, 10), (12, 30), (12, 50), (30, 10), (30, 30), (30, 50), (50, 10), (50, 30))

pytestmark = pytest.mark.usefixtures("small_training")


@pytest.fixture(scope="module")
def later(scene, tmp_path_factory):
    """A later image of the scene."""
    values = scene.values.copy()
    values[:, 40:, :] = values[:, 40:, :][:, ::-1]
    return write_image(tmp_path_factory.mktemp("later") / "later.tif", values, scene.bands)


def labels_of(case: str, path: Path) -> Path:
    """Eight blocks of two classes in turns, with something wrong."""
    shapes, names = [block_shape(r, c, 4, 4) for r, c in PLACES], [NAMES[i % 2] for i in range(len(PLACES))]
    crs = CRS
    if case == "no overlap":
        shapes = [shapely.affinity.translate(s, 90_000, 0) for s in shapes]
    elif case == "one class":
        names = [NAMES[0]] * len(shapes)
    elif case == "a single sample":
        shapes, names = [*shapes[::2], block_shape(50, 40, 1, 1)], [*names[::2], NAMES[1]]
    elif case == "one place":
        shapes, names = [block_shape(30, 30, 4, 4), block_shape(30, 34, 4, 4)], list(NAMES)
    else:  # in another CRS, one crossing itself, one lying on two of the other class, markup in the name
        crs, names = "EPSG:3857", [MARKUP if name == NAMES[1] else name for name in names]
        shapes[0] = shapely.Polygon(np.array(block_shape(10, 10, 8, 8).exterior.coords)[[0, 2, 1, 3, 0]])
        shapes[1] = block_shape(12, 12, 6, 24)
        shapes = [shapely.transform(s, lambda xy: np.column_stack(rasterio.warp.transform(CRS, crs, *xy.T)))
                  for s in shapes]
    pyogrio.raw.write(path, shapely.to_wkb(np.array(shapes, object)), [np.array(names, object)], ["kind"], crs=crs,
                      geometry_type="Polygon", driver="GPKG")
    return path


def run(verb: str, scene, later, saved_map, labels: Path, folder: Path):
    """Run a task with these labels; its result and what it warned of."""
    reporter, image, text = SilentReporter(), str(scene.image), str(labels)
    common = {"weights": str(scene.weights), "device": "cpu", "class_field": "kind"}
    report = str(folder / "r.html")
    task, request = {
        "classify": (tasks.classify, ClassifyRequest(image, str(folder / "o.tif"), text, report=report, **common)),
        "change": (tasks.change, ChangeRequest(image, str(later), str(folder / "o.tif"), labels=text, report=report,
                                               **common)),
        "from-to": (tasks.change, ChangeRequest(
            image, str(later), str(folder / "o.tif"), from_to=str(folder / "f.tif"), land_cover=text,
            land_cover_field="kind", report=report, weights=str(scene.weights), device="cpu")),
        "scene": (tasks.scene, SceneRequest(text, image, str(folder / "o.gpkg"), chip_px=16, report=report, **common)),
        "train": (tasks.train, TrainRequest(image, text, str(folder / "m.safetensors"), epochs=1, report=report,
                                            **common)),
        "siamese": (tasks.train, TrainRequest(image, text, str(folder / "m.safetensors"), after=str(later), epochs=1,
                                              report=report, **common)),
        "sample": (tasks.sample, SampleRequest(str(saved_map / "map.tif"), str(folder / "o.gpkg"), training=text,
                                               size=20, class_field="kind"))}[verb]
    return task.run(request, reporter), "\n".join(reporter.warnings)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("case", "words"), [("no overlap", "lie outside the image"), ("one class", "only one class")])
def test_refused_with_a_hint_and_no_output(scene, later, saved_map, tmp_path, verb, case, words):
    labels = labels_of(case, tmp_path / "l.gpkg")
    with pytest.raises(LabelError, match=words) as caught:
        run(verb, scene, later, saved_map, labels, tmp_path)
    assert caught.value.hint
    assert files_in(tmp_path) == {"l.gpkg"}


@pytest.mark.parametrize("verb", VERBS)
def test_messy_labels_are_mended_and_what_was_done_is_told(scene, later, saved_map, tmp_path, verb):
    result, told = run(verb, scene, later, saved_map, labels_of("messy", tmp_path / "l.gpkg"), tmp_path)
    assert Path(result.output).is_file()
    if verb == "sample":  # it only keeps away from them
        return
    for words in ("were reprojected", "1 invalid polygons", "pixels carry labels of two classes"):
        assert words in told
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert ("&lt;img src=x" in page) == (verb != "change"), "the page of change names no classes"


@pytest.mark.parametrize("verb", ["classify", "from-to", "scene", "train", "siamese"])
def test_a_class_with_a_single_sample_is_used_and_not_assessed(scene, later, saved_map, tmp_path, verb):
    result, told = run(verb, scene, later, saved_map, labels_of("a single sample", tmp_path / "l.gpkg"), tmp_path)
    assert Path(result.output).is_file()
    assert "Not assessed, since no labelled place of it" in told


def test_change_needs_more_than_a_single_sample(scene, later, saved_map, tmp_path):
    with pytest.raises(LabelError, match="64 unchanged and 1 changed") as caught:
        run("change", scene, later, saved_map, labels_of("a single sample", tmp_path / "l.gpkg"), tmp_path)
    assert caught.value.hint
    assert files_in(tmp_path) == {"l.gpkg"}


@pytest.mark.parametrize("verb", ["classify", "change", "from-to", "scene", "train", "siamese"])
def test_labels_in_one_place_give_no_score(scene, later, saved_map, tmp_path, verb):
    result, told = run(verb, scene, later, saved_map, labels_of("one place", tmp_path / "l.gpkg"), tmp_path)
    assert Path(result.output).is_file()
    assert "no accuracy estimate" in told


@pytest.mark.parametrize(("extent", "words"), [
    ((402_600, 5_780_000, 402_600, 5_781_000), "empty"), ((403_000, 5_780_000, 402_600, 5_781_000), "empty"),
    ((float("nan"), 0, 1, 1), "empty"), ((1e6, 5_780_000, 2e6, 5_781_000), "outside")])
@pytest.mark.parametrize("verb", ["classify", "change", "suggest", "explain"])
def test_an_extent_that_holds_nothing(scene, later, saved_map, tmp_path, verb, extent, words):
    image, saved, output = str(scene.image), str(saved_map / "m.safetensors"), str(tmp_path / "o.tif")
    common = {"weights": str(scene.weights), "device": "cpu"}
    request = {"classify": lambda: ClassifyRequest(image, output, model=saved, extent=extent, **common),
               "change": lambda: ChangeRequest(image, str(later), output, extents=(extent,), **common),
               "suggest": lambda: SuggestRequest(image, saved, str(tmp_path / "o.gpkg"), extent=extent, **common),
               "explain": lambda: ExplainRequest(image, extent=extent, output=str(tmp_path / "o.csv"), **common)}
    with pytest.raises(InputError, match=words) as caught:
        getattr(tasks, verb).run(request[verb](), SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == set()


@pytest.mark.parametrize("verb", ["classify", "change", "suggest", "explain"])
def test_a_model_of_another_band_range(scene, saved_map, tmp_path, verb):
    kept = np.flatnonzero(scene.bands.wavelength_nm < 800)
    images = [str(write_image(tmp_path / f"{i}.tif", scene.values[kept] + i, scene.bands.only(kept))) for i in (0, 1)]
    output, place = str(tmp_path / "o.tif"), ((403_000, 5_781_000),)
    common = {"weights": str(scene.weights), "device": "cpu", "model": str(saved_map / "m.safetensors")}
    request = {"classify": lambda: ClassifyRequest(images[0], output, **common),
               "change": lambda: ChangeRequest(*images, output, from_to=str(tmp_path / "f.tif"), **common),
               "suggest": lambda: SuggestRequest(images[0], output=str(tmp_path / "o.gpkg"), **common),
               "explain": lambda: ExplainRequest(images[0], place, output=str(tmp_path / "o.csv"), **common)}
    with pytest.raises(ModelError, match="nm") as caught:
        getattr(tasks, verb).run(request[verb](), SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == {"0.tif", "1.tif"}


@pytest.mark.parametrize(("case", "words"), [("no overlap", "outside"), ("another class", "class")])
def test_reference_points_that_do_not_fit(scene, saved_map, tmp_path, case, words):
    spots = [block_shape(r, c, 1, 1).centroid for r, c in PLACES]
    if case == "no overlap":
        spots = [shapely.affinity.translate(s, 90_000, 0) for s in spots]
    points = tmp_path / "p.gpkg"
    names = [MARKUP if case == "another class" else "water"] * len(spots)
    pyogrio.raw.write(points, shapely.to_wkb(np.array(spots, object)), [np.array(names, object)], ["class"], crs=CRS,
                      geometry_type="Point", driver="GPKG")
    with pytest.raises(LabelError, match=words) as caught:
        tasks.assess.run(AssessRequest(str(saved_map / "map.tif"), str(points), report=str(tmp_path / "r.html")),
                         SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == {"p.gpkg"}
