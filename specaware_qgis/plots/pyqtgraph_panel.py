"""A panel in a plot of pyqtgraph. Import it only where `backend.pyqtgraph_fits` says so."""

from __future__ import annotations

from dataclasses import replace

import pyqtgraph as pg
from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter

from .chart import Panel, tick_text, ticks, y_range
from .look import Look, of_theme
from .painting import (
    MIN_HEIGHT_PX,
    MIN_WIDTH_PX,
    PX_PER_X_TICK,
    Frame,
    Scene,
    bottom_px,
    left_px,
    paint_inside,
    value_ticks,
)

RIGHT_PX, TOP_PX = 8, 4
# Of the axis of wavelengths in pyqtgraph's layout.
BOTTOM_ROW = 3


class _Inside(pg.GraphicsObject):
    """Everything between the axes, as one item that stays.

    Taking items out of a plot does not work inside QGIS: PyQt cannot hand pyqtgraph the empty scene that Qt reports
    then (``unable to convert a QVariant back to a Python object``).
    """

    def __init__(self) -> None:
        super().__init__()
        self.scene_shown: Scene | None = None
        self.look: Look | None = None

    def boundingRect(self) -> QRectF:
        """All that can be seen."""
        return self.viewRect()

    def frame(self, painter: QPainter) -> Frame:
        """Where wavelengths and values lie, in pixels."""
        to_px = painter.transform()
        return Frame(to_px.mapRect(self.viewRect()), to_px.dx(), to_px.m11(), to_px.dy(), to_px.m22())

    def paint(self, painter: QPainter, *_args) -> None:
        """Draw it in pixels, so that pens and dots keep their size."""
        if self.scene_shown is not None:
            frame = self.frame(painter)
            painter.resetTransform()
            paint_inside(painter, frame, self.scene_shown, self.look)


class PyqtgraphPanel(pg.PlotWidget):
    """Shows a `Scene`; signals and methods are those of `PainterPanel`."""

    hovered = pyqtSignal(object)
    ranged = pyqtSignal(float, float)
    reset = pyqtSignal()
    # Qt calls some of the methods below before the constructor is through.
    _ready = False

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._scene, self._filling, self._inside = Scene(panel), False, _Inside()
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.layout.setContentsMargins(0, TOP_PX, RIGHT_PX, 0)
        box = item.getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.setDefaultPadding(0.0)
        box.disableAutoRange()
        box.sigXRangeChanged.connect(self._moved)
        for name in ("left", "bottom"):
            item.getAxis(name).enableAutoSIPrefix(False)
        item.getAxis("left").setWidth(left_px(self.fontMetrics()))
        item.addItem(self._inside, ignoreBounds=True)
        self._unit = pg.LabelItem(justify="left")
        item.layout.addItem(self._unit, BOTTOM_ROW, 0)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.viewport().setMouseTracking(True)
        self._ready = True

    def sizeHint(self) -> QSize:
        """As little as there must be; a layout gives more."""
        return self.minimumSize().expandedTo(QSize(MIN_WIDTH_PX, MIN_HEIGHT_PX))

    def show_scene(self, scene: Scene) -> None:
        """Draw it."""
        self._scene, self._filling = scene, True
        look = self._inside.look = of_theme(self.palette())
        self._inside.scene_shown = scene
        self.setBackground(look.base)
        low, high = y_range(scene.panel, scene.curves, scene.low_nm, scene.high_nm)
        self.getPlotItem().getViewBox().setRange(xRange=(scene.low_nm, scene.high_nm), yRange=(low, high), padding=0)
        self._show_axes(look)
        self._inside.prepareGeometryChange()
        self._inside.update()
        self._filling = False

    def set_cursor_nm(self, wavelength_nm: float | None) -> None:
        """Move the cursor's line."""
        self._scene = self._inside.scene_shown = replace(self._scene, cursor_nm=wavelength_nm)
        self._inside.update()

    def _show_axes(self, look: Look) -> None:
        scene, metrics = self._scene, self.fontMetrics()
        left, bottom = (self.getPlotItem().getAxis(name) for name in ("left", "bottom"))
        below = bottom_px(metrics) if scene.labelled else 3.0
        width, height = self.width() - left_px(metrics) - RIGHT_PX, self.height() - TOP_PX - below
        marks = value_ticks(Frame(QRectF(0, 0, max(width, 1), max(height, 1)), 0, 1, 0, 1), scene)
        waves = ticks(scene.low_nm, scene.high_nm, max(int(width / PX_PER_X_TICK), 2)) if scene.labelled else []
        left.setTicks([[(value, tick_text(scene.panel, value)) for value in marks]])
        bottom.setTicks([[(wave, f"{wave:g}") for wave in waves]])
        bottom.setHeight(below)
        self._unit.setText("nm" if scene.labelled else "", color=look.muted.name())
        self._unit.setMaximumHeight(below)
        for axis in (left, bottom):
            axis.setTextPen(look.muted)
        left.setPen(pg.mkPen(look.base))
        bottom.setPen(pg.mkPen(look.muted, width=1))
        left.setStyle(tickFont=self.font(), tickLength=0, tickTextOffset=4, autoExpandTextSpace=False)
        bottom.setStyle(tickFont=self.font(), tickLength=3, tickTextOffset=4, autoExpandTextSpace=False)

    def _moved(self, _box, limits) -> None:
        if not self._filling:
            self.ranged.emit(float(limits[0]), float(limits[1]))

    def mouseMoveEvent(self, event) -> None:
        """Tell where the cursor is."""
        super().mouseMoveEvent(event)
        box = self.getPlotItem().getViewBox()
        place = self.mapToScene(event.pos())
        inside = box.sceneBoundingRect().contains(place)
        self.hovered.emit(float(box.mapSceneToView(place).x()) if inside else None)

    def mouseDoubleClickEvent(self, event) -> None:
        """Show everything again."""
        self.reset.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor is elsewhere."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def resizeEvent(self, event: QEvent) -> None:
        """Another size has room for other ticks."""
        super().resizeEvent(event)
        if self._ready:
            self.show_scene(self._scene)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._ready:
            self.show_scene(self._scene)
