"""Plans, states and failures of the installer with a program that stands in for uv; the page around it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QSettings
from qgis.PyQt.QtWidgets import QApplication

from specaware_qgis import settings
from specaware_qgis.connection import diagnostics, install_plan, proxy, session
from specaware_qgis.connection.environment import python_of
from specaware_qgis.connection.install_plan import BUILDS, CPU, CUDA_BUILDS, Gpu, InstallPlan, check_base
from specaware_qgis.connection.installer import HALF, MARK, MISSING, OUTDATED, READY, install, repair, state_of
from specaware_qgis.dock.engine import page as engine_page
from specaware_qgis.dock.engine.form import FROM_WHEELS, Machine
from specaware_qgis.dock.panel import SpecAwareDock
from specaware_qgis.errors import EngineCancelled, EngineError, EngineMissing

from .conftest import ROOT

SYSTEM_PYTHON = Path("/usr/bin/python3")


@pytest.fixture
def uv(tmp_path, monkeypatch):
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{Path(__file__).with_name('fake_uv.py')}' \"$@\"\n")
    program.chmod(0o755)
    monkeypatch.delenv("FAKE_UV", raising=False)
    return program


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


def speaking(path, **doctor):
    """A program that answers as the engine's doctor does."""
    path.write_text(f"#!/bin/sh\necho '{json.dumps({'problems': [], **doctor})}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def own_settings(tmp_path, monkeypatch):
    """What is set lies beside the test: the tests' profile outlives them, also when one is interrupted."""
    file = str(tmp_path / "settings.ini")
    monkeypatch.setattr(settings, "QgsSettings", lambda: QgsSettings(file, QSettings.Format.IniFormat))


@pytest.fixture
def page(own_settings, qgis_iface, qgis_new_project, monkeypatch, uv, tmp_path):
    monkeypatch.setattr(SpecAwareDock, "check_engine", lambda self: None)
    monkeypatch.setattr(engine_page, "find_uv", lambda: uv)
    monkeypatch.setattr(engine_page, "find_base", lambda: None)
    monkeypatch.setattr(engine_page, "find_gpu", lambda: Gpu("NVIDIA RTX A2000", (12, 5)))
    settings.set_engine_python(str(speaking(tmp_path / "python of before", engine="1")))
    made = SpecAwareDock(qgis_iface)
    made.pages["engine"].form.folder.setFilePath(str(tmp_path / "Umgebung für SpecAware"))
    made.turn_to("engine")
    yield made.pages["engine"]
    made.end()
    made.close()
    session.stop()


def test_the_page_says_what_it_would_do_and_does_it_when_asked(page, needs_engine, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(lambda: "RTX A2000" in page.form.size.text(), timeout=10_000)
    assert page.form.chosen_build.key == "cu126"
    assert "GB on the disk" in page.form.size.text()
    assert not (tmp_path / "Umgebung für SpecAware").exists(), "nothing happens before it is asked for"
    page.form.build.setCurrentIndex(0)
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**12})())
    assert page.runner.button.text() == "Install the engine"
    page.runner.button.click()
    qtbot.waitUntil(lambda: not page.running, timeout=30_000)
    assert "ready" in page.notice.text()
    assert "Installing torch" in page.runner.log.toPlainText()
    assert settings.engine_python() == str(python_of(tmp_path / "Umgebung für SpecAware" / "venv"))
    assert page.runner.button.text() == "Repair the engine"
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=30_000)
    assert page.installation.isCollapsed(), "there is nothing to install any more"
    page.copy.click()
    assert "SpecAware diagnostics" in QApplication.clipboard().text()


def test_stopping_offers_to_go_on(page, qtbot, monkeypatch):
    monkeypatch.setenv("FAKE_UV", "slow")
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**12})())
    qtbot.waitUntil(lambda: page.runner.button.isEnabled(), timeout=10_000)
    page.runner.button.click()
    qtbot.waitUntil(lambda: "Resolved" in page.runner.log.toPlainText(), timeout=20_000)
    page.runner.cancel.click()
    qtbot.waitUntil(lambda: not page.running, timeout=10_000)
    assert "stopped" in page.notice.text()
    assert page.runner.button.text() == "Go on installing"


