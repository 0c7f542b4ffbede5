"""``specaware:convert`` in the real QGIS: made-up products become layers that QGIS reads right."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from qgis.core import (
    QgsApplication,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsRaster,
    QgsRasterLayer,
)

from specaware_qgis.algorithms.convert import marked_bands

from .conftest import ROOT
from .test_algorithms import Feedback, run

MAKE = """
import json, sys
from pathlib import Path
import numpy as np
from tests.products import hdf, tiff
made = {"prisma": lambda f: hdf.write_prisma(f, "2D"), "emit": hdf.write_emit, "enmap": tiff.write_enmap}[sys.argv[1]](
    Path(sys.argv[2]))
np.savez(Path(sys.argv[2]) / "truth.npz", values=made.values, wavelength_nm=made.wavelength_nm)
print(made.path)
"""


@pytest.fixture
def make(needs_engine, tmp_path):
    """Make a product in the engine's environment, which has h5py. Returns its path, values and wavelengths."""
    def made(kind):
        done = subprocess.run([str(ROOT / ".venv-engine" / "bin" / "python"), "-c", MAKE, kind, str(tmp_path)],
                              cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        with np.load(tmp_path / "truth.npz") as truth:
            return done.stdout.strip(), truth["values"], truth["wavelength_nm"]
    return made


def check_layer(path, values, wavelength_nm):
    """The layer as QGIS opens it: size, values and missing ones at some pixels, bands to show in true colour."""
    layer = QgsRasterLayer(str(path), "converted")
    count, rows, cols = values.shape
    assert layer.isValid()
    assert (layer.bandCount(), layer.height(), layer.width()) == (count, rows, cols)
    assert np.all(np.diff(wavelength_nm[np.array(marked_bands(layer)) - 1]) < 0), "red, green, blue"
    extent, provider = layer.extent(), layer.dataProvider()
    for row, col in ((0, 0), (rows // 2, cols // 3), (rows - 1, cols - 1), (rows // 2, cols - 2)):
        point = QgsPointXY(extent.xMinimum() + (col + 0.5) * layer.rasterUnitsPerPixelX(),
                           extent.yMaximum() - (row + 0.5) * layer.rasterUnitsPerPixelY())
        found = provider.identify(point, QgsRaster.IdentifyFormat.IdentifyFormatValue).results()
        seen = np.array([np.nan if found[n] is None else found[n] for n in range(1, count + 1)], float)
        np.testing.assert_allclose(seen, values[:, row, col], atol=1e-4)


@pytest.mark.parametrize(("kind", "product", "epsg"), [("prisma", "PRISMA L2D", 32633), ("emit", "EMIT L2A", 4326),
                                                       ("enmap", "EnMAP L2A", 32633)])
def test_qgis_reads_the_copy_right(provider, make, tmp_path, kind, product, epsg):
    path, values, wavelength_nm = make(kind)
    feedback = Feedback()
    results = run("convert", {"INPUT": path, "OUTPUT": str(tmp_path / "out.tif")}, feedback)
    assert (results["PRODUCT"], results["BANDS"], results["LEVEL_NAME"]) == (product, len(values), "L2")
    check_layer(results["OUTPUT"], values, wavelength_nm)
    assert QgsRasterLayer(results["OUTPUT"], "x").crs().postgisSrid() == epsg
    assert any(product in text for text in feedback.texts)


def test_the_loaded_layer_is_shown_in_true_colour(provider, make, tmp_path):
    path, _, wavelength_nm = make("emit")
    context, out = QgsProcessingContext(), str(tmp_path / "out.tif")
    context.addLayerToLoadOnCompletion(out, QgsProcessingContext.LayerDetails("x", QgsProject.instance(), "OUTPUT"))
    run("convert", {"INPUT": path, "OUTPUT": out}, context=context)
    layer = QgsRasterLayer(out, "x")
    context.layerToLoadOnCompletionDetails(out).postProcessor().postProcessLayer(layer, context, Feedback())
    renderer = layer.renderer()
    shown = wavelength_nm[np.array([renderer.redBand(), renderer.greenBand(), renderer.blueBand()]) - 1]
    np.testing.assert_allclose(shown, [660, 560, 480], atol=40)
    assert 0 < renderer.redContrastEnhancement().minimumValue() < renderer.redContrastEnhancement().maximumValue() < 1


def test_integers_have_their_scale_applied_by_qgis(provider, make, tmp_path):
    path, values, wavelength_nm = make("enmap")
    results = run("convert", {"INPUT": path, "STORED": 1, "OUTPUT": str(tmp_path / "out.tif")})
    check_layer(results["OUTPUT"], values, wavelength_nm)


def test_a_mistake_is_told_in_a_sentence(provider, needs_engine, tmp_path):
    (tmp_path / "a.he5").write_bytes(b"not a product")
    with pytest.raises(QgsProcessingException, match="not an image") as caught:
        run("convert", {"INPUT": str(tmp_path / "a.he5"), "OUTPUT": str(tmp_path / "out.tif")})
    assert "Traceback" not in str(caught.value)
    assert not (tmp_path / "out.tif").exists()


def test_cancelling_leaves_no_file(provider, make, tmp_path):
    path, *_ = make("emit")
    feedback = Feedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException):
        run("convert", {"INPUT": path, "OUTPUT": str(tmp_path / "out.tif")}, feedback)
    assert not [p for p in tmp_path.iterdir() if "out.tif" in p.name]


def test_every_parameter_has_a_help_text(provider):
    algorithm = QgsApplication.processingRegistry().algorithmById("specaware:convert")
    assert all(len(definition.help()) > 20 for definition in algorithm.parameterDefinitions())


def test_qgis_process(qgis_process, make, tmp_path):
    path, values, wavelength_nm = make("prisma")
    assert qgis_process("convert", INPUT=path, OUTPUT=tmp_path / "out.tif")["PRODUCT"] == "PRISMA L2D"
    check_layer(tmp_path / "out.tif", values, wavelength_nm)
