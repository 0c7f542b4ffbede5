"""Mouse and keys on a map canvas, as QGIS sees them."""

from __future__ import annotations

from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Mouse:
    """Acts at places given in pixels of the canvas."""

    def __init__(self, canvas):
        self.canvas, self._view = canvas, canvas.viewport()

    def press(self, x, y, button=LEFT):
        QTest.mousePress(self._view, button, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def release(self, x, y, button=LEFT):
        QTest.mouseRelease(self._view, button, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def move(self, x, y, buttons=Qt.MouseButton.NoButton):
        at = QPointF(x, y)
        QApplication.sendEvent(self._view, QMouseEvent(
            QEvent.Type.MouseMove, at, self._view.mapToGlobal(QPoint(x, y)), Qt.MouseButton.NoButton, buttons,
            Qt.KeyboardModifier.NoModifier))

    def click(self, x, y, button=LEFT):
        self.press(x, y, button)
        self.release(x, y, button)

    def double_click(self, x, y):
        self.click(x, y)
        QTest.mouseDClick(self._view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def drag(self, x0, y0, x1, y1, let_go=True):
        self.press(x0, y0)
        self.move((x0 + x1) // 2, (y0 + y1) // 2, LEFT)
        self.move(x1, y1, LEFT)
        if let_go:
            self.release(x1, y1)

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.canvas, key, modifier)

    def map_point(self, x, y):
        return QgsPointXY(self.canvas.getCoordinateTransform().toMapCoordinates(x, y))

    def pixel(self, point):
        found = self.canvas.getCoordinateTransform().transform(point)
        return round(found.x()), round(found.y())
