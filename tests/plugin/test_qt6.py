"""Ready for QGIS 4: Qt through qgis.PyQt only, enums with their scope, every module imports under PyQt6."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .test_imports import MODULES, ROOT

STUB = Path(__file__).with_name("qt6_stub.py")
FILES = sorted((ROOT / "specaware_qgis").rglob("*.py"))


def under_qt6(folder: Path, *modules: str) -> list[str]:
    """What the modules lack under Qt 6."""
    done = subprocess.run([sys.executable, str(STUB), str(folder), *modules], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


needs_qt6 = pytest.mark.skipif(importlib.util.find_spec("PyQt6") is None, reason="PyQt6 is not installed")


@needs_qt6
def test_every_module_imports_under_qt6():
    assert under_qt6(ROOT, *(m.removesuffix(".__init__") for m in MODULES)) == []


@needs_qt6
def test_the_check_finds_what_qt6_lacks(tmp_path):
    (tmp_path / "old.py").write_text("from qgis.PyQt.QtCore import Qt\n"
                                     "def later():\n    return Qt.AlignLeft, Qt.AlignmentFlag.AlignLeft\n")
    (tmp_path / "older.py").write_text("from qgis.PyQt.QtCore import Qt\nWAY = Qt.Horizontal\n")
    (tmp_path / "oldest.py").write_text("from PyQt5.QtCore import Qt\n")
    found = under_qt6(tmp_path, "old", "older", "oldest")
    assert [line.split(":")[0] for line in found] == ["old", "older", "oldest"]
    assert found[0] == "old: line 3: Qt.AlignLeft"


def test_qt_comes_through_qgis():
    texts = {str(path): path.read_text(encoding="utf-8") for path in FILES}
    assert [path for path, text in texts.items() if re.search(r"^\s*(from|import) PyQt\d", text, re.M)] == []


def unscoped(source: str) -> list[str]:
    """Enum values of Qt and QGIS that are named without their enum: ``QgsWkbTypes.PolygonGeometry``."""
    tree, found = ast.parse(source), []
    classes = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis."):
            module = __import__(node.module, fromlist=["x"])
            classes |= {a.asname or a.name: getattr(module, a.name) for a in node.names if hasattr(module, a.name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in classes:
            value = getattr(classes[node.value.id], node.attr, None)
            if isinstance(value, int) and type(value) not in (int, bool):
                found.append(f"line {node.lineno}: {node.value.id}.{node.attr}")
    return found


def test_enums_are_named_with_their_scope(qgis_app):
    problems = [f"{path.name}: {problem}" for path in FILES for problem in unscoped(path.read_text(encoding="utf-8"))]
    assert not problems, "\n".join(problems)


def test_the_search_for_unscoped_enums_finds_them(qgis_app):
    source = ("from qgis.core import QgsWkbTypes as W\nW.PolygonGeometry\nW.GeometryType.PolygonGeometry\n"
              "from qgis.PyQt.QtCore import Qt\nQt.AlignLeft\n")
    assert unscoped(source) == ["line 2: W.PolygonGeometry", "line 5: Qt.AlignLeft"]
