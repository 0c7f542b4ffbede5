"""Where to look: areas drawn on the map, or taken from the view, from layers, from selected features."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapTool
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QShortcut,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...area_file import areas_of
from ...errors import EngineError
from ...i18n import tr
from ...maptools.areas import RECTANGLE, AreaList, DrawnArea
from ...maptools.edit import EditTool
from ...maptools.extent import ExtentTool
from ...maptools.look import AreaOverlay
from ...maptools.polygon import PolygonTool
from ...maptools.sizes import describe
from ..desk import Desk
from ..style import muted, section

MAX_ROWS_SHOWN, ICON_PX, MAX_KEPT = 5, 16, 200
MIN_BUTTON_PX = 44


class AreaPanel(QWidget):
    """Buttons for the tools, and the list of areas; both act on the same `AreaList`.

    Signals:
        failed: an `EngineError`.
    """

    failed = pyqtSignal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self.areas = desk, AreaList(self)
        self.overlay = AreaOverlay(desk.canvas, self.areas)
        self._tool: QgsMapTool | None = None
        self.rectangle = _push("/mActionAddBasicRectangle.svg", tr("Rectangle"), tr(
            "Drag a rectangle on the map, or click two corners; Esc drops it"))
        self.polygon = _push("/mActionCapturePolygon.svg", tr("Polygon"), tr(
            "Click on the map for each corner, right click at the end; Backspace takes a corner back"))
        self.edit = _push("/mActionVertexTool.svg", tr("Edit"), tr(
            "Drag corners or whole areas, double click on a side for a new corner, Delete removes"))
        self.undo = _small("/mActionUndo.svg", tr("Undo"))
        self.redo = _small("/mActionRedo.svg", tr("Redo"))
        self.delete = _small("/mActionDeleteSelected.svg", tr("Delete the chosen areas, or all"))
        self.more = _small("/mActionAdd.svg", tr("Take areas from the view, a layer or selected features"))
        self.list, self.empty = QListWidget(), muted(QLabel(tr(
            "The whole overlap is compared. Draw to look only at parts of it.")))
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        head, tools = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(2)
        tools.setSpacing(2)
        head.addWidget(section(tr("Where to look")), 1)
        for button in (self.more, self.undo, self.redo, self.delete):
            button.setAutoRaise(True)
            head.addWidget(button)
        for button in (self.rectangle, self.polygon, self.edit):
            button.setCheckable(True)
            # Each as wide as its text needs, and narrower before the dock is made wider.
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(MIN_BUTTON_PX)
            tools.addWidget(button)
        self.more.setMenu(self._menu())
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Areas"))
        self.empty.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addLayout(tools)
        box.addWidget(self.list)
        box.addWidget(self.empty)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(tr("The view"), self.take_view)
        parts = [menu.addMenu(text) for text in (tr("Polygons of"), tr("Selected polygons of"), tr("Extent of"))]
        menu.aboutToShow.connect(lambda: self._fill(*parts))
        return menu

    def _fill(self, whole: QMenu, selected: QMenu, extent: QMenu) -> None:
        """Offer the project's layers."""
        layers = list(QgsProject.instance().mapLayers().values())
        polygons = [x for x in layers if isinstance(x, QgsVectorLayer) and
                    x.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry]
        chosen = [x for x in polygons if x.selectedFeatureCount()]
        for menu, found, take in ((whole, polygons, self.take_layer), (selected, chosen, self.take_selected),
                                  (extent, [x for x in layers if x.isValid()], self.take_extent)):
            menu.clear()
            menu.setEnabled(bool(found))
            for layer in sorted(found, key=lambda x: x.name().lower()):
                menu.addAction(layer.name(), partial(self._take, take, layer.id()))

    def _connect(self) -> None:
        self.rectangle.clicked.connect(lambda on: self._use(on, self._extent_tool))
        self.polygon.clicked.connect(lambda on: self._use(on, self._polygon_tool))
        self.edit.clicked.connect(lambda on: self._use(on, self._edit_tool))
        self.undo.clicked.connect(self.areas.undo)
        self.redo.clicked.connect(self.areas.redo)
        self.delete.clicked.connect(self.delete_chosen)
        self.areas.changed.connect(self._refresh)
        self.list.itemSelectionChanged.connect(lambda: self.overlay.choose(frozenset(self._chosen())))
        self.list.itemDoubleClicked.connect(lambda item: self.zoom_to(self.list.row(item)))
        for keys, act in ((QKeySequence.StandardKey.Delete, self._delete_rows),
                          (QKeySequence.StandardKey.Undo, self.areas.undo)):
            shortcut = QShortcut(QKeySequence(keys), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        self._desk.scene_changed.connect(self._refresh)

    def take_view(self) -> None:
        """What the map shows is an area, turned as the map is."""
        view = self._desk.canvas.mapSettings()
        corners = [QgsPointXY(corner.x(), corner.y()) for corner in view.visiblePolygon()]
        self.areas.add(DrawnArea.from_points(corners[:4], view.destinationCrs(), RECTANGLE))

    def take_layer(self, layer: QgsVectorLayer) -> None:
        """The polygons of a layer are areas."""
        self._add_from(layer, False)

    def take_selected(self, layer: QgsVectorLayer) -> None:
        """Its selected polygons are areas."""
        self._add_from(layer, True)

    def take_extent(self, layer: QgsMapLayer) -> None:
        """The extent of a layer is an area."""
        self.areas.add(DrawnArea.from_box(layer.extent(), layer.crs()))

    def delete_chosen(self) -> None:
        """Delete the chosen areas; all, if none is chosen."""
        self.areas.remove(*(self._chosen() or range(len(self.areas))))

    def zoom_to(self, index: int) -> None:
        """Show an area on the map."""
        canvas = self._desk.canvas
        shape = self.areas[index].in_crs(canvas.mapSettings().destinationCrs())
        if shape is not None:
            canvas.setExtent(shape.boundingBox().buffered(0.1 * shape.boundingBox().width()))
            canvas.refresh()

    def show_on_map(self, on: bool) -> None:
        """Draw the areas on the map, or not; the tool is put away with them."""
        if not on:
            self._desk.drop_tool()
        self.overlay.show(on)

    def state(self) -> list[dict[str, Any]]:
        """What the project should remember."""
        return [area.state() for area in self.areas.all()[:MAX_KEPT]]

    def restore(self, state: Any) -> None:
        """Take it back; what makes no sense is passed over."""
        found = [DrawnArea.from_state(item) for item in (state if isinstance(state, list) else [])]
        self.areas.forget([area for area in found if area is not None])

    def end(self) -> None:
        """Nothing stays on the map."""
        self._desk.drop_tool()
        self.overlay.end()

    def _extent_tool(self) -> QgsMapTool:
        return ExtentTool(self._desk.canvas, self.areas, self._describe)

    def _polygon_tool(self) -> QgsMapTool:
        return PolygonTool(self._desk.canvas, self.areas, self._describe)

    def _edit_tool(self) -> QgsMapTool:
        tool = EditTool(self._desk.canvas, self.areas, self._describe, self.overlay)
        tool.touched.connect(self.list.setCurrentRow)
        return tool

    def _use(self, on: bool, make) -> None:
        if not on:
            self._desk.drop_tool()
            return
        tool = self._tool = make()
        tool.deactivated.connect(lambda: self._put_away(tool))
        self._desk.use_tool(tool)
        self._show_tool()

    def _put_away(self, tool: QgsMapTool) -> None:
        if self._tool is tool:
            self._tool = None
            self._show_tool()

    def _show_tool(self) -> None:
        for button, kind in ((self.rectangle, ExtentTool), (self.polygon, PolygonTool), (self.edit, EditTool)):
            button.setChecked(isinstance(self._tool, kind))

    def _take(self, take, layer_id: str) -> None:
        layer = QgsProject.instance().mapLayer(layer_id)
        if layer is not None:
            take(layer)

    def _add_from(self, layer: QgsVectorLayer, selected_only: bool) -> None:
        try:
            self.areas.add(*areas_of(layer, selected_only))
        except EngineError as error:
            self.failed.emit(error)

    def _describe(self, area: DrawnArea) -> str:
        layer = self._desk.layer
        return describe(area, layer if isinstance(layer, QgsRasterLayer) else None)

    def _chosen(self) -> list[int]:
        return sorted(self.list.row(item) for item in self.list.selectedItems())

    def _delete_rows(self) -> None:
        self.areas.remove(*self._chosen())

    def _refresh(self) -> None:
        chosen = self._chosen()
        self.list.clear()
        for number, area in enumerate(self.areas.all(), 1):
            kind = tr("Rectangle") if area.kind == RECTANGLE else tr("Polygon")
            self.list.addItem(f"{number}  {kind} · {self._describe(area)}")
        for row in chosen:
            if row < self.list.count():
                self.list.item(row).setSelected(True)
        rows = min(len(self.areas), MAX_ROWS_SHOWN)
        height = self.list.sizeHintForRow(0) if rows else 0
        self.list.setFixedHeight(rows * height + 2 * self.list.frameWidth() + 2)
        self.list.setVisible(rows > 0)
        self.empty.setVisible(not rows)
        for button, usable in ((self.edit, rows > 0), (self.delete, rows > 0), (self.undo, self.areas.can_undo),
                               (self.redo, self.areas.can_redo)):
            button.setEnabled(usable)
        if not rows and self.edit.isChecked():
            self._desk.drop_tool()


def _icon(name: str) -> QIcon:
    return QgsApplication.getThemeIcon(name)


def _push(icon: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(_icon(icon), text)
    button.setToolTip(tip)
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    return button


def _small(icon: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(_icon(icon))
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
