"""The plugin as QGIS loads and unloads it."""

from __future__ import annotations

from unittest.mock import MagicMock

from qgis.core import QgsApplication
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QMainWindow

import specaware_qgis
from specaware_qgis.connection import session


def test_load_and_unload(qgis_app, qgis_processing, monkeypatch):
    stopped = []
    monkeypatch.setattr(session, "stop", lambda: stopped.append(True))
    window, iface = QMainWindow(), MagicMock()
    iface.mainWindow.return_value, iface.mapCanvas.return_value = window, QgsMapCanvas(window)
    plugin = specaware_qgis.classFactory(iface)
    plugin.initGui()
    registry = QgsApplication.processingRegistry()
    assert registry.algorithmById("specaware:classify") is not None
    action = iface.addToolBarIcon.call_args.args[0]
    assert action.text() == "SpecAware"
    assert not action.icon().isNull()
    plugin.unload()
    assert stopped, "unloading ends the engine"
    assert registry.providerById("specaware") is None
    iface.removeDockWidget.assert_called_once()


def test_without_a_desktop_only_the_provider_is_registered(qgis_app, qgis_processing):
    plugin = specaware_qgis.classFactory(None)
    plugin.initProcessing()
    assert QgsApplication.processingRegistry().providerById("specaware") is not None
    plugin.unload()
    assert QgsApplication.processingRegistry().providerById("specaware") is None
