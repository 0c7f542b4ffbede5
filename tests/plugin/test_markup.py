"""Names with markup, quotes, newlines and direction marks are shown as they are, in the dock and in what it makes."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget

from specaware_qgis import label_layer
from specaware_qgis.dock.entry_list import Entry, EntryList
from specaware_qgis.dock.notice import Notice
from specaware_qgis.dock.style import plain_tip
from specaware_qgis.results import style_class_map

HOSTILE = "<b>bold</b><img src='file:///etc/passwd'> & \"quotes\" 'n' \u202eevil\nline"


@pytest.fixture
def dock(make_dock):
    made = make_dock()
    made.show()
    return made


def test_no_label_that_changes_guesses_whether_it_holds_html(dock):
    """Labels kept as attributes get their text later; an explicit rich one must escape what it is given."""
    for name in dock.pages:
        dock.turn_to(name)
    held = {f"{type(widget).__name__}.{name}": value for widget in dock.findChildren(QWidget)
            for name, value in vars(widget).items() if isinstance(value, QLabel)}
    assert len(held) > 20
    guessing = [name for name, label in held.items()
                if label.textFormat() == Qt.TextFormat.AutoText and not name.endswith("_icon")]
    assert not guessing, ", ".join(guessing)


def test_notices_escape_message_and_hint(qgis_app):
    notice = Notice()
    notice.say("error", HOSTILE, HOSTILE)
    assert "<b>" not in notice.text()
    assert "<img" not in notice.text()
    assert notice.text().count("&lt;b&gt;bold&lt;/b&gt;") == 2


def test_tool_tips_are_not_html():
    assert plain_tip("winter wheat & 5 > 3") == "winter wheat & 5 > 3"
    assert "<b>" not in plain_tip(HOSTILE)
    assert "<img" not in plain_tip(HOSTILE)


def test_lists_of_entries(qgis_app):
    entries = EntryList()
    entries.show_entries([Entry(1, "#ff0000", HOSTILE, HOSTILE)])
    shown = [label for label in entries.findChildren(QLabel) if label.text()]
    assert shown
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)


def test_class_names_in_the_legend(scene):
    """QGIS draws legends and layer names as plain text."""
    classes = QgsRasterLayer(scene.source().replace("scene", "truth"), HOSTILE)
    QgsProject.instance().addMapLayer(classes)
    style_class_map(classes, [{"id": 1, "name": HOSTILE, "color": [255, 0, 0]}])
    renderer = classes.renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    assert [entry.label for entry in renderer.classes()] == [HOSTILE]
    assert classes.name() == HOSTILE
    del classes, renderer


def test_class_names_as_expressions_and_values(qgis_new_project, tmp_path):
    layer = label_layer.create(tmp_path / "labels.gpkg", QgsCoordinateReferenceSystem("EPSG:32633"), HOSTILE)
    names = [HOSTILE, "it's', 1) || 'x", "[% @qgis_version %]"]
    label_layer.set_classes(layer, label_layer.CLASS_FIELD, label_layer.with_classes([], names))
    for name in names:
        label_layer.set_active(layer, label_layer.CLASS_FIELD, name)
        default = layer.defaultValueDefinition(layer.fields().indexOf(label_layer.CLASS_FIELD)).expression()
        assert QgsExpression(default).evaluate() == name
    assert [c.name for c in label_layer.styled_classes(layer, label_layer.CLASS_FIELD)] == names
