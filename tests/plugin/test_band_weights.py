"""``specaware:band_weights`` in the real QGIS, with the real engine on the sample scene."""

from __future__ import annotations

import csv
import json

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProject,
    QgsVectorLayer,
)

from .conftest import SAMPLE
from .test_algorithms import Feedback, extent_text, run

PIXEL_A, PIXEL_B = (30.5, 40.5), (100.5, 90.5)  # columns and rows


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def map_point(layer, pixel):
    extent = layer.extent()
    return (extent.xMinimum() + pixel[0] * layer.rasterUnitsPerPixelX(),
            extent.yMaximum() - pixel[1] * layer.rasterUnitsPerPixelY())


def point_layer(scene, crs, *pixels):
    """A layer of points in another CRS."""
    layer = QgsVectorLayer(f"Point?crs={crs}", "places", "memory")
    transform = QgsCoordinateTransform(scene.crs(), QgsCoordinateReferenceSystem(crs), QgsProject.instance())
    for pixel in pixels:
        feature = QgsFeature()
        geometry = QgsGeometry.fromWkt("POINT({} {})".format(*map_point(scene, pixel)))
        geometry.transform(transform)
        feature.setGeometry(geometry)
        layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_a_point_given_in_another_crs(provider, needs_engine, scene, tmp_path):
    layer, feedback = point_layer(scene, "EPSG:4326", PIXEL_A), Feedback()
    point = next(layer.getFeatures()).geometry().asPoint()
    results = run("band_weights", {"INPUT": scene, "POINT": f"{point.x()},{point.y()} [EPSG:4326]",
                                   "OUTPUT": str(tmp_path / "a.csv")}, feedback)
    rows = rows_of(results["OUTPUT"])
    assert (results["PLACES"], len(rows)) == (1, scene.bandCount())
    x, y = map_point(scene, PIXEL_A)
    assert abs(float(rows[0]["x"]) - x) < 1
    assert abs(float(rows[0]["y"]) - y) < 1
    assert sum(float(r["gain"]) for r in rows if r["gain"]) == pytest.approx(1, abs=1e-3)
    assert {r["good"] for r in rows if not r["gain"]} == {"0"}
    assert any(" nm (" in text for text in feedback.texts)


def test_a_layer_of_points_in_another_crs(provider, needs_engine, scene, tmp_path):
    layer = point_layer(scene, "EPSG:4326", PIXEL_A, PIXEL_B)
    results = run("band_weights", {"INPUT": scene, "POINTS": layer, "OUTPUT": str(tmp_path / "a.json")})
    body = json.loads((tmp_path / "a.json").read_text())
    assert results["PLACES"] == 2
    assert [(p["col"], p["row"]) for p in body["places"]] == [(30, 40), (100, 90)]


def test_a_box(provider, needs_engine, scene, tmp_path):
    run("band_weights", {"INPUT": scene, "EXTENT": extent_text(scene, 20), "OUTPUT": str(tmp_path / "a.json")})
    (place,) = json.loads((tmp_path / "a.json").read_text())["places"]
    assert (place["rows"], place["cols"], place["pixels"]) == (20, 20, 400)


@pytest.mark.parametrize("places", [(), ("POINT", "EXTENT")])
def test_one_kind_of_place_is_asked_for(provider, scene, tmp_path, places):
    given = {"POINT": "1,2", "EXTENT": "0,1,0,1"}
    with pytest.raises(QgsProcessingException, match=f"{len(places)} kinds of places"):
        run("band_weights", {"INPUT": scene, "OUTPUT": str(tmp_path / "a.csv")} | {k: given[k] for k in places})


def test_an_empty_layer_and_too_many_points_are_refused(provider, scene, tmp_path):
    for count, message in ((0, "holds no point"), (65, "more than 64 points")):
        layer = point_layer(scene, "EPSG:4326", *[PIXEL_A] * count)
        with pytest.raises(QgsProcessingException, match=message):
            run("band_weights", {"INPUT": scene, "POINTS": layer, "OUTPUT": str(tmp_path / "a.csv")})


def test_a_point_outside_is_explained(provider, needs_engine, scene, tmp_path):
    with pytest.raises(QgsProcessingException, match="lies outside the image"):
        run("band_weights", {"INPUT": scene, "POINT": "1,2", "OUTPUT": str(tmp_path / "a.csv")})
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_job_leaves_nothing(provider, needs_engine, scene, tmp_path):
    feedback = Feedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException):
        run("band_weights", {"INPUT": scene, "EXTENT": extent_text(scene, 144), "OUTPUT": str(tmp_path / "a.csv")},
            feedback)
    assert list(tmp_path.iterdir()) == []


def test_every_parameter_has_a_help_text(provider):
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:band_weights")
    assert algorithm.create()
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_qgis_process(qgis_process, tmp_path):
    qgis_process("band_weights", INPUT=SAMPLE / "scene.tif", EXTENT="404000,404300,5779000,5779300",
                 OUTPUT=tmp_path / "a.csv")
    assert len(rows_of(tmp_path / "a.csv")) == 224
