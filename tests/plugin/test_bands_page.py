"""Page Bands: places picked on the map, what the engine says of them, and what is written to files."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest

from specaware_qgis.connection import session
from specaware_qgis.dock import keeping
from specaware_qgis.errors import EngineError
from specaware_qgis.maptools.place import place_of
from specaware_qgis.plots.band_weights_plot import GAIN, NEEDS, RESPONSE, SPECTRUM

BANDS = [{"band": i, "wavelength_nm": 400.0 + 10 * i, "fwhm_nm": 10.0, "good": i != 3, "reason": "water" * (i == 3)}
         for i in range(1, 7)]


@pytest.fixture
def dock(make_dock):
    made = make_dock()
    made.show()
    return made


@pytest.fixture
def page(dock, scene):
    canvas = dock.desk.canvas
    canvas.setDestinationCrs(scene.crs())
    canvas.setExtent(scene.extent())
    dock.turn_to("bands")
    return dock.pages["bands"]


@pytest.fixture
def answers(monkeypatch):
    """An engine that answers at once; what it was asked is kept."""
    asked = []

    def run(task, params, *_rest):
        if task != "explain":
            raise EngineError("not now")
        asked.append(params)
        per_band = [0.1 * i if band["good"] else None for i, band in enumerate(BANDS)]
        classes = [{"id": 1, "name": "water", "color": [0, 0, 255], "score": 0.8, "drop": per_band},
                   {"id": 2, "name": "forest", "color": [0, 99, 0], "score": 0.2, "drop": per_band}]
        x, y = params["points"][0] if params.get("points") else params["extent"][:2]
        place = {"x": x, "y": y, "row": 0, "col": 0, "rows": 1, "cols": 1, "pixels": 1,
                 "spectrum": [0.3] * 6, "spread": [None] * 6, "gain": per_band, "response": per_band,
                 "content_shift": per_band, "classes": classes if params["model"] else []}
        return {"bands": BANDS, "places": [place], "notes": [], "seconds": 0.01}

    monkeypatch.setattr(session, "run", run)
    return asked


def at(scene, dx=0.0, dy=0.0):
    centre = scene.extent().center()
    return QgsGeometry.fromPointXY(QgsPointXY(centre.x() + dx, centre.y() + dy))


def pixel(page, scene, dx=0.0, dy=0.0):
    """Where a place is on the canvas, in pixels."""
    canvas = page.desk.canvas
    crs = QgsCoordinateTransform(scene.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    found = canvas.getCoordinateTransform().transform(crs.transform(at(scene, dx, dy).asPoint()))
    return QPoint(round(found.x()), round(found.y()))


def settled(page, qtbot):
    qtbot.waitUntil(lambda: not page.explainer.busy, timeout=60_000)


def test_a_click_on_the_map_asks_the_engine_for_that_pixel(page, scene, needs_engine, qtbot):
    page.picker.click()
    canvas = page.desk.canvas
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     pixel(page, scene))
    assert len(page.pins) == 1
    settled(page, qtbot)
    assert page.pins.answered, page.notice.text()
    pin = page.pins.answered[0]
    gain = [value for value in pin.answer["gain"] if value is not None]
    assert len(gain) == 216
    assert sum(gain) == pytest.approx(1.0, abs=1e-3)
    assert "404" in pin.name
    assert "577" in pin.name
    page.plot.move_cursor(863.0)
    assert "863.4 nm" in page.readout.text()
    assert len(page.plot.values_at_cursor(GAIN)) == 1
    page.plot.move_cursor(1370.0)
    assert "not used" in page.readout.text()
    page.picker.click()
    assert canvas.mapTool() is not page.picker._tool


def test_a_drag_is_a_box_on_a_rotated_map_in_another_crs(page, scene, answers, qtbot):
    canvas = page.desk.canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    whole = QgsCoordinateTransform(scene.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    canvas.setExtent(whole.transformBoundingBox(scene.extent()))
    canvas.setRotation(30)
    page.picker.click()
    tool, boxes = page.picker._tool, []
    tool.picked.connect(lambda shape, added: boxes.append(QgsGeometry(shape)))
    for act, place in ((QTest.mousePress, pixel(page, scene)), (QTest.mouseRelease, pixel(page, scene, 1500, -1200))):
        act(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert len(boxes[0].asPolygon()[0]) == 5
    place = page.pins.all[0].place
    assert not place.is_point
    assert scene.extent().contains(place.box)
    cols, rows = place.pixel_size(scene)
    assert cols > 1 < rows
    settled(page, qtbot)
    assert answers[-1]["extent"] == [place.x_min, place.y_min, place.x_max, place.y_max]
    canvas.setRotation(0)


def test_places_outside_are_refused_in_words(page, scene, answers):
    page.pick(at(scene, 99_000))
    assert "outside" in page.notice.text()
    assert len(page.pins) == 0


def test_a_place_is_a_whole_pixel_or_whole_pixels(scene):
    whole = scene.extent()
    corner = QgsGeometry.fromPointXY(QgsPointXY(whole.xMinimum() + 1, whole.yMaximum() - 1))
    place = place_of(scene, corner, scene.crs())
    assert (place.x_min, place.y_min) == (whole.xMinimum() + 15, whole.yMaximum() - 15)
    assert place.is_point
    x, y = whole.xMinimum() - 500, whole.yMaximum() - 95
    box = place_of(scene, QgsGeometry.fromRect(QgsRectangle(x, y, x + 544, y + 900)), scene.crs())
    assert (box.x_min, box.x_max) == (whole.xMinimum(), whole.xMinimum() + 30)
    assert box.pixel_size(scene) == (1, 3)
    nowhere = QgsGeometry.fromPointXY(QgsPointXY(0, 95))
    assert place_of(scene, nowhere, QgsCoordinateReferenceSystem("EPSG:4326")) is None


def test_a_click_replaces_what_is_not_kept(page, scene, answers, qtbot):
    page.pick(at(scene))
    page.pick(at(scene, 300))
    assert len(page.pins) == 1
    page.pick(at(scene, 600), keep=True)
    assert len(page.pins) == 2
    page.places.pinned.emit(page.pins.all[1].key, False)
    page.pick(at(scene, 900))
    settled(page, qtbot)
    assert [round(pin.place.x_min - scene.extent().center().x(), -2) for pin in page.pins.all] == [300, 900]
    assert len({pin.color for pin in page.pins.all}) == 2
    page.places.removed.emit(page.pins.all[0].key)
    assert len(page.pins) == 1


def test_no_more_places_than_colours(page, scene, answers, qtbot):
    for i in range(10):
        page.pick(at(scene, 30 * i), keep=True)
    settled(page, qtbot)
    assert len(page.pins) == len({pin.color for pin in page.pins.all}) == 8


def test_needs_come_after_the_weights_and_by_class(page, scene, answers, qtbot, tmp_path):
    page.needs.setChecked(True)
    page.pick(at(scene))
    settled(page, qtbot)
    assert "no trained model" in page.notice.text()
    page.desk.learned = str(tmp_path / "model.safetensors")
    page.pick(at(scene))
    settled(page, qtbot)
    assert [params["model"] for params in answers] == [None, None, page.desk.learned]
    assert NEEDS in page.plot.visible_keys
    assert [curve.color for curve in page.plot._curves[NEEDS]] == ["#0000ff", "#006300"]
    page.class_box.setCurrentIndex(page.class_box.findText("water"))
    page.draw()
    assert [curve.color for curve in page.plot._curves[NEEDS]] == [page.pins.all[0].color]
    assert "water 80%" in page.places.entries[0].note


def test_bad_bands_break_the_line_and_are_grey(page, scene, answers, qtbot):
    page.pick(at(scene))
    settled(page, qtbot)
    spectrum = page.plot._curves[SPECTRUM][0]
    assert [bool(value != value) for value in spectrum.values] == [False, False, True, False, False, False]
    assert [(span.low_nm, span.high_nm) for span in page.plot._grey] == [(425.0, 435.0)]


def test_arrow_keys_go_from_band_to_band(page, scene, answers, qtbot):
    page.pick(at(scene))
    settled(page, qtbot)
    for _ in range(2):
        QTest.keyClick(page.plot, Qt.Key.Key_Right)
    assert "Band 2 ·" in page.readout.text()
    QTest.keyClick(page.plot, Qt.Key.Key_Escape)
    assert "Shift" in page.readout.text()


def test_zooming_moves_all_panels_together(page, scene, answers, qtbot):
    page.pick(at(scene))
    settled(page, qtbot)
    page.plot._widgets[RESPONSE].ranged.emit(420.0, 450.0)
    assert {(s.low_nm, s.high_nm) for s in page.plot.scenes()} == {(420.0, 450.0)}
    page.plot._widgets[GAIN].reset.emit()
    assert page.plot.scenes()[0].low_nm < 410


def test_table_picture_and_drawing(page, scene, answers, qtbot, tmp_path):
    page.pick(at(scene))
    page.pick(at(scene, 300), keep=True)
    settled(page, qtbot)
    for name in ("w.csv", "w.png", "w.svg"):
        page.save(str(tmp_path / name))
        assert name in page.notice.text()
    rows = list(csv.DictReader((tmp_path / "w.csv").read_text().splitlines()))
    assert len(rows) == 12
    assert (rows[0]["gain"], rows[2]["gain"], rows[2]["reason"]) == ("0.0", "", "water")
    picture = QImage(str(tmp_path / "w.png"))
    colors = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(0, 900, 3)}
    assert page.pins.all[1].color in colors
    text = ElementTree.parse(tmp_path / "w.svg").getroot()
    assert any("Gain" in "".join(node.itertext()) for node in text.iter())
    page.save(str(tmp_path / "nowhere" / "w.csv"))
    assert "could not be written" in page.notice.text()


def test_the_project_keeps_the_places(page, dock, scene, answers, qtbot):
    page.pick(at(scene))
    page.pick(at(scene, 300), keep=True)
    settled(page, qtbot)
    state = page.state()
    page.clear()
    assert page.plot._curves[GAIN] == ()
    page.restore(state)
    page.entered()
    settled(page, qtbot)
    assert len(page.pins.answered) == 2
    assert [pin.kept for pin in page.pins.all] == [True, False]


@pytest.mark.parametrize("state", [{"places": 3}, {"places": [3, {}, {"layer_id": "x"}, {"x_min": "a"}]},
                                   {"model": 7, "needs": "yes"}])
def test_nonsense_in_the_project_is_passed_over(page, state):
    keeping.write({"pages": {"bands": state}})
    page.restore(state)
    assert len(page.pins) == 0


def test_a_removed_layer_takes_its_places_along(page, scene, answers, qtbot):
    page.pick(at(scene))
    settled(page, qtbot)
    page.pick(at(scene, 300), keep=True)
    QgsProject.instance().removeMapLayer(scene.id())
    settled(page, qtbot)
    assert len(page.pins) == 0
    page.pick(QgsGeometry.fromPointXY(QgsPointXY(0, 0)))
    assert "no scene" in page.notice.text()


def test_marks_are_on_the_map_only_while_the_page_is_visible(page, dock, scene, answers, qtbot):
    page.picker.click()
    page.pick(at(scene))
    settled(page, qtbot)
    marker = page.pins._markers[page.pins.all[0].key]
    assert marker.isVisible()
    assert len(marker.corners()) == 1
    dock.turn_to("data")
    assert not marker.isVisible()
    assert not page.picker.isChecked()
    dock.turn_to("bands")
    assert marker.isVisible()
    assert page.picker.isChecked(), "picking goes on"
    page.remove(page.pins.all[0].key)
    assert marker.scene() is None


def test_an_error_of_the_engine_is_said_and_the_place_goes(page, scene, monkeypatch, qtbot):
    def refuse(*_args):
        raise EngineError("no data there", "choose another place")

    monkeypatch.setattr(session, "run", refuse)
    page.pick(at(scene))
    settled(page, qtbot)
    assert "no data there" in page.notice.text()
    assert len(page.pins) == 0


def test_a_project_opened_while_the_page_is_looked_at_asks_for_its_places(page, dock, scene, answers, qtbot, tmp_path):
    page.pick(at(scene))
    settled(page, qtbot)
    QgsProject.instance().write(str(tmp_path / "project.qgz"))
    QgsProject.instance().clear()
    assert len(page.pins) == 0
    assert QgsProject.instance().read(str(tmp_path / "project.qgz"))
    assert dock.page is page
    qtbot.waitUntil(lambda: len(page.pins.answered) == 1, timeout=60_000)
    assert len(answers) == 2
