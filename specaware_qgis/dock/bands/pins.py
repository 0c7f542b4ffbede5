"""The places that page Bands compares: their colours, their marks on the map, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from qgis.core import QgsProject, QgsRasterLayer
from qgis.gui import QgsMapCanvas

from ...i18n import tr
from ...maptools.markers import PlaceMarker
from ...maptools.place import Place
from ...plots.band_weights_plot import Weighed
from ...plots.chart import COLORS

MAX_PLACES = len(COLORS)


@dataclass(frozen=True)
class Pin:
    """A place with its colour.

    Attributes:
        key: names it for as long as it lives.
        kept: whether it stays when another place is clicked.
        bands, answer: band table and place of the engine's answer, empty before it.
    """

    key: int
    place: Place
    color: str
    kept: bool = False
    bands: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Where it is, in the CRS of its layer."""
        center = self.place.center
        digits = 5 if max(abs(center.x()), abs(center.y())) < 1000 else 0
        return f"{center.x():.{digits}f}, {center.y():.{digits}f}"

    @property
    def weighed(self) -> Weighed:
        """For the plot."""
        return Weighed(self.name, self.color, self.bands, self.answer)


class Pins:
    """At most as many as there are colours; the oldest one that is not kept goes first."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas, self._next_key = canvas, 1
        self._pins: dict[int, Pin] = {}
        self._markers: dict[int, PlaceMarker] = {}
        self._visible = False

    def __len__(self) -> int:
        return len(self._pins)

    @property
    def all(self) -> list[Pin]:
        """In the order they were added."""
        return list(self._pins.values())

    @property
    def answered(self) -> list[Pin]:
        """Those whose weights are known."""
        return [pin for pin in self._pins.values() if pin.answer]

    def get(self, key: int) -> Pin | None:
        """One of them."""
        return self._pins.get(key)

    def add(self, place: Place, kept: bool = False) -> Pin:
        """Add a place in a free colour."""
        for old in [pin for pin in self.all if not pin.kept] + self.all:
            if len(self) < MAX_PLACES:
                break
            self.remove(old.key)
        used = {pin.color for pin in self.all}
        pin = Pin(self._next_key, place, next(color for color in COLORS if color not in used), kept)
        self._next_key += 1
        self._pins[pin.key] = pin
        self._mark(pin)
        return pin

    def change(self, key: int, **changes: Any) -> None:
        """Set attributes of a pin; nothing happens if it is gone."""
        if key in self._pins:
            self._pins[key] = replace(self._pins[key], **changes)

    def remove(self, key: int) -> None:
        """Take it off the map and the plot."""
        self._pins.pop(key, None)
        marker = self._markers.pop(key, None)
        if marker is not None:
            self._canvas.scene().removeItem(marker)

    def clear(self) -> None:
        """Remove all."""
        for pin in self.all:
            self.remove(pin.key)

    def show(self, visible: bool) -> None:
        """Show or hide the marks on the map."""
        self._visible = visible
        for marker in self._markers.values():
            marker.setVisible(visible)

    def _mark(self, pin: Pin) -> None:
        layer = QgsProject.instance().mapLayer(pin.place.layer_id)
        if isinstance(layer, QgsRasterLayer):
            marker = self._markers[pin.key] = PlaceMarker(self._canvas, pin.place, layer.crs(), pin.color)
            marker.setVisible(self._visible)


def size_text(place: Place) -> str:
    """How large a box is, in pixels of its layer; empty for a pixel."""
    layer = QgsProject.instance().mapLayer(place.layer_id)
    if place.is_point or not isinstance(layer, QgsRasterLayer):
        return ""
    return tr("{} × {} px").format(*place.pixel_size(layer))
