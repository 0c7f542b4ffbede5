"""Page Labels: classes, growing, counting, import, and what it warns of."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)

from specaware_qgis import label_counts, label_layer, pixels
from specaware_qgis.errors import EngineError
from specaware_qgis.spectral import growing

PIXEL_M = 30.0


@pytest.fixture
def dock(make_dock):
    return make_dock("labels")


@pytest.fixture
def page(dock, scene):
    dock.desk.canvas.setDestinationCrs(scene.crs())
    return dock.pages["labels"]


@pytest.fixture
def drawn(page, tmp_path):
    page.new_layer(str(tmp_path / "mine.gpkg"))
    for name in ("water", "forest"):
        page.list.name.setText(name)
        page.list.add.click()
    return page.layer


def polygons(*boxes):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32633&field=class:string", "boxes", "memory")
    for name, *box in boxes:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(*box)))
        layer.dataProvider().addFeature(feature)
    return layer


def counted(layer):
    return label_counts.count(QgsVectorLayerFeatureSource(layer), 0, PIXEL_M**2, lambda: False)


def test_a_new_layer_takes_classes_and_shows_them_in_their_colours(page, drawn, scene):
    assert drawn.crs() == scene.crs()
    assert [found.name for found in page.list.classes()] == ["water", "forest"]
    renderer = drawn.renderer()
    assert isinstance(renderer, QgsCategorizedSymbolRenderer)
    assert [category.label() for category in renderer.categories()] == ["water", "forest", "no class"]
    assert len({found.color for found in page.list.classes()}) == 2
    assert page.list.active == "forest", "the class just added is the one to draw"


def test_an_existing_file_is_not_overwritten(page, tmp_path):
    (tmp_path / "mine.gpkg").write_text("precious")
    page.new_layer(str(tmp_path / "mine"))
    assert "exists already" in page.notice.text()
    assert (tmp_path / "mine.gpkg").read_text() == "precious"


def test_what_is_drawn_gets_the_chosen_class(page, drawn, monkeypatch):
    page.list.choose("water")
    page.desk.iface.actionAddFeature = lambda: type("Action", (), {"trigger": lambda self: None})()
    page.draw.click()
    assert drawn.isEditable()
    definition = drawn.defaultValueDefinition(drawn.fields().lookupField("class"))
    assert definition.expression() == "'water'"


def test_the_class_field_stays_when_the_layer_changes(page, drawn):
    assert page.field == "class"
    drawn.startEditing()
    page.list.choose("water")
    page.list.choose("forest")
    drawn.updateFields()
    assert page.field == "class"
    assert [found.name for found in page.list.classes()] == ["water", "forest"]


def test_a_click_grows_a_region_that_the_slider_widens_and_undo_removes(page, drawn, scene, qtbot):
    page.list.choose("water")
    page.grower.at(QgsPointXY(scene.extent().center()))
    qtbot.waitUntil(lambda: drawn.featureCount() == 1, timeout=60_000)
    feature = next(drawn.getFeatures())
    assert feature["class"] == "water"
    narrow = feature.geometry().area()
    assert narrow >= PIXEL_M**2
    page.tolerance.setValue(page.tolerance.maximum())
    assert next(drawn.getFeatures()).geometry().area() > narrow
    while drawn.undoStack().canUndo():
        drawn.undoStack().undo()
    assert drawn.featureCount() == 0


def test_a_click_outside_the_scene_is_said(page, drawn, qtbot):
    page.grower.at(QgsPointXY(0, 0))
    qtbot.waitUntil(lambda: "no data at that place" in page.notice.text(), timeout=60_000)


def test_the_labels_may_vanish_while_a_region_is_read(page, drawn, scene, qtbot):
    page.grower.at(QgsPointXY(scene.extent().center()))
    job = page.grower._job
    QgsProject.instance().removeMapLayer(drawn.id())
    with qtbot.waitSignal(job.ended, timeout=60_000):
        pass
    assert page.layer is None


def test_counts_and_colours_of_the_sample(page, labels, qtbot):
    page.layer_box.setLayer(labels)
    qtbot.waitUntil(lambda: page.list.table.rowCount() == 9 and page.list.table.item(0, 1).text() == "4",
                    timeout=60_000)
    assert page.warnings.isHidden(), page.warnings.text()
    assert int(page.list.table.item(0, 2).text()) > 4


@pytest.mark.parametrize(("moved_m", "said"), [((0, 0), ""), ((100_000, 100_000), "All labels lie outside the scene"),
                                               ((0, 100_000), "1 labels lie outside")])
def test_labels_outside_the_scene_are_told_at_once(page, scene, moved_m, said, qtbot):
    middle = scene.extent().center()
    layer = polygons(*((f"class {shift}", middle.x() + shift, middle.y(), middle.x() + shift + 300, middle.y() + 300)
                       for shift in moved_m))
    QgsProject.instance().addMapLayer(layer)
    page.layer_box.setLayer(layer)
    with qtbot.waitSignal(page.counter.counted, timeout=60_000):
        page.counter.count_soon("class")
    text = page.warnings.text()
    assert said in text if said else "outside" not in text


def test_import_brings_features_classes_and_crs(page, drawn, qtbot):
    other = polygons(("road", 402400, 5777700, 402500, 5777800))
    QgsProject.instance().addMapLayer(other)
    page.imports.source.setLayer(other)
    page.imports.field.setField("class")
    page.imports.take.click()
    assert [feature["class"] for feature in drawn.getFeatures()] == ["road"]
    assert "road" in [found.name for found in page.list.classes()]
    page.imports.source.setLayer(drawn)
    page.imports.take.click()
    assert "nothing to import" in page.notice.text()


def test_a_suggestion_needs_a_model(page):
    page.suggester.button.click()
    assert "no model yet" in page.notice.text()


def test_warnings():
    layer = polygons(("a", 0, 0, 30, 30), ("a", 300, 300, 600, 600), ("b", 15, 0, 45, 300), (None, 0, 0, 1, 1))
    found = counted(layer)
    assert found.classes["a"].places == 2
    assert found.classes["a"].pixels == pytest.approx(101)
    text = "\n".join(found.warnings)
    assert "In one place only: b" in text
    assert "1 features have no class" in text
    assert "Labels of a and b overlap." in text
    assert "Few pixels" not in text


def test_a_common_border_is_no_overlap():
    found = counted(polygons(("a", 0, 0, 300, 300), ("b", 300, 0, 600, 300), ("c", 900, 0, 910, 10)))
    assert not [text for text in found.warnings if "overlap" in text]
    assert "Few pixels: c" in "\n".join(found.warnings)


def test_angle_is_blind_to_brightness():
    cube = np.ones((4, 5, 5), np.float32)
    cube[:, :, 3:] *= 7
    cube[0, 4, :] = 9
    cube[1, 0, 0] = np.nan
    angle = growing.spectral_angle_deg(cube, (2, 2))
    assert angle[1, 4] == pytest.approx(angle[1, 1], abs=1e-3)
    assert angle[4, 2] > 10
    assert np.isnan(angle[0, 0])


def test_region_hangs_together_and_follows_pixel_edges():
    angle = np.full((5, 6), 90.0)
    angle[1, 1:4] = angle[2, 3] = 0.0
    angle[4, 0] = 0.0  # alike, but elsewhere
    around = growing.Surroundings(angle, (1, 1), (100.0, 200.0), (10.0, 5.0))
    region = growing.grow(around, 1.0)
    assert region.area() == pytest.approx(4 * 50)
    assert region.boundingBox() == QgsRectangle(110, 185, 140, 195)


def test_growing_refuses_places_without_data(scene):
    provider = pixels.reader(scene)
    with pytest.raises(EngineError, match="no data"):
        growing.look_around(provider, (1, 2, 3), QgsPointXY(0, 0))


def test_classes_survive_a_field_of_numbers(qgis_new_project):
    layer = QgsVectorLayer("Point?crs=EPSG:32633&field=code:integer", "codes", "memory")
    label_layer.set_classes(layer, "code", [label_layer.LabelClass("3", "#112233")])
    assert label_layer.classes_of(layer, "code") == [label_layer.LabelClass("3", "#112233")]
    label_layer.set_active(layer, "code", "3")
    assert layer.defaultValueDefinition(0).expression() == "3"
