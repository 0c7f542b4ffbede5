"""What the pages share that pick places on the map and plot what is there."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsGeometry
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from ..i18n import tr
from ..maptools.place import Place, place_of
from ..plots.stack import PlotStack
from .page import Page
from .picker import Picker
from .scene_box import SceneBox
from .style import muted

PLOT_STRETCH = 100


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file: its suffix, its entry in the menu, and what it is called where a file is chosen."""

    suffix: str
    text: str
    name: str


class PlotPage(Page):
    """Scene, picking and export above a plot that is made when the page is first looked at.

    A subclass calls `set_up` in its `build`.
    """

    def set_up(self, box: QVBoxLayout, formats: tuple[ExportFormat, ...], export_title: str) -> None:
        """Add what stands above the plot, and the room for the plot."""
        self.scene, self.picker, self.readout = SceneBox(self.desk), Picker(self.desk), muted(QLabel())
        self.export, self.plot, self._plot_box = QToolButton(), None, QVBoxLayout()
        self.readout.setWordWrap(True)
        self.readout.setMinimumHeight(self.readout.fontMetrics().height())
        menu = QMenu(self)
        for found in formats:
            menu.addAction(found.text, lambda found=found: self._choose_file(found, export_title))
        self.export.setText(tr("Export"))
        self.export.setMenu(menu)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        form, row = QFormLayout(), QHBoxLayout()
        form.addRow(tr("Scene"), self.scene)
        row.addWidget(self.picker, 1)
        row.addWidget(self.export)
        self.desk.scene_changed.connect(self._offer_picking)
        self._offer_picking()
        box.addLayout(form)
        box.addLayout(row)
        box.addWidget(self.readout)
        box.addLayout(self._plot_box, PLOT_STRETCH)

    def _offer_picking(self) -> None:
        self.picker.setEnabled(self.desk.layer is not None)

    def invitation(self) -> str:
        """What to do while nothing is shown."""
        return tr("Click a pixel on the map, or drag a box.") if self.desk.layer is not None else tr(
            "Open a hyperspectral scene on the page Data to begin.")

    def make_plot(self) -> PlotStack:
        """The plot, connected; called once."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show in the plot, if it is there, what there is to show."""
        raise NotImplementedError

    def save(self, path: str) -> None:
        """Write what is shown; the suffix tells how."""
        raise NotImplementedError

    def place_at(self, shape: QgsGeometry) -> Place | None:
        """A point or a polygon of the canvas as a place of the scene; where it is none, the page says why."""
        layer = self.desk.layer
        place = place_of(layer, shape, self.desk.canvas.mapSettings().destinationCrs()) if layer is not None else None
        if place is None:
            self.notice.say("info", tr("That place is outside the scene.") if layer else tr("There is no scene."),
                            "" if layer else tr("Choose one on the page Data."))
        return place

    def entered(self) -> None:
        """Make the plot, which takes a moment the first time, and go on picking."""
        if self.plot is None:
            self.plot = self.make_plot()
            self._plot_box.addWidget(self.plot)
            self.draw()
        self.picker.resume()

    def left(self) -> None:
        """The map tool is the desk's again."""
        self.picker.pause()

    def _choose_file(self, chosen: ExportFormat, title: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self, title, "", chosen.name)
        if path:
            self.save(path if path.lower().endswith(f".{chosen.suffix}") else f"{path}.{chosen.suffix}")
