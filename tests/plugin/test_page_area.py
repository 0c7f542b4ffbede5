"""The dock is as wide as its pages need."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from specaware_qgis.dock.page_area import MOST_PX, PageArea


@pytest.fixture
def label(qgis_app):
    return QLabel("short")


@pytest.fixture
def area(window):
    return window.findChild(PageArea)


@pytest.fixture
def window(label, qtbot):
    body, made = QWidget(), QWidget()
    QVBoxLayout(body).addWidget(label)
    QVBoxLayout(made).addWidget(PageArea(body))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_page_that_grows_takes_its_window_along(area, label, qtbot):
    before = area.width()
    label.setText("a much longer sentence " * 2)
    qtbot.waitUntil(lambda: area.width() > before, timeout=60_000)
    assert area.horizontalScrollBar().maximum() == 0


def test_a_page_without_end_is_scrolled(area, label, qtbot):
    label.setText("a much longer sentence " * 60)
    qtbot.waitUntil(lambda: area.horizontalScrollBar().maximum() > 0, timeout=60_000)
    assert area.minimumSizeHint().width() == MOST_PX
