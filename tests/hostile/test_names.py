"""Class names with markup, quotes, newlines and direction marks: text in every file a map brings along."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pyogrio.raw

from engine.raster.legend import ClassInfo
from engine.raster.legend_files import aux_xml, qml
from engine.raster.safe_xml import parse_xml
from engine.reporting import SilentReporter
from engine.tasks.classify.task import ClassifyRequest, run

NAMES = ("<img src=x onerror=alert(1)>", "</style><script>alert(1)</script>", "a\"b'c & ]]> <!-- \u202egnp.exe",
         "two\nlines\t\x07 {0} %s $(x) ../..")


def shown(name: str) -> str:
    """A name without what cannot be seen: control characters and direction marks become spaces."""
    return "".join(c if c.isprintable() else " " for c in name)


class Elements(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def test_a_map_of_classes_with_hostile_names(scene, tmp_path):
    _, _, geometry, (kinds,) = pyogrio.raw.read(scene.polygons, columns=["kind"])
    renamed = dict(zip(sorted(set(kinds)), NAMES, strict=True))
    labels = tmp_path / "labels <b>.gpkg"
    pyogrio.raw.write(labels, geometry, [np.array([renamed[k] for k in kinds], object)], ["kind"], crs="EPSG:32633",
                      geometry_type="Polygon", driver="GPKG")
    output = tmp_path / "map <i>&.tif"
    run(ClassifyRequest(image=str(scene.image), labels=str(labels), class_field="kind", output=str(output),
                        report=str(tmp_path / "r.html"), weights=str(scene.weights), device="cpu"), SilentReporter())
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    found = Elements(page)
    assert "script" not in found.tags
    assert "<img src=x" not in page
    assert not {name for name in found.attributes if name.startswith("on")}
    assert "onerror=alert" in found.text
    assert "\u202e" not in page
    assert "default-src 'none'" in page
    assert not [word for word in ('src="http', 'href="http', "@import", "url(http") if word in page]
    for path in (output.with_suffix(".qml"), output.with_name(output.name + ".aux.xml")):
        assert parse_xml(path.read_bytes()) is not None


def test_names_in_styles_and_side_files():
    classes = [ClassInfo(i, name, (0, 0, 0)) for i, name in enumerate(NAMES, 1)]
    entries = parse_xml(qml(classes).encode()).iter("paletteEntry")
    assert [entry.get("label") for entry in entries] == [shown(name) for name in NAMES]
    category = [item.text or "" for item in parse_xml(aux_xml(classes).encode()).iter("Category")]
    assert category == ["", *map(shown, NAMES)]
