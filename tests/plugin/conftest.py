"""Shared by the tests inside QGIS: the provider, the sample and an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "sample"


@pytest.fixture
def needs_engine(monkeypatch):
    """Skip where the engine's environment has not been made. One thread: the scenes are small."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    if not (ROOT / ".venv-engine").exists():
        pytest.skip(".venv-engine does not exist")


@pytest.fixture
def provider(qgis_app, qgis_processing):
    """The provider, registered for one test; the engine is ended afterwards."""
    from qgis.core import QgsApplication

    from specaware_qgis import session
    from specaware_qgis.provider import SpecAwareProvider

    made = SpecAwareProvider()
    QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)
    session.client.stop()


@pytest.fixture
def scene(qgis_new_project):
    """The sample scene as a layer of the project."""
    from qgis.core import QgsProject, QgsRasterLayer

    layer = QgsRasterLayer(str(SAMPLE / "scene.tif"), "sample scene")
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def labels(qgis_new_project):
    """The sample labels as a layer of the project."""
    from qgis.core import QgsProject, QgsVectorLayer

    layer = QgsVectorLayer(str(SAMPLE / "labels.gpkg"), "training areas", "ogr")
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def stub_engine(monkeypatch):
    """Let the shared client start the misbehaving worker instead of the engine."""
    import os
    import sys

    from specaware_qgis import session
    from specaware_qgis.engine_client import EngineClient
    from specaware_qgis.engine_process import Command

    stub = Path(__file__).with_name("stub_worker.py")
    client = EngineClient(lambda: Command((sys.executable, str(stub), ""), os.environ, str(stub.parent)), grace_s=0.3)
    monkeypatch.setattr(session, "client", client)
    yield client
    client.stop()
