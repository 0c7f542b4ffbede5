"""Shared by the tests inside QGIS: the provider, the sample and an engine."""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "sample"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Leave without taking QGIS apart: Python frees its objects in an order that at times ends in a crash after all
    tests have passed, which would make the run a failure.
    """
    status = getattr(config, "tests_status", None)
    if status is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that waits in vain says which tasks QGIS had then, and where every thread was."""
    report = yield
    if report.failed and call.excinfo is not None and "TimeoutError" in call.excinfo.typename:
        from qgis.core import QgsApplication
        from qgis.PyQt.QtCore import QThreadPool

        pool = QThreadPool.globalInstance()
        tasks = [f"{task.description()}: status {int(task.status())}" for task in QgsApplication.taskManager().tasks()]
        with tempfile.TemporaryFile("w+") as file:
            faulthandler.dump_traceback(file)
            file.seek(0)
            report.sections.append(("what was waited for", "\n".join(
                [f"{pool.activeThreadCount()} of {pool.maxThreadCount()} threads of the pool at work", *tasks,
                 file.read()])))
    return report


def pytest_sessionfinish(session, exitstatus):
    """Keep the status for `pytest_unconfigure`."""
    session.config.tests_status = int(exitstatus)


@pytest.fixture
def needs_engine(monkeypatch):
    """Skip where the engine's environment has not been made. One thread: the scenes are small."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if not (ROOT / ".venv-engine").exists():
        pytest.skip(".venv-engine does not exist")


@pytest.fixture(scope="module", autouse=True)
def _engine_ends():
    """The engine stays for all tests of a module, since starting one takes seconds."""
    yield
    from specaware_qgis.connection import session

    session.stop()


@pytest.fixture
def make_dock(qgis_iface, qgis_new_project, monkeypatch):
    """Makes docks that do not look for an engine, on a page of theirs; they end with the test."""
    from qgis.PyQt import sip

    from specaware_qgis.connection import session
    from specaware_qgis.dock.panel import SpecAwareDock

    monkeypatch.setattr(SpecAwareDock, "check_engine", lambda self: None)
    made = []

    def make(page=None):
        made.append(SpecAwareDock(qgis_iface))
        if page:
            made[-1].turn_to(page)
        return made[-1]

    yield make
    for dock in made:
        dock.end()
        if not sip.isdeleted(dock):
            dock.close()
    session.stop()


@pytest.fixture
def provider(qgis_app, qgis_processing):
    """The provider, registered for one test."""
    from qgis.core import QgsApplication

    from specaware_qgis.provider import SpecAwareProvider

    made = SpecAwareProvider()
    QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture
def qgis_process(needs_engine, tmp_path):
    """Run an algorithm by ``qgis_process`` in a profile with the plugin; returns its results."""
    if QGIS_PROCESS is None:
        pytest.skip("qgis_process not found")
    plugin = tmp_path / "plugins" / "specaware_qgis"
    plugin.mkdir(parents=True)
    for path in (*(ROOT / "specaware_qgis").iterdir(), ROOT / "metadata.txt"):
        (plugin / path.name).symlink_to(path)
    profile = tmp_path / "profile" / "profiles" / "default" / "QGIS"
    profile.mkdir(parents=True)
    (profile / "QGIS3.ini").write_text("[PythonPlugins]\nspecaware_qgis=true\n")
    environment = os.environ | {"QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"),
                                "QGIS_PLUGINPATH": str(plugin.parent), "QT_QPA_PLATFORM": "offscreen",
                                "XDG_RUNTIME_DIR": str(tmp_path)}

    def run(name, **parameters):
        words = [f"{key}={value}" for key, value in parameters.items()]
        done = subprocess.run([QGIS_PROCESS, "--json", "run", f"specaware:{name}", "--", *words], env=environment,
                              capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)["results"]

    return run


@pytest.fixture
def scene(qgis_new_project):
    """The sample scene as a layer of the project."""
    from qgis.core import QgsProject, QgsRasterLayer

    layer = QgsRasterLayer(str(SAMPLE / "scene.tif"), "sample scene")
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def labels(qgis_new_project, tmp_path_factory):
    """A copy of the sample labels as a layer of the project: QGIS writes into what it opens, and closes it late."""
    from qgis.core import QgsProject, QgsVectorLayer

    path = shutil.copy(SAMPLE / "labels.gpkg", tmp_path_factory.mktemp("labels"))
    layer = QgsVectorLayer(str(path), "training areas", "ogr")
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def stub_engine(monkeypatch):
    """Let the shared client start the misbehaving worker instead of the engine."""
    import os
    import sys

    from specaware_qgis.connection import session
    from specaware_qgis.connection.client import EngineClient
    from specaware_qgis.connection.process import Command

    stub = Path(__file__).with_name("stub_worker.py")
    client = EngineClient(lambda: Command((sys.executable, str(stub), ""), os.environ, str(stub.parent)), grace_s=0.3)
    monkeypatch.setattr(session, "client", client)
    yield client
    client.stop()
