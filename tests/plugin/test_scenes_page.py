"""Page Scenes: grid, examples, a run with the real engine, and what it answers to mistakes."""

from __future__ import annotations

import pytest
from qgis.core import QgsCategorizedSymbolRenderer, QgsProject, QgsVectorLayer

from specaware_qgis.connection import session
from specaware_qgis.dock.scenes.inputs import FROM_FOLDER, OF_FOLDER, OF_UNITS
from specaware_qgis.grid_lines import CellGrid


@pytest.fixture
def dock(make_dock):
    return make_dock("scenes")


@pytest.fixture
def page(dock):
    return dock.pages["scenes"]


def test_the_page_says_what_is_missing(page, scene, labels):
    inputs = page.inputs
    assert page.runner.button.isEnabled()
    inputs.what.setCurrentIndex(OF_FOLDER)
    assert "folder of chips to classify" in page.runner.hint.text()
    inputs.chips.setFilePath("/tmp")
    assert "Polygons lie on a scene" in page.runner.hint.text()
    inputs.source.setCurrentIndex(FROM_FOLDER)
    assert "one folder of chips for each class" in page.runner.hint.text()
    inputs.folder.setFilePath("/tmp")
    assert page.runner.button.isEnabled()
    assert page._params()["train"] == "/tmp"
    QgsProject.instance().clear()
    inputs.what.setCurrentIndex(0)
    assert "scene" in page.runner.hint.text()


def test_the_grid_covers_the_scene(scene):
    grid = CellGrid.over(scene, 24)
    assert (grid.cols - 1) * 24 < scene.width() <= grid.cols * 24
    lines = grid.lines(scene)
    assert lines.boundingBox().toString(1) == scene.extent().toString(1)
    assert len(lines.asMultiPolyline()) == grid.cols + grid.rows + 2
    assert len(CellGrid.over(scene, 4).lines(scene).asMultiPolyline()) <= 404
    assert len(CellGrid(100_000, 100_000, 4).lines(scene).asMultiPolyline()) == 4, "too fine to be seen"


def test_the_grid_is_shown_on_this_page_only(page, dock, scene):
    page.inputs.grid.setChecked(True)
    page.inputs.cell.setValue(24)
    assert page.inputs._band is not None
    assert "cells" in page.inputs.size.text()
    assert "720 m" in page.inputs.size.text()
    page.inputs.cell.setValue(1024)
    assert "smaller" in page.inputs.size.text()
    dock.turn_to("data")
    assert page.inputs._band is None


def test_examples_are_counted(page, scene, labels, qtbot):
    qtbot.waitUntil(lambda: "examples" in page.inputs.classes.text(), timeout=60_000)
    names = labels.uniqueValues(labels.fields().lookupField("class"))
    assert page.inputs.classes.text().startswith(f"{len(names)} classes, {labels.featureCount()} examples")


def test_the_page_is_no_wider_than_the_dock(page, scene, labels):
    assert page.minimumSizeHint().width() <= 260


def test_state_is_kept(page, scene, labels):
    page.inputs.cell.setValue(32)
    page.inputs.grid.setChecked(True)
    state = page.state()
    page.inputs.cell.setValue(64)
    page.inputs.grid.setChecked(False)
    page.restore(state)
    assert page.state() == state
    page.restore({"cell": "x", "what": 9, "labels": 4, "field": None})
    assert page.inputs.cell.value() == 32


def test_cells_are_proposed_that_fit_the_scene_until_the_user_chooses(page, scene):
    assert page.inputs.cell.value() == 16, "of 144 pixels eight or more cells a side"
    page.inputs.cell.setValue(10)
    page.desk.scene_changed.emit()
    assert page.inputs.cell.value() == 10


def test_cells_of_the_sample_scene(page, scene, labels, needs_engine, qtbot, tmp_path):
    page.inputs.cell.setValue(40)
    page.inputs.output.setFilePath(str(tmp_path / "my scenes"))
    page.runner.button.click()
    assert page.running
    qtbot.waitUntil(lambda: not page.running, timeout=120_000)
    assert page.notice.isHidden(), page.notice.text()
    layer = next(x for x in QgsProject.instance().mapLayers().values() if x.name().endswith("scenes"))
    assert isinstance(layer, QgsVectorLayer)
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
    grid = CellGrid.over(scene, 40)
    assert layer.featureCount() == grid.cols * grid.rows
    table = page.outcome.table
    assert sum(int(table.item(row, 2).text()) for row in range(table.rowCount())) == layer.featureCount()
    assert page.outcome.number.text().endswith("% right")
    assert "logistic regression" in page.outcome.facts.text()


def test_polygons_are_learned_from_polygons(page, scene, labels, qgis_new_project):
    page.inputs.what.setCurrentIndex(OF_UNITS)
    assert page.inputs.cell.isHidden()
    assert not page.inputs.units.isHidden()
    assert page.runner.button.isEnabled()
    params = page._params()
    assert params["units"].startswith(labels.source().split("|")[0])
    assert "chip_px" not in params
    page.inputs.source.setCurrentIndex(FROM_FOLDER)
    page.inputs.folder.setFilePath("/tmp")
    assert "learned from polygons" in page.runner.hint.text()
    page.inputs.source.setCurrentIndex(0)
    points = QgsVectorLayer("Point?crs=EPSG:4326&field=class:string", "points", "memory")
    QgsProject.instance().addMapLayer(points)
    page.inputs.labels.setLayer(points)
    assert "learned from polygons" in page.runner.hint.text()
    QgsProject.instance().removeMapLayers([labels.id(), points.id()])
    assert page.state()["units"] == ""


def test_polygons_of_the_sample_get_one_class_each(page, scene, labels, needs_engine, qtbot, tmp_path):
    page.inputs.what.setCurrentIndex(OF_UNITS)
    page.inputs.output.setFilePath(str(tmp_path / "fields"))
    page.runner.button.click()
    qtbot.waitUntil(lambda: not page.running, timeout=120_000)
    assert page.notice.isHidden(), page.notice.text()
    layer = QgsVectorLayer(str(tmp_path / "fields.gpkg"), "fields", "ogr")
    assert layer.featureCount() == labels.featureCount()
    found = next(iter(layer.getFeatures())).geometry()
    assert found.isGeosValid()


def test_cancel(page, scene, labels, stub_engine, qtbot, monkeypatch):
    real = session.run
    monkeypatch.setattr(session, "run", lambda task, params, *rest: real("slow", {}, *rest))
    page.runner.button.click()
    qtbot.waitUntil(lambda: session.client.pid is not None, timeout=60_000)
    page.runner.cancel.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "cancelled" in page.notice.text()


def test_a_job_that_has_ended_can_be_forgotten(dock, qtbot):
    job = dock.desk.jobs.compute("quick", lambda task: 1)
    qtbot.waitUntil(lambda: job.over, timeout=60_000)
    qtbot.wait(300)
    job.forget()
    job.cancel()
