"""Page Bands: which bands the model weighs at the places that the user picks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from qgis.core import QgsGeometry, QgsProject
from qgis.PyQt.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout

from ... import saving
from ...errors import EngineError
from ...i18n import tr
from ...maptools.place import place_from
from ...plots import export
from ...plots.band_weights_plot import BandWeightsPlot, to_csv
from ..entry_list import Entry, EntryList
from ..plot_page import ExportFormat, PlotPage
from .explainer import Explainer, Question
from .model_box import ModelBox
from .pins import Pins, size_text


class BandsPage(PlotPage):
    """Weights of the bands, a click away."""

    key, icon = "bands", "page_bands.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Bands")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>SpecAware generates the weights of every band from the band's metadata and from the image: of the "
            "whole scene with the default weights, of the place's surroundings with others. "
            "This page shows them where you click: press <b>Pick on the map</b>, then click a pixel or drag a "
            "box. The pin in the list, or Shift with the click, keeps a place for comparison.</p>"
            "<p><b>Gain</b> is the share of the embedding's weight that a band gets before its values are seen, "
            "<b>response</b> the share of what really reaches the model at this place, <b>content shift</b> how much "
            "the image changed the band's weights. With the default weights a band counts by the part of the spectrum "
            "it stands for: beside a gap for more, where two detectors overlap for less. Bad bands are grey and have "
            "no weights.</p>"
            "<p>With a trained model, <b>class needs</b> shows what the probability of a class loses when neighbouring "
            "bands are replaced by their local mean: an independent check on the weights. It takes some seconds.</p>"
            "<p>In the plots the wheel zooms, dragging pans and a double click shows everything; with the keyboard, "
            "arrows move from band to band, + and − zoom, Escape shows everything.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Scene, picking, plots, places, options."""
        self.set_up(box, (ExportFormat("csv", tr("Table (CSV) …"), "CSV (*.csv)"),
                          ExportFormat("png", tr("Picture (PNG) …"), "PNG (*.png)"),
                          ExportFormat("svg", tr("Drawing (SVG) …"), "SVG (*.svg)")), tr("Export the band weights"))
        self.places, self.pins, self.explainer = EntryList(), Pins(self.desk.canvas), Explainer(self.desk)
        self.class_box, self.options, self._seconds = QComboBox(), ModelBox(), None
        self.needs, self.model, self.weights = self.options.needs, self.options.model, self.options.weights
        self.class_box.setToolTip(tr("Whose needs to show"))
        self.class_box.setAccessibleName(tr("Whose needs to show"))
        self.class_box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for widget in (self.class_box, self.places, self.options):
            box.addWidget(widget)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        self.picker.picked.connect(self.pick)
        self.places.pinned.connect(self._keep)
        self.places.removed.connect(self.remove)
        self.explainer.answered.connect(self._answered)
        self.explainer.failed.connect(self._failed)
        self.explainer.changed.connect(self._say_where)
        self.class_box.activated.connect(lambda _: self.draw())
        self.options.changed.connect(self.ask_again)
        self.desk.scene_changed.connect(self._scene_changed)
        self.desk.rasters_changed.connect(self._rasters_changed)

    def pick(self, shape: QgsGeometry, keep: bool = False) -> None:
        """Look at a point or a polygon of the canvas; ``keep`` keeps all places shown."""
        place = self.place_at(shape)
        if place is None:
            return
        self.notice.hide()
        if keep:
            for pin in self.pins.all:
                self.pins.change(pin.key, kept=True)
        for pin in [pin for pin in self.pins.all if not pin.kept]:
            self._drop(pin.key)
        self._ask(self.pins.add(place).key)
        self._refresh()

    def remove(self, key: int) -> None:
        """Take a place away."""
        self._drop(key)
        self._refresh()

    def ask_again(self) -> None:
        """Something that all answers rest on has changed."""
        if self._visible_to_user():
            for pin in self.pins.all:
                self._ask(pin.key)
        else:
            for pin in self.pins.all:
                self.pins.change(pin.key, answer={}, bands=[])

    def _ask(self, key: int) -> None:
        pin = self.pins.get(key)
        model = self.model.filePath().strip() or self.desk.learned
        if self.needs.isChecked() and not model:
            self.notice.say("info", tr("There is no trained model yet."),
                            tr("Make a preview or a map on the page Classify, or choose a saved model below."))
        self.explainer.ask(Question(key, pin.place, self.weights.filePath().strip(),
                                    model if self.needs.isChecked() else ""))

    def _drop(self, key: int) -> None:
        self.explainer.forget(key)
        self.pins.remove(key)

    def _keep(self, key: int, on: bool) -> None:
        self.pins.change(key, kept=on)
        self._refresh()

    def _answered(self, key: int, value: dict[str, Any], seconds: float) -> None:
        known = self.pins.get(key)
        answer = value["places"][0]
        if known is not None and known.answer and not answer["classes"] and self.needs.isChecked():
            answer["classes"] = known.answer["classes"]  # until the second answer comes
        self.pins.change(key, bands=value["bands"], answer=answer)
        if not self.explainer.asking_needs:
            self._seconds = seconds
        self._refresh()

    def _failed(self, key: int, error: EngineError) -> None:
        self.notice.say("error", error.message, error.hint)
        pin = self.pins.get(key)
        if pin is not None and not pin.answer:
            self._drop(key)
        self._refresh()

    def _refresh(self) -> None:
        answered = self.pins.answered
        self.export.setEnabled(bool(answered))
        names = list(dict.fromkeys(c["name"] for pin in answered for c in pin.answer["classes"]))
        chosen = self.class_box.currentText() if self.class_box.currentIndex() > 0 else ""
        self.class_box.clear()
        self.class_box.addItems([tr("The most probable classes"), *sorted(names)])
        self.class_box.setCurrentIndex(max(self.class_box.findText(chosen), 0) if chosen else 0)
        self.class_box.setVisible(bool(names))
        self.places.show_entries([_entry(pin) for pin in self.pins.all])
        self.draw()

    def make_plot(self) -> BandWeightsPlot:
        """One panel for each weight."""
        plot = BandWeightsPlot()
        plot.cursor_moved.connect(self._say_where)
        return plot

    def draw(self) -> None:
        """Draw the places whose weights are known."""
        if self.plot is not None:
            name = self.class_box.currentText() if self.class_box.currentIndex() > 0 else ""
            self.plot.show_places([pin.weighed for pin in self.pins.answered], name)
        self._say_where()

    def _say_where(self, _nm: float | None = None) -> None:
        """One line: the band under the cursor, else what is going on, else what to do."""
        cursor_nm = self.plot.cursor_nm if self.plot is not None else None
        answered = self.pins.answered
        if cursor_nm is not None and answered:
            band = min(answered[-1].bands, key=lambda b: abs(b["wavelength_nm"] - cursor_nm))
            text = tr("Band {} · {:.1f} nm · {:.1f} nm wide").format(band["band"], band["wavelength_nm"],
                                                                    band["fwhm_nm"])
            text += "" if band["good"] else f" · {tr('not used')}: {band['reason'] or tr('bad')}"
        elif self.explainer.busy:
            text = tr("Hiding bands from the model …") if self.explainer.asking_needs else tr("Weighing the bands …")
        elif not len(self.pins):
            text = self.invitation()
        else:
            text = tr("{:.1f} s. Shift with a click keeps the places shown.").format(self._seconds or 0.0)
        self.readout.setText(text)

    def _scene_changed(self) -> None:
        """Another scene leaves the places alone; a correction changes the answers of its own."""
        for pin in self.pins.all:
            if self.desk.layer is not None and pin.place.layer_id == self.desk.layer.id() and self._visible_to_user():
                self._ask(pin.key)
        self._say_where()

    def _rasters_changed(self) -> None:
        gone = [p.key for p in self.pins.all if QgsProject.instance().mapLayer(p.place.layer_id) is None]
        for key in gone:
            self._drop(key)
        if gone:
            self._refresh()

    def _visible_to_user(self) -> bool:
        return self.plot is not None and self.isVisible()

    def save(self, path: str) -> None:
        """Write what is shown as ``.csv``, ``.png`` or ``.svg``."""
        shown = [pin.weighed for pin in self.pins.answered]
        try:
            if path.lower().endswith(".csv"):
                saving.write_text(Path(path), to_csv(shown))
            else:
                legend = [export.Entry(found.color, found.name) for found in shown]
                export.write_picture(path, tr("Band weights"), self.plot.scenes(), legend)
        except EngineError as error:
            self.notice.say("error", error.message, error.hint)
            return
        self.notice.say("info", tr("Written: {}").format(path))

    def state(self) -> dict[str, Any]:
        """The places and the model."""
        return {"places": [{**asdict(pin.place), "kept": pin.kept} for pin in self.pins.all],
                "needs": self.needs.isChecked(), "model": self.model.filePath(), "weights": self.weights.filePath()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back; the weights are asked for when the page is looked at."""
        for widget, name in ((self.model, "model"), (self.weights, "weights")):
            widget.setFilePath(str(state.get(name) or ""))
        self.needs.setChecked(state.get("needs") is True)
        self.pins.clear()
        kept = state.get("places")
        for found in kept if isinstance(kept, list) else []:
            place = place_from(found)
            if place is not None:
                self.pins.add(place, bool(found.get("kept")))
        self._refresh()

    def clear(self) -> None:
        """The project was closed."""
        self.explainer.stop()
        self.pins.clear()
        self._refresh()

    def entered(self) -> None:
        """Go on where the user left."""
        super().entered()
        self.pins.show(True)
        for pin in self.pins.all:
            if not pin.answer:
                self._ask(pin.key)

    def left(self) -> None:
        """The marks belong to this page."""
        super().left()
        self.explainer.stop()
        self.pins.show(False)

    def end(self) -> None:
        """Nothing stays on the map."""
        self.pins.clear()


def _entry(pin) -> Entry:
    classes = pin.answer.get("classes") or []
    best = f"{classes[0]['name']} {classes[0]['score']:.0%}" if classes else ""
    note = " · ".join(part for part in (best, size_text(pin.place)) if part)
    layer = QgsProject.instance().mapLayer(pin.place.layer_id)
    return Entry(pin.key, pin.color, pin.name, note, layer.name() if layer is not None else "", pin.kept)
