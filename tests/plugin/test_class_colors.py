"""Classes get the colours that the engine would give them on a map."""

from __future__ import annotations

from engine.raster import legend
from specaware_qgis import class_colors, label_layer

SAMPLE = ("bare soil", "broadleaf forest", "built-up", "conifer forest", "grassland", "maize", "sugar beet", "water",
          "winter wheat")


def as_hex(colors):
    return ["#{:02x}{:02x}{:02x}".format(*color) for color in colors]


def test_the_table_is_the_engines():
    ours, theirs = class_colors.color_table(), legend.color_table()
    assert [words for words, _ in ours.themes] == [words for words, _ in theirs.themes]
    assert list(ours.qualitative) == as_hex(theirs.qualitative)
    assert len(ours.qualitative) == len(set(ours.qualitative)) == 20


def test_the_classes_of_the_sample_look_as_on_their_map():
    assert class_colors.colors_for(SAMPLE) == as_hex(found.color for found in legend.default_palette(SAMPLE))


def test_a_class_that_comes_later_changes_no_other():
    first = label_layer.with_classes([], ["lake", "x"])
    more = label_layer.with_classes(first, ["x", "river", "y"])
    assert more[:2] == first
    assert [found.name for found in more] == ["lake", "x", "river", "y"]
    assert len({found.color for found in more}) == 4


def test_more_classes_than_colours():
    names = [f"class {at}" for at in range(50)]
    assert len(class_colors.colors_for(names)) == 50
