import json
import subprocess
import sys

import pytest

from engine import cli, doctor
from engine.models import weights
from engine.wire import PROTOCOL
from tests.scenes import ROOT, engine_environment


@pytest.fixture
def bundled(scene, monkeypatch):
    """Tiny weights in the place of the bundled ones."""
    monkeypatch.setattr(weights, "default_weights_path", lambda: scene.weights)


def test_a_sound_engine_has_no_problem(bundled):
    found = doctor.diagnose()
    assert found.ok
    assert found.problems == []
    assert found.protocol == PROTOCOL
    assert found.executable == sys.executable
    assert all(found.packages.values())
    assert set(doctor.PACKAGES) == set(found.packages)
    assert found.devices[0] == "cpu"
    assert found.device


def test_a_package_that_breaks_on_import_is_a_problem(bundled, monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", (*doctor.PACKAGES, "not_a_package"))
    found = doctor.diagnose()
    assert not found.ok
    assert found.packages["not_a_package"] == ""
    assert [("not_a_package" in p.message, bool(p.hint)) for p in found.problems] == [(True, True)]


BLOCKED = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "{package}":
            raise ModuleNotFoundError("No module named '{package}'", name=name)

sys.meta_path.insert(0, Missing())
sys.argv = ["engine", "doctor", "--json"]
import runpy
runpy.run_module("engine", run_name="__main__")
"""


@pytest.mark.parametrize("package", doctor.PACKAGES)
def test_a_package_that_is_gone_is_told(package):
    done = subprocess.run([sys.executable, "-c", BLOCKED.format(package=package)], capture_output=True, text=True,
                          env=engine_environment(), cwd=ROOT, timeout=120)
    told = json.loads(done.stdout)
    assert any(f"The package {package} cannot be imported" in problem["message"] for problem in told["problems"])
    assert (done.returncode, told["ok"], "error: not-ready: " in done.stderr) == (2, False, True)


def test_missing_weights_are_a_problem(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "default_weights_path", lambda: tmp_path / "none.safetensors")
    found = doctor.diagnose()
    assert not found.ok
    assert "no weights file" in found.problems[0].message


def test_the_verb_prints_json_and_tells_problems_by_its_status(monkeypatch, tmp_path, capsys, scene):
    monkeypatch.setattr(weights, "default_weights_path", lambda: tmp_path / "none.safetensors")
    assert cli.main(["doctor", "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["ok"] is False
    assert captured.err.startswith("error: not-ready: There is no weights file")
    monkeypatch.setattr(weights, "default_weights_path", lambda: scene.weights)
    assert cli.main(["doctor", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["weights"] == str(scene.weights)
    assert captured.err == ""
