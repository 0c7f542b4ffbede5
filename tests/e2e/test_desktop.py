"""An analyst's first minute in the real QGIS desktop: open the dock, run, cancel, run again, see a map."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("desktop_script.py")
SAMPLE = ROOT / "resources" / "sample"
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(shutil.which("qgis.bin") is None, reason="the QGIS desktop is not installed"),
    pytest.mark.skipif(not (ROOT / ".venv-engine").exists(), reason=".venv-engine does not exist"),
]


def stage() -> Path:
    spec = importlib.util.spec_from_file_location("stage_plugin", ROOT / ".ci" / "stage_plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.stage()


def test_button_to_map(display, tmp_path):
    out = ROOT / "build"
    out.mkdir(exist_ok=True)
    for old in [*out.glob("desktop*.png"), out / "desktop.log"]:
        old.unlink(missing_ok=True)
    ini = tmp_path / "profiles/default/QGIS/QGIS3.ini"
    ini.parent.mkdir(parents=True)
    # The news feed of QGIS itself would ask the network.
    ini.write_text("[PythonPlugins]\nspecaware_qgis=true\n[core]\nNewsFeed\\httpsfeedqgisorg\\disabled=true\n")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    env = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "PYTHONPATH")}
    env |= {"DISPLAY": display, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path), "LIBGL_ALWAYS_SOFTWARE": "1",
            "PYTHONWARNINGS": "ignore", "QGIS_PLUGINPATH": str(stage()), "SPECAWARE_SMOKE_OUT": str(out),
            "SPECAWARE_SMOKE_SAMPLE": str(SAMPLE), "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        ["qgis.bin", "--noversioncheck", "--nologo", "--hide-browser", "--profiles-path", str(tmp_path),
         "--code", str(SCRIPT)], env=env, capture_output=True, text=True, timeout=280)
    log = (out / "desktop.log").read_text() if (out / "desktop.log").exists() else "no log"
    assert (done.returncode, log) == (0, "ok"), f"{log}\n{done.stderr[-3000:]}"
    assert (out / "desktop.png").stat().st_size > 10_000
