"""Drawn areas as a file for the engine."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsRectangle, QgsVectorLayer

from specaware_qgis import area_file
from specaware_qgis.errors import EngineError
from specaware_qgis.maptools.areas import DrawnArea


def test_areas_as_a_file(scene, tmp_path):
    bow_tie = DrawnArea(QgsGeometry.fromWkt("Polygon ((0 0, 100 100, 100 0, 0 100, 0 0))"), scene.crs())
    written = area_file.write_areas([bow_tie, bow_tie.moved(500, 0)], scene.crs(), tmp_path)
    layer = QgsVectorLayer(written, "areas", "ogr")
    assert layer.crs() == scene.crs()
    assert [feature.geometry().isGeosValid() for feature in layer.getFeatures()] == [True, True]
    assert sum(feature.geometry().area() for feature in layer.getFeatures()) == pytest.approx(2 * 5000)


def test_an_area_that_a_crs_cannot_show_is_refused(qgis_app, tmp_path):
    far = DrawnArea.from_box(QgsRectangle(1e15, 1e15, 2e15, 2e15), QgsCoordinateReferenceSystem("EPSG:32633"))
    with pytest.raises(EngineError, match="Area 1"):
        area_file.write_areas([far], QgsCoordinateReferenceSystem("EPSG:4326"), tmp_path)
