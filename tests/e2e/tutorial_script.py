"""Runs inside the QGIS desktop (``--code``): walks docs/tutorial.md with the mouse and the keys of xdotool.

Widgets are only asked where they are; all that happens is clicked, dragged and typed. A failure leaves at once with
``os._exit``, since an exception here would open a dialog and hang.
"""

from __future__ import annotations

import os
import subprocess
import time
import traceback
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QToolButton
from qgis.utils import iface

OUT = Path(os.environ["SPECAWARE_WALK_OUT"])
DOCK_WIDTH_PX = 420
REAL_LABELS, REAL_FIELD = "landcover_potsdam_point.gpkg", "level_2"
# A folder with a real EnMAP scene and labelled points, or empty: data of others, of which no picture is kept here.
REAL = os.environ.get("SPECAWARE_WALK_REAL", "")
# Places on the sample scene: a field, a forest, the lake.
FIELD, FOREST, LAKE = QgsPointXY(405075, 5780025), QgsPointXY(403155, 5778600), QgsPointXY(402990, 5779180)
# Corners of where to look for change: fields that were harvested, sown and built on.
NORTH_WEST, SOUTH_EAST = QgsPointXY(402700, 5781500), QgsPointXY(405100, 5779700)


def wait_for(condition, timeout_s: float, text: str) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        QgsApplication.processEvents()
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(text)


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QgsApplication.processEvents()
        time.sleep(0.02)


def xdotool(*arguments) -> None:
    process = subprocess.Popen(["xdotool", *map(str, arguments)])
    wait_for(lambda: process.poll() is not None, 20, "xdotool did not end")
    assert process.returncode == 0, arguments
    pause(0.15)


def click_at(place: QPoint, *, shift: bool = False) -> None:
    xdotool("mousemove", place.x(), place.y())
    xdotool(*(["keydown", "shift"] if shift else []), "click", "1", *(["keyup", "shift"] if shift else []))


def click(widget) -> None:
    area = widget.parent()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parent()
    if area is not None:
        area.ensureWidgetVisible(widget)
        pause(0.2)
    assert widget.isVisible(), f"{widget} cannot be seen"
    assert widget.isEnabled(), f"{widget} cannot be clicked"
    click_at(widget.mapToGlobal(widget.rect().center()))


