"""What is known of the scene, where each fact comes from, and a way to correct it."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.gui import QgsDoubleSpinBox
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...i18n import tr
from ...marking import mark
from ...params import FROM_FILE, LEVELS, sensor_names
from ..desk import Corrections, Desk
from ..style import muted, plain, warn
from .band_strip import BandStrip
from .band_table import BandTable, to_csv

MAX_GSD_M = 10_000.0
QUANTITIES = {"L1": mark("radiance"), "L2": mark("reflectance")}


class Facts(QWidget):
    """A form of facts; each value can be set by the user, its source stands below it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._filling = desk, False
        self.sensor, self.level, self.gsd = QComboBox(), QComboBox(), QgsDoubleSpinBox()
        self.size, self.values, self.bands = QLabel(), QLabel(), QLabel()
        self.strip, self.more, self.notes = BandStrip(), QToolButton(), QLabel()
        self.sources = {key: _source() for key in ("sensor", "level", "gsd", "wavelength")}
        self._prepare()
        self._lay_out()

    def _prepare(self) -> None:
        self.sensor.addItems([FROM_FILE, *sensor_names()])
        for name in LEVELS:
            self.level.addItem(tr(name), name)
        self.gsd.setRange(0.0, MAX_GSD_M)
        self.gsd.setDecimals(2)
        self.gsd.setSuffix(" m")
        self.gsd.setClearValue(0.0)
        self.gsd.setSpecialValueText(tr(FROM_FILE))
        self.gsd.setKeyboardTracking(False)
        self.sensor.activated.connect(lambda _: self._correct(sensor=_choice(self.sensor)))
        self.level.activated.connect(lambda _: self._correct(level=_choice(self.level)))
        self.gsd.valueChanged.connect(lambda value: self._correct(gsd_m=value or None))
        for widget, name in ((self.sensor, tr("Sensor")), (self.level, tr("Level")), (self.gsd, tr("Pixel size"))):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            widget.setMinimumWidth(60)
            widget.setAccessibleName(name)
        menu = QMenu(self)
        self.edit = menu.addAction(tr("Correct bands …"), self._edit_bands)
        menu.addAction(tr("Take wavelengths from a CSV …"), self._choose_table)
        self.reset = menu.addAction(tr("As in the file"), lambda: self._correct(wavelengths="", band_table=""))
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setIcon(QgsApplication.getThemeIcon("/mActionToggleEditing.svg"))
        self.more.setIconSize(QSize(16, 16))
        self.more.setAutoRaise(True)
        self.more.setToolTip(tr("Correct the bands"))
        self.more.setAccessibleName(tr("Correct the bands"))
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for label in (self.notes, self.values, self.bands, self.size):
            plain(label).setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        self.form = form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        for name, widget, key in ((tr("Sensor"), self.sensor, "sensor"), (tr("Level"), self.level, "level"),
                                  (tr("Pixel size"), self.gsd, "gsd")):
            form.addRow(name, _with_source(widget, self.sources[key]))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bands, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        form.addRow(tr("Bands"), _with_source(line, self.sources["wavelength"]))
        form.addRow(self.strip)
        form.addRow(tr("Values"), self.values)
        form.addRow(tr("Size"), self.size)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(form)
        box.addWidget(self.notes)

    def label_width(self) -> int:
        """Width of the column of labels."""
        role = QFormLayout.ItemRole.LabelRole
        labels = [self.form.itemAt(row, role) for row in range(self.form.rowCount())]
        return max(item.widget().sizeHint().width() for item in labels if item is not None)

    def show_facts(self, value: dict[str, Any] | None) -> None:
        """Fill in an ``inspect`` result, or clear the form but for the corrections."""
        given = self._desk.corrections()
        self._filling = True
        self._show_choices(value, given)
        self._filling = False
        self.edit.setEnabled(value is not None)
        self.reset.setEnabled(bool(given.wavelengths or given.band_table))
        sources = value["sources"] if value is not None else {}
        for key, label in self.sources.items():
            label.setText(self._source_text(key, sources))
            label.setVisible(bool(label.text()))
        self.strip.show_bands(value["bands"] if value is not None else [])
        self.size.setText(_size(value))
        self.values.setText(_values(value))
        self.bands.setText(_bands(value))
        warn(self.notes, value["notes"] if value is not None else ())

    def _show_choices(self, value: dict[str, Any] | None, given: Corrections) -> None:
        """Each chooser's first entry stands for what the file says, and names it where that is known."""
        levels = {short: name for name, short in LEVELS.items() if short}
        for combo, chosen, found in ((self.sensor, given.sensor, value and value["sensor"]),
                                     (self.level, given.level, value and tr(levels.get(value["level"], "")))):
            names_it = bool(found) and chosen == FROM_FILE
            combo.setItemText(0, str(found) if names_it else tr(FROM_FILE))
            combo.setCurrentIndex(0 if chosen == FROM_FILE else max(combo.findText(tr(chosen)), 0))
        gsd_m = given.gsd_m or (value["gsd_m"] if value is not None else 0.0)
        self.gsd.setValue(gsd_m)

    def _source_text(self, key: str, sources: dict[str, str]) -> str:
        text = tr(sources.get(key, ""))
        if key == "wavelength" and sources.get("fwhm") and sources["fwhm"] != sources.get(key):
            text += f"; {tr('widths')}: {tr(sources['fwhm'])}"
        return text

    def _correct(self, **changes: Any) -> None:
        if not self._filling:
            self._desk.correct(**changes)

    def _edit_bands(self) -> None:
        value = self._desk.inspection.value
        if value is not None:
            dialog = BandTable(value["bands"], self)
            if dialog.exec() == BandTable.DialogCode.Accepted:
                self._correct(band_table=to_csv(dialog.bands()))

    def _choose_table(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Table of wavelengths"), "", "CSV (*.csv *.txt)")
        if path:
            self._correct(wavelengths=path, band_table="")


def _choice(combo: QComboBox) -> str:
    return FROM_FILE if combo.currentIndex() == 0 else combo.currentData() or combo.currentText()


def _source() -> QLabel:
    label = muted(QLabel())
    label.setWordWrap(True)
    return label


def _with_source(widget: QWidget, source: QLabel) -> QWidget:
    pair = QWidget()
    box = QVBoxLayout(pair)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(1)
    box.addWidget(widget)
    box.addWidget(source)
    return pair


def _size(value: dict[str, Any] | None) -> str:
    return "" if value is None else f"{value['cols']:,} × {value['rows']:,} px, {value['dtype']}"


def _bands(value: dict[str, Any] | None) -> str:
    if value is None:
        return ""
    waves = [band["wavelength_nm"] for band in value["bands"]]
    return tr("{} of {} usable, {:.0f} to {:.0f} nm").format(
        value["good_band_count"], value["band_count"], min(waves), max(waves))


def _values(value: dict[str, Any] | None) -> str:
    """The range that holds 98 of 100 values."""
    if value is None or value["values"]["p1"] is None:
        return ""
    found = value["values"]
    return tr("{:.3g} to {:.3g} {}").format(found["p1"], found["p99"], tr(QUANTITIES.get(value["level"], "")))
