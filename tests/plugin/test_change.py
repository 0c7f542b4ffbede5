"""``specaware:change`` in the real QGIS: a copy of the sample scene with a lake that was not there."""

from __future__ import annotations

import json

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

from .conftest import SAMPLE
from .test_algorithms import Feedback, run

CORNER, SIDE_PX = (40, 10), 96  # row and column of the part of the sample scene that is looked at
BANDS = list(range(1, 225, 3))
LAKE = (slice(30, 50), slice(30, 54))


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A part of the sample scene, and the same a little darker with the darkest pixel's spectrum in a rectangle."""
    folder = tmp_path_factory.mktemp("pair")
    paths = [str(folder / name) for name in ("before.tif", "after.tif")]
    for path in paths:
        gdal.Translate(path, str(SAMPLE / "scene.tif"), srcWin=[CORNER[1], CORNER[0], SIDE_PX, SIDE_PX],
                       bandList=BANDS)
    file = gdal.Open(paths[1], gdal.GA_Update)
    values = file.ReadAsArray().astype(float)
    noise = np.random.default_rng(0).normal(0, 15, values.shape)
    missing = values == -32768
    spectrum = values.reshape(len(values), -1)[:, values.mean(0).argmin()]
    values = values * 0.9 + noise
    values[:, LAKE[0], LAKE[1]] = spectrum[:, None, None] + noise[:, LAKE[0], LAKE[1]]
    values[missing] = -32768
    for band in range(len(values)):
        file.GetRasterBand(band + 1).WriteArray(np.rint(values[band]).astype(np.int16))
    file.FlushCache()
    return paths


@pytest.fixture
def before(pair, qgis_new_project):
    """The earlier image as a layer of the project."""
    layer = QgsRasterLayer(pair[0], "before")
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def choices(before, pair, tmp_path):
    (tmp_path / "out").mkdir()
    return {"BEFORE": before, "AFTER": pair[1], "SPECTRAL_ONLY": True, "OUTPUT": str(tmp_path / "out" / "change.tif"),
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


def test_a_mask_in_another_system_and_an_extent(provider, needs_engine, choices, before):
    box, pixel = before.extent(), before.rasterUnitsPerPixelX()
    mask = QgsVectorLayer(f"Polygon?crs={before.crs().authid()}", "mask", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(
        box.xMinimum() - 500, box.yMaximum() - 20 * pixel, box.xMinimum() + 30 * pixel, box.yMaximum() + 500)))
    mask.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(mask)
    part = run("change", choices | {"MASK": mask})
    assert changed_pixels(part["OUTPUT"]).shape == (20, 30)
    corner = (f"{box.xMinimum()},{box.xMinimum() + 40 * pixel},{box.yMaximum() - 25 * pixel},{box.yMaximum()} "
              f"[{before.crs().authid()}]")
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
    ({"AFTER": "{before}"}, "same file"),
    ({"AFTER_LEVEL": "L1 radiance"}, "radiance cannot be compared"),
    ({"FROM_TO": "TEMPORARY_OUTPUT"}, "saved model or labels"),
])
def test_mistakes_are_answered_with_message_and_hint(provider, needs_engine, choices, pair, tmp_path, change, words):
    change = {key: value.format(before=pair[0]) for key, value in change.items()}
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


def test_qgis_process(qgis_process, pair, tmp_path):
    found = qgis_process("change", BEFORE=pair[0], AFTER=pair[1], SPECTRAL_ONLY="true",
                         OUTPUT=str(tmp_path / "change.tif"))
    assert 0 < found["CHANGED_SHARE"] < 0.2