def drag(start: QPoint, end: QPoint) -> None:
    xdotool("mousemove", start.x(), start.y(), "mousedown", "1")
    xdotool("mousemove", (start.x() + end.x()) // 2, (start.y() + end.y()) // 2)
    xdotool("mousemove", end.x(), end.y(), "mouseup", "1")


def choose(box, steps: int) -> None:
    """Go down in a list by keys."""
    click(box)
    xdotool("key", "--repeat", steps, "Down")
    xdotool("key", "Return")


def hide_results() -> None:
    for group in QgsProject.instance().layerTreeRoot().findGroups():
        group.setItemVisibilityChecked(False)


def on_map(point: QgsPointXY) -> QPoint:
    canvas = iface.mapCanvas()
    pixel = canvas.getCoordinateTransform().transform(point)
    return canvas.mapToGlobal(QPoint(round(pixel.x()), round(pixel.y())))


def picture(name: str) -> None:
    iface.messageBar().clearWidgets()
    for _ in range(2):  # what has just been restyled is drawn a moment later
        pause(0.5)
        wait_for(lambda: not iface.mapCanvas().isDrawing(), 30, "the map is not drawn")
    iface.mainWindow().grab().save(str(OUT / name))


def rail(dock, key: str) -> None:
    dock.rail.scrollToItem(dock.rail.item(list(dock.pages).index(key)))
    place = dock.rail.visualItemRect(dock.rail.item(list(dock.pages).index(key))).center()
    click_at(dock.rail.viewport().mapToGlobal(place))
    wait_for(lambda: dock.page.key == key, 10, f"page {key} did not open")


def open_dock():
    window = iface.mainWindow()
    window.setGeometry(0, 0, 1400, 900)
    pause(0.5)
    dock = qgis.utils.plugins["specaware_qgis"].dock
    buttons = [b for b in window.findChildren(QToolButton) if b.defaultAction() is dock.toggleViewAction()]
    click(next(button for button in buttons if button.isVisible()))
    wait_for(dock.isVisible, 10, "the panel did not open")
    window.resizeDocks([dock], [DOCK_WIDTH_PX], Qt.Orientation.Horizontal)
    xdotool("windowfocus", int(window.winId()))
    return dock


def walk_data(dock) -> None:
    page = dock.pages["data"]
    click(page.sample)
    wait_for(lambda: dock.desk.inspection.value is not None, 90, "the scene was not understood: " + page.notice.text())
    assert page.facts.sensor.currentText() == "EnMAP"
    click(page.picture._buttons["natural"])
    wait_for(lambda: dock.desk.layer.renderer().type() == "multibandcolor", 20, "no picture")
    picture("tutorial_data.png")


def walk_labels(dock) -> None:
    # The rail has the focus after a click: arrows go from page to page.
    rail(dock, "data")
    xdotool("key", "Down")
    wait_for(lambda: dock.page.key == "labels", 10, "the arrow key did not open the page")
    page = dock.pages["labels"]
    wait_for(lambda: len(page.list.classes()) > 3, 20, "no classes")
    pause(1.0)
    picture("tutorial_labels.png")


def walk_classify(dock) -> None:
    rail(dock, "classify")
    page = dock.pages["classify"]
    assert page.runner.button.isEnabled(), page.inputs.missing()
    click(page.preview)
    wait_for(lambda: page.previewer.overlay is not None, 120, "no preview: " + page.notice.text())
    picture("tutorial_preview.png")
    click(page.runner.button)
    wait_for(lambda: page.running, 20, "no job was started")
    wait_for(lambda: not page.running, 200, "the map was not made")
    assert page.outcome.isVisible(), page.notice.text()
    names = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    assert "Land cover" in names, names
    picture("tutorial_map.png")
    hide_results()


def walk_change(dock) -> None:
    rail(dock, "change")
    page = dock.pages["change"]
    inputs = page.inputs
    assert inputs.after.currentLayer().name() == "sample, later"
    click(inputs.areas.rectangle)
    drag(on_map(NORTH_WEST), on_map(SOUTH_EAST))
    wait_for(lambda: len(inputs.areas.areas) == 1, 10, "no area was drawn")
    options = inputs.findChild(QgsCollapsibleGroupBox)
    click(options.findChild(QToolButton, "collapseButton"))
    wait_for(lambda: not options.isCollapsed(), 10, "the options did not unfold")
    choose(inputs.moves, 1)
    choose(inputs.covers, 1)
    wait_for(lambda: not page.inputs.missing(), 10, page.inputs.missing())
    click(options.findChild(QToolButton, "collapseButton"))
    wait_for(lambda: not inputs.pair.pending, 60, "the scenes were not looked at")
    click(page.runner.button)
    wait_for(lambda: page.running, 20, "no job was started")
    wait_for(lambda: not page.running, 200, "the scenes were not compared")
    assert page.outcome.isVisible(), page.notice.text()
    assert page.outcome.table.rowCount() > 1
    slide(page.outcome.slider, 0.1)
    wait_for(page.outcome.apply.isEnabled, 10, "the slider was not moved")
    score = QgsProject.instance().mapLayersByName("Change score")[0]
    wait_for(lambda: score.renderer().classificationMin() > 1.01, 10, "the map did not follow the slider")
    picture("tutorial_change.png")
    hide_results()


def slide(slider, share: float) -> None:
    """Drag the handle by a share of the slider's length."""
    at = slider.width() * slider.value() / slider.maximum()
    start = slider.mapToGlobal(QPoint(round(at), slider.height() // 2))
    drag(start, QPoint(round(start.x() + share * slider.width()), start.y()))


def walk_scenes(dock) -> None:
    rail(dock, "scenes")
    page = dock.pages["scenes"]
    click(page.inputs.cell)
    xdotool("key", "ctrl+a")
    xdotool("type", "8")
    xdotool("key", "Tab")
    assert page.inputs.cell.value() == 8
    click(page.runner.button)
    wait_for(lambda: page.running, 20, "no job was started")
    wait_for(lambda: not page.running, 200, "the cells were not classified")
    assert page.outcome.isVisible(), page.notice.text()
    picture("tutorial_scenes.png")
    layer = iface.activeLayer()
    QgsProject.instance().layerTreeRoot().findLayer(layer).setItemVisibilityChecked(False)


def walk_bands(dock) -> None:
    rail(dock, "bands")
    page = dock.pages["bands"]
    click(page.picker)
    for count, place in enumerate((FIELD, FOREST, LAKE), 1):
        click_at(on_map(place), shift=count > 1)
        wait_for(lambda count=count: len(page.pins.answered) == count, 60, "no weights: " + page.notice.text())
    widget = page.plot._widgets["gain"]
    hover = widget.mapToGlobal(QPoint(int(widget.width() * 0.42), widget.height() // 2))
    xdotool("mousemove", hover.x(), hover.y())
    wait_for(lambda: page.plot.cursor_nm is not None, 10, "the cursor is not read")
    assert "nm wide" in page.readout.text()
    picture("tutorial_bands.png")


def walk_spectra(dock) -> None:
    rail(dock, "spectra")
    page = dock.pages["spectra"]
    click(page.picker)
    for count, place in enumerate((FIELD, FOREST), 1):
        click_at(on_map(place))
        wait_for(lambda count=count: len(page.items) == count, 20, "no spectrum: " + page.notice.text())
    drag(on_map(LAKE), on_map(QgsPointXY(LAKE.x() - 250, LAKE.y() + 150)))
    wait_for(lambda: len(page.items) == 3, 20, "the box gave no spectrum: " + page.notice.text())
    assert page.items[2].spectrum.pixels > 20
    picture("tutorial_spectra.png")


def walk_real(dock) -> None:
    """A scene as a user brings one: opened through the dialog, with points as labels."""
    QgsProject.instance().clear()
    rail(dock, "data")
    # The dialog has its own loop: it is filled in from outside.
    subprocess.Popen(["sh", "-c", 'sleep 2; xdotool type --delay 5 "$0"; xdotool key Return',
                      str(Path(REAL, "image.tif").resolve())])
    click(dock.pages["data"].open)
    wait_for(lambda: dock.desk.inspection.value is not None, 90, "the scene was not understood")
    assert dock.pages["data"].facts.sensor.currentText() == "EnMAP"
    click(dock.pages["data"].picture._buttons["natural"])
    wait_for(lambda: dock.desk.layer.renderer().type() == "multibandcolor", 20, "no picture")
    points = QgsVectorLayer(str(Path(REAL, REAL_LABELS)), "points", "ogr")
    QgsProject.instance().addMapLayer(points)
    rail(dock, "classify")
    page = dock.pages["classify"]
    page.inputs.labels.setLayer(points)
    page.inputs.field.setField(REAL_FIELD)
    iface.mapCanvas().setExtent(dock.desk.layer.extent())
    click(page.preview)
    wait_for(lambda: page.previewer.overlay is not None, 120, "no preview: " + page.notice.text())
    picture("real.png")


def main() -> None:
    try:
        dock = open_dock()
        steps = [walk_data, walk_labels, walk_classify, walk_change, walk_scenes, walk_bands, walk_spectra]
        for step in [*steps, walk_real] if REAL else steps:
            step(dock)
        (OUT / "tutorial.log").write_text("ok", encoding="utf-8")
    except BaseException:
        iface.mainWindow().grab().save(str(OUT / "tutorial_failed.png"))
        (OUT / "tutorial.log").write_text(traceback.format_exc(), encoding="utf-8")
        os._exit(3)
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)
    iface.actionExit().trigger()


QTimer.singleShot(1500, main)
