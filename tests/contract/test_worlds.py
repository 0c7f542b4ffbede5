"""The engine runs where there is no QGIS."""

import pkgutil
import subprocess
import sys

import pytest

import engine
from tests.scenes import ROOT, engine_environment

BLOCKER = """
import importlib, sys
from importlib.abc import MetaPathFinder
class Block(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("qgis", "osgeo", "PyQt5", "PyQt6", "pyqtgraph", "specaware_qgis"):
            raise ModuleNotFoundError(f"{name} belongs to the other world")
sys.meta_path.insert(0, Block())
"""


def run(code):
    return subprocess.run([sys.executable, "-c", BLOCKER + code], capture_output=True, text=True, cwd=ROOT,
                          env=engine_environment(), timeout=120)


def test_every_module_is_imported_without_qgis():
    names = [m.name for m in pkgutil.walk_packages(engine.__path__, "engine.") if m.name != "engine.__main__"]
    wanted = {"engine.cli", "engine.worker", "engine.tasks.classify.task", "engine.training.simulator.scene_spec"}
    assert wanted <= set(names)
    done = run(f"for name in {names!r}: importlib.import_module(name)\nprint('all')")
    assert done.stdout == "all\n", done.stderr


def test_the_blocker_blocks():
    done = run("import qgis")
    assert "belongs to the other world" in done.stderr


@pytest.mark.parametrize("module", ["engine.wire", "engine.errors", "engine.reporting", "engine.cli"])
def test_what_the_first_moments_need_is_the_standard_library_alone(module):
    done = run(f"import {module}\nheavy = [m for m in ('torch', 'numpy', 'rasterio', 'sklearn') if m in sys.modules]\n"
               "print(heavy)")
    assert done.stdout == "[]\n", done.stderr


def test_what_a_saved_model_needs_does_not_wait_for_scikit_learn():
    done = run("import engine.tasks.classify.task\n"
               "print([m for m in sys.modules if m.startswith(('sklearn', 'scipy.stats'))])")
    assert done.stdout == "[]\n", done.stderr
