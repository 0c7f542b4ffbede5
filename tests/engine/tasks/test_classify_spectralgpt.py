"""Land cover with SpectralGPT, from labels and with a saved model."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from engine.cli import main
from engine.errors import InputError, ModelError
from engine.models.files import file_hash
from engine.reporting import SilentReporter
from engine.tasks.classify.task import ClassifyRequest, run

pytestmark = pytest.mark.usefixtures("small_forest")


@pytest.fixture(scope="module")
def made(sentinel2, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt")
    result = run(ClassifyRequest(str(sentinel2.image), str(folder / "map.tif"), str(sentinel2.polygons),
                                 weights=str(sentinel2.weights), device="cpu", report=str(folder / "r.json"),
                                 save_model=str(folder / "m.safetensors")), SilentReporter())
    return folder, result


def read(path):
    with rasterio.open(path) as file:
        return file.read(1), file.tags()


def test_the_map_is_complete_and_its_origin_is_named(sentinel2, made):
    folder, result = made
    classes, tags = read(folder / "map.tif")
    assert (classes > 0).all()
    assert len(np.unique(classes)) == len(result.classes)
    assert tags["SPECAWARE_WEIGHTS"] == "tiny-gpt"
    assert tags["SPECAWARE_WEIGHTS_SHA256"] == file_hash(sentinel2.weights)
    assert json.loads((folder / "r.json").read_text())["provenance"]["SPECAWARE_WEIGHTS"] == "tiny-gpt"
    assert result.scores["specaware"]["macro_f1"] > 0.4


def test_the_saved_model_gives_the_same_map(sentinel2, made):
    folder, _ = made
    run(ClassifyRequest(str(sentinel2.image), str(folder / "again.tif"), model=str(folder / "m.safetensors"),
                        weights=str(sentinel2.weights), device="cpu"), SilentReporter())
    np.testing.assert_array_equal(read(folder / "again.tif")[0], read(folder / "map.tif")[0])


def test_the_saved_model_asks_for_its_weights(sentinel2, scene, made, tmp_path):
    folder, _ = made
    with pytest.raises(InputError, match="other encoder weights"):
        run(ClassifyRequest(str(sentinel2.image), str(tmp_path / "a.tif"), model=str(folder / "m.safetensors"),
                            weights=str(scene.weights), device="cpu"), SilentReporter())
    assert list(tmp_path.iterdir()) == []


def test_other_images_are_refused_with_a_hint(scene, sentinel2, tmp_path, capsys):
    assert main(["classify", str(scene.image), "--labels", str(scene.points), "--class-field", "number",
                 "--weights", str(sentinel2.weights), "--output", str(tmp_path / "a.tif")]) == 2
    shown = capsys.readouterr().err
    assert "Sentinel-2's" in shown
    assert "choose SpecAware weights for other images" in shown
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_a_bad_band_is_refused(sentinel2, tmp_path):
    table = tmp_path / "bands.csv"
    with rasterio.open(sentinel2.image) as file:
        rows = [f"{i},{file.tags(i)['wavelength']},{file.tags(i)['fwhm']},{int(i != 3)}" for i in file.indexes]
    table.write_text("\n".join(["band,wavelength,fwhm,good", *rows]))
    with pytest.raises(ModelError, match=r"B3 cannot be used: band 3 is marked bad"):
        run(ClassifyRequest(str(sentinel2.image), str(tmp_path / "a.tif"), str(sentinel2.polygons), device="cpu",
                            weights=str(sentinel2.weights), wavelengths=str(table)), SilentReporter())
