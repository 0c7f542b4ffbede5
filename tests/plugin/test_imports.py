"""The plugin never imports the engine or its packages, and keeps Qt out of what needs none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(".".join(p.relative_to(ROOT).with_suffix("").parts) for p in (ROOT / "specaware_qgis").rglob("*.py"))
BLOCKER = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ModuleNotFoundError("blocked: " + name)
sys.meta_path.insert(0, Blocker())
sys.path.insert(0, {root!r})
import importlib
for module in {modules!r}:
    importlib.import_module(module)
"""


def import_without(blocked: set[str], modules: list[str]) -> None:
    code = BLOCKER.format(blocked=blocked, root=str(ROOT), modules=modules)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_every_module_imports_without_the_engines_packages():
    assert len(MODULES) > 20
    import_without({"torch", "rasterio", "sklearn", "scipy", "safetensors", "h5py", "pyogrio", "shapely", "engine"},
                   [m.removesuffix(".__init__") for m in MODULES])


@pytest.mark.parametrize("name", ["connection.client", "connection.process", "connection.environment", "errors",
                                  "params", "paths"])
def test_what_needs_no_qgis_imports_without_it(name):
    import_without({"qgis", "osgeo", "PyQt5", "PyQt6", "numpy"}, [f"specaware_qgis.{name}"])
