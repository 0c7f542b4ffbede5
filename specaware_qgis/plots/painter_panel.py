"""A panel drawn with Qt alone, for a QGIS without pyqtgraph."""

from __future__ import annotations

from dataclasses import replace

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QWidget

from .chart import Panel
from .look import of_theme
from .painting import MIN_HEIGHT_PX, MIN_WIDTH_PX, Frame, Scene, paint_panel

WHEEL_ZOOM = 0.85


class PainterPanel(QWidget):
    """Shows a `Scene`; the wheel zooms, dragging pans.

    Signals:
        hovered: the wavelength under the cursor, None when it has left.
        ranged: the part of the axis that the user chose.
        reset: the user wants to see everything again.
    """

    hovered = pyqtSignal(object)
    ranged = pyqtSignal(float, float)
    reset = pyqtSignal()

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._scene, self._frame, self._grabbed = Scene(panel), None, None
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        """As little as there must be; a layout gives more."""
        return self.minimumSize().expandedTo(QSize(MIN_WIDTH_PX, MIN_HEIGHT_PX))

    def show_scene(self, scene: Scene) -> None:
        """Draw it."""
        self._scene = scene
        self.update()

    def set_cursor_nm(self, wavelength_nm: float | None) -> None:
        """Move the cursor's line."""
        self.show_scene(replace(self._scene, cursor_nm=wavelength_nm))

    def paintEvent(self, event: QEvent) -> None:
        """Draw the panel in the theme's colours."""
        painter, look = QPainter(self), of_theme(self.palette())
        painter.fillRect(self.rect(), look.base)
        self._frame = paint_panel(painter, QRectF(self.rect()), self._scene, look)

    def mousePressEvent(self, event) -> None:
        """Begin to pan."""
        self._grabbed = event.pos().x()

    def mouseReleaseEvent(self, event) -> None:
        """End to pan."""
        self._grabbed = None

    def mouseDoubleClickEvent(self, event) -> None:
        """Show everything again."""
        self.reset.emit()

    def mouseMoveEvent(self, event) -> None:
        """Pan, or tell where the cursor is."""
        if self._frame is None:
            return
        frame: Frame = self._frame
        if self._grabbed is not None:
            shift = frame.wavelength_nm(self._grabbed) - frame.wavelength_nm(event.pos().x())
            self._grabbed = event.pos().x()
            self.ranged.emit(self._scene.low_nm + shift, self._scene.high_nm + shift)
        else:
            inside = frame.plot.left() <= event.pos().x() <= frame.plot.right()
            self.hovered.emit(frame.wavelength_nm(event.pos().x()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor is elsewhere."""
        self.hovered.emit(None)

    def wheelEvent(self, event) -> None:
        """Zoom around the cursor."""
        if self._frame is None:
            return
        centre = self._frame.wavelength_nm(event.position().x())
        factor = WHEEL_ZOOM if event.angleDelta().y() > 0 else 1 / WHEEL_ZOOM
        self.ranged.emit(centre + (self._scene.low_nm - centre) * factor,
                         centre + (self._scene.high_nm - centre) * factor)
        event.accept()
