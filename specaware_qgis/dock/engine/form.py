"""What would be installed, where, how large and for which device; all of it can be changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ... import settings
from ...connection import proxy
from ...connection.install_plan import BUILDS, CPU, Build, Gpu, InstallPlan
from ...i18n import tr
from ...paths import HOME
from ..folded import Folded
from ..style import muted, plain

FROM_NETWORK, FROM_WHEELS = range(2)


@dataclass(frozen=True)
class Machine:
    """What there is to install with and for."""

    base: Path | None = None
    uv: Path | None = None
    gpu: Gpu | None = None


class EngineForm(QWidget):
    """Where, for which device, from where, with which Python.

    Signals:
        changed: something was chosen.
        use_python: path of an existing Python that shall run the engine.
    """

    changed = pyqtSignal()
    use_python = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self.what, self.size = plain(QLabel()), muted(QLabel())
        self.folder, self.build, self.source = QgsFileWidget(), QComboBox(), QComboBox()
        self.wheels, self.base = QgsFileWidget(), QgsFileWidget()
        self.existing, self.use = QgsFileWidget(), QPushButton(tr("Use this Python"))
        self._prepare()
        self._lay_out()
        for signal in (self.folder.fileChanged, self.build.currentIndexChanged, self.source.currentIndexChanged,
                       self.wheels.fileChanged, self.base.fileChanged):
            signal.connect(lambda _: self._refresh())
        self.use.clicked.connect(lambda: self.use_python.emit(self.existing.filePath().strip()))
        self._refresh()

    def _prepare(self) -> None:
        self.what.setText(tr(
            "The engine needs PyTorch, rasterio and scikit-learn. They are installed into a folder of their own; QGIS' "
            "Python is not touched, and nothing is uploaded."))
        self.what.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.what, self.size):
            label.setWordWrap(True)
        for widget in (self.folder, self.wheels):
            widget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setFilePath(settings.install_folder())
        for build in BUILDS:
            self.build.addItem(build.title, build.key)
        self.source.addItems([tr("the network"), tr("a folder of packages (wheels)")])
        self.base.lineEdit().setPlaceholderText(tr("found by itself"))
        self.base.setToolTip(tr("The environment is made from it; 3.11 to 3.14, 64 bit"))
        self.existing.setToolTip(tr("A Python in which the engine's packages are installed already"))
        for widget, name in ((self.build, tr("Compute on")), (self.source, tr("Packages from"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(100)
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        for text, widget in ((tr("Where"), self.folder), (tr("Compute on"), self.build),
                             (tr("Packages from"), self.source), (tr("Folder"), self.wheels)):
            form.addRow(text, widget)
        other = Folded(tr("Another Python"))
        inner = QFormLayout(other)
        for layout in (form, inner):
            layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        inner.addRow(tr("Make it from"), self.base)
        inner.addRow(tr("Or an existing"), self.existing)
        inner.addRow("", self.use)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.what)
        box.addLayout(form)
        box.addWidget(self.size)
        box.addWidget(other)

    @property
    def chosen_build(self) -> Build:
        """The build of PyTorch."""
        return BUILDS[max(self.build.currentIndex(), 0)]

    def show_machine(self, machine: Machine) -> None:
        """What was found on this machine; the graphics card's build becomes the choice."""
        self._machine = machine
        if machine.gpu is not None and self.chosen_build is CPU:
            self.build.setCurrentIndex(BUILDS.index(machine.gpu.build()))
        self._refresh()

    def missing(self) -> str:
        """Why nothing can be installed yet; empty if it can."""
        if self._machine is None:
            return tr("Looking at this machine …")
        if not self.folder.filePath().strip():
            return tr("Choose a folder to install into.")
        if self._from_wheels and not self.wheels.filePath().strip():
            return tr("Choose the folder that holds the packages.")
        plan = self.plan()
        if plan.base is None and plan.uv is None:
            return tr("No Python was found. Install Python 3.11 or newer, or uv, or choose one below.")
        return ""

    def plan(self) -> InstallPlan:
        """What is chosen."""
        machine, chosen = self._machine or Machine(), self.base.filePath().strip()
        base = Path(chosen) if chosen else machine.base
        plan = InstallPlan(Path(self.folder.filePath().strip() or settings.install_folder()),
                           HOME / "engine" / "requirements.txt", base, machine.uv, self.chosen_build,
                           extra_env=proxy.environment())
        return replace(plan, wheels=Path(self.wheels.filePath().strip())) if self._from_wheels else plan

    @property
    def _from_wheels(self) -> bool:
        return self.source.currentIndex() == FROM_WHEELS

    def _refresh(self) -> None:
        self.wheels.setVisible(self._from_wheels)
        self._form.labelForField(self.wheels).setVisible(self._from_wheels)
        build, machine = self.chosen_build, self._machine or Machine()
        come = "" if self._from_wheels else tr("about {} to download, ").format(_size(build.download_mb))
        lines = [tr("{}{} on the disk").format(come, _size(build.disk_mb))]
        if machine.gpu is not None:
            lines.append(tr("{} found, driver for CUDA {}.{}").format(machine.gpu.name, *machine.gpu.cuda))
        plan = self.plan()
        if machine.uv is not None or plan.base is not None:
            maker = tr("with uv") if machine.uv is not None else tr("with venv and pip")
            lines.append(f"{maker}, Python: {plan.base}" if plan.base is not None else maker)
        if plan.extra_env:
            lines.append(tr("through the proxy of QGIS' settings"))
        self.size.setText(" · ".join(lines))
        self.changed.emit()


def _size(megabytes: int) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
