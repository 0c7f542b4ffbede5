"""The engine's environment for real: from the package index, stopped half way, resumed, used, broken, repaired."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from specaware_qgis.connection.environment import diagnose
from specaware_qgis.connection.install_plan import CPU, InstallPlan, find_base
from specaware_qgis.connection.installer import HALF, MISSING, READY, install, repair, state_of
from specaware_qgis.errors import EngineCancelled, EngineError

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "sample"


class Watch:
    """Keeps what the installer says; can cancel it at a word."""

    def __init__(self, stop_at: str = "") -> None:
        self.lines: list[str] = []
        self._stop_at, self._stop = stop_at, False

    def line(self, text: str) -> None:
        self.lines.append(text)
        self._stop = self._stop or (bool(self._stop_at) and self._stop_at in text)

    def progress(self, share: float, text: str) -> None:
        assert 0 <= share <= 1

    def cancelled(self) -> bool:
        return self._stop

    def act(self, what, plan):
        return what(plan, ROOT, self.line, self.progress, self.cancelled)


@pytest.mark.timeout(900)
def test_install_interrupt_resume_classify_break_repair(network, tmp_path):
    base = find_base()
    if base is None:
        pytest.skip("no Python with venv was found")
    # The build of PyTorch is what the configured index gives.
    plan = InstallPlan(tmp_path / "Umgebung für SpecAware", ROOT / "engine" / "requirements.txt", base, build=None)
    assert state_of(plan) == MISSING
    stopped = Watch("Installing collected packages")
    with pytest.raises(EngineCancelled):
        stopped.act(install, plan)
    assert state_of(plan) == HALF

    engine = Watch().act(install, plan)
    assert state_of(plan) == READY
    assert engine.python.is_relative_to(plan.target)

    command = engine.command(
        "classify", str(SAMPLE / "scene.tif"), "--labels", str(SAMPLE / "labels.gpkg"), "--class-field", "class",
        "--output", str(tmp_path / "Karte.tif"), "--device", "cpu")
    done = subprocess.run(command.args, env=dict(command.env) | {"OMP_NUM_THREADS": "1"}, cwd=command.cwd,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "Karte.tif").stat().st_size > 0

    package = next(plan.venv.glob("**/site-packages/safetensors"))
    shutil.rmtree(package)
    assert any("safetensors" in problem["message"] for problem in diagnose(engine)["problems"])
    Watch().act(repair, plan)
    assert diagnose(engine)["problems"] == []
    assert json.loads((plan.target / "specaware-environment.json").read_text())["state"] == READY


def test_a_folder_of_packages_that_lacks_one_is_told(tmp_path):
    base = find_base()
    if base is None:
        pytest.skip("no Python with venv was found")
    (tmp_path / "wheels").mkdir()
    plan = InstallPlan(tmp_path / "env", ROOT / "engine" / "requirements.txt", base, build=CPU,
                       wheels=tmp_path / "wheels")
    watch = Watch()
    with pytest.raises(EngineError, match="could not be installed") as caught:
        watch.act(install, plan)
    assert "lacks one" in caught.value.hint
    assert state_of(plan) == HALF
