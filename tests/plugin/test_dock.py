"""The dock: what it offers, runs, shows, and says when something fails."""

from __future__ import annotations

import os
import signal

import pytest
from qgis.core import QgsLayerTreeGroup, QgsPalettedRasterRenderer, QgsProject

from specaware_qgis.connection import session
from specaware_qgis.dock.classify.outcome import Outcome
from specaware_qgis.dock.result_table import ResultTable, Row, shares


@pytest.fixture
def dock(make_dock):
    made = make_dock("classify")
    made.show()
    return made


@pytest.fixture
def page(dock):
    return dock.pages["classify"]


def names_offered(combo):
    return [combo.layer(row).name() for row in range(combo.count())]


def test_says_what_is_missing_until_it_can_run(page, qgis_new_project, request):
    assert not page.runner.button.isEnabled()
    assert "scene" in page.runner.hint.text()
    request.getfixturevalue("scene")
    assert "labelled polygons or points" in page.runner.hint.text()


def test_chooses_sensible_defaults(page, scene, labels):
    assert page.runner.button.isEnabled()
    assert page.inputs.field.currentField() == "class"


def test_pictures_and_class_maps_are_not_offered_as_scenes(page, scene):
    from qgis.core import QgsRasterLayer

    QgsProject.instance().addMapLayer(QgsRasterLayer(scene.source().replace("scene", "truth"), "a class map"))
    assert names_offered(page.inputs.scene) == ["sample scene"]


def test_button_to_styled_layers_and_numbers(page, needs_engine, scene, labels, qtbot, tmp_path):
    page.inputs.output.setFilePath(str(tmp_path / "map"))
    page.runner.button.click()
    assert page.running
    assert not page.inputs.isEnabled()
    qtbot.waitUntil(lambda: not page.running, timeout=120_000)
    assert page.notice.isHidden(), page.notice.text()
    assert sorted(p.name for p in tmp_path.glob("*.tif")) == ["map.tif", "map_confidence.tif"]
    group = QgsProject.instance().layerTreeRoot().children()[0]
    assert isinstance(group, QgsLayerTreeGroup)
    layers = [node.layer() for node in group.children()]
    assert [layer.name() for layer in layers] == ["Land cover", "Confidence"]
    assert isinstance(layers[0].renderer(), QgsPalettedRasterRenderer)
    assert page.outcome.table.rowCount() == 9
    assert not page.outcome.report_button.isHidden()
    assert "of the weight in this map" in page.outcome.share.text()
    page.save_model(str(tmp_path / "kept.safetensors"))
    qtbot.waitUntil(lambda: "saved as" in page.notice.text(), timeout=60_000)
    assert (tmp_path / "kept.safetensors").stat().st_size > 1000
    assert page.runner.button.isEnabled(), "it can be pressed again"


def test_cancel(page, needs_engine, scene, labels, qtbot, tmp_path):
    page.inputs.output.setFilePath(str(tmp_path / "map.tif"))
    page.runner.button.click()
    qtbot.waitUntil(lambda: session.client.pid is not None, timeout=60_000)
    page.runner.cancel.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "cancelled" in page.notice.text()
    assert list(tmp_path.iterdir()) == []


def test_a_new_project_cancels_the_job(page, needs_engine, scene, labels, qtbot):
    page.runner.button.click()
    QgsProject.instance().clear()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "cancelled" in page.notice.text()
    assert page.runner.log_button.isHidden(), "the log was of the old project"


def test_killed_engine_is_said_inline(page, needs_engine, scene, labels, qtbot):
    page.runner.button.click()
    qtbot.waitUntil(lambda: page.runner.bar.value() >= 5, timeout=60_000)
    os.kill(session.client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "exit code -9" in page.notice.text()
    assert "restarts by itself" in page.notice.text()
    assert page.runner.button.isEnabled()


def test_missing_engine_is_said_inline(page, scene, labels, qtbot, monkeypatch):
    from specaware_qgis import settings

    monkeypatch.setattr(settings, "engine_python", lambda: "/nowhere/python")
    page.runner.button.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "/nowhere/python does not exist" in page.notice.text()
    assert "Choose another" in page.notice.text()


def result(**changes):
    scores = {"oa": 0.9, "kappa": 0.88, "macro_f1": 0.87}
    first = {"id": 1, "name": "a <b> & c", "color": [255, 0, 0], "pixels": 30, "area_ha": None, "labels": 5}
    second = {"id": 2, "name": "d", "color": [0, 255, 0], "pixels": 10, "area_ha": 20_000.0, "labels": 0}
    body = {"classes": [first, second],
            "scores": {"specaware": scores, "random_forest": scores | {"macro_f1": 0.5}}, "seconds": 3.2,
            "device": "CPU", "warnings": ["Mind the gap."], "report": "/tmp/a report.html"}
    return body | changes


def text_of(grid):
    return [grid.itemAt(i).widget().text() for i in range(grid.count())]


def test_outcome_numbers(qgis_app):
    outcome = Outcome()
    outcome.show_result(result(), "a <scene>")
    assert "a &lt;scene>" in outcome.title.text()
    assert {"0.870", "0.500", "Random forest"} <= set(text_of(outcome.scores))
    cells = [[outcome.table.item(row, column).text() for column in range(3)] for row in range(2)]
    assert cells == [["a <b> & c", "30 px", "75.0%"], ["d", "200.0 km²", "25.0%"]]
    assert "Mind the gap." in outcome.warnings.text()
    assert outcome.share.isHidden(), "nothing was said of it"
    outcome.show_result(result(encoder_share=0.12), "a scene")
    assert not outcome.share.isHidden()
    assert "12%" in outcome.share.text()


def test_outcome_without_accuracy_invents_none(qgis_app):
    outcome = Outcome()
    outcome.show_result(result(), "x")
    outcome.show_result(result(scores={"specaware": None, "random_forest": None}, warnings=[]), "x")
    assert text_of(outcome.scores) == []
    assert "not assessed" in outcome.score_note.text()
    assert outcome.warnings.isHidden()


@pytest.mark.parametrize(("wanted", "room", "given"), [
    ([80, 60], 200, [110, 90]), ([120, 60], 150, [90, 60]), ([120, 100], 150, [75, 75]), ([50], 80, [80]),
    ([50, 50], -3, [0, 0])])
def test_columns_of_names_share_what_there_is(wanted, room, given):
    assert shares(wanted, room) == given


def test_names_fill_the_table_and_keep_their_ends(qgis_app, qtbot):
    table = ResultTable(("From", "To", "Area"), "moves", 5, names=2)
    qtbot.addWidget(table)
    table.resize(260, 100)
    table.show()
    table.show_rows([Row(("winter wheat", "maize", "12.3 ha"))])
    assert sum(table.columnWidth(column) for column in range(3)) == pytest.approx(table.viewport().width(), abs=2)
    assert table.columnWidth(0) > table.columnWidth(1)
