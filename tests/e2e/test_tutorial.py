"""The first fifteen minutes of docs/tutorial.md in the real desktop, by mouse and keys."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(shutil.which("qgis.bin") is None, reason="the QGIS desktop is not installed"),
    pytest.mark.skipif(not (ROOT / ".venv-engine").exists(), reason=".venv-engine does not exist"),
]


def desktop(monkeypatch):
    monkeypatch.syspath_prepend(str(CI))
    spec = importlib.util.spec_from_file_location("ci_desktop", CI / "desktop.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "ci_desktop", module)
    spec.loader.exec_module(module)
    return module


# A map of the sample takes minutes on a machine that does much else.
@pytest.mark.timeout(560)
@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed")
def test_the_tutorial_works_as_written(display, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    out = ROOT / "build" / "tutorial"
    assert desktop(monkeypatch).walk_tutorial(out, display) == (0, "ok")
    pictures = set(re.findall(r"images/(tutorial_\w+\.png)", (ROOT / "docs" / "tutorial.md").read_text()))
    assert pictures == {path.name for path in out.glob("tutorial_*.png")} != set()
