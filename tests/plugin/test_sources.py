"""Layers become files that hold exactly what the layer shows."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsRasterLayer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from specaware_qgis.errors import EngineError
from specaware_qgis.sources import label_file, raster_path

from .conftest import SAMPLE


def read(found) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{found.path}|layername={found.layer}" if found.layer else found.path, "copy", "ogr")
    assert layer.isValid()
    return layer


def memory_layer(names) -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:32633&field=class:string&field=fid:integer", "drawn", "memory")
    features = []
    for place, name in enumerate(names):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(place, place)))
        feature.setAttributes([name, 1])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def test_a_file_is_used_as_it_is(labels, tmp_path):
    found = label_file(labels, "class", tmp_path)
    assert found.path == labels.source().partition("|")[0]
    assert found.class_field == "class"
    assert list(tmp_path.iterdir()) == []


def test_a_drawn_layer_is_copied_even_with_equal_fids(qgis_app, tmp_path):
    found = label_file(memory_layer(["a", "b", "a"]), "class", tmp_path)
    copy = read(found)
    assert sorted(f["class"] for f in copy.getFeatures()) == ["a", "a", "b"]
    assert copy.crs().authid() == "EPSG:32633"
    assert read(label_file(memory_layer(["a"]), "fid", tmp_path)).featureCount() == 1


def test_unsaved_edits_count(labels, tmp_path):
    labels.startEditing()
    first = next(labels.getFeatures())
    labels.changeAttributeValue(first.id(), labels.fields().lookupField("class"), "just typed")
    found = label_file(labels, "class", tmp_path)
    labels.rollBack()
    assert "just typed" in {f["class"] for f in read(found).getFeatures()}


def test_filter_and_selection_count(labels, tmp_path):
    total = labels.featureCount()
    name = next(labels.getFeatures())["class"]
    labels.setSubsetString(f"\"class\" = '{name}'")
    shown = labels.featureCount()
    assert 0 < shown < total
    assert {f["class"] for f in read(label_file(labels, "class", tmp_path)).getFeatures()} == {name}
    labels.setSubsetString("")
    labels.selectByIds([f.id() for f in labels.getFeatures()][:5])
    assert read(label_file(labels, "class", tmp_path, selected_only=True)).featureCount() == 5
    both = label_file(labels, "class", tmp_path, selected_only=True, filter_expression=f"\"class\" = '{name}'")
    chosen = [f for f in labels.selectedFeatures() if f["class"] == name]
    assert read(both).featureCount() == len(chosen) > 0


def test_nothing_selected_is_an_error_with_advice(labels, tmp_path):
    with pytest.raises(EngineError, match="has no selected features"):
        label_file(labels, "class", tmp_path, selected_only=True)
    with pytest.raises(EngineError, match="has no field nonsense"):
        label_file(labels, "nonsense", tmp_path)


def test_a_file_without_features_is_an_error_with_advice(labels, tmp_path):
    path = tmp_path / "none.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.onlySelectedFeatures = True
    labels.removeSelection()
    QgsVectorFileWriter.writeAsVectorFormatV3(labels, str(path), QgsCoordinateTransformContext(), options)
    layer = QgsVectorLayer(str(path), "nothing drawn", "ogr")
    assert layer.featureCount() == 0
    with pytest.raises(EngineError, match="nothing drawn has no features") as caught:
        label_file(layer, "class", tmp_path)
    assert "Draw some labels" in caught.value.hint


def test_raster_path(scene):
    assert raster_path(scene) == str(SAMPLE / "scene.tif")
    service = QgsRasterLayer("type=xyz&url=http://localhost/", "x", "wms")
    for bad in (None, QgsRasterLayer("/nowhere.tif", "x"), service):
        with pytest.raises(EngineError):
            raster_path(bad)
