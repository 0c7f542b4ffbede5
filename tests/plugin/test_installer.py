"""Plans, states and failures of the installer with a program that stands in for uv."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from qgis.core import QgsSettings

from specaware_qgis.connection import diagnostics, install_plan, proxy
from specaware_qgis.connection.environment import python_of
from specaware_qgis.connection.install_plan import CPU, CUDA_BUILDS, Gpu, InstallPlan, check_base
from specaware_qgis.connection.installer import HALF, MARK, MISSING, OUTDATED, READY, install, repair, state_of
from specaware_qgis.errors import EngineCancelled, EngineError

from .conftest import ROOT
from .fake_uv import stand_in

SYSTEM_PYTHON = Path("/usr/bin/python3")


@pytest.fixture
def uv(tmp_path, monkeypatch):
    return stand_in(tmp_path, monkeypatch)


@pytest.fixture
def plan(tmp_path, uv):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("torch\n")
    return InstallPlan(tmp_path / "Umgebung für SpecAware", requirements, None, uv, build=None)


def act(what, plan, lines=None, cancelled=lambda: False):
    return what(plan, ROOT, (lines if lines is not None else []).append, lambda share, text: None, cancelled)


def test_states(plan):
    assert state_of(plan) == MISSING
    lines = []
    assert act(install, plan, lines).python == python_of(plan.venv)
    assert "Installing torch" in lines
    assert state_of(plan) == READY
    plan.requirements.write_text("torch\nnumpy\n")
    assert state_of(plan) == OUTDATED
    act(install, plan)
    assert state_of(plan) == READY
    plan.python.unlink()
    assert state_of(plan) == HALF


def test_cancel_takes_moments_and_the_next_call_goes_on(plan, monkeypatch):
    monkeypatch.setenv("FAKE_UV", "slow")
    lines, started = [], time.monotonic()
    with pytest.raises(EngineCancelled):
        act(install, plan, lines, lambda: bool(lines))
    assert time.monotonic() - started < 20
    assert state_of(plan) == HALF
    made = plan.python.stat().st_mtime_ns
    monkeypatch.setenv("FAKE_UV", "")
    act(install, plan)
    assert plan.python.stat().st_mtime_ns == made, "the environment itself is not made again"
    assert state_of(plan) == READY


def test_a_broken_environment_is_made_anew(plan, monkeypatch):
    monkeypatch.setenv("FAKE_UV", "broken")
    with pytest.raises(EngineError, match="does not work: no torch"):
        act(install, plan)
    assert state_of(plan) == HALF
    monkeypatch.setenv("FAKE_UV", "")
    lines = []
    act(repair, plan, lines)
    assert "Making the environment anew." in lines
    assert state_of(plan) == READY


def test_failures_are_told_without_credentials(plan, monkeypatch):
    monkeypatch.setenv("FAKE_UV", "fail")
    lines = []
    with pytest.raises(EngineError, match="could not be installed") as caught:
        act(install, plan, lines)
    assert "proxy in QGIS' settings" in caught.value.hint
    assert "secret" not in caught.value.message + "".join(lines)


@pytest.mark.parametrize("what", [install, repair])
def test_a_folder_that_is_not_ours_is_left_alone(plan, what):
    plan.target.mkdir()
    (plan.target / "precious.txt").write_text("x")
    with pytest.raises(EngineError, match="not installed by SpecAware"):
        act(what, plan)
    assert [p.name for p in plan.target.iterdir()] == ["precious.txt"]


@pytest.mark.parametrize("text", ["", "[]", "not json"])
def test_a_damaged_mark_is_no_mark(plan, text):
    plan.target.mkdir()
    (plan.target / MARK).write_text(text)
    assert state_of(plan) == MISSING
    with pytest.raises(EngineError, match="not installed by SpecAware"):
        act(install, plan)


def test_too_little_space_is_told_before_anything_is_fetched(plan, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**6})())
    small = InstallPlan(plan.target, plan.requirements, None, plan.uv, CPU)
    with pytest.raises(EngineError, match="MB are needed"):
        act(install, small)


def test_without_python_and_uv(plan):
    with pytest.raises(EngineError, match="No Python was found"):
        act(install, InstallPlan(plan.target, plan.requirements, None, None))


def test_commands_of_pip_and_uv(plan, tmp_path):
    def words(**changes):
        return list(InstallPlan(**{"target": plan.target, "requirements": plan.requirements, "base": SYSTEM_PYTHON,
                                   **changes}).fill().args)

    pip = words(build=CUDA_BUILDS[0])
    assert pip[:4] == [str(plan.python), "-m", "pip", "install"]
    assert pip[pip.index("--extra-index-url") + 1].endswith("/" + CUDA_BUILDS[0].key)
    assert "--index-strategy" not in pip
    uv = words(build=CUDA_BUILDS[0], uv=plan.uv)
    assert uv[:5] == [str(plan.uv), "pip", "install", "--python", str(plan.python)]
    assert "--index-strategy" in uv
    offline = words(wheels=tmp_path / "my wheels")
    assert offline[offline.index("--find-links") + 1] == str(tmp_path / "my wheels")
    assert "--no-index" in offline
    assert "--extra-index-url" not in offline
    env = InstallPlan(plan.target, plan.requirements, SYSTEM_PYTHON, extra_env={"HTTPS_PROXY": "x"}).create().env
    assert env["HTTPS_PROXY"] == "x"
    assert "PYTHONPATH" not in env


def test_pythons_that_cannot_be_a_base(tmp_path):
    fake = tmp_path / "python"
    for answer, words in (("[[3, 9, 1], 64, true, '']", "Python 3.9.1"), ("[[3, 12, 1], 32, true, '']", "32 bits"),
                          ("[[3, 12, 1], 64, false, '']", "lacks the modules venv"), ("hello", "not a Python")):
        fake.write_text("#!/bin/sh\ncat <<E\n" + answer.replace("''", '""') + "\nE\n")
        fake.chmod(0o755)
        with pytest.raises(EngineError, match=words):
            check_base(fake)
    with pytest.raises(EngineError, match="not a Python"):
        check_base(tmp_path / "nothing")
    with pytest.raises(EngineError, match="belongs to QGIS"):
        check_base(Path("/Applications/QGIS.app/Contents/MacOS/bin/python3"))


def test_the_program_behind_a_pointer_is_taken(tmp_path):
    pointer = tmp_path / "python3"
    pointer.write_text(f"#!/bin/sh\nexec {SYSTEM_PYTHON} \"$@\"\n")
    pointer.chmod(0o755)
    try:
        assert check_base(pointer).resolve() == SYSTEM_PYTHON.resolve()
    except EngineError as error:
        pytest.skip(error.text())


def test_the_program_that_runs_qgis_is_never_asked(monkeypatch, tmp_path):
    trap = tmp_path / "qgis-bin"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'started'}'\n")
    trap.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(trap))
    install_plan.find_base()
    assert not (tmp_path / "started").exists()


def test_the_build_follows_the_driver():
    assert Gpu("x", (13, 1)).build().key == "cu130"
    assert Gpu("x", (12, 4)).build().key == "cu126"
    assert Gpu("x", (11, 8)).build() is CPU


def test_a_driver_is_asked_for_its_cuda(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nif [ $# -gt 0 ]; then echo 'NVIDIA RTX A2000'; else "
                       "echo '| NVIDIA-SMI 555.42  Driver Version: 555.42  CUDA Version: 12.5 |'; fi\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert install_plan.find_gpu() == Gpu("NVIDIA RTX A2000", (12, 5))
    program.write_text("#!/bin/sh\nexit 9\n")
    assert install_plan.find_gpu() is None


@pytest.fixture
def qgis_proxy(qgis_app):
    store = QgsSettings()
    values = {"proxyEnabled": "true", "proxyType": "HttpProxy", "proxyHost": "proxy.example", "proxyPort": "3128",
              "proxyUser": "me", "proxyPassword": "s/cret", "noProxyUrls": ["intern.example"]}
    for key, value in values.items():
        store.setValue("proxy/" + key, value)
    yield store
    for key in values:
        store.remove("proxy/" + key)


def test_the_proxy_of_qgis_is_used(qgis_proxy):
    env = proxy.environment()
    assert env["HTTPS_PROXY"] == "http://me:s%2Fcret@proxy.example:3128"
    assert env["NO_PROXY"] == "intern.example"
    qgis_proxy.setValue("proxy/proxyEnabled", "false")
    assert proxy.environment() == {}


def test_diagnostics_hold_no_names(qgis_app):
    text = diagnostics.report({"executable": str(Path.home() / "x")}, "problem", {"a": "b"},
                              ["http://me:secret@proxy/ failed"])
    assert str(Path.home()) not in text
    assert "secret" not in text
    assert "QGIS" in text
