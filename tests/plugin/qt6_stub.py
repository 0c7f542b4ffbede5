"""Imports plugin modules under PyQt6, with stand-ins for QGIS: run as ``python qt6_stub.py FOLDER MODULE ...``.

Prints what went wrong, one problem a line. ``qgis.PyQt`` is what QGIS 4 makes of PyQt6; the classes of QGIS itself are
stand-ins, since no QGIS with Qt 6 is at hand.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import types
from pathlib import Path

QT = ("QtCore", "QtGui", "QtWidgets", "QtXml", "QtNetwork", "QtSvg")
# QGIS' own qgis.PyQt.QtWidgets still offers these, which Qt 6 moved to QtGui.
MOVED = ("QAction", "QActionGroup", "QShortcut", "QUndoStack", "QUndoCommand")


class Anything(type):
    """A class that has every attribute, can be a base class, and can be combined with ``|``."""

    def __getattr__(cls, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})

    def __or__(cls, other):
        return cls

    __ror__ = __and__ = __or__

    def __ge__(cls, other):  # a version number: a new one
        return True


def stand_in(name: str) -> types.ModuleType:
    """A module that has every class."""
    module = types.ModuleType(name)
    module.__getattr__ = lambda attribute: Anything(attribute, (), {"__init__": lambda self, *a, **k: None})
    return module


def install() -> None:
    """Put PyQt6 where plugins look for Qt, and stand-ins where they look for QGIS."""
    for name in ("qgis", "qgis.core", "qgis.gui", "qgis.utils", "qgis.analysis", "processing", "pyqtgraph", "osgeo"):
        sys.modules[name] = stand_in(name)
    pyqt = sys.modules["qgis.PyQt"] = sys.modules["qgis"].PyQt = types.ModuleType("qgis.PyQt")
    for name in QT:
        found = importlib.util.find_spec(f"PyQt6.{name}")  # Debian packs QtSvg apart
        module = types.ModuleType(name) if found else stand_in(name)
        if found:
            vars(module).update(vars(importlib.import_module(f"PyQt6.{name}")))
        sys.modules[f"qgis.PyQt.{name}"] = module
        setattr(pyqt, name, module)
    for name in MOVED:
        setattr(pyqt.QtWidgets, name, getattr(pyqt.QtGui, name))
    sys.modules["PyQt5"] = None


def missing_names(source: str) -> list[str]:
    """Attributes of Qt's classes, such as enum values, that Qt 6 does not have; ``a.b.c`` and its line."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    classes = {(alias.asname or alias.name): getattr(sys.modules[node.module], alias.name)
               for node in imports if node.module.startswith("qgis.PyQt.") for alias in node.names}
    problems = []
    for node in ast.walk(tree):
        names, at = [], node
        while isinstance(at, ast.Attribute):
            names.insert(0, at.attr)
            at = at.value
        if names and isinstance(at, ast.Name) and at.id in classes:
            found = classes[at.id]
            for name in names:
                if not hasattr(found, name):
                    problems.append(f"line {node.lineno}: {'.'.join([at.id, *names])}")
                    break
                found = getattr(found, name)
    return problems


def main() -> None:
    """Import each module and check the names it uses."""
    folder, modules = Path(sys.argv[1]), sys.argv[2:]
    sys.path.insert(0, str(folder))
    install()
    for name in modules:
        try:
            module = importlib.import_module(name)
            problems = missing_names(Path(module.__file__).read_text(encoding="utf-8"))
        except Exception as error:
            problems = [f"{type(error).__name__}: {error}"]
        for problem in problems:
            print(f"{name}: {problem}")


if __name__ == "__main__":
    main()
