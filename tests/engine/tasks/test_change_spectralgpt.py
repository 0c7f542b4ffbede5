"""Change with SpectralGPT: Sentinel-2 bands in any order, and nothing else."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio

from engine.errors import ModelError
from engine.reporting import SilentReporter
from engine.spectral.sensors import SENSORS
from engine.tasks.change.task import ChangeRequest, run
from tests.scenes import files_in, write_image
from tests.sentinel2 import ORDER


def request_for(before, after, weights, folder) -> ChangeRequest:
    return ChangeRequest(str(before), str(after), str(folder / "change.tif"), weights=str(weights), device="cpu")


def test_a_changed_block_stands_out(sentinel2, tmp_path):
    with rasterio.open(sentinel2.image) as file:
        values = file.read()
    values[:, 10:26, 12:28] = values[::-1, 10:26, 12:28] // 2 + 700
    after = write_image(tmp_path / "after.tif", values, SENSORS["Sentinel-2"].tables[0].only(ORDER))
    (tmp_path / "out").mkdir()
    run(request_for(sentinel2.image, after, sentinel2.weights, tmp_path / "out"), SilentReporter())
    with rasterio.open(tmp_path / "out" / "change.tif") as file:
        scores = file.read(file.count).astype(np.float64)
    inside = np.zeros(scores.shape, bool)
    inside[10:26, 12:28] = True
    assert np.nanmedian(scores[inside]) > np.nanquantile(scores[~inside], 0.9)


def test_images_of_other_sensors_are_refused(scene, sentinel2, tmp_path):
    later = shutil.copy(scene.image, tmp_path / "later.tif")
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match="Sentinel-2"):
        run(request_for(scene.image, later, sentinel2.weights, tmp_path / "out"), SilentReporter())
    assert files_in(tmp_path / "out") == set()
