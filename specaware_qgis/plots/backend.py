"""Chooses what draws: pyqtgraph where it is there and speaks the same Qt, else a painter."""

from __future__ import annotations

import os

from qgis.PyQt.QtCore import PYQT_VERSION_STR
from qgis.PyQt.QtWidgets import QWidget

from .chart import Panel
from .painter_panel import PainterPanel


def pyqtgraph_fits() -> bool:
    """Whether pyqtgraph can be imported and uses the Qt that QGIS runs on."""
    qt = f"PyQt{PYQT_VERSION_STR.split('.')[0]}"
    os.environ.setdefault("PYQTGRAPH_QT_LIB", qt)
    try:
        from pyqtgraph.Qt import QT_LIB
    except Exception:  # whatever is broken in it, plots must still appear
        return False
    return bool(QT_LIB.lower() == qt.lower())


def make_panel(panel: Panel, *, painter: bool = False) -> QWidget:
    """A widget that shows a panel; ``painter`` asks for the fallback."""
    if not painter and pyqtgraph_fits():
        from .pyqtgraph_panel import PyqtgraphPanel

        return PyqtgraphPanel(panel)
    return PainterPanel(panel)
