"""``specaware:change`` in the real QGIS: a copy of the sample scene with a lake that was not there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPalettedRasterRenderer,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)

from .conftest import ROOT, SAMPLE
from .test_algorithms import Feedback, run

QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
LAKE = (slice(60, 80), slice(60, 84))


@pytest.fixture
def after(tmp_path):
    """The sample scene, a little darker, with the darkest pixel's spectrum in a rectangle."""
    path = tmp_path / "after" / "after.tif"
    path.parent.mkdir()
    shutil.copy(SAMPLE / "scene.tif", path)
    file = gdal.Open(str(path), gdal.GA_Update)
    values = file.ReadAsArray().astype(float)
    noise = np.random.default_rng(0).normal(0, 15, values.shape)
    missing = values == -32768
    dark = values[:, 20:-20, 20:-20].mean(0).argmin()
    spectrum = values[:, 20:-20, 20:-20].reshape(len(values), -1)[:, dark]
    values = values * 0.9 + noise
    values[:, LAKE[0], LAKE[1]] = spectrum[:, None, None] + noise[:, LAKE[0], LAKE[1]]
    values[missing] = -32768
    for band in range(len(values)):
        file.GetRasterBand(band + 1).WriteArray(np.rint(values[band]).astype(np.int16))
    file.FlushCache()
    del file
    return str(path)


@pytest.fixture
def choices(scene, after, tmp_path):
    (tmp_path / "out").mkdir()
    return {"BEFORE": scene, "AFTER": after, "SPECTRAL_ONLY": True, "OUTPUT": str(tmp_path / "out" / "change.tif"),
            "REPORT": str(tmp_path / "out" / "report.json")}


def changed_pixels(path):
    return gdal.Open(path).ReadAsArray()[1] == 1


def test_the_lake_is_found_and_drawn(provider, needs_engine, choices):
    feedback = Feedback()
    results = run("change", choices, feedback)
    mask = changed_pixels(results["OUTPUT"])
    lake = np.zeros(mask.shape, bool)
    lake[LAKE] = True
    assert (mask & lake).sum() > 0.8 * lake.sum()
    assert (mask & lake).sum() > 0.5 * mask.sum()
    assert results["CHANGED_SHARE"] == pytest.approx(mask.mean(), abs=0.02)
    assert results["SHIFT_PX"] < 0.2
    assert feedback.texts
    layer = QgsRasterLayer(results["OUTPUT"], "change")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert renderer.band() == 1
    assert renderer.classificationMin() == 1


def test_a_mask_in_another_system_and_an_extent(provider, needs_engine, choices, scene):
    box, pixel = scene.extent(), scene.rasterUnitsPerPixelX()
    mask = QgsVectorLayer(f"Polygon?crs={scene.crs().authid()}", "mask", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(
        box.xMinimum() - 500, box.yMaximum() - 20 * pixel, box.xMinimum() + 30 * pixel, box.yMaximum() + 500)))
    mask.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(mask)
    part = run("change", choices | {"MASK": mask})
    assert changed_pixels(part["OUTPUT"]).shape == (20, 30)
    corner = (f"{box.xMinimum()},{box.xMinimum() + 40 * pixel},{box.yMaximum() - 25 * pixel},{box.yMaximum()} "
              f"[{scene.crs().authid()}]")
    assert changed_pixels(run("change", choices | {"EXTENT": corner})["OUTPUT"]).shape == (25, 40)


def test_transitions_with_the_sample_labels(provider, needs_engine, choices, labels, tmp_path):
    results = run("change", choices | {"SPECTRAL_ONLY": False, "LAND_COVER": labels, "LAND_COVER_FIELD": "class",
                                       "FROM_TO": str(tmp_path / "out" / "moves.tif")})
    with open(results["REPORT"], encoding="utf-8") as file:
        moves = json.load(file)["transitions"]
    assert any(m["to_name"] == "water" and m["from_name"] != "water" and m["area_ha"] > 1 for m in moves)
    layer = QgsRasterLayer(results["FROM_TO"], "moves")
    assert isinstance(layer.renderer(), QgsPalettedRasterRenderer)


@pytest.mark.parametrize(("change", "words"), [
    ({"AFTER": str(SAMPLE / "scene.tif")}, "same file"),
    ({"AFTER_LEVEL": "L1 radiance"}, "radiance cannot be compared"),
    ({"FROM_TO": "TEMPORARY_OUTPUT"}, "saved model or labels"),
])
def test_mistakes_are_answered_with_message_and_hint(provider, needs_engine, choices, tmp_path, change, words):
    with pytest.raises(QgsProcessingException, match=words) as caught:
        run("change", choices | change)
    assert " — " in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_cancel_leaves_no_file(provider, needs_engine, choices, tmp_path):
    def cancel(feedback, text):
        if "comparing" in text:
            feedback.cancel()

    with pytest.raises(QgsProcessingException, match="cancelled"):
        run("change", choices, Feedback(cancel))
    assert list((tmp_path / "out").iterdir()) == []


def test_every_parameter_has_a_help_text(provider):
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:change")
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


@pytest.mark.skipif(QGIS_PROCESS is None, reason="qgis_process not found")
def test_qgis_process(needs_engine, after, tmp_path):
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
    done = subprocess.run([QGIS_PROCESS, "--json", "run", "specaware:change", "--", f"BEFORE={SAMPLE / 'scene.tif'}",
                           f"AFTER={after}", "SPECTRAL_ONLY=true", f"OUTPUT={tmp_path / 'change.tif'}"],
                          env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert 0 < json.loads(done.stdout)["results"]["CHANGED_SHARE"] < 0.2
