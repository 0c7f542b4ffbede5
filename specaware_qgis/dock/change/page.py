"""Page Change: two scenes of one place, where to look, and what is different."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QVBoxLayout

from ... import change_style, pixels, settings
from ...algorithms.vectors import with_layer
from ...area_file import write_areas
from ...errors import EngineError
from ...i18n import tr
from ...pairs import pair_params
from ...sources import label_file
from ..job_page import JobPage
from .inputs import MOVES_FROM_LABELS, MOVES_FROM_MODEL, NO_MOVES, ChangeInputs
from .outcome import ChangeOutcome


class ChangePage(JobPage):
    """Detect change, with one button."""

    key, icon = "change", "page_change.svg"

    @staticmethod
    def title() -> str:
        """Name of the page."""
        return tr("Change")

    @staticmethod
    def help() -> str:
        """What the page is for."""
        return tr(
            "<p>Finds what differs between two scenes of one place. They may differ in grid, coordinate system and "
            "sensor; differences of season and light are taken out.</p>"
            "<p><b>Rectangle</b> and <b>Polygon</b> draw where to look: several areas are joined. While drawing, Esc "
            "drops the area, Backspace takes a corner back, a right click ends a polygon. <b>Edit</b> moves corners "
            "and areas; a double click on a side adds a corner; Delete removes what is under the cursor. Ctrl+Z takes "
            "back. Without areas the whole overlap is compared.</p>"
            "<p>The score is in multiples of the automatic threshold: 1 is where the rule draws the line. Move the "
            "slider and the map follows at once.</p>"
            "<p>With labels of land cover, or a saved model, a from-to table says what became what, in hectares.</p>")

    def build(self, box: QVBoxLayout) -> None:
        """Form, button, result."""
        self.set_up(box, ChangeInputs(self.desk), ChangeOutcome(), self.detect)
        self.runner.button.setText(tr("Detect change"))
        self._kept: dict[str, Any] = {}
        self.inputs.areas.failed.connect(self.say)
        self.outcome.again.connect(self.detect)
        self.refresh()

    def detect(self, threshold: float | None = None) -> None:
        """Start a job with what is chosen; the threshold is found by itself unless given."""
        if self.running:
            return
        self.notice.hide()
        self.desk.drop_tool()
        self.inputs.areas.list.clearSelection()
        try:
            params = self._params() | ({} if threshold is None else {"threshold": threshold})
        except EngineError as error:
            self.forget_folder()
            self.say(error)
            return
        before, after = self.inputs.layers
        title = f"{before.name()} → {after.name()}"
        self.run(tr("Detect change"), "change", params, lambda value: self._done(value, title))

    def state(self) -> dict[str, Any]:
        """Layers, areas, options, and the last result."""
        return {**super().state(), "result": self._kept}

    def restore(self, state: dict[str, Any]) -> None:
        """Take them back."""
        super().restore(state)
        kept = state.get("result")
        if isinstance(kept, dict) and self._can_show(kept):
            try:
                self._show(kept["value"], str(kept.get("title", "")), kept["score"], str(kept.get("moves", "")))
            except (TypeError, ValueError, KeyError, AttributeError, ZeroDivisionError):
                # Anybody may have written the project, or an older version.
                self._kept = {}
                self.outcome.hide()

    def clear(self) -> None:
        """The project was closed."""
        super().clear()
        self._kept = {}
        self.inputs.areas.areas.forget()

    def entered(self) -> None:
        """Show the areas on the map, and look at the pair."""
        self.inputs.areas.show_on_map(True)
        self.inputs.pair.wake(True)

    def left(self) -> None:
        """The areas belong to this page."""
        self.inputs.areas.show_on_map(False)
        self.inputs.pair.wake(False)

    def end(self) -> None:
        """Nothing stays on the map or on the disk."""
        self.inputs.pair.end()
        self.inputs.areas.end()
        super().end()

    def _params(self) -> dict[str, Any]:
        """The engine's parameters; raises `EngineError` for what cannot be used."""
        inputs, outputs = self.inputs, self.inputs.chosen_outputs()
        before, after = inputs.layers
        found = {**pair_params(self.desk.scene(before), self.desk.scene(after)), "output": outputs.score,
                 "report": outputs.report, "from_to": outputs.from_to or None, "device": settings.device(),
                 "correct_shift": inputs.pair.correct.isChecked() and not inputs.pair.correct.isHidden()}
        areas = inputs.areas.areas.all()
        if areas:
            found["mask"] = write_areas(areas, before.crs(), self.folder)
        if inputs.examples.currentLayer() is not None:
            found |= self._labels("labels", "class_field", inputs.examples.currentLayer(),
                                  inputs.example_field.currentField())
        moves = inputs.moves.currentIndex()
        if moves == MOVES_FROM_LABELS:
            found |= self._labels("land_cover", "land_cover_field", inputs.covers.currentLayer(),
                                  inputs.cover_field.currentField())
        elif moves == MOVES_FROM_MODEL:
            found["model"] = inputs.model.filePath().strip()
        found["spectral_only"] = moves == NO_MOVES and inputs.fast.isChecked()
        return found

    def _labels(self, name: str, field_name: str, layer, field: str) -> dict[str, str]:
        folder = self.folder / name
        folder.mkdir()
        return {name: with_layer(label_file(layer, field, folder)), field_name: field}

    def _done(self, value: dict[str, Any], title: str) -> None:
        score, moves = change_style.add_to_project(value, f"{title} — {tr('change')}", QgsProject.instance())
        if not score:
            self.notice.say("error", tr("The map {} cannot be opened.").format(value["output"]),
                            tr("Look whether the file is still there."))
            return
        self.desk.iface.setActiveLayer(QgsProject.instance().mapLayer(score))
        self._show(value, title, score, moves)

    def _show(self, value: dict[str, Any], title: str, score_id: str, moves_id: str) -> None:
        self._kept = {"value": value, "title": title, "score": score_id, "moves": moves_id}
        self.outcome.show_result(value, title, score_id, moves_id)
        layer = QgsProject.instance().mapLayer(score_id)
        provider, extent = pixels.reader(layer), layer.extent()
        cols, rows = layer.width(), layer.height()
        job = self.desk.jobs.compute(tr("Read the scores"),
                                     lambda _: change_style.read_scores(provider, extent, cols, rows))
        job.done.connect(lambda scores: self._scores_read(scores, score_id))

    def _scores_read(self, scores: change_style.Scores, score_id: str) -> None:
        if self._kept.get("score") == score_id:
            self.outcome.show_scores(scores)

    def _can_show(self, kept: dict[str, Any]) -> bool:
        """Whether the layer of a result kept in the project is still there."""
        value, layer = kept.get("value"), QgsProject.instance().mapLayer(str(kept.get("score", "")))
        return isinstance(value, dict) and isinstance(layer, QgsRasterLayer) and layer.isValid()

    def job_failed(self, error: EngineError) -> None:
        """The result before this run still stands."""
        self.outcome.setVisible(bool(self._kept))
        super().job_failed(error)
