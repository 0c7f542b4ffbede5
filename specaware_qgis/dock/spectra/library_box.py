"""Compares a spectrum with a library, and lists the best matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QSizePolicy

from ...i18n import tr
from ...plots.chart import COLORS
from ...plots.spectrum_plot import Shown
from ...spectral import library as spectral_library
from ...spectral.match import Match, best_matches
from ...spectral.spectra import Spectrum
from ..desk import Desk
from ..entry_list import Entry, EntryList
from ..folded import Folded
from .items import Item


class LibraryBox(Folded):
    """Library, spectrum, matches.

    Signals:
        changed: the matches, which `shown` gives, are others.
        failed: an `EngineError`.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Compare with a library"))
        self._desk, self._job = desk, None
        self._items: Sequence[Item] = ()
        self._compared: Spectrum | None = None
        self.matches: list[Match] = []
        self.file, self.choice, self.list = QgsFileWidget(), QComboBox(), EntryList()
        self.file.setFilter(tr("Spectral libraries") + " (*.sli *.csv *.hdr)")
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.setToolTip(tr("The spectrum to compare"))
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Library"), self.file)
        form.addRow(tr("Spectrum"), self.choice)
        form.addRow(self.list)
        self.file.fileChanged.connect(lambda _: self.compare())
        self.choice.activated.connect(lambda _: self.compare())

    def set_items(self, items: Sequence[Item]) -> None:
        """Offer other spectra; the newest one is compared unless another one was chosen."""
        chosen = self.choice.currentData() if self.choice.currentIndex() > 0 else None
        self._items = items
        self.choice.clear()
        self.choice.addItem(tr("the newest one"), None)
        for item in items:
            self.choice.addItem(item.spectrum.name, item.key)
        self.choice.setCurrentIndex(max(self.choice.findData(chosen), 0) if chosen is not None else 0)
        self.compare()

    def compare(self) -> None:
        """Look for the best matches on another thread."""
        if self._job is not None:
            self._job.forget()
            self._job = None
        path, key = self.file.filePath().strip(), self.choice.currentData()
        item = next((item for item in self._items if item.key == key), self._items[-1] if self._items else None)
        if not path or item is None:
            self._show(None, [])
            return
        spectrum = item.spectrum
        job = self._job = self._desk.jobs.compute(
            tr("Compare with a library"), lambda _: best_matches(spectrum, spectral_library.read(Path(path))))
        job.done.connect(lambda found: self._done(spectrum, found))
        job.failed.connect(self._failed)

    def shown(self) -> list[Shown]:
        """The matches for the plot, as bright as the spectrum they are compared with."""
        if self._compared is None:
            return []
        ours, good = self._compared, self._compared.good
        found = []
        for match, color in zip(self.matches, reversed(COLORS)):
            both = good & np.isfinite(match.values) & np.isfinite(ours.values)
            size = float(match.values[both] @ match.values[both])
            factor = float(ours.values[both] @ match.values[both]) / size if size else 1.0
            found.append(Shown(replace(ours, name=match.name, values=match.values * factor, spread=None), color, True))
        return found

    def _done(self, spectrum: Spectrum, found: list[Match]) -> None:
        self._job = None
        self._show(spectrum, found)

    def _failed(self, error) -> None:
        self._job = None
        self._show(None, [])
        self.failed.emit(error)

    def _show(self, spectrum: Spectrum | None, found: list[Match]) -> None:
        if spectrum is None and self._compared is None:
            return
        self._compared, self.matches = spectrum, found
        tip = tr("Spectral angle; drawn as bright as the spectrum")
        self.list.show_entries([Entry(i, color, match.name, f"{match.angle_deg:.1f}°", tip, removable=False)
                                for i, (match, color) in enumerate(zip(found, reversed(COLORS)))])
        self.changed.emit()