def test_the_installation_is_unfolded_only_where_there_is_something_to_do(page, qtbot, tmp_path):
    assert page.installation.isCollapsed(), "nothing is known yet"
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=30_000)
    assert page.installation.isCollapsed()
    broken = speaking(tmp_path / "broken", problems=[{"message": "torch is gone", "hint": "Repair it."}])
    page.use(str(broken))
    qtbot.waitUntil(lambda: "torch is gone" in page.detail.text(), timeout=30_000)
    assert not page.installation.isCollapsed()
    page.use(str(speaking(tmp_path / "well", engine="3")))
    qtbot.waitUntil(lambda: "SpecAware 3" in page.detail.text(), timeout=30_000)
    assert page.installation.isCollapsed()
    page.use("/nowhere/python")
    qtbot.waitUntil(lambda: "no engine" in page.state_text.text(), timeout=30_000)
    assert not page.installation.isCollapsed()
    assert page.form.wheels.isHidden(), "unfolding does not show what does not apply"


def test_what_is_found_while_another_page_is_looked_at_is_drawn_later(page, qtbot, tmp_path):
    dock = page.desk.parent()
    dock.setFloating(True)
    dock.show()
    assert page.installation.isVisible()
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=30_000)
    assert not page.form.isVisible()
    dock.turn_to("data")
    page.use("/nowhere/python")
    qtbot.waitUntil(lambda: "no engine" in page.state_text.text(), timeout=30_000)
    dock.turn_to("engine")
    assert page.form.isVisible()


def test_an_engine_that_the_plugin_has_outgrown_is_offered_an_update(page, qtbot, tmp_path):
    plan = page.form.plan()
    plan.python.parent.mkdir(parents=True)
    speaking(plan.python, engine="2")
    (plan.target / "specaware-environment.json").write_text(json.dumps({"state": "ready", "requirements": "older"}))
    page.use(str(plan.python))
    qtbot.waitUntil(lambda: "SpecAware 2" in page.detail.text(), timeout=30_000)
    assert not page.installation.isCollapsed()
    assert page.runner.button.text() == "Update the engine"


def test_choices_become_a_plan(page, qtbot, tmp_path):
    form = page.form
    form.show_machine(Machine(None, None, None))
    assert "No Python was found" in page.runner.hint.text()
    form.base.setFilePath(str(SYSTEM_PYTHON))
    assert page.runner.button.isEnabled()
    assert form.plan().base == SYSTEM_PYTHON
    form.source.setCurrentIndex(FROM_WHEELS)
    assert "folder that holds the packages" in page.runner.hint.text()
    form.wheels.setFilePath(str(tmp_path))
    assert form.plan().wheels == tmp_path
    assert [form.build.itemData(i) for i in range(form.build.count())] == [build.key for build in BUILDS]
    assert page.minimumSizeHint().width() <= 300


def test_a_missing_engine_opens_the_page(qgis_iface, qgis_new_project, monkeypatch, qtbot):
    def nowhere():
        raise EngineMissing("There is none.", "Install it.")

    monkeypatch.setattr(session, "engine", nowhere)
    monkeypatch.setattr(engine_page, "find_base", lambda: None)
    dock = SpecAwareDock(qgis_iface)
    dock.check_engine()
    qtbot.waitUntil(lambda: dock.page.key == "engine", timeout=10_000)
    qtbot.waitUntil(lambda: "no engine" in dock.page.state_text.text(), timeout=10_000)
    assert "There is none" in dock.page.detail.text()
    dock.end()
    dock.close()


def test_an_existing_python_can_be_used(page, tmp_path, qtbot):
    page.form.use.click()
    assert "No Python was chosen" in page.notice.text()
    program = speaking(tmp_path / "another python", engine="7")
    qtbot.waitUntil(lambda: "SpecAware 1" in page.detail.text(), timeout=30_000)
    page.form.existing.setFilePath(str(program))
    page.form.use.click()
    assert settings.engine_python() == str(program)
    qtbot.waitUntil(lambda: "SpecAware 7" in page.detail.text(), timeout=20_000)
