"""Page Spectra: spectra of places, features and classes on one axis, beside those of a library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QVBoxLayout

from ... import pixels, saving
from ...errors import EngineCancelled, EngineError
from ...i18n import tr
from ...maptools.markers import PlaceMarker
from ...maptools.place import Place
from ...plots import export
from ...plots.spectrum_plot import Shown, SpectrumPlot
from ...spectral import library as spectral_library
from ...spectral.spectra import Spectrum, average, physical, read_area, sensor_of
from ..entry_list import Entry, EntryList
from ..plot_page import ExportFormat, PlotPage
from .feature_box import FeatureBox, Group
from .items import MAX_SPECTRA, Item, free_color, from_state, to_state
from .library_box import LibraryBox


class SpectraPage(PlotPage):
    """Look at spectra and compare them."""

    key, icon = "spectra", "page_spectra.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Spectra")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Press <b>Pick on the map</b> and click: each click adds the spectrum of a pixel, each drag the mean of "
            "a box with its spread. Choose another scene above to add spectra of another sensor: all share one axis in "
            "nanometres.</p>"
            "<p><b>From a layer</b> averages the selected features, or all features of each class.</p>"
            "<p><b>Continuum removed</b> divides by the upper hull of the spectrum, so that absorptions can be "
            "compared. <b>Compare with a library</b> lists the five materials with the smallest spectral angle; the "
            "library (ENVI .sli or CSV) is brought to the bands of the scene first.</p>"
            "<p>In the plot the wheel zooms, dragging pans and a double click shows everything.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Scene, picking, plot, list, sources."""
        self.set_up(box, (ExportFormat("csv", tr("Library (CSV) …"), "CSV (*.csv)"),
                          ExportFormat("sli", tr("Library (ENVI .sli) …"), "ENVI (*.sli)"),
                          ExportFormat("png", tr("Picture (PNG) …"), "PNG (*.png)"),
                          ExportFormat("svg", tr("Drawing (SVG) …"), "SVG (*.svg)")), tr("Export the spectra"))
        self.hull, self.empty = QCheckBox(tr("Continuum removed")), QToolButton()
        self.list, self.features, self.library = EntryList(), FeatureBox(), LibraryBox(self.desk)
        self.items: list[Item] = []
        self._markers: dict[int, PlaceMarker] = {}
        self._next_key = 1
        self.hull.setToolTip(tr("Divide by the upper hull, so that absorptions can be compared"))
        self.empty.setIcon(QgsApplication.getThemeIcon("/mActionDeleteSelected.svg"))
        self.empty.setToolTip(tr("Remove all"))
        self.empty.setAccessibleName(tr("Remove all"))
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.empty.setAutoRaise(True)
        below = QHBoxLayout()
        below.addWidget(self.hull, 1)
        below.addWidget(self.empty)
        box.addLayout(below)
        for widget in (self.list, self.features, self.library):
            box.addWidget(widget)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        self.desk.scene_changed.connect(lambda: self._say_where())
        self.picker.picked.connect(lambda shape, _added: self.pick(shape))
        self.list.removed.connect(self.remove)
        self.empty.clicked.connect(lambda: self.clear())
        self.hull.toggled.connect(lambda _: self.draw())
        self.features.selected.connect(lambda: self.add_features(by_class=False))
        self.features.classes.connect(lambda: self.add_features(by_class=True))
        self.library.changed.connect(self.draw)
        self.library.failed.connect(self._say)

    def pick(self, shape: QgsGeometry) -> None:
        """Add the spectrum of a point or a polygon of the canvas."""
        place = self.place_at(shape)
        if place is None:
            return
        area = QgsGeometry.fromPointXY(place.center) if place.is_point else QgsGeometry.fromRect(place.box)
        digits = 5 if max(abs(place.x_min), abs(place.y_min)) < 1000 else 0
        name = f"{place.center.x():.{digits}f}, {place.center.y():.{digits}f}"
        self._read([Group(name, "", (area,))], place)

    def add_features(self, by_class: bool) -> None:
        """Add a spectrum for each class, or for each selected feature, of the layer chosen."""
        layer = self.desk.layer
        try:
            if layer is None:
                raise EngineError(tr("There is no scene."), tr("Choose one on the page Data."), "bad-raster")
            groups = self.features.groups(by_class, layer.crs())
        except EngineError as error:
            self._say(error)
            return
        self._read(groups)

    def _read(self, groups: list[Group], place: Place | None = None) -> None:
        layer = self.desk.layer
        self.notice.hide()
        try:
            sensor = sensor_of(physical(self.desk.inspection.value), layer.dataProvider())
        except EngineError as error:
            self._say(error)
            return
        provider, source = pixels.reader(layer), layer.name()

        def work(task) -> list[Spectrum]:
            return [average(group.name, sensor, (read_area(provider, sensor, area, task.isCanceled)
                                                 for area in group.areas)) for group in groups]

        job = self.desk.jobs.compute(tr("Read spectra"), work)
        job.done.connect(lambda found: self._add(found, groups, source, place))
        job.failed.connect(self._say)

    def _add(self, found: list[Spectrum], groups: list[Group], source: str, place: Place | None) -> None:
        for spectrum, group in zip(found, groups):
            if len(self.items) >= MAX_SPECTRA:
                self.notice.say("info", tr("No more than {} spectra are shown.").format(MAX_SPECTRA),
                                tr("Remove some first."))
                break
            self._keep(Item(self._next_key, spectrum, group.color or free_color(self.items), source, place))
        self._refresh()

    def _keep(self, item: Item) -> None:
        self.items.append(item)
        self._next_key = item.key + 1
        layer = self.desk.layer
        if item.place is not None and layer is not None and layer.id() == item.place.layer_id:
            marker = self._markers[item.key] = PlaceMarker(self.desk.canvas, item.place, layer.crs(), item.color)
            marker.setVisible(self.isVisible())

    def remove(self, key: int) -> None:
        """Take a spectrum away."""
        self.items = [item for item in self.items if item.key != key]
        self._unmark(key)
        self._refresh()

    def _unmark(self, key: int) -> None:
        marker = self._markers.pop(key, None)
        if marker is not None:
            self.desk.canvas.scene().removeItem(marker)

    def _refresh(self) -> None:
        self.export.setEnabled(bool(self.items))
        self.empty.setVisible(bool(self.items))
        sources = {item.source for item in self.items}
        self.list.show_entries([_entry(item, len(sources) > 1) for item in self.items])
        self.library.set_items(self.items)
        self.draw()

    def _shown(self) -> list[Shown]:
        return self.library.shown() + [Shown(item.spectrum, item.color) for item in self.items]

    def make_plot(self) -> SpectrumPlot:
        """One large panel."""
        plot = SpectrumPlot()
        plot.cursor_moved.connect(self._say_where)
        return plot

    def draw(self) -> None:
        """Draw the spectra and those of the library."""
        if self.plot is not None:
            self.plot.show_spectra(self._shown(), self.hull.isChecked())
        self._say_where()

    def _say_where(self, cursor_nm: float | None = None) -> None:
        if not self.items:
            self.readout.setText(self.invitation())
        elif cursor_nm is not None:
            self.readout.setText(f"{cursor_nm:.1f} nm")
        else:
            self.readout.setText(tr("{} spectra").format(len(self.items)))

    def _say(self, error: EngineError) -> None:
        if not isinstance(error, EngineCancelled):
            self.notice.say("error", error.message, error.hint)

    def save(self, path: str) -> None:
        """Write the spectra as ``.csv`` or ``.sli``, or what is shown as ``.png`` or ``.svg``."""
        try:
            if Path(path).suffix.lower() in (".png", ".svg"):
                legend = [export.Entry(item.color, item.spectrum.name) for item in self.items]
                export.write_picture(path, tr("Spectra"), self.plot.scenes(), legend)
            else:
                saving.write_files(spectral_library.files(Path(path), [item.spectrum for item in self.items]))
        except EngineError as error:
            self._say(error)
            return
        self.notice.say("info", tr("Written: {}").format(path))

    def state(self) -> dict[str, Any]:
        """The spectra and the library."""
        return {"spectra": [to_state(item) for item in self.items], "hull": self.hull.isChecked(),
                "library": self.library.file.filePath()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back."""
        self.clear()
        kept = state.get("spectra")
        for found in kept if isinstance(kept, list) else []:
            item = from_state(self._next_key, found)
            if item is not None:
                self._keep(item)
        self.hull.setChecked(state.get("hull") is True)
        self.library.file.setFilePath(str(state.get("library") or ""))
        self._refresh()

    def clear(self) -> None:
        """Remove all spectra."""
        for item in self.items:
            self._unmark(item.key)
        self.items = []
        self._refresh()

    def entered(self) -> None:
        """Go on where the user left."""
        super().entered()
        for marker in self._markers.values():
            marker.setVisible(True)

    def left(self) -> None:
        """The marks belong to this page."""
        super().left()
        for marker in self._markers.values():
            marker.setVisible(False)

    def end(self) -> None:
        """Nothing stays on the map."""
        for key in list(self._markers):
            self._unmark(key)


def _entry(item: Item, several_sources: bool) -> Entry:
    pixels_text = tr("{} px").format(item.spectrum.pixels) if item.spectrum.pixels > 1 else ""
    note = " · ".join(part for part in (pixels_text, item.source if several_sources else "") if part)
    return Entry(item.key, item.color, item.spectrum.name, note, item.source)
