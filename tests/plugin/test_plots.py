"""Plots over wavelength: ticks, gaps and ranges, and that painter and pyqtgraph draw the same."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QMouseEvent, QPalette, QWheelEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from specaware_qgis.plots import backend, warm_up
from specaware_qgis.plots.chart import (
    Curve,
    Panel,
    Span,
    grey_spans,
    outline,
    runs,
    ticks,
    x_range,
    y_range,
)
from specaware_qgis.plots.look import of_theme
from specaware_qgis.plots.painter_panel import PainterPanel
from specaware_qgis.plots.painting import Frame, Scene, value_ticks
from specaware_qgis.plots.stack import PlotStack

PANEL = Panel("a", "A")
WAVES = np.linspace(400, 2500, 100)
RED = "#d01010"


def curve(values, **more):
    return Curve("c", RED, WAVES[:len(values)], np.asarray(values, float), **more)


@pytest.mark.parametrize(("low", "high", "most", "found"), [
    (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (0, 0.0043, 2, [0, 0.0025]), (-0.3, 0.3, 3, [-0.2, 0, 0.2]),
    (5, 5, 3, []), (0, 1, 0, [])])
def test_ticks_are_round_numbers(low, high, most, found):
    assert ticks(low, high, most) == pytest.approx(found)


def test_grey_where_bands_are_bad():
    assert grey_spans([10, 20, 30, 40, 50], [4] * 5, [True, False, False, True, True]) == [Span(12, 38)]
    assert grey_spans([40, 20, 30, 10], [4] * 4, [True, True, False, False]) == [Span(10, 18), Span(22, 38)]
    assert grey_spans([10, 20], [4, 4], [False, False]) == []
    assert grey_spans([], [], []) == []


def test_wide_gaps_of_a_hyperspectral_sensor_are_grey_those_of_few_bands_are_not():
    waves = [*range(400, 800, 10), *range(1000, 1400, 10)]
    assert grey_spans(waves, [10] * 80, [True] * 80) == [Span(795, 995)]
    assert grey_spans([490, 560, 665, 1610], [20] * 4, [True] * 4) == []


def test_runs_and_steps():
    assert runs(np.array([np.nan, 1, 2, np.nan, 3])) == [slice(1, 3), slice(4, 5)]
    x, y = outline(Curve("c", RED, np.array([10.0, 20.0]), np.array([1.0, 2.0]), steps=True))
    assert (list(x), list(y)) == ([5, 15, 15, 25], [1, 1, 2, 2])


def test_ranges_follow_what_is_seen():
    one = curve(np.arange(100.0))
    assert x_range([one]) == pytest.approx((400 - 21, 2500 + 21))
    assert x_range([]) is None
    low, high = y_range(PANEL, [one], 400, 500)
    assert low == 0
    assert 4 < high < 5
    low, _ = y_range(Panel("a", "A", from_zero=False), [curve(np.full(100, 7.0))], 400, 2500)
    assert 6 < low < 7
    assert y_range(PANEL, [curve(np.full(100, np.nan))], 400, 2500) == (0.0, 1.0)


def test_the_nearest_band_is_read():
    one = curve(np.arange(100.0))
    assert one.at(400.0 + 21.2 * 3 + 2) == 3
    assert one.at(100.0) is None


@pytest.fixture(params=["painter", "pyqtgraph"])
def stack(request, qgis_app, qtbot):
    if request.param == "pyqtgraph" and not backend.pyqtgraph_fits():
        pytest.skip("pyqtgraph is not installed")
    made = PlotStack((PANEL, Panel("b", "B")), painter=request.param == "painter")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    qtbot.waitExposed(made)
    assert isinstance(made._widgets["a"], PainterPanel) == (request.param == "painter")
    return made


def red_columns(widget):
    """Which columns of the picture of a widget hold the curve's colour."""
    QApplication.processEvents()
    image, red = widget.grab().toImage(), QColor(RED)
    found = set()
    for x in range(image.width()):
        for y in range(image.height()):
            color = image.pixelColor(x, y)
            if abs(color.red() - red.red()) + abs(color.green() - red.green()) + abs(color.blue() - red.blue()) < 60:
                found.add(x)
    return found


def test_lines_are_drawn_and_broken_where_values_are_missing(stack):
    values = np.full(100, 0.5)
    values[40:60] = np.nan
    stack.show_curves({"a": [curve(values)]}, [])
    widget = stack._widgets["a"]
    columns, width = red_columns(widget), widget.width()
    assert min(columns) < width * 0.25
    assert max(columns) > width * 0.9
    assert not columns & set(range(int(width * 0.58), int(width * 0.62)))
    assert not red_columns(stack._widgets["b"])


def test_the_cursor_reads_the_value_in_every_panel(stack):
    stack.show_curves({"a": [curve(np.arange(100.0))], "b": [curve(np.ones(100), faint=True)]}, [])
    stack.move_cursor(400.0)
    assert [value for _, value in stack.values_at_cursor("a")] == [0.0]
    assert stack.values_at_cursor("b") == []
    stack.move_cursor(None)
    assert stack.values_at_cursor("a") == []


