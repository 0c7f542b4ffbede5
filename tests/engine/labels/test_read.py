from __future__ import annotations

import json

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import rasterio.warp
import shapely
from affine import Affine
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from engine.errors import LabelError
from engine.labels.read import read_labels
from engine.raster.grid import Grid, Window
from engine.raster.legend import ClassInfo
from engine.raster.writer import RasterWriter

from ..raster.scenes import PLACE, SHARED, UTM, needs_shared

GRID = Grid(UTM, PLACE, (20, 30))


def at(col, row, cols=2, rows=2):
    """A rectangle given in pixels, in map units."""
    x, y = PLACE @ (col, row)
    return box(x, y - rows * 30, x + cols * 30, y)


def spot(col, row):
    return Point(PLACE @ (col + 0.5, row + 0.5))


def write_layer(path, shapes, crs="EPSG:32633", layer=None, append=False, **fields):
    kinds = {shape.geom_type.removeprefix("Multi") for shape in shapes if shape is not None}
    geometry = shapely.to_wkb(np.array(shapes, object))
    columns = [np.array(values, object if isinstance(values[0], str) or values[0] is None else None)
               for values in fields.values()]
    options = {"layer": layer} if layer else {}
    pyogrio.raw.write(path, geometry, columns, list(fields), crs=crs, append=append,
                      geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown", **options)
    return path


def pixels(labels, class_id):
    chosen = labels.class_ids == class_id
    return sorted(zip(labels.rows[chosen].tolist(), labels.cols[chosen].tolist(), strict=True))


SHAPES = [at(0, 0), at(5, 5, 3, 1), at(10, 10, 1, 1)]
KINDS = ["water", "tree", "water"]


@pytest.mark.parametrize("name", ["l.gpkg", "l.geojson", "l.shp", "l.fgb"])
def test_polygons_of_text_classes(tmp_path, name):
    crs = "EPSG:32633"
    shapes = SHAPES
    if name == "l.geojson":
        crs = "EPSG:4326"
        shapes = [shapely.transform(s, lambda xy: np.column_stack(
            rasterio.warp.transform(UTM, CRS.from_epsg(4326), xy[:, 0], xy[:, 1]))) for s in SHAPES]
    labels = read_labels(write_layer(tmp_path / name, shapes, crs, kind=KINDS), GRID)
    assert labels.kind == "polygons"
    assert [(c.id, c.name) for c in labels.classes] == [(1, "tree"), (2, "water")]
    assert pixels(labels, 1) == [(5, 5), (5, 6), (5, 7)]
    assert pixels(labels, 2) == [(0, 0), (0, 1), (1, 0), (1, 1), (10, 10)]
    assert labels.count(2) == 5
    where = zip(labels.rows.tolist(), labels.cols.tolist(), strict=True)
    groups = dict(zip(where, labels.groups.tolist(), strict=True))
    assert groups[0, 0] == groups[1, 1] != groups[10, 10]
    assert set(groups.values()) == {0, 1, 2}
    assert (name == "l.geojson") == any("reprojected" in note for note in labels.notes)


@settings(deadline=None, max_examples=25)
@given(st.integers(-3, 28), st.integers(-3, 18), st.floats(0.6, 9), st.floats(0.6, 9))
def test_a_polygon_labels_the_pixels_whose_centres_it_holds(tmp_path_factory, col, row, cols, rows):
    path = tmp_path_factory.mktemp("p") / "l.gpkg"
    path = write_layer(path, [at(col + 0.3, row + 0.2, cols, rows), at(29, 19, 1, 1)], code=[3, 7])
    r, c = np.mgrid[:20, :30]
    inside = (c + 0.2 > col) & (c + 0.2 < col + cols) & (r + 0.3 > row) & (r + 0.3 < row + rows)
    # An edge right through a centre may fall to either side: map coordinates are rounded.
    on_edge = (np.abs(c + 0.2 - col - cols) < 1e-6) | (np.abs(r + 0.3 - row - rows) < 1e-6)
    assume(inside.any() and not inside[19, 29] and not on_edge.any())
    assert pixels(read_labels(path, GRID), 3) == list(zip(*map(list, np.nonzero(inside)), strict=True))


def test_points_label_the_pixel_that_holds_them(tmp_path):
    shapes = [spot(0, 0), spot(29, 19), spot(4, 4), Point(PLACE @ (4.9, 4.1)), spot(4, 5), spot(4, 5), spot(90, 0)]
    labels = read_labels(write_layer(tmp_path / "l.gpkg", shapes, label=[1, 2, 1, 1, 1, 2, 2]), GRID)
    assert labels.kind == "points"
    assert pixels(labels, 1) == [(0, 0), (4, 4)]
    assert pixels(labels, 2) == [(19, 29)]
    assert any("1 pixels carry labels of two classes" in note for note in labels.notes)
    assert any("1 features lie outside" in note for note in labels.notes)


def test_overlaps_of_one_class_merge_and_of_two_are_dropped(tmp_path):
    shapes = [at(0, 0, 4, 4), at(2, 2, 4, 4), at(2, 0, 2, 3)]
    labels = read_labels(write_layer(tmp_path / "l.gpkg", [*shapes, at(9, 9)], label=["a", "a", "b", "b"]), GRID)
    assert labels.count(1) == 16 + 16 - 4 - 6
    assert labels.groups[(labels.rows == 3) & (labels.cols == 3)].tolist() == [0]
    assert pixels(labels, 2) == [(9, 9), (9, 10), (10, 9), (10, 10)]
    assert any("6 pixels carry labels of two classes" in note for note in labels.notes)


def test_invalid_empty_and_classless_features_are_counted(tmp_path):
    x, y = PLACE @ (2, 2)
    bow_tie = Polygon([(x, y), (x + 120, y - 120), (x + 120, y), (x, y - 120)])
    shapes = [bow_tie, at(10, 10), None, at(15, 15), MultiPolygon([at(20, 2), at(24, 2)])]
    labels = read_labels(write_layer(tmp_path / "l.gpkg", shapes, label=["a", "b", "a", None, "b"]), GRID)
    assert labels.count(1) > 0
    assert labels.count(2) == 12
    for text in ("1 invalid", "1 features without a class", "1 features without a shape"):
        assert any(text in note for note in labels.notes), text


def test_a_polygon_smaller_than_a_pixel_labels_what_it_touches(tmp_path):
    labels = read_labels(write_layer(tmp_path / "l.gpkg", [at(3.1, 3.1, 0.2, 0.2), at(8, 8)], label=[1, 2]), GRID)
    assert pixels(labels, 1) == [(3, 3)]
    assert pixels(labels, 2) == [(8, 8), (8, 9), (9, 8), (9, 9)]
    assert any("1 polygons smaller" in note for note in labels.notes)


def test_rotated_grids(tmp_path):
    grid = Grid(UTM, Affine.translation(500000, 5400000) @ Affine.rotation(30) @ Affine.scale(10, -10), (20, 20))
    shapes = [Point(grid.transform @ (3.5, 7.5)), Point(grid.transform @ (12.5, 1.5))]
    labels = read_labels(write_layer(tmp_path / "l.gpkg", shapes, label=[1, 2]), grid)
    assert pixels(labels, 1) == [(7, 3)]
    assert pixels(labels, 2) == [(1, 12)]


def test_images_without_georeference(tmp_path):
    grid = Grid(None, Affine.identity(), (20, 30))
    shapes = [box(2, -4, 4, -2), box(10, -11, 11, -10)]
    labels = read_labels(write_layer(tmp_path / "l.gpkg", shapes, None, label=[1, 2]), grid)
    assert pixels(labels, 1) == [(2, 2), (2, 3), (3, 2), (3, 3)]
    assert any("no coordinate system" in note for note in labels.notes)


def test_all_outside_shows_both_extents(tmp_path):
    path = write_layer(tmp_path / "l.gpkg", [at(100, 0), at(200, 0)], label=[1, 2])
    with pytest.raises(LabelError, match=r"503000 to 506060.*outside.*500000 to 500900"):
        read_labels(path, GRID)


@pytest.mark.parametrize(("fields", "wanted", "names"), [
    ({"class": [1, 2], "area": [3, 4]}, None, ["class 1", "class 2"]),
    ({"x": ["a", "b"]}, None, ["a", "b"]),
    ({"area": ["7", "9"], "Kind": ["a", "b"]}, "kind", ["a", "b"]),
    ({"class": ["4", "2"]}, None, ["class 2", "class 4"]),
    ({"class": [2.0, 5.0]}, None, ["class 2", "class 5"]),
    ({"class_id": [9, 4], "class_name": ["roof", "soil"]}, None, ["soil", "roof"]),
    ({"class": [9, 4], "name": ["roof", "soil"], "x": [1, 1]}, None, ["soil", "roof"]),
    ({"id": [1, 2], "label": ["b", "a"], "type": ["x", "x"]}, None, ["b", "a"])])
def test_class_fields(tmp_path, fields, wanted, names):
    labels = read_labels(write_layer(tmp_path / "l.gpkg", SHAPES[:2], **fields), GRID, wanted)
    assert [info.name for info in labels.classes] == names


def test_names_and_numbers_that_disagree_are_not_joined(tmp_path):
    path = write_layer(tmp_path / "l.gpkg", SHAPES, class_id=[1, 2, 1], class_name=["a", "b", "c"])
    assert [info.name for info in read_labels(path, GRID, "class_id").classes] == ["class 1", "class 2"]


def test_numbers_that_do_not_fit_are_renumbered(tmp_path):
    labels = read_labels(write_layer(tmp_path / "l.gpkg", SHAPES, label=[-1, 0, 10**9]), GRID)
    assert [(info.id, info.name) for info in labels.classes] == [
        (1, "class -1"), (2, "class 0"), (3, "class 1000000000")]
    assert any("numbered from 1" in note for note in labels.notes)


@pytest.mark.parametrize(("fields", "wanted", "message"), [
    ({"label": ["a", "a"]}, None, "only one class \\(a\\)"), ({"label": [None, None]}, None, "empty"),
    ({"label": [0.5, 1.0]}, None, "fractions"), ({"p": [1, 2], "q": [1, 2]}, None, "p, q"),
    ({"class": [1, 2], "label": [1, 2]}, None, "class, label"), ({"p": [1, 2]}, "q", "no field 'q'; they have p"),
    ({}, None, "no fields")])
def test_unclear_classes_are_explained(tmp_path, fields, wanted, message):
    path = write_layer(tmp_path / "l.gpkg", SHAPES[:2], **fields)
    with pytest.raises(LabelError, match=message) as caught:
        read_labels(path, GRID, wanted)
    assert caught.value.hint


def test_too_many_classes(tmp_path):
    spots = [spot(i % 30, i // 30) for i in range(256)]
    path = write_layer(tmp_path / "l.gpkg", spots, name=[f"n{i}" for i in range(256)])
    with pytest.raises(LabelError, match="256 different values"):
        read_labels(path, GRID)


def test_lines_are_refused(tmp_path):
    path = write_layer(tmp_path / "l.gpkg", [LineString([(500000, 5400000), (500100, 5399900)])] * 2, label=[1, 2])
    with pytest.raises(LabelError, match="lines"):
        read_labels(path, GRID)


def test_layers(tmp_path):
    path = write_layer(tmp_path / "l.gpkg", SHAPES, layer="one", label=KINDS)
    write_layer(path, SHAPES, layer="two", append=True, label=["x", "y", "z"])
    with pytest.raises(LabelError, match="one, two"):
        read_labels(path, GRID)
    assert len(read_labels(path, GRID, layer="two").classes) == 3
    assert len(read_labels(f"{path}|layername=one", GRID).classes) == 2
    with pytest.raises(LabelError, match="no layer 'three'"):
        read_labels(path, GRID, layer="three")


@pytest.mark.parametrize(("name", "content"), [
    ("none.gpkg", None), ("empty.gpkg", b""), ("junk.gpkg", b"junk" * 100), ("junk.geojson", b'{"type": "Feat'),
    ("junk.tif", b"II*\0junk"), ("junk.shp", b"junk" * 100)])
def test_unreadable_files(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LabelError) as caught:
        read_labels(tmp_path / name, GRID)
    assert caught.value.hint


def write_raster(path, values, crs=UTM, transform=PLACE, nodata=None):
    with rasterio.open(path, "w", driver="GTiff", dtype=values.dtype, count=1, height=values.shape[0],
                       width=values.shape[1], crs=crs, transform=transform, nodata=nodata) as file:
        file.write(values, 1)
    return path


def class_raster(dtype=np.uint8):
    values = np.zeros((20, 30), dtype)
    values[:2, :2] = 4
    values[2, 2] = 4  # touches at a corner: one patch
    values[10:12, 10:13] = 4
    values[15, 15] = 9
    return values


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_label_rasters(tmp_path, dtype):
    labels = read_labels(write_raster(tmp_path / "l.tif", class_raster(dtype)), GRID)
    assert labels.kind == "raster"
    assert labels.class_ids.dtype == np.uint8
    assert [(info.id, info.name) for info in labels.classes] == [(4, "class 4"), (9, "class 9")]
    assert labels.count(4) == 11
    assert sorted(np.bincount(labels.groups).tolist()) == [1, 5, 6]


@pytest.mark.parametrize("option", ["class_field", "layer"])
def test_a_raster_has_no_field_and_no_layer(tmp_path, option):
    with pytest.raises(LabelError, match="raster"):
        read_labels(write_raster(tmp_path / "l.tif", class_raster()), GRID, **{option: "kind"})


def test_nodata_and_nan_are_unlabelled(tmp_path):
    values = class_raster(np.float32)
    values[5, 5], values[6, 6] = np.nan, 77
    labels = read_labels(write_raster(tmp_path / "l.tif", values, nodata=77), GRID)
    assert len(labels.rows) == 12


@pytest.mark.parametrize("value", [-1, 256, 1.5, np.inf])
def test_values_that_are_no_classes(tmp_path, value):
    values = class_raster(np.float32)
    values[5, 5] = value
    with pytest.raises(LabelError, match="whole numbers from 1 to 255"):
        read_labels(write_raster(tmp_path / "l.tif", values), GRID)


@pytest.mark.parametrize("change", [
    {"transform": Affine.translation(30, 0) @ PLACE}, {"crs": CRS.from_epsg(32632)},
    {"values": np.ones((20, 31), np.uint8)}])
def test_another_grid_is_refused_with_both(tmp_path, change):
    values = change.pop("values", class_raster())
    with pytest.raises(LabelError, match=r"20 x 3[01] pixels.* against 20 x 30 pixels"):
        read_labels(write_raster(tmp_path / "l.tif", values, **change), GRID)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_without_georeference_the_shape_must_agree(tmp_path):
    path = write_raster(tmp_path / "l.tif", class_raster(), None, Affine.identity())
    assert len(read_labels(path, GRID).rows) == 12
    with pytest.raises(LabelError):
        read_labels(path, Grid(UTM, PLACE, (30, 20)))


def test_names_and_colours_of_a_class_map_come_back(tmp_path):
    classes = (ClassInfo(4, "Moor & Heide", (1, 2, 3)), ClassInfo(9, "Wald", (4, 5, 6)))
    with RasterWriter(tmp_path / "m.tif", GRID, "uint8", nodata=0, classes=classes) as writer:
        writer.write(Window(0, 0, *GRID.shape), class_raster())
    assert read_labels(tmp_path / "m.tif", GRID).classes == classes


@needs_shared
@pytest.mark.parametrize("name", ["enmap_potsdam", "indian_pines", "salinas_a"])
def test_real_label_rasters(name):
    stated = json.loads((SHARED / name / "meta.json").read_text())
    with rasterio.open(SHARED / name / "image.tif") as file:
        grid = Grid(file.crs, file.transform, file.shape)
    labels = read_labels(SHARED / name / "labels.tif", grid)
    assert {info.id: labels.count(info.id) for info in labels.classes} == \
        {item["id"]: item["count"] for item in stated["classes"]}


@needs_shared
def test_real_points():
    with rasterio.open(SHARED / "enmap_potsdam" / "image.tif") as file:
        grid = Grid(file.crs, file.transform, file.shape)
    path = SHARED / "enmap_potsdam" / "landcover_potsdam_point.gpkg"
    with pytest.raises(LabelError, match="level_1, level_2"):
        read_labels(path, grid)
    labels = read_labels(path, grid, "level_2")
    assert [info.name for info in labels.classes] == ["impervious", "low vegetation", "soil", "tree", "water"]
    assert any("45 features lie outside" in note for note in labels.notes)
