"""Settings for all projects: where to compute, how long an idle engine stays, its Python."""

from __future__ import annotations

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout

from ... import settings
from ...i18n import tr
from ..style import muted

MAX_IDLE_MIN = 24 * 60


class SettingsDialog(QDialog):
    """Writes the settings when accepted; `engine_changed` says whether the engine must be started anew."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("SpecAware settings"))
        self.engine_changed = False
        self.device, self.idle, self.python = QComboBox(), QSpinBox(), QgsFileWidget()
        for name, text in (("auto", tr("The graphics card if there is one")), ("cpu", tr("The processor")),
                           ("cuda", tr("The graphics card (CUDA)"))):
            self.device.addItem(text, name)
        self.device.setCurrentIndex(self.device.findData(settings.device()))
        self.idle.setRange(1, MAX_IDLE_MIN)
        self.idle.setSuffix(" min")
        self.idle.setValue(max(1, round(settings.idle_s() / 60)))
        self.python.setFilePath(settings.engine_python())
        self.python.lineEdit().setPlaceholderText(tr("found by itself"))
        note = muted(QLabel(tr("An engine that stays in memory answers at once; after the idle time it leaves and "
                               "frees its memory.")))
        note.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("Compute on"), self.device)
        form.addRow(tr("Idle engine leaves after"), self.idle)
        form.addRow(tr("Python of the engine"), self.python)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(note)
        box.addWidget(buttons)

    def accept(self) -> None:
        """Write what was chosen."""
        python, idle_s = self.python.filePath().strip(), self.idle.value() * 60
        self.engine_changed = python != settings.engine_python() or idle_s != settings.idle_s()
        settings.set_engine_python(python)
        settings.set_device(self.device.currentData())
        settings.set_idle_s(idle_s)
        super().accept()
