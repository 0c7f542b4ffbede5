"""Finding the engine, and keeping QGIS' environment away from it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from specaware_qgis.connection import environment
from specaware_qgis.connection.environment import Engine, child_environment, diagnose, find_engine, python_of
from specaware_qgis.errors import EngineCancelled, EngineMissing


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A plugin folder without any environment, and a user without one."""
    folder = tmp_path / "plugins" / "specaware_qgis"
    (folder / "engine").mkdir(parents=True)
    (folder / "engine" / "__main__.py").touch()
    monkeypatch.setattr(environment, "data_folder", lambda: tmp_path / "data")
    return folder


def program(path: Path, text: str = "#!/bin/sh\nexit 0\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_nothing_found_says_what_to_do(home):
    with pytest.raises(EngineMissing) as caught:
        find_engine(home=home)
    assert "not installed" in caught.value.message
    assert "page Engine" in caught.value.hint
    assert "venv" not in caught.value.hint, "who sees the panel has a button for that"
    assert "-m venv" in caught.value.text(), "who has no panel is told how to do it by hand"
    assert "requirements.txt" in caught.value.text()


def test_places_are_tried_in_order(home, tmp_path):
    for venv in (tmp_path / "data" / "venv-engine", home.parent / ".venv-engine", home / ".venv-engine"):
        python = program(python_of(venv))
        assert find_engine(home=home) == Engine(python, home)


def test_the_users_choice_comes_first_and_is_not_replaced_silently(home, tmp_path):
    program(python_of(home / ".venv-engine"))
    chosen = program(tmp_path / "my python" / "python")
    assert find_engine(str(chosen), home).python == chosen
    chosen.unlink()
    with pytest.raises(EngineMissing, match="does not exist or cannot be run"):
        find_engine(str(chosen), home)


def test_a_plugin_without_engine_says_so(home):
    (home / "engine" / "__main__.py").unlink()
    with pytest.raises(EngineMissing, match="folder engine is missing"):
        find_engine(home=home)


def test_scrubbed_environment():
    dirty = {"PYTHONHOME": "/usr", "PYTHONPATH": "/usr/share/qgis/python", "PROJ_LIB": "x", "GDAL_DATA": "x",
             "LD_LIBRARY_PATH": "x", "DYLD_LIBRARY_PATH": "x", "VIRTUAL_ENV": "x", "PATH": "/bin", "HOME": "/h",
             "CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "1"}
    assert child_environment(dirty) == {"PATH": "/bin", "HOME": "/h", "CUDA_VISIBLE_DEVICES": "0",
                                        "OMP_NUM_THREADS": "1"}


def test_the_command_finds_the_package_and_nothing_of_qgis(home, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/usr/share/qgis/python")
    command = Engine(Path("/p/python"), home).command("worker")
    assert tuple(command.args) == ("/p/python", "-m", "engine", "worker")
    assert command.env["PYTHONPATH"] == str(home)
    assert command.env["PYTHONNOUSERSITE"] == command.env["PYTHONSAFEPATH"] == "1"


def test_diagnose_reads_what_doctor_prints_even_with_exit_code_2(home, tmp_path):
    body = {"ok": False, "problems": [{"message": "no weights", "hint": "get some"}]}
    python = program(tmp_path / "python", f"#!/bin/sh\necho '{json.dumps(body)}'\nexit 2\n")
    assert diagnose(Engine(python, home)) == body


def test_diagnose_of_a_python_without_the_packages(home, tmp_path):
    python = program(tmp_path / "python", "#!/bin/sh\necho 'No module named engine' >&2\nexit 1\n")
    with pytest.raises(EngineMissing, match="No module named engine"):
        diagnose(Engine(python, home))


def test_diagnose_can_be_cancelled_and_leaves_no_process(home, tmp_path):
    pid_file = tmp_path / "pid"
    python = program(tmp_path / "python", f"#!/bin/sh\necho $$ > '{pid_file}'\nexec sleep 600\n")
    with pytest.raises(EngineCancelled):
        diagnose(Engine(python, home), is_cancelled=pid_file.exists)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_the_real_engine_is_found_and_speaks_our_protocol(needs_engine, monkeypatch):
    from specaware_qgis.connection.client import PROTOCOL

    monkeypatch.setenv("PYTHONPATH", "/usr/lib/python3/dist-packages")
    monkeypatch.setenv("PROJ_LIB", "/usr/share/proj")
    found = diagnose(find_engine())
    assert found["protocol"] == PROTOCOL
    assert found["torch"]
    assert int(found["packages"]["numpy"].split(".")[0]) >= 2, "QGIS' own numpy must not be seen"
