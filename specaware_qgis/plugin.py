"""The plugin: provider, dock and action, and the engine's end."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QIcon

from . import i18n
from .connection import session
from .i18n import tr
from .paths import resource
from .provider import SpecAwareProvider

MENU = "SpecAware"


class SpecAwarePlugin:
    """Registered by QGIS; ``iface`` is None in ``qgis_process``."""

    def __init__(self, iface) -> None:
        self._iface = iface
        self._provider: SpecAwareProvider | None = None
        self.dock = None
        self._action = None
        self._translator = i18n.install()

    def initProcessing(self) -> None:
        """Register the algorithms; all that ``qgis_process`` calls."""
        self._provider = SpecAwareProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:
        """Register algorithms, dock, toolbar and menu."""
        from .dock.panel import SpecAwareDock

        self.initProcessing()
        self.dock = SpecAwareDock(self._iface)
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        self._action = self.dock.toggleViewAction()
        self._action.setIcon(QIcon(str(resource("icons", "specaware.svg"))))
        self._action.setText(tr("SpecAware"))
        self._action.setToolTip(tr("SpecAware: land cover from hyperspectral scenes"))
        self._iface.addToolBarIcon(self._action)
        self._iface.addPluginToRasterMenu(MENU, self._action)
        # A job still running would make QGIS ask whether to quit.
        QCoreApplication.instance().aboutToQuit.connect(self._end_jobs)

    def unload(self) -> None:
        """Take everything back and end the engine."""
        self._end_jobs()
        if self.dock is not None:
            QCoreApplication.instance().aboutToQuit.disconnect(self._end_jobs)
            self._iface.removeToolBarIcon(self._action)
            self._iface.removePluginRasterMenu(MENU, self._action)
            self._iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
            self.dock = self._action = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        i18n.remove(self._translator)
        self._translator = None

    def _end_jobs(self) -> None:
        if self.dock is not None:
            self.dock.end()
        session.stop()