def test_hovering_leaving_wheel_and_double_click(stack, qtbot):
    stack.show_curves({"a": [curve(np.arange(100.0), filled=True, spread=np.ones(100))]}, [Span(500, 700)])
    QApplication.processEvents()
    widget = stack._widgets["a"]
    target = widget.viewport() if hasattr(widget, "viewport") else widget
    middle = QPoint(target.width() // 2, target.height() // 2)
    QApplication.sendEvent(target, QMouseEvent(QEvent.Type.MouseMove, QPointF(middle), Qt.MouseButton.NoButton,
                                               Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier))
    assert 1000 < stack.cursor_nm < 2000
    wheel = QWheelEvent(QPointF(middle), QPointF(target.mapToGlobal(middle)), QPoint(0, 0), QPoint(0, 240),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(target, wheel)
    QApplication.processEvents()
    low, high = stack.scenes()[0].low_nm, stack.scenes()[0].high_nm
    assert 400 < low < stack.cursor_nm < high < 2500
    assert stack.scenes()[1].low_nm == low
    QTest.mouseDClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert stack.scenes()[0].low_nm < 400


def test_names_end_in_dots_where_there_is_no_room(qgis_app, qtbot):
    made = PlotStack([Panel("a", "A", legend=True)], painter=True)
    qtbot.addWidget(made)
    made.resize(200, 200)
    names = ("a long name that nothing can hold", "another one")
    made.show_curves({"a": [Curve(name, RED, WAVES, np.zeros(len(WAVES))) for name in names]}, [])
    text = made._titles["a"].text()
    assert "a long" in text
    assert "…" in text
    assert names[0] not in text


def test_every_value_is_read_that_has_room_and_dots_stand_for_the_others(qgis_app, qtbot):
    made = PlotStack([Panel("a", "Spectrum")], painter=True)
    qtbot.addWidget(made)
    made.show_curves({"a": [Curve(name, RED, WAVES, np.full(len(WAVES), value)) for name, value in
                            (("one", 0.123), ("two", 0.456), ("three", 0.789))]}, [])
    shown = {}
    for width in (2000, 120):
        made.resize(width, 200)
        made.move_cursor(1000.0)
        shown[width] = made._titles["a"].text()
    assert all(value in shown[2000] for value in ("0.123", "0.456", "0.789"))
    assert "…" not in shown[2000]
    assert "0.123" in shown[120]
    assert "…" in shown[120]


def test_curves_that_lie_on_each_other_are_told(qgis_app, qtbot):
    made = PlotStack([Panel("a", "Gain", brief="given weight")], painter=True)
    qtbot.addWidget(made)
    made.resize(600, 200)
    curves = [Curve(name, RED, WAVES, np.full(len(WAVES), 0.5)) for name in ("one", "two")]
    made.show_curves({"a": curves[:1]}, [])
    assert "given weight" in made._titles["a"].text()
    made.show_curves({"a": curves}, [])
    assert "same at every place" in made._titles["a"].text()
    made.show_curves({"a": [curves[0], Curve("three", RED, WAVES, np.ones(len(WAVES)))]}, [])
    assert "given weight" in made._titles["a"].text()


def test_an_empty_plot_has_no_numbers_and_a_tall_one_few(qgis_app):
    empty, full = Scene(PANEL), Scene(PANEL, [curve(np.linspace(0, 1, 100))])
    for height in (60, 2000):
        frame = Frame(QRectF(0, 0, 300, height), 0, 1, 0, 1)
        assert value_ticks(frame, empty) == []
        assert 2 <= len(value_ticks(frame, full)) <= 7


def test_a_hidden_panel_gives_the_axis_to_the_one_above(stack):
    stack.set_panel_visible("b", False)
    assert [scene.labelled for scene in stack.scenes()] == [True]
    stack.set_panel_visible("b", True)
    assert [scene.labelled for scene in stack.scenes()] == [False, True]


@pytest.mark.parametrize(("base", "text"), [("#323232", "#000000"), ("#ffffff", "#eeeeee"), ("#ffffff", "#000000")])
def test_text_is_readable_whatever_the_theme_says(base, text):
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    palette.setColor(QPalette.ColorRole.Text, QColor(text))
    look = of_theme(palette)
    assert look.base == QColor(base)
    for color in (look.text, look.muted):
        assert abs(color.lightness() - look.base.lightness()) > 60


def test_without_pyqtgraph_the_painter_draws(monkeypatch, qgis_app):
    monkeypatch.setitem(sys.modules, "pyqtgraph.Qt", None)
    assert isinstance(backend.make_panel(PANEL), PainterPanel)
    monkeypatch.setitem(sys.modules, "pyqtgraph.Qt", type("Other", (), {"QT_LIB": "PySide6"}))
    assert isinstance(backend.make_panel(PANEL), PainterPanel)


@pytest.fixture
def hurried(monkeypatch, qgis_app):
    monkeypatch.setattr(warm_up, "IDLE_MS", 0)
    monkeypatch.setattr(warm_up, "STEP_MS", 0)
    made = []
    monkeypatch.setattr(warm_up, "make_panel", lambda panel: made.append(backend.make_panel(panel)) or made[-1])
    return made


def test_what_draws_is_made_ready_in_steps(hurried, qtbot):
    parent = QObject()
    ready = warm_up.WarmUp(parent)
    assert ready.over
    ready.begin()
    assert not ready.over
    assert not hurried, "nothing is done at once"
    qtbot.waitUntil(lambda: ready.over, timeout=60_000)
    assert len(hurried) == 1
    assert backend.pyqtgraph_fits() == ("pyqtgraph" in sys.modules)


def test_making_ready_ends_with_the_plugin(hurried, qtbot):
    parent = QObject()
    ready = warm_up.WarmUp(parent)
    ready.begin()
    ready.end()
    qtbot.wait(50)
    assert ready.over
    assert hurried == []


def test_a_module_that_is_not_there_is_passed_over(monkeypatch, hurried, qtbot):
    monkeypatch.setattr(warm_up, "DEPENDENCIES", ("no.such.module",))
    parent = QObject()
    ready = warm_up.WarmUp(parent)
    ready.begin()
    qtbot.waitUntil(lambda: ready.over, timeout=60_000)
    assert len(hurried) == 1
