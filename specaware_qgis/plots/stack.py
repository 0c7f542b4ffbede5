"""Panels one above the other: one axis of wavelengths, one cursor, and the values under it in their titles."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QFontMetrics
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..i18n import tr
from .backend import make_panel
from .chart import Curve, Panel, Span, x_range
from .look import of_theme
from .painting import Scene

PX_PER_SHARE, LABEL_ROOM_PX = 40, 20
MIN_SPAN_NM = 20.0
# As wide as the gap between two values, and as the least of a name that still says something.
GAP_LIKE, SHORTEST, MORE, TITLE_ROOM_PX = "\u00a0\u00a0 ", "water …", "…", 12


class PlotStack(QWidget):
    """Shows curves in panels; arrow keys move the cursor from band to band.

    Args:
        panels: from top to bottom.
        painter: draw without pyqtgraph.

    Signals:
        cursor_moved: the wavelength under the cursor, None when it has left.
    """

    cursor_moved = pyqtSignal(object)

    def __init__(self, panels: Sequence[Panel], *, painter: bool = False) -> None:
        super().__init__()
        self.panels = {panel.key: panel for panel in panels}
        self._widgets = {panel.key: make_panel(panel, painter=painter) for panel in panels}
        self._titles = {panel.key: QLabel() for panel in panels}
        self._curves: dict[str, Sequence[Curve]] = {panel.key: () for panel in panels}
        self._grey: Sequence[Span] = ()
        self._shown, self._whole = (400.0, 2500.0), (400.0, 2500.0)
        self.cursor_nm: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        for widget in self._widgets.values():
            widget.hovered.connect(self.move_cursor)
            widget.ranged.connect(self._zoom)
            widget.reset.connect(lambda: self._zoom(*self._whole))
        self.redraw()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for key, panel in self.panels.items():
            title, widget = self._titles[key], self._widgets[key]
            title.setTextFormat(Qt.TextFormat.RichText)
            title.setToolTip(panel.about)
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            title.setContentsMargins(4, 4, 4, 1)
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            widget.setAccessibleName(panel.title)
            box.addWidget(title)
            box.addWidget(widget, panel.share)
        self._fit_heights()

    def _fit_heights(self) -> None:
        keys = self.visible_keys
        for key, panel in self.panels.items():
            room = LABEL_ROOM_PX if keys and key == keys[-1] else 0
            self._widgets[key].setMinimumHeight(panel.share * PX_PER_SHARE + room)

    @property
    def visible_keys(self) -> list[str]:
        """The panels that are not hidden."""
        return [key for key, widget in self._widgets.items() if not widget.isHidden()]

    def set_panel_visible(self, key: str, visible: bool) -> None:
        """Show or hide a panel."""
        self._widgets[key].setVisible(visible)
        self._titles[key].setVisible(visible)
        self._fit_heights()
        self.redraw()

    def show_curves(self, curves: Mapping[str, Sequence[Curve]], grey: Sequence[Span]) -> None:
        """Show the curves of each panel; the zoom is kept while the axis stays the same."""
        self._curves = {key: tuple(curves.get(key, ())) for key in self.panels}
        self._grey = grey
        whole = x_range(curve for found in self._curves.values() for curve in found)
        if whole is not None and whole != self._whole:
            self._whole = self._shown = whole
        self.redraw()

    def scenes(self) -> list[Scene]:
        """What the visible panels show, from top to bottom; without the cursor."""
        keys = self.visible_keys
        return [Scene(self.panels[key], self._curves[key], self._grey, *self._shown, labelled=key == keys[-1])
                for key in keys]

    def redraw(self) -> None:
        """Draw everything anew."""
        for scene in self.scenes():
            self._widgets[scene.panel.key].show_scene(scene)
        self.move_cursor(self.cursor_nm)

    def move_cursor(self, wavelength_nm: float | None) -> None:
        """Put the cursor on a wavelength in all panels; None takes it away."""
        self.cursor_nm = wavelength_nm
        for key in self.visible_keys:
            self._widgets[key].set_cursor_nm(wavelength_nm)
            self._titles[key].setText(self._title(key))
        self.cursor_moved.emit(wavelength_nm)

    def values_at_cursor(self, key: str) -> list[tuple[Curve, float]]:
        """Curves of a panel that have a value under the cursor."""
        found = []
        for curve in self._curves[key] if self.cursor_nm is not None else ():
            at = curve.at(self.cursor_nm)
            if at is not None and not curve.faint and np.isfinite(curve.values[at]):
                found.append((curve, float(curve.values[at])))
        return found

    def _title(self, key: str) -> str:
        panel = self.panels[key]
        texts = [(curve.color, panel.text(value)) for curve, value in self.values_at_cursor(key)]
        if panel.legend and self.cursor_nm is None:
            texts = [(curve.color, curve.name) for curve in self._curves[key]]
        if not texts:
            return f"{panel.title}&nbsp;&nbsp; {self._brief(panel)}"
        values = "&nbsp;&nbsp; ".join(f"<span style='color:{color}'><b>{html.escape(text)}</b></span>"
                                      for color, text in self._fitting(panel.title, texts))
        return f"{panel.title}&nbsp;&nbsp; {values}"

    def _brief(self, panel: Panel) -> str:
        """A few words in a quiet colour: that all curves are one, or what is plotted."""
        text = tr("same at every place") if self._all_equal(panel.key) else panel.brief
        room = self.width() - self.fontMetrics().horizontalAdvance(panel.title + GAP_LIKE) - TITLE_ROOM_PX
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        return f"<span style='color:{of_theme(self.palette()).muted.name()}'>{html.escape(shown)}</span>"

    def _all_equal(self, key: str) -> bool:
        """Whether several curves lie on each other, so that only the last is seen."""
        first, *others = self._curves[key] or (None,)
        return bool(others) and all(
            np.array_equal(first.wavelength_nm, other.wavelength_nm)
            and np.allclose(first.values, other.values, rtol=1e-3, equal_nan=True) for other in others)

    def _fitting(self, title: str, texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """As many of the texts as there is room for beside the title, at least one; dots stand for the others."""
        font = QFont(self.font())
        font.setBold(True)
        bold, found = QFontMetrics(font), []
        left = self.width() - self.fontMetrics().horizontalAdvance(title) - TITLE_ROOM_PX
        for color, text in texts:
            left -= bold.horizontalAdvance(GAP_LIKE)
            if found and left < min(bold.horizontalAdvance(SHORTEST), bold.horizontalAdvance(text)):
                return [*found, (color, MORE)]
            shown = bold.elidedText(text, Qt.TextElideMode.ElideRight, max(left, bold.horizontalAdvance(SHORTEST)))
            found.append((color, shown))
            left -= bold.horizontalAdvance(shown)
        return found

    def _zoom(self, low_nm: float, high_nm: float) -> None:
        whole_low, whole_high = self._whole
        width = min(max(high_nm - low_nm, MIN_SPAN_NM), whole_high - whole_low)
        low = min(max(low_nm, whole_low), whole_high - width)
        self._shown = (low, low + width)
        self.redraw()

    def keyPressEvent(self, event) -> None:
        """Arrows move from band to band, plus and minus zoom, Escape shows everything."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
        factor = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Minus: 1 / 0.7}.get(event.key())
        if step is not None:
            self._step(step)
        elif factor is not None:
            low, high = self._shown
            centre = self.cursor_nm if self.cursor_nm is not None else (low + high) / 2
            self._zoom(centre + (low - centre) * factor, centre + (high - centre) * factor)
        elif event.key() == Qt.Key.Key_Escape:
            self.move_cursor(None)
            self._zoom(*self._whole)
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        curve = next((c for found in self._curves.values() for c in found if len(c.wavelength_nm)), None)
        if curve is None:
            return
        last = len(curve.wavelength_nm) - 1
        at = None if self.cursor_nm is None else curve.at(self.cursor_nm)
        at = (0 if step > 0 else last) if at is None else min(max(at + step, 0), last)
        self.move_cursor(float(curve.wavelength_nm[at]))

    def resizeEvent(self, event: QEvent) -> None:
        """Titles have room for more or less."""
        super().resizeEvent(event)
        for key in self.visible_keys:
            self._titles[key].setText(self._title(key))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.redraw()
