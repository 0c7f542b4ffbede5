import json
import sys

import pytest

from engine import cli, doctor
from engine.models import weights
from engine.wire import PROTOCOL


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
