"""Which bands the map shows as red, green and blue: presets by wavelength, or three wavelengths of one's own."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsSpinBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ... import pixels, rgb
from ...i18n import tr
from ...marking import mark
from ..desk import Desk

CUSTOM, NATURAL = "custom", "natural"
REFLECTANCE = "L2"
CUSTOM_REACH_NM = 200.0


class Picture(QWidget):
    """A row of presets; the chosen one is applied to the scene's layer."""

    applied = pyqtSignal(tuple)
    failed = pyqtSignal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._job = desk, None
        self._buttons, self._group = {}, QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(2)
        for key, name, about in (*((p.key, p.name, p.about) for p in rgb.PRESETS),
                                 (CUSTOM, mark("Custom"), mark("Three wavelengths of your choice"))):
            button = self._buttons[key] = QToolButton()
            button.setText(tr(name))
            button.setToolTip(tr(about))
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, key=key: self.choose(key))
            self._group.addButton(button)
            row.addWidget(button)
        self.waves = [QgsSpinBox() for _ in range(3)]
        self._own = QWidget()
        own = QHBoxLayout(self._own)
        own.setContentsMargins(0, 0, 0, 0)
        for spin, name, start in zip(self.waves, (tr("Red"), tr("Green"), tr("Blue")), (2200, 1650, 1000)):
            spin.setRange(300, 3000)
            spin.setValue(start)
            spin.setShowClearButton(False)
            spin.setKeyboardTracking(False)
            spin.setToolTip(f"{name} (nm)")
            spin.setAccessibleName(f"{name} (nm)")
            spin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            spin.valueChanged.connect(self._own_changed)
            own.addWidget(spin)
        self._own.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        box.addWidget(self._own)
        self.show_bands(None)

    @property
    def chosen(self) -> str:
        """Key of the chosen preset, empty if none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def show_bands(self, bands: list[dict[str, Any]] | None) -> None:
        """Offer what the scene's bands can show."""
        self._bands = bands or []
        for preset in rgb.PRESETS:
            self._buttons[preset.key].setEnabled(rgb.nearest_bands(self._bands, preset.wavelengths_nm) is not None)
        self._buttons[CUSTOM].setEnabled(bool(self._bands))

    def unchoose(self) -> None:
        """No preset: another scene has come."""
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)
        self._own.hide()

    def choose(self, key: str) -> None:
        """Apply a preset to the scene's layer; the stretch is read from a sample on another thread."""
        layer = self._desk.layer
        bands = self._wanted(key)
        self._buttons[key].setChecked(True)
        self._own.setVisible(key == CUSTOM)
        if layer is None or bands is None:
            return
        if self._job is not None:
            self._job.forget()
        provider, layer_id = pixels.reader(layer), layer.id()
        job = self._job = self._desk.jobs.compute(tr("Stretch the picture"), lambda _: rgb.limits(provider, bands))
        true_colours = key == NATURAL and self._level == REFLECTANCE
        job.done.connect(lambda limits: self._apply(layer_id, bands, rgb.joined(limits) if true_colours else limits))
        job.failed.connect(self.failed)
        job.ended.connect(lambda: self._over(job))

    @property
    def _level(self) -> str:
        value = self._desk.inspection.value
        return str(value["level"]) if value is not None else ""

    def _wanted(self, key: str) -> tuple[int, ...] | None:
        if key == CUSTOM:
            return rgb.nearest_bands(self._bands, [spin.value() for spin in self.waves], CUSTOM_REACH_NM)
        preset = next(preset for preset in rgb.PRESETS if preset.key == key)
        return rgb.nearest_bands(self._bands, preset.wavelengths_nm)

    def _own_changed(self) -> None:
        if self.chosen == CUSTOM:
            self.choose(CUSTOM)

    def _apply(self, layer_id: str, bands: tuple[int, ...], limits: list[rgb.Limits]) -> None:
        layer = self._desk.layer
        if layer is not None and layer.id() == layer_id:
            rgb.show(layer, bands, limits)
            self.applied.emit(bands)

    def _over(self, job) -> None:
        if self._job is job:
            self._job = None
