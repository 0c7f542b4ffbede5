"""One line about the engine, and where its Python can be chosen."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from ... import settings
from ...errors import EngineError
from ...i18n import tr
from ..style import muted, plain_tip
from .settings_dialog import SettingsDialog


class EngineStatus(QWidget):
    """Quiet when all is well."""

    changed = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.label, button = QLabel(), QToolButton()
        muted(self.label)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        menu = QMenu(self)
        menu.addAction(tr("Settings …"), self._settings)
        menu.addAction(tr("Choose the engine's Python …"), self._choose)
        menu.addAction(tr("Look for the engine again"), self._forget)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setIcon(QgsApplication.getThemeIcon("/mActionOptions.svg"))
        button.setIconSize(QSize(14, 14))
        button.setAutoRaise(True)
        button.setToolTip(tr("Engine settings"))
        button.setAccessibleName(tr("Engine settings"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label, 1)
        row.addWidget(button)
        self.checking()

    def checking(self) -> None:
        """The check is under way."""
        self.label.setText(tr("Checking the engine …"))

    def show_doctor(self, found: dict[str, Any]) -> None:
        """What the engine said of itself."""
        problems = found.get("problems") or []
        device = str(found.get("device") or "CPU")
        state = tr("Engine ready · {}").format(device) if not problems else tr("Engine needs attention")
        self.label.setText(state)
        self.label.setToolTip(plain_tip(
            f"{tr('Engine')} {found.get('engine')}, Python {found.get('python')}, torch {found.get('torch')}\n"
            f"{found.get('executable', '')}\n{found.get('weights', '')}"))

    def show_error(self, error: EngineError) -> None:
        """There is no working engine."""
        self.label.setText(tr("Engine not ready"))
        self.label.setToolTip(plain_tip(error.message))

    def _settings(self) -> None:
        dialog = SettingsDialog(self)
        dialog.exec()
        if dialog.engine_changed:
            self.changed.emit()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Python of the SpecAware engine"))
        if path:
            settings.set_engine_python(path)
            self.changed.emit()

    def _forget(self) -> None:
        settings.set_engine_python("")
        self.changed.emit()
