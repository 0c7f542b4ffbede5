"""Runs inside QGIS: opens the panel with the sample scene."""

import qgis.utils
from qgis.PyQt.QtCore import QTimer


def show() -> None:
    """Open the panel; without a scene yet, load the sample."""
    dock = qgis.utils.plugins["specaware_qgis"].dock
    dock.setUserVisible(True)
    if dock.desk.layer is None:
        dock.pages["data"].sample.click()


QTimer.singleShot(1000, show)
