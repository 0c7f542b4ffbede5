"""The page Engine: what it offers, what it does when asked, and what it finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QSettings
from qgis.PyQt.QtWidgets import QApplication

from specaware_qgis import settings
from specaware_qgis.connection import session
from specaware_qgis.connection.environment import python_of
from specaware_qgis.connection.install_plan import BUILDS, Gpu
from specaware_qgis.dock.engine import page as engine_page
from specaware_qgis.dock.engine.form import FROM_WHEELS, Machine
from specaware_qgis.dock.panel import SpecAwareDock
from specaware_qgis.errors import EngineMissing

from .fake_uv import stand_in

SYSTEM_PYTHON = Path("/usr/bin/python3")


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
def page(own_settings, make_dock, monkeypatch, tmp_path):
    uv = stand_in(tmp_path, monkeypatch)
    monkeypatch.setattr(engine_page, "find_uv", lambda: uv)
    monkeypatch.setattr(engine_page, "find_base", lambda: None)
    monkeypatch.setattr(engine_page, "find_gpu", lambda: Gpu("NVIDIA RTX A2000", (12, 5)))
    settings.set_engine_python(str(speaking(tmp_path / "python of before", engine="1")))
    made = make_dock()
    made.pages["engine"].form.folder.setFilePath(str(tmp_path / "Umgebung für SpecAware"))
    made.turn_to("engine")
    return made.pages["engine"]


def test_the_page_says_what_it_would_do_and_does_it_when_asked(page, needs_engine, qtbot, tmp_path, monkeypatch):
    qtbot.waitUntil(lambda: "RTX A2000" in page.form.size.text(), timeout=60_000)
    assert page.form.chosen_build.key == "cu126"
    assert "GB on the disk" in page.form.size.text()
    assert not (tmp_path / "Umgebung für SpecAware").exists(), "nothing happens before it is asked for"
    page.form.build.setCurrentIndex(0)
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**12})())
    assert page.runner.button.text() == "Install the engine"
    page.runner.button.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "ready" in page.notice.text()
    assert "Installing torch" in page.runner.log.toPlainText()
    assert settings.engine_python() == str(python_of(tmp_path / "Umgebung für SpecAware" / "venv"))
    assert page.runner.button.text() == "Repair the engine"
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=60_000)
    assert page.installation.isCollapsed(), "there is nothing to install any more"
    page.copy.click()
    assert "SpecAware diagnostics" in QApplication.clipboard().text()


def test_stopping_offers_to_go_on(page, qtbot, monkeypatch):
    monkeypatch.setenv("FAKE_UV", "slow")
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**12})())
    qtbot.waitUntil(lambda: page.runner.button.isEnabled(), timeout=60_000)
    page.runner.button.click()
    qtbot.waitUntil(lambda: "Resolved" in page.runner.log.toPlainText(), timeout=60_000)
    page.runner.cancel.click()
    qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert "stopped" in page.notice.text()
    assert page.runner.button.text() == "Go on installing"


def test_the_installation_is_unfolded_only_where_there_is_something_to_do(page, qtbot, tmp_path):
    assert page.installation.isCollapsed(), "nothing is known yet"
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=60_000)
    assert page.installation.isCollapsed()
    broken = speaking(tmp_path / "broken", problems=[{"message": "torch is gone", "hint": "Repair it."}])
    page.use(str(broken))
    qtbot.waitUntil(lambda: "torch is gone" in page.detail.text(), timeout=60_000)
    assert not page.installation.isCollapsed()
    page.use(str(speaking(tmp_path / "well", engine="3")))
    qtbot.waitUntil(lambda: "SpecAware 3" in page.detail.text(), timeout=60_000)
    assert page.installation.isCollapsed()
    page.use("/nowhere/python")
    qtbot.waitUntil(lambda: "no engine" in page.state_text.text(), timeout=60_000)
    assert not page.installation.isCollapsed()
    assert page.form.wheels.isHidden(), "unfolding does not show what does not apply"


def test_what_is_found_while_another_page_is_looked_at_is_drawn_later(page, qtbot, tmp_path):
    dock = page.desk.parent()
    dock.setFloating(True)
    dock.show()
    assert page.installation.isVisible()
    qtbot.waitUntil(lambda: "The engine is ready" in page.state_text.text(), timeout=60_000)
    assert not page.form.isVisible()
    dock.turn_to("data")
    page.use("/nowhere/python")
    qtbot.waitUntil(lambda: "no engine" in page.state_text.text(), timeout=60_000)
    dock.turn_to("engine")
    assert page.form.isVisible()


def test_an_engine_that_the_plugin_has_outgrown_is_offered_an_update(page, qtbot, tmp_path):
    plan = page.form.plan()
    plan.python.parent.mkdir(parents=True)
    speaking(plan.python, engine="2")
    (plan.target / "specaware-environment.json").write_text(json.dumps({"state": "ready", "requirements": "older"}))
    page.use(str(plan.python))
    qtbot.waitUntil(lambda: "SpecAware 2" in page.detail.text(), timeout=60_000)
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
    asked = []

    def nowhere():
        asked.append(1)
        raise EngineMissing("There is none.", "Install it.", by_hand="By hand: pip install")

    monkeypatch.setattr(session, "engine", nowhere)
    monkeypatch.setattr(engine_page, "find_base", lambda: None)
    dock = SpecAwareDock(qgis_iface)
    dock.check_engine()
    qtbot.waitUntil(lambda: dock.page.key == "engine", timeout=60_000)
    qtbot.waitUntil(lambda: "no engine" in dock.page.state_text.text(), timeout=60_000)
    assert "There is none" in dock.page.detail.text()
    assert "pip" not in dock.page.detail.text() + dock.status.label.toolTip(), "here is a button for that"
    assert len(asked) == 1, "the page knows what the dock has found"
    assert not dock.page.installation.isCollapsed()
    dock.end()
    dock.close()


def test_an_existing_python_can_be_used(page, tmp_path, qtbot):
    page.form.use.click()
    assert "No Python was chosen" in page.notice.text()
    program = speaking(tmp_path / "another python", engine="7")
    qtbot.waitUntil(lambda: "SpecAware 1" in page.detail.text(), timeout=60_000)
    page.form.existing.setFilePath(str(program))
    page.form.use.click()
    assert settings.engine_python() == str(program)
    qtbot.waitUntil(lambda: "SpecAware 7" in page.detail.text(), timeout=60_000)
