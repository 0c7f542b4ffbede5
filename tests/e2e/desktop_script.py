"""Runs inside the QGIS desktop (``--code``): opens the dock, presses the button, takes pictures, leaves.

An exception here would open a modal dialog and hang, so everything is guarded and failures leave with ``os._exit``.
"""

from __future__ import annotations

import os
import time
import traceback
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.utils import iface

OUT = Path(os.environ["SPECAWARE_SMOKE_OUT"])
SAMPLE = Path(os.environ["SPECAWARE_SMOKE_SAMPLE"])
DOCK_WIDTH_PX = int(os.environ.get("SPECAWARE_SMOKE_WIDTH", "350"))
TIMEOUT_S = 150


def fail(text: str) -> None:
    (OUT / "desktop.log").write_text(text, encoding="utf-8")
    os._exit(3)


def guarded(function):
    def call(*args):
        try:
            function(*args)
        except BaseException:
            fail(traceback.format_exc())

    return call


def picture(name: str) -> None:
    QgsApplication.processEvents()
    iface.mainWindow().grab().save(str(OUT / name))


def wait_for(condition, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        QgsApplication.processEvents()
        if condition():
            return True
        time.sleep(0.02)
    return False


def require(condition: bool, text: str) -> None:
    if not condition:
        raise AssertionError(text)


def open_dock():
    iface.mainWindow().setGeometry(0, 0, 1400, 900)
    require("specaware_qgis" in qgis.utils.plugins, "the plugin is not loaded")
    dock = qgis.utils.plugins["specaware_qgis"].dock
    dock.setUserVisible(True)
    iface.mainWindow().resizeDocks([dock], [DOCK_WIDTH_PX], Qt.Orientation.Horizontal)
    dock.turn_to("classify")
    return dock


def add_sample() -> None:
    scene = QgsRasterLayer(str(SAMPLE / "scene.tif"), "sample scene")
    labels = QgsVectorLayer(str(SAMPLE / "labels.gpkg"), "training areas", "ogr")
    QgsProject.instance().addMapLayers([scene, labels])
    iface.mapCanvas().setDestinationCrs(scene.crs())
    iface.mapCanvas().setExtent(scene.extent())


@guarded
def main() -> None:
    dock = open_dock()
    page = dock.pages["classify"]
    picture("desktop_empty.png")
    require(not page.runner.button.isEnabled(), "the button must wait for layers")
    add_sample()
    require(page.runner.button.isEnabled(), "the button must be ready: " + page.inputs.missing())
    require(page.inputs.field.currentField() == "class", "the class field was not found")
    wait_for(lambda: dock.status.label.text().startswith("Engine"), 60)
    picture("desktop_ready.png")

    page.runner.button.click()
    require(page.running, "no job was started: " + page.notice.text())
    wait_for(lambda: page.runner.bar.value() >= 20 or not page.running, TIMEOUT_S)
    picture("desktop_running.png")
    page.runner.cancel.click()
    require(wait_for(lambda: not page.running, 20), "the job was not cancelled")
    require("cancelled" in page.notice.text(), "the dock does not say that it was cancelled: " + page.notice.text())
    picture("desktop_cancelled.png")

    page.runner.button.click()
    require(wait_for(lambda: not page.running, TIMEOUT_S), "the job did not end")
    require(page.outcome.isVisible(), "there is no result: " + page.notice.text())
    iface.zoomToActiveLayer()
    names = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    require("Land cover" in names and "Confidence" in names, f"layers: {names}")
    iface.mapCanvas().waitWhileRendering()
    wait_for(lambda: False, 1.0)
    picture("desktop.png")
    (OUT / "desktop.log").write_text("ok", encoding="utf-8")
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)
    iface.actionExit().trigger()


QTimer.singleShot(1500, main)
