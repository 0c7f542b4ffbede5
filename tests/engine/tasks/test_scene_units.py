"""Polygons of an image that get one class each."""

from __future__ import annotations

import csv

import numpy as np
import pyogrio.raw
import pytest
import rasterio.warp
import shapely

from engine.errors import InputError, LabelError
from engine.labels.chips import unit_chips
from engine.reporting import SilentReporter
from engine.tasks.scene.task import SceneRequest, run
from tests.scenes import CLASSES, CRS, block_shape, files_in, write_image, write_shapes

pytestmark = pytest.mark.usefixtures("one_repeat")

SIDE_PX = 4


@pytest.fixture(scope="module")
def parcels(scene):
    """Blocks of one class: their outlines and the class of each."""
    blocks = [(r, c) for r in range(10, 64, SIDE_PX) for c in range(8, 54, SIDE_PX)]
    pure = [(r, c) for r, c in blocks if len(np.unique(scene.truth[r:r + SIDE_PX, c:c + SIDE_PX])) == 1]
    return ([block_shape(r, c, SIDE_PX, SIDE_PX) for r, c in pure], [CLASSES[scene.truth[r, c] - 1] for r, c in pure])


def request_for(scene, place, output, **changes):
    return SceneRequest(**{"train": str(scene.polygons), "predict": str(scene.image), "output": str(output),
                           "units": str(place), "class_field": "kind", "chip_px": 16, "device": "cpu",
                           "weights": str(scene.weights)} | changes)


def test_units_get_their_class_and_keep_shape_and_fields(scene, parcels, tmp_path):
    shapes, truth = parcels
    units = write_shapes(tmp_path / "u.gpkg", shapes, parcel=list(range(len(shapes))), **{"class": ["x"] * len(shapes)})
    result = run(request_for(scene, units, tmp_path / "o.gpkg", report=str(tmp_path / "r.html")), SilentReporter())
    meta, _, wkb, values = pyogrio.raw.read(tmp_path / "o.gpkg")
    found = dict(zip(meta["fields"], values, strict=True))
    assert meta["crs"] == CRS
    assert shapely.equals(shapely.from_wkb(wkb), np.array(shapes, object)).all()
    assert found["parcel"].tolist() == list(range(len(shapes)))
    assert set(found["class_given"]) == {"x"}
    assert found["unit"].tolist() == list(range(1, len(shapes) + 1))
    assert (found["class"] == truth).mean() > 0.85
    assert (found["second"] != found["class"]).all()
    assert (result.chips, result.skipped) == (len(shapes), 0)
    page = (tmp_path / "r.html").read_text()
    assert "--units" in page
    assert page.count("data:image/png") == 2


def test_other_coordinates_outside_and_lines(scene, parcels, tmp_path):
    """In degrees, one of two parts, one far away, one crossing itself, and a line."""
    shapes = [parcels[0][0], shapely.multipolygons(parcels[0][1:3]), block_shape(500, 500, 5, 5),
              shapely.Polygon(np.array(block_shape(30, 30, 8, 8).exterior.coords)[[0, 2, 1, 3, 0]]),
              shapely.LineString(np.array(block_shape(30, 30, 8, 8).exterior.coords)[:2])]
    degrees = [shapely.transform(s, lambda xy: np.column_stack(rasterio.warp.transform(CRS, "EPSG:4326", *xy.T)))
               for s in shapes]
    units = tmp_path / "u.geojson"
    pyogrio.raw.write(units, shapely.to_wkb(np.array(degrees, object)), [np.arange(5)], ["n"], crs="EPSG:4326",
                      geometry_type="Unknown", driver="GeoJSON")
    reporter = SilentReporter()
    result = run(request_for(scene, units, tmp_path / "o.geojson"), reporter)
    meta, _, wkb, values = pyogrio.raw.read(tmp_path / "o.geojson")
    assert (result.chips, result.skipped) == (3, 0)
    assert dict(zip(meta["fields"], values, strict=True))["unit"].tolist() == [1, 2, 4]
    assert set(shapely.get_type_id(shapely.from_wkb(wkb))) == {shapely.GeometryType.MULTIPOLYGON}
    np.testing.assert_allclose(shapely.total_bounds(shapely.from_wkb(wkb)[:2]), shapely.total_bounds(degrees[:2]),
                               atol=1e-6)
    told = "\n".join(reporter.warnings)
    for words in ("1 features of u.geojson are no polygons", "1 polygons of u.geojson lie outside", "were repaired"):
        assert words in told


def test_a_table_and_units_without_data(scene, parcels, tmp_path):
    units = write_shapes(tmp_path / "u.gpkg", [block_shape(1, 1, 5, 5), *parcels[0][:2]], n=[7, 8, 9])
    result = run(request_for(scene, units, tmp_path / "o.csv"), SilentReporter())
    with open(tmp_path / "o.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["unit"] for row in rows] == ["2", "3"]
    assert result.skipped == 1


def test_what_lies_outside_a_unit_does_not_count(scene, parcels, tmp_path):
    units = write_shapes(tmp_path / "u.gpkg", parcels[0], n=list(range(len(parcels[0]))))
    inside = np.zeros(scene.valid.shape, bool)
    _, _, wkb, _ = pyogrio.raw.read(scene.polygons)
    for shape in (*parcels[0], *shapely.from_wkb(wkb)):
        x0, y0, x1, y1 = shape.bounds
        col, row = round((x0 - 402_300) / 30), round((5_781_900 - y1) / 30)
        inside[row:row + round((y1 - y0) / 30), col:col + round((x1 - x0) / 30)] = True
    answers = []
    for name, other in (("a.tif", scene.values), ("b.tif", np.where(scene.valid & ~inside, 3000, scene.values))):
        image = write_image(tmp_path / name, other.astype(np.int16), scene.bands)
        run(request_for(scene, units, tmp_path / "o.csv", predict=str(image)), SilentReporter())
        answers.append((tmp_path / "o.csv").read_text())
    assert answers[0] == answers[1]


def test_large_units_are_looked_at_in_parts_and_small_ones_in_a_window(tmp_path):
    rows, cols = np.nonzero(np.ones((40, 10), bool))
    chips = unit_chips(tmp_path, rows, cols, (50, 50), 16)
    assert sum(chip.pixels for chip in chips) == 400
    assert max(max(chip.window.shape) for chip in chips) <= 16
    small, = unit_chips(tmp_path, np.array([49]), np.array([0]), (50, 50), 16)
    assert (small.window.shape, small.pixels) == ((4, 4), 1)
    assert small.window.within((50, 50))


@pytest.mark.parametrize(("changes", "kind", "words"), [
    ({"train": "{points}", "class_field": "number"}, LabelError, "Points show no unit"),
    ({"units": "{folder}/none.gpkg"}, LabelError, "do not exist"),
    ({"units": "{points}"}, LabelError, "holds 0 polygons"),
    ({"units": "{image}"}, LabelError, "no layer of polygons"),
    ({"units": "{far}"}, LabelError, "All 1 polygons of far.gpkg lie outside the image"),
    ({"train": "{folder}", "class_field": None}, InputError, "by labelled polygons"),
])
def test_mistakes(scene, tmp_path, changes, kind, words):
    far = write_shapes(tmp_path / "far.gpkg", [block_shape(900, 900, 5, 5)], n=[1])
    places = {"points": scene.points, "image": scene.image, "folder": tmp_path, "far": far}
    changes = {k: v and v.format(**places) for k, v in changes.items()}
    with pytest.raises(kind, match=words) as caught:
        run(request_for(scene, scene.polygons, tmp_path / "o.gpkg", **changes), SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == {"far.gpkg"}
