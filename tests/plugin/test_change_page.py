"""Page Change: the pair, the areas, a run with the real engine, the threshold slider, the from-to table."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsCollapsibleGroupBox, QgsMapCanvas

from specaware_qgis.connection import session
from specaware_qgis.dock.change import outcome as change_outcome
from specaware_qgis.dock.change.inputs import MOVES_FROM_LABELS
from specaware_qgis.maptools.areas import DrawnArea

from .conftest import SAMPLE
from .mouse import Mouse

LAKE = (slice(60, 80), slice(60, 84))
MISSING = -32768


@pytest.fixture
def canvas(qgis_app, qtbot):
    made = QgsMapCanvas()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    qtbot.waitUntil(lambda: made.mapSettings().outputSize().width() > 200, timeout=60_000)
    return made


@pytest.fixture
def dock(make_dock, qgis_iface, canvas, monkeypatch):
    monkeypatch.setattr(qgis_iface, "mapCanvas", lambda: canvas)
    return make_dock("change")


@pytest.fixture
def page(dock):
    return dock.pages["change"]


@pytest.fixture(scope="module")
def later_file(tmp_path_factory):
    """The sample scene, a little darker, with a lake."""
    path = tmp_path_factory.mktemp("later") / "later.tif"
    shutil.copy(SAMPLE / "scene.tif", path)
    file = gdal.Open(str(path), gdal.GA_Update)
    values = file.ReadAsArray().astype(float)
    missing, noise = values == MISSING, np.random.default_rng(0).normal(0, 15, values.shape)
    inner = values[:, 20:-20, 20:-20].reshape(len(values), -1)
    dark = inner[:, inner.mean(0).argmin()]
    values = values * 0.9 + noise
    values[:, LAKE[0], LAKE[1]] = dark[:, None, None] + noise[:, LAKE[0], LAKE[1]]
    values[missing] = MISSING
    for band in range(len(values)):
        file.GetRasterBand(band + 1).WriteArray(np.rint(values[band]).astype(np.int16))
    file.FlushCache()
    del file
    return path


@pytest.fixture
def later(scene, later_file):
    layer = QgsRasterLayer(str(later_file), "later scene")
    QgsProject.instance().addMapLayer(layer)
    return layer


def box_of(layer, rows, cols):
    """A rectangle of pixels."""
    whole, width, height = layer.extent(), layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    return QgsRectangle(whole.xMinimum() + cols.start * width, whole.yMaximum() - rows.stop * height,
                        whole.xMinimum() + cols.stop * width, whole.yMaximum() - rows.start * height)


def polygons(scene, *boxes, crs="EPSG:32633"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "fields", "memory")
    for box in boxes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(box))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_the_page_says_what_is_missing(page, dock):
    assert "two hyperspectral scenes" in page.runner.hint.text()
    layer = QgsRasterLayer(str(SAMPLE / "scene.tif"), "one")
    QgsProject.instance().addMapLayer(layer)
    assert "other date" in page.runner.hint.text()
    same = QgsRasterLayer(str(SAMPLE / "scene.tif"), "two")
    QgsProject.instance().addMapLayer(same)
    assert "same file" in page.runner.hint.text()
    assert not page.runner.button.isEnabled()


def test_overlap_is_told_at_once_and_the_shift_by_the_engine(page, later, needs_engine, qtbot):
    assert page.inputs.after.currentLayer() is later
    assert page.runner.button.isEnabled()
    assert "100% overlap" in page.inputs.pair.text.text()
    qtbot.waitUntil(lambda: "no shift" in page.inputs.pair.text.text(), timeout=60_000)
    assert "common bands" in page.inputs.pair.text.text()
    assert page.inputs.pair.correct.isHidden()


def test_a_shifted_scene_is_warned_of_before_the_run(page, later, stub_engine, monkeypatch, qtbot):
    found = {"overlap_share": 1.0, "grids": "same", "bands": 200, "same_sensor": True, "levels": ["L2", "L2"],
             "shift_px": [2.0, -1.5], "shifted": True, "warnings": []}
    monkeypatch.setattr(session, "run", lambda task, params, *rest: found)
    page.inputs.pair.wake(True)
    qtbot.waitUntil(lambda: "2.5 pixels off" in page.inputs.pair.text.text(), timeout=60_000)
    assert not page.inputs.pair.correct.isHidden()
    page.inputs.pair.correct.setChecked(True)
    page._folder = None
    assert page._params()["correct_shift"]


def test_unfolding_the_options_shows_what_is_to_be_seen(page, later, labels):
    inputs = page.inputs
    inputs.setParent(None)  # a window: what cannot be seen is not unfolded
    inputs.show()
    group = inputs.findChild(QgsCollapsibleGroupBox)
    for _ in range(2):
        group.setCollapsed(False)
        assert [inputs.covers.isHidden(), inputs.cover_field.isHidden(), inputs.model.isHidden()] == [True] * 3
        group.setCollapsed(True)
    inputs.moves.setCurrentIndex(MOVES_FROM_LABELS)
    group.setCollapsed(False)
    assert not inputs.covers.isHidden()
    assert inputs.model.isHidden()


def test_the_scenes_can_be_swapped(page, scene, later):
    page.inputs.swap.click()
    assert page.inputs.layers == (later, scene)


def test_areas_come_from_the_view_layers_and_selections(page, scene, later):
    panel, canvas = page.inputs.areas, page.desk.canvas
    canvas.setDestinationCrs(scene.crs())
    canvas.setExtent(scene.extent())
    canvas.setRotation(20)
    panel.take_view()
    canvas.setRotation(0)
    assert panel.areas[0].geometry.area() > 0
    layer = polygons(scene, box_of(scene, slice(0, 10), slice(0, 20)), box_of(scene, slice(20, 30), slice(0, 20)))
    panel.take_layer(layer)
    assert len(panel.areas) == 3
    layer.selectByIds([2])
    panel.take_selected(layer)
    assert len(panel.areas) == 4
    panel.take_extent(scene)
    assert panel.list.item(4).text().endswith(f"{scene.width()} × {scene.height()} px")
    layer.removeSelection()
    panel.take_selected(layer)
    assert "no selected polygons" in page.notice.text()
    panel.list.setCurrentRow(1)
    assert panel.overlay._chosen == {1}
    panel.delete.click()
    assert len(panel.areas) == 4
    panel.list.clearSelection()
    panel.delete.click()
    assert len(panel.areas) == 0
    panel.undo.click()
    assert len(panel.areas) == 4


def test_the_menu_offers_what_there_is(page, scene, later):
    menu = page.inputs.areas.more.menu()
    menu.aboutToShow.emit()
    _, whole, selected, extent = menu.actions()
    assert not whole.menu().isEnabled()
    assert [action.text() for action in extent.menu().actions()] == ["later scene", "sample scene"]
    layer = polygons(scene, box_of(scene, slice(0, 10), slice(0, 20)))
    layer.selectAll()
    menu.aboutToShow.emit()
    selected.menu().actions()[0].trigger()
    assert len(page.inputs.areas.areas) == 1


def test_buttons_take_and_give_back_the_tool(page, dock, canvas, later):
    panel = page.inputs.areas
    canvas.setDestinationCrs(later.crs())
    canvas.setExtent(later.extent())
    panel.rectangle.click()
    Mouse(canvas).drag(50, 50, 120, 120)
    assert len(panel.areas) == 1
    assert panel.rectangle.isChecked(), "several can be drawn, one after another"
    panel.polygon.click()
    assert [b.isChecked() for b in (panel.rectangle, panel.polygon, panel.edit)] == [False, True, False]
    panel.edit.click()
    assert panel.edit.isChecked()
    panel.areas.remove(0)
    assert not panel.edit.isChecked(), "there is nothing left to edit"
    panel.rectangle.click()
    dock.turn_to("data")
    assert not panel.rectangle.isChecked()
    assert panel.overlay.bands == []


def test_areas_are_kept_in_the_project_and_leave_the_map_with_the_page(page, dock, scene, later):
    area = DrawnArea.from_box(box_of(scene, slice(0, 10), slice(0, 20)), scene.crs())
    page.inputs.areas.areas.add(area)
    assert len(page.inputs.areas.overlay.bands) == 1
    dock.turn_to("data")
    assert page.inputs.areas.overlay.bands == []
    state = page.state()
    page.clear()
    assert len(page.inputs.areas.areas) == 0
    page.restore(state)
    assert page.inputs.areas.areas[0].geometry.equals(area.geometry)
    page.restore({"areas": [3, {}], "moves": "x", "result": {"value": {"threshold": "x"}, "score": scene.id()}})
    assert page.outcome.isHidden()


def test_a_hidden_dock_draws_nothing_when_its_project_is_opened(page, dock, scene, later):
    page.inputs.areas.areas.add(DrawnArea.from_box(box_of(scene, slice(0, 10), slice(0, 20)), scene.crs()))
    dock.hide()
    dock._write()
    dock._read()
    assert dock.page is page
    assert len(page.inputs.areas.areas) == 1
    assert page.inputs.areas.overlay.bands == []
    assert not page.inputs.pair.pending


def test_a_run_in_a_drawn_area_and_the_live_threshold(page, scene, later, needs_engine, qtbot, tmp_path):
    page.inputs.fast.setChecked(True)
    page.inputs.output.setFilePath(str(tmp_path / "my change"))
    web = QgsCoordinateReferenceSystem("EPSG:3857")
    here = DrawnArea.from_box(box_of(scene, slice(40, 100), slice(40, 104)), scene.crs())
    page.inputs.areas.areas.add(DrawnArea(here.in_crs(web), web))
    page.runner.button.click()
    assert page.running
    qtbot.waitUntil(lambda: not page.running, timeout=100_000)
    assert not page.notice.isVisibleTo(page), page.notice.text()
    layer = page.desk.iface.activeLayer() or QgsProject.instance().mapLayersByName("Change score")[0]
    assert layer.source() == str(tmp_path / "my change.tif")
    assert (layer.width(), layer.height()) == pytest.approx((64, 60), abs=1)
    qtbot.waitUntil(lambda: "on the map" in page.outcome.shown.text(), timeout=60_000)
    assert "ha changed" in page.outcome.number.text()
    changed, on_map = (float(label.text().split()[0]) for label in (page.outcome.number, page.outcome.shown))
    assert on_map == pytest.approx(changed, abs=0.1), "the map shows what is counted"
    assert not page.outcome.apply.isEnabled()
    before = layer.renderer().classificationMin()
    assert before == pytest.approx(1.0)
    started = time.monotonic()
    page.outcome.slider.setValue(page.outcome.slider.value() + 60)
    qtbot.waitUntil(lambda: layer.renderer().classificationMin() > before, timeout=60_000)
    assert time.monotonic() - started < 2
    assert layer.renderer().classificationMin() == pytest.approx(page.outcome.threshold)
    assert page.outcome.apply.isEnabled()
    page.outcome.reset.click()
    qtbot.waitUntil(lambda: layer.renderer().classificationMin() == pytest.approx(before), timeout=60_000)
    kept = page.state()["result"]
    page.outcome.hide()
    page.restore({"result": kept})
    assert not page.outcome.isHidden(), "the result comes back with the project"
    QgsProject.instance().removeMapLayer(layer.id())
    page.outcome.slider.setValue(10)
    qtbot.wait(2 * change_outcome.REPAINT_MS)


def write_map(path, values, kind, colors=None):
    """A GeoTIFF of ``values`` (bands, rows, cols); newer GDAL takes colours only before the pixels."""
    file = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[2], values.shape[1], len(values), kind)
    file.SetGeoTransform((400_000, 30, 0, 5_800_000, 0, -30))
    for number, plane in enumerate(values, 1):
        if colors:
            file.GetRasterBand(number).SetColorTable(colors)
        file.GetRasterBand(number).WriteArray(plane)


# What the engine says of a pair, which the page may ask at any moment.
PAIR = {"overlap_share": 1.0, "grids": "the same grid", "bands": 4, "same_sensor": True, "levels": ["L2", "L2"],
        "shift_px": None, "shifted": False, "warnings": []}


@pytest.fixture
def moves(tmp_path):
    """What the engine answers: a score, and a map of two transitions."""
    rng = np.random.default_rng(0)
    write_map(tmp_path / "change.tif", rng.gamma(1, 1, (2, 40, 30)), gdal.GDT_Float32)
    colors = gdal.ColorTable()
    for number in (1, 2, 3):
        colors.SetColorEntry(number, (60 * number, 10, 10, 255))
    write_map(tmp_path / "from_to.tif", rng.integers(1, 4, (1, 40, 30)), gdal.GDT_Byte, colors)
    transitions = [{"id": i, "from_id": start, "from_name": names[0], "to_id": end, "to_name": names[1],
                    "pixels": pixels, "area_ha": 0.09 * pixels} for i, start, end, names, pixels in (
                        (1, 1, 1, ("wheat", "wheat"), 1000), (2, 1, 2, ("wheat", "water"), 150),
                        (3, 2, 1, ("water", "wheat"), 50))]
    return {"output": str(tmp_path / "change.tif"), "report": None, "from_to": str(tmp_path / "from_to.tif"),
            "threshold": 1.0, "threshold_rule": "x", "raw_threshold": 2.0, "pixels": 1200, "changed_pixels": 200,
            "changed_share": 1 / 6, "changed_area_ha": 18.0, "shift_px": [0.6, 0.8], "shift_corrected": True,
            "transitions": transitions, "land_cover_scores": {"macro_f1": 0.8}, "validation": None, "seconds": 3.0,
            "device": "cpu", "warnings": ["Something to know."]}


def test_from_to_table_in_hectares(page, later, labels, moves, monkeypatch, qtbot):
    page.inputs.moves.setCurrentIndex(MOVES_FROM_LABELS)
    assert "labels of land cover" in page.runner.hint.text()
    page.inputs.covers.setLayer(labels)
    assert page.inputs.cover_field.currentField() == "class"
    asked = {}
    monkeypatch.setattr(
        session, "run", lambda task, params, *rest: PAIR if task == "pair" else asked.update(params) or moves)
    page.runner.button.click()
    qtbot.waitUntil(lambda: "on the map" in page.outcome.shown.text(), timeout=60_000)
    assert asked["land_cover"].partition("|")[0] == labels.source().partition("|")[0]
    assert (asked["land_cover_field"], asked["spectral_only"], "mask" in asked) == ("class", False, False)
    assert asked["from_to"].endswith("_from_to.tif")
    table = page.outcome.table
    rows = [[table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())]
    assert rows == [["wheat", "water", "13.5 ha"], ["water", "wheat", "4.5 ha"]]
    assert not table.item(0, 0).icon().isNull(), "the colour of the map"
    assert page.outcome.stayed.text().startswith("90.0 ha")
    assert "shift of 1.0 px corrected" in page.outcome.facts.text()
    assert "Something to know" in page.outcome.warnings.text()
    names = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    assert {"Change score", "From-to"} <= set(names)


def test_another_threshold_can_be_run(page, later, moves, monkeypatch, qtbot):
    asked = []
    monkeypatch.setattr(
        session, "run", lambda task, params, *rest: PAIR if task == "pair" else asked.append(params) or moves)
    page.detect()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    page.outcome.set_threshold(2.0)
    page.outcome.apply.click()
    qtbot.waitUntil(lambda: not page.running and len(asked) == 2, timeout=60_000)
    assert "threshold" not in asked[0]
    assert asked[1]["threshold"] == pytest.approx(2.0, rel=0.02)


def test_cancel_and_errors_are_told_in_sentences(page, later, stub_engine, qtbot, monkeypatch):
    real = session.run
    monkeypatch.setattr(session, "run", lambda task, params, *rest: real("slow", {}, *rest))
    page.runner.button.click()
    qtbot.waitUntil(lambda: session.client.pid is not None, timeout=60_000)
    page.runner.cancel.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "cancelled" in page.notice.text()
    assert page.inputs.isEnabled()


def test_the_page_is_no_wider_than_the_dock(page, later, labels, moves):
    page.inputs.moves.setCurrentIndex(MOVES_FROM_LABELS)
    page.outcome.show_result(moves, "an earlier scene → a later scene", "", "")
    assert page.minimumSizeHint().width() <= 260
