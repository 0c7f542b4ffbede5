"""Drawing and editing areas with synthetic mouse and keys, on turned maps and in other coordinate systems."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsSnappingConfig,
    QgsSnappingUtils,
    QgsTolerance,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QApplication

from specaware_qgis.maptools.areas import POLYGON, RECTANGLE, AreaList, DrawnArea
from specaware_qgis.maptools.edit import EditTool
from specaware_qgis.maptools.extent import ExtentTool
from specaware_qgis.maptools.look import AreaOverlay
from specaware_qgis.maptools.polygon import PolygonTool
from specaware_qgis.maptools.sizes import describe

from .mouse import LEFT, RIGHT, Mouse

UTM, WEB = QgsCoordinateReferenceSystem("EPSG:32633"), QgsCoordinateReferenceSystem("EPSG:3857")
NO_TURN, TURNED = 0.0, 30.0
VIEW = QgsRectangle(500_000, 5_400_000, 506_000, 5_406_000)


@pytest.fixture(params=[(UTM, NO_TURN), (UTM, TURNED), (WEB, NO_TURN), (WEB, TURNED)],
                ids=["utm", "utm turned", "web", "web turned"])
def canvas(request, qgis_new_project, qtbot):
    made = QgsMapCanvas()
    qtbot.addWidget(made)
    crs, turn = request.param
    made.resize(400, 400)
    made.show()
    made.setDestinationCrs(crs)
    made.setExtent(QgsCoordinateTransform(UTM, crs, QgsProject.instance()).transformBoundingBox(VIEW))
    made.setRotation(turn)
    qtbot.waitUntil(lambda: made.mapSettings().outputSize().width() == made.viewport().width() > 300, timeout=60_000)
    return made


@pytest.fixture
def areas(qgis_app):
    return AreaList()


@pytest.fixture
def overlay(canvas, areas):
    made = AreaOverlay(canvas, areas)
    made.show(True)
    yield made
    made.end()


@pytest.fixture
def mouse(canvas):
    return Mouse(canvas)


def use(canvas, tool):
    canvas.setMapTool(tool)
    return tool


@pytest.fixture
def rectangles(canvas, areas):
    tool = use(canvas, ExtentTool(canvas, areas, describe))
    yield tool
    canvas.unsetMapTool(tool)


@pytest.fixture
def polygons(canvas, areas):
    tool = use(canvas, PolygonTool(canvas, areas, describe))
    yield tool
    canvas.unsetMapTool(tool)


@pytest.fixture
def editor(canvas, areas, overlay):
    tool = use(canvas, EditTool(canvas, areas, describe, overlay))
    yield tool
    canvas.unsetMapTool(tool)


def pixels_of(area, mouse):
    return [mouse.pixel(point) for point in area.vertices(mouse.canvas.mapSettings().destinationCrs())]


def bands(canvas):
    return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand) and item.isVisible()]


def test_a_rectangle_is_upright_on_the_screen(rectangles, areas, mouse):
    mouse.drag(100, 120, 220, 180)
    assert len(areas) == 1
    assert areas[0].kind == RECTANGLE
    assert areas[0].crs == mouse.canvas.mapSettings().destinationCrs()
    assert sorted(set(pixels_of(areas[0], mouse))) == [(100, 120), (100, 180), (220, 120), (220, 180)]
    assert bands(mouse.canvas) == [], "the tool leaves nothing of its own on the map"


def test_two_clicks_make_a_rectangle_too(rectangles, areas, mouse):
    mouse.click(50, 50)
    assert len(areas) == 0
    mouse.move(150, 90)
    mouse.click(150, 90)
    assert sorted(set(pixels_of(areas[0], mouse))) == [(50, 50), (50, 90), (150, 50), (150, 90)]


@pytest.mark.parametrize("how", ["esc", "right click", "other tool"])
def test_a_rectangle_can_be_dropped(rectangles, areas, mouse, how):
    mouse.drag(100, 120, 220, 180, let_go=False)
    assert len(bands(mouse.canvas)) == 1
    if how == "esc":
        mouse.key(Qt.Key.Key_Escape)
    elif how == "right click":
        mouse.press(220, 180, RIGHT)
    else:
        mouse.canvas.unsetMapTool(rectangles)
    mouse.release(220, 180)
    assert len(areas) == 0
    assert bands(mouse.canvas) == []


def test_the_size_stands_beside_the_cursor(rectangles, mouse):
    mouse.drag(100, 100, 200, 200, let_go=False)
    assert not rectangles._readout.isHidden()
    assert rectangles._readout.text().endswith(("km²", "ha"))
    mouse.move(398, 398, LEFT)
    assert rectangles._readout.geometry().right() <= mouse.canvas.width(), "it stays inside the map"
    mouse.release(398, 398)
    assert rectangles._readout.isHidden()


def test_a_polygon_ends_with_a_right_click(polygons, areas, mouse):
    for place in ((100, 100), (200, 110), (180, 220)):
        mouse.move(*place)
        mouse.click(*place)
    assert len(areas) == 0
    mouse.click(300, 300, RIGHT)
    assert areas[0].kind == POLYGON
    assert pixels_of(areas[0], mouse)[:3] == [(100, 100), (200, 110), (180, 220)]
    assert len(areas[0].corners()) == 3, "the right click is no vertex"


@pytest.mark.parametrize("how", ["double click", "first vertex", "enter"])
def test_other_ends_of_a_polygon(polygons, areas, mouse, how):
    for place in ((100, 100), (200, 110), (180, 220)):
        mouse.click(*place)
    if how == "double click":
        mouse.double_click(90, 180)
    elif how == "enter":
        mouse.key(Qt.Key.Key_Return)
    else:
        mouse.click(103, 98)
    assert len(areas) == 1
    assert len(areas[0].corners()) == (4 if how == "double click" else 3)
    assert polygons.vertex_count == 0


def test_backspace_takes_a_vertex_back_and_esc_all(polygons, areas, mouse):
    for place in ((100, 100), (200, 110), (180, 220)):
        mouse.click(*place)
    mouse.key(Qt.Key.Key_Backspace)
    assert polygons.vertex_count == 2
    mouse.click(100, 200)
    mouse.key(Qt.Key.Key_Return)
    assert pixels_of(areas[0], mouse)[2] == (100, 200)
    mouse.click(20, 20)
    mouse.click(60, 20)
    mouse.key(Qt.Key.Key_Escape)
    assert (polygons.vertex_count, len(areas)) == (0, 1)
    assert bands(mouse.canvas) == []


def test_two_vertices_are_no_polygon(polygons, areas, mouse):
    mouse.click(100, 100)
    mouse.click(200, 110)
    mouse.click(200, 110, RIGHT)
    assert len(areas) == 0
    assert bands(mouse.canvas) == []


def test_a_corner_of_a_rectangle_keeps_right_angles(editor, areas, mouse):
    use(mouse.canvas, ExtentTool(mouse.canvas, areas, describe))
    mouse.drag(100, 100, 200, 160)
    use(mouse.canvas, editor)
    mouse.move(200, 160)
    mouse.drag(200, 160, 260, 250)
    assert sorted(set(pixels_of(areas[0], mouse))) == [(100, 100), (100, 250), (260, 100), (260, 250)]
    assert areas[0].kind == RECTANGLE


def test_an_area_is_moved_and_the_move_undone(editor, areas, mouse):
    use(mouse.canvas, ExtentTool(mouse.canvas, areas, describe))
    mouse.drag(100, 100, 200, 160)
    use(mouse.canvas, editor)
    mouse.move(150, 130)
    mouse.drag(150, 130, 190, 150)
    assert sorted(set(pixels_of(areas[0], mouse)))[0] == (140, 120)
    mouse.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sorted(set(pixels_of(areas[0], mouse)))[0] == (100, 100)
    mouse.drag(150, 130, 190, 150, let_go=False)
    mouse.key(Qt.Key.Key_Escape)
    mouse.release(190, 150)
    assert sorted(set(pixels_of(areas[0], mouse)))[0] == (100, 100), "Esc lets go, nothing has moved"


def test_vertices_are_added_moved_and_deleted(editor, areas, mouse):
    use(mouse.canvas, PolygonTool(mouse.canvas, areas, describe))
    for place in ((100, 100), (200, 100), (200, 200), (100, 200)):
        mouse.click(*place)
    mouse.key(Qt.Key.Key_Return)
    use(mouse.canvas, editor)
    mouse.double_click(150, 101)
    mouse.release(150, 101)
    assert len(areas[0].corners()) == 5
    mouse.move(150, 100)
    mouse.drag(150, 100, 150, 60)
    assert (150, 60) in pixels_of(areas[0], mouse)
    mouse.move(150, 60)
    mouse.key(Qt.Key.Key_Delete)
    assert len(areas[0].corners()) == 4
    mouse.move(150, 150)
    mouse.key(Qt.Key.Key_Delete)
    assert len(areas) == 0, "Delete inside an area deletes the area"
    for _ in range(4):
        areas.undo()
    assert len(areas[0].corners()) == 4


def test_deleting_vertices_of_a_triangle_deletes_it(editor, areas, mouse):
    points = [mouse.map_point(*place) for place in ((100, 100), (200, 100), (150, 200))]
    areas.add(DrawnArea.from_points(points, mouse.canvas.mapSettings().destinationCrs()))
    mouse.move(150, 200)
    mouse.key(Qt.Key.Key_Delete)
    assert len(areas) == 0


def test_handles_come_and_go_with_the_tool(editor, areas, overlay, mouse):
    areas.add(DrawnArea.from_box(mouse.canvas.extent().buffered(-500), mouse.canvas.mapSettings().destinationCrs()))
    assert len(bands(mouse.canvas)) == 2
    mouse.canvas.unsetMapTool(editor)
    assert len(bands(mouse.canvas)) == 1
    overlay.show(False)
    assert bands(mouse.canvas) == []


def test_areas_stay_at_their_place_when_the_map_changes_its_crs(rectangles, areas, overlay, mouse):
    mouse.drag(100, 120, 220, 180)
    canvas, drawn = mouse.canvas, QgsGeometry(areas[0].geometry)
    other = UTM if canvas.mapSettings().destinationCrs() == WEB else WEB
    canvas.setDestinationCrs(other)
    assert areas[0].geometry.equals(drawn)
    shown = overlay.bands[0].asGeometry()
    assert shown.area() == pytest.approx(areas[0].in_crs(other).area(), rel=1e-6)
    assert 0.3 < areas[0].in_crs(other).area() / drawn.area() < 3


def test_keys_come_before_the_shortcuts_of_the_main_window(polygons, mouse):
    for key, taken in ((Qt.Key.Key_Delete, True), (Qt.Key.Key_Escape, True), (Qt.Key.Key_F5, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(mouse.canvas, event)
        assert event.isAccepted() == taken


def test_corners_snap_as_the_project_says(rectangles, areas, mouse, qtbot):
    canvas = mouse.canvas
    crs = canvas.mapSettings().destinationCrs()
    layer = QgsVectorLayer(f"Point?crs={crs.authid()}", "points", "memory")
    QgsProject.instance().addMapLayer(layer)
    canvas.setLayers([layer])
    feature = QgsFeature()
    wanted = mouse.map_point(223, 178)
    feature.setGeometry(QgsGeometry.fromPointXY(wanted))
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    config = QgsSnappingConfig()
    config.setEnabled(True)
    config.setMode(QgsSnappingConfig.SnappingMode.AllLayers)
    config.setTypeFlag(QgsSnappingConfig.SnappingTypes.VertexFlag)
    config.setTolerance(12)
    config.setUnits(QgsTolerance.UnitType.Pixels)
    utils = canvas.snappingUtils()
    utils.setMapSettings(canvas.mapSettings())
    utils.setIndexingStrategy(QgsSnappingUtils.IndexingStrategy.IndexExtent)
    utils.setConfig(config)
    # The index is made in the background.
    qtbot.waitUntil(lambda: utils.snapToMap(wanted).isValid(), timeout=60_000)
    mouse.drag(100, 120, 220, 180)
    utils.setConfig(QgsSnappingConfig())
    assert min(point.distance(wanted) for point in areas[0].corners()) < 1e-3


def test_sizes_are_true_on_the_ground(qgis_app, scene):
    box = QgsRectangle(0, 0, 3000, 1500)
    box = QgsRectangle.fromCenterAndSize(scene.extent().center(), box.width(), box.height())
    area = DrawnArea.from_box(box, scene.crs())
    assert describe(area, scene).endswith(" · 100 × 50 px")
    assert float(describe(area).split()[0]) == pytest.approx(450, abs=2)
    web = DrawnArea(area.in_crs(WEB), WEB)
    assert float(describe(web).split()[0]) == pytest.approx(450, abs=2), "not stretched by Mercator"
    assert describe(web, scene).endswith(" px")


def test_an_area_beside_the_scene_or_where_no_crs_reaches_is_said(qgis_app, scene):
    box = QgsRectangle.fromCenterAndSize(scene.extent().center(), 3000, 1500)
    beside = DrawnArea.from_box(box, scene.crs()).moved(100_000, 0)
    assert describe(beside, scene).endswith(" ha · outside the scene")
    nowhere = DrawnArea.from_box(QgsRectangle(1e6, 6e6, 2e6, 7e6), QgsCoordinateReferenceSystem("EPSG:4326"))
    assert describe(nowhere, scene) == "outside the scene"


def test_areas_keep_holes_and_parts_through_a_state(qgis_app):
    wkt = "MultiPolygon (((0 0, 10 0, 10 10, 0 10, 0 0),(2 2, 2 4, 4 4, 2 2)),((20 20, 22 20, 22 22, 20 20)))"
    area = DrawnArea(QgsGeometry.fromWkt(wkt), UTM)
    kept = DrawnArea.from_state(area.state())
    assert kept.geometry.equals(area.geometry)
    assert kept.crs == UTM
    assert kept.geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry


@pytest.mark.parametrize("state", [None, {}, {"wkt": "Point (1 1)", "crs": "EPSG:4326"}, {"wkt": 3, "crs": []},
                                   {"wkt": "Polygon ((0 0, 1 0, 1 1, 0 0))", "crs": "EPSG:0"},
                                   {"wkt": "Polygon ((0 0, 0 0, 0 0, 0 0))", "crs": "EPSG:4326"}])
def test_nonsense_is_no_area(qgis_app, state):
    assert DrawnArea.from_state(state) is None


def test_undo_and_redo(areas):
    one, two = (DrawnArea.from_box(QgsRectangle(i, 0, i + 1, 1), UTM) for i in (0, 5))
    areas.add(one)
    areas.add(two)
    areas.add(DrawnArea.from_box(QgsRectangle(0, 0, 0, 1), UTM))
    assert len(areas) == 2, "an area without area is passed over"
    areas.remove(0, 1)
    areas.undo()
    assert areas.all() == (one, two)
    areas.undo()
    areas.redo()
    assert areas.all() == (one, two)
    areas.undo()
    areas.add(two)
    assert not areas.can_redo
    areas.forget([one])
    assert (areas.all(), areas.can_undo) == ((one,), False)


def test_a_point_that_a_crs_cannot_show_is_passed_over(qgis_app):
    pole = DrawnArea.from_box(QgsRectangle(-180, -90, 180, 90), QgsCoordinateReferenceSystem("EPSG:4326"))
    shown = pole.in_crs(UTM)
    assert shown is None or shown.boundingBox().isFinite()
    assert len(pole.vertices(UTM)) == 5
