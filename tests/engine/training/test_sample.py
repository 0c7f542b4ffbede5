from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.features import rasterize
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score

from engine.training.simulator.sample import COLOURS, SEED, SPEC, sample_scene, write_sample
from engine.training.simulator.sample_later import later_scene

BUNDLED = Path(__file__).resolve().parents[3] / "resources" / "sample"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


def read(path):
    with rasterio.open(path) as source:
        # QGIS leaves its statistics in an .aux.xml beside whatever it draws.
        tags = [{k: v for k, v in source.tags(i).items() if not k.startswith("STATISTICS_")} for i in source.indexes]
        return source.read(), source.profile, tags


def outlines(folder):
    info, _, shapes, fields = pyogrio.raw.read(folder / "labels.gpkg")
    return shapely.from_wkb(shapes), {n: v.tolist() for n, v in zip(info["fields"], fields, strict=True)}


def read_labels(folder, shape, transform):
    info, _, outlines, fields = pyogrio.raw.read(folder / "labels.gpkg")
    columns = dict(zip(info["fields"], fields, strict=True))
    shapes = zip(shapely.from_wkb(outlines), columns["class_id"], strict=True)
    burnt = rasterize([(s, int(n)) for s, n in shapes], shape, transform=transform)
    return burnt, columns["class"], info["crs"]


def test_bundled_files_are_what_the_command_makes(fresh):
    for name, step in (("scene.tif", 16), ("truth.tif", 16), ("later.tif", 32)):
        (old, old_profile, old_tags), (new, new_profile, new_tags) = read(BUNDLED / name), read(fresh / name)
        # Another processor may round a value the other way: one step, in a few places.
        differs = old.astype(int) - new.astype(int)
        assert np.abs(differs).max() <= step
        assert (differs != 0).mean() < 1e-3
        assert old_tags == new_tags
        assert old_profile["transform"] == new_profile["transform"]
    # The bytes of a GeoPackage depend on the versions of GDAL and SQLite; its content does not.
    (old_shapes, old_fields), (new_shapes, new_fields) = (outlines(f) for f in (BUNDLED, fresh))
    assert shapely.equals_exact(old_shapes, new_shapes, 1e-6).all()
    assert old_fields == new_fields


def test_bundle_is_small():
    assert sum(p.stat().st_size for p in BUNDLED.iterdir() if p.suffix != ".xml") < 7_500_000


def test_the_later_scene_shows_the_same_ground_and_some_of_it_changed():
    before, after = sample_scene(), later_scene(SPEC, SEED)
    changed = before.labels != after.labels
    assert 0.04 < changed.mean() < 0.12
    names = before.classes
    moves = {(names[a - 1], names[b - 1]) for a, b in zip(before.labels[changed], after.labels[changed], strict=True)}
    assert {("winter wheat", "bare soil"), ("bare soil", "maize"), ("grassland", "built-up"),
            ("conifer forest", "bare soil")} <= moves
    usable = [band.good for band in before.bands]
    distance = np.sqrt(((before.cube - after.cube)[usable] ** 2).mean(0))
    assert np.median(distance[changed]) > 4 * np.median(distance[~changed])


def test_the_later_scene_lies_inside_the_first_on_its_grid():
    (_, first, _), (_, later, _) = read(BUNDLED / "scene.tif"), read(BUNDLED / "later.tif")
    col, row = ~first["transform"] @ (later["transform"].c, later["transform"].f)
    assert (col, row) == (12, 12)
    assert (later["width"], later["height"], later["count"]) == (120, 120, first["count"])


def test_scene_says_what_it_is():
    cube, profile, tags = read(BUNDLED / "scene.tif")
    assert cube.shape[0] >= 150
    assert min(cube.shape[1:]) >= 128
    assert profile["tiled"]
    assert {t["wavelength_units"] for t in tags} == {"Nanometers"}
    assert {t["bbl"] for t in tags} == {"0", "1"}
    assert profile["nodata"] == -32768
    assert (cube != -32768).all()


def test_labels_are_few_and_true():
    truth, profile, _ = read(BUNDLED / "truth.tif")
    labels, names, crs = read_labels(BUNDLED, truth.shape[1:], profile["transform"])
    assert crs == "EPSG:32633"
    assert set(names) == set(COLOURS)
    assert (labels[labels > 0] == truth[0][labels > 0]).all()
    counts = np.bincount(labels[labels > 0])[1:]
    assert ((counts >= 10) & (counts <= 36)).all()


def test_scene_is_neither_trivial_nor_hopeless():
    cube, _, tags = read(BUNDLED / "scene.tif")
    truth, profile, _ = read(BUNDLED / "truth.tif")
    labels = read_labels(BUNDLED, truth.shape[1:], profile["transform"])[0].ravel()
    spectra = cube[[t["bbl"] == "1" for t in tags]].reshape(-1, labels.size).T
    forest = RandomForestClassifier(100, random_state=0).fit(spectra[labels > 0], labels[labels > 0])
    rest = np.flatnonzero(labels == 0)[::5]
    assert 0.55 < f1_score(truth.ravel()[rest], forest.predict(spectra[rest]), average="macro") < 0.85
