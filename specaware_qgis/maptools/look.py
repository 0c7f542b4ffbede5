"""How areas look on the map: a bright line on a dark one, which reads on any image."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QLabel

from .areas import MAX_EDITED_VERTICES, AreaList, DrawnArea

LINE, CHOSEN = QColor("#ffd83d"), QColor("#40e0ff")
CASING = QColor(16, 16, 16, 200)
# The image under an area keeps its colours.
FILL_ALPHA, CHOSEN_FILL_ALPHA = 0, 24
WIDTH_PX, CHOSEN_WIDTH_PX, HANDLE_PX = 2, 3, 8
CURSOR_GAP_PX = 18


def make_band(canvas: QgsMapCanvas, color: QColor = LINE) -> QgsRubberBand:
    """An empty polygon on the map."""
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
    paint_band(band, color, WIDTH_PX, FILL_ALPHA)
    return band


def paint_band(band: QgsRubberBand, color: QColor, width_px: int, fill_alpha: int) -> None:
    """Colour a polygon."""
    fill = QColor(color)
    fill.setAlpha(fill_alpha)
    band.setStrokeColor(color)
    band.setFillColor(fill)
    band.setSecondaryStrokeColor(CASING)
    band.setWidth(width_px)


def remove_item(canvas: QgsMapCanvas, item) -> None:
    """Take an item off the map."""
    canvas.scene().removeItem(item)


class AreaOverlay(QObject):
    """Draws the areas of a list; follows the list and the CRS of the map."""

    def __init__(self, canvas: QgsMapCanvas, areas: AreaList) -> None:
        super().__init__(areas)
        self._canvas, self._areas = canvas, areas
        self.bands: list[QgsRubberBand] = []
        self._handles: QgsRubberBand | None = None
        self._shown, self._with_handles = False, False
        self._chosen: frozenset[int] = frozenset()
        areas.changed.connect(self.refresh)
        canvas.destinationCrsChanged.connect(self.refresh)

    def show(self, on: bool) -> None:
        """Draw the areas, or nothing."""
        self._shown = on
        self.refresh()

    def choose(self, indices: frozenset[int]) -> None:
        """Mark some areas."""
        self._chosen = indices
        self.refresh()

    def show_handles(self, on: bool) -> None:
        """Draw the vertices, which can be moved."""
        self._with_handles = on
        self.refresh()

    def show_instead(self, index: int, area: DrawnArea) -> None:
        """Draw another area in the place of one, while it is being moved."""
        if index < len(self.bands):
            self._place(self.bands[index], area)
            self._place_handles({index: area})

    def refresh(self) -> None:
        """Draw anew."""
        self._remove()
        if not self._shown:
            return
        for i, area in enumerate(self._areas.all()):
            band = make_band(self._canvas)
            if i in self._chosen:
                paint_band(band, CHOSEN, CHOSEN_WIDTH_PX, CHOSEN_FILL_ALPHA)
            self._place(band, area)
            self.bands.append(band)
        if self._with_handles:
            self._handles = _handle_band(self._canvas)
            self._place_handles({})

    def end(self) -> None:
        """Leave the map."""
        self._areas.changed.disconnect(self.refresh)
        self._canvas.destinationCrsChanged.disconnect(self.refresh)
        self._remove()

    def _crs(self) -> QgsCoordinateReferenceSystem:
        return self._canvas.mapSettings().destinationCrs()

    def _place(self, band: QgsRubberBand, area: DrawnArea) -> None:
        band.setToGeometry(area.in_crs(self._crs()) or QgsGeometry())

    def _place_handles(self, instead: dict[int, DrawnArea]) -> None:
        if self._handles is None:
            return
        areas = [instead.get(i, area) for i, area in enumerate(self._areas.all())]
        points = [point for area in areas if area.vertex_count <= MAX_EDITED_VERTICES
                  for point in area.vertices(self._crs()) if point is not None]
        self._handles.setToGeometry(QgsGeometry.fromMultiPointXY(points))

    def _remove(self) -> None:
        for band in (*self.bands, *([self._handles] if self._handles is not None else [])):
            remove_item(self._canvas, band)
        self.bands, self._handles = [], None


def _handle_band(canvas: QgsMapCanvas) -> QgsRubberBand:
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PointGeometry)
    band.setIcon(QgsRubberBand.IconType.ICON_FULL_BOX)
    band.setIconSize(HANDLE_PX)
    band.setColor(QColor("#ffffff"))
    band.setSecondaryStrokeColor(CASING)
    band.setWidth(WIDTH_PX)
    return band


class Readout(QLabel):
    """A small plate beside the cursor."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setStyleSheet("background: rgba(16, 16, 16, 205); color: #ffffff; border-radius: 3px; padding: 3px 6px;")
        self.hide()

    def tell(self, text: str, x_px: int, y_px: int) -> None:
        """Show a text beside a place of the canvas, inside it."""
        self.setText(text)
        self.adjustSize()
        room = self._canvas.size()
        left = x_px + CURSOR_GAP_PX if x_px + CURSOR_GAP_PX + self.width() <= room.width() else \
            x_px - CURSOR_GAP_PX - self.width()
        self.move(max(left, 0), min(y_px + CURSOR_GAP_PX, max(room.height() - self.height(), 0)))
        self.show()
        self.raise_()


def nearest_px(canvas: QgsMapCanvas, points: list[QgsPointXY | None], x_px: float,
               y_px: float) -> tuple[int, float] | None:
    """Number of the point nearest to a place of the canvas, and how many pixels away it is."""
    to_pixel = canvas.getCoordinateTransform()
    found = [(to_pixel.transform(point), i) for i, point in enumerate(points) if point is not None]
    distances = [(((at.x() - x_px) ** 2 + (at.y() - y_px) ** 2) ** 0.5, i) for at, i in found]
    if not distances:
        return None
    distance, index = min(distances)
    return index, distance
