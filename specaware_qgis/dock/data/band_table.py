"""A table in which wavelengths, widths and usable bands are corrected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ...i18n import tr
from ..style import plain

BAND, WAVELENGTH, FWHM, USE, REASON = range(5)
LOCALE_FREE = ".10g"


def to_csv(bands: Sequence[dict[str, Any]]) -> str:
    """Bands as the table of wavelengths that the engine reads."""
    lines = [f"{b['band']},{b['wavelength_nm']:{LOCALE_FREE}},{b['fwhm_nm']:{LOCALE_FREE}},{int(b['good'])}"
             for b in bands]
    return "\n".join(["band,wavelength_nm,fwhm,good", *lines, ""])


class BandTable(QDialog):
    """Edits the band table of an ``inspect`` result."""

    def __init__(self, bands: Sequence[dict[str, Any]], parent=None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Bands of the scene"))
        self.resize(560, 520)
        self.table, self.complaint = QTableWidget(len(bands), 5), QLabel()
        self.table.setHorizontalHeaderLabels(
            [tr("Band"), tr("Wavelength (nm)"), tr("FWHM (nm)"), tr("Use"), tr("Not used because")])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        for row, band in enumerate(bands):
            self._fill(row, band)
        use, leave = QPushButton(tr("Use selected")), QPushButton(tr("Leave selected out"))
        use.clicked.connect(lambda: self._mark(True))
        leave.clicked.connect(lambda: self._mark(False))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        plain(self.complaint).setWordWrap(True)
        row_of_buttons = QHBoxLayout()
        for button in (use, leave):
            row_of_buttons.addWidget(button)
        row_of_buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.addWidget(self.table, 1)
        box.addLayout(row_of_buttons)
        box.addWidget(self.complaint)
        box.addWidget(buttons)

    def bands(self) -> list[dict[str, Any]]:
        """What the table says now.

        Raises:
            ValueError: a cell is not a positive number, or no band is used.
        """
        found = []
        for row in range(self.table.rowCount()):
            values = [_positive(self.table.item(row, column).text()) for column in (WAVELENGTH, FWHM)]
            if None in values:
                raise ValueError(tr("Band {} needs a wavelength and a width above 0.").format(row + 1))
            found.append({"band": row + 1, "wavelength_nm": values[0], "fwhm_nm": values[1],
                          "good": self.table.item(row, USE).checkState() == Qt.CheckState.Checked})
        if not any(band["good"] for band in found):
            raise ValueError(tr("At least one band must be used."))
        return found

    def _fill(self, row: int, band: dict[str, Any]) -> None:
        texts = (str(band["band"]), f"{band['wavelength_nm']:g}", f"{band['fwhm_nm']:g}", "", band["reason"])
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in (BAND, USE, REASON):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(row, column, item)
        self.table.item(row, USE).setCheckState(Qt.CheckState.Checked if band["good"] else Qt.CheckState.Unchecked)

    def _mark(self, use: bool) -> None:
        for row in {index.row() for index in self.table.selectedIndexes()}:
            self.table.item(row, USE).setCheckState(Qt.CheckState.Checked if use else Qt.CheckState.Unchecked)

    def _accept(self) -> None:
        try:
            self.bands()
        except ValueError as error:
            self.complaint.setText(str(error))
            return
        self.accept()


def _positive(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None
