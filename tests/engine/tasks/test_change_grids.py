"""Two dates on other grids, in other systems, of other sensors, and shifted."""

import dataclasses
import json

import numpy as np
import pytest
import rasterio
import rasterio.warp
from rasterio.crs import CRS
from scipy.ndimage import gaussian_filter

from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable
from engine.tasks.change.task import run
from tests.scenes import (
    NODATA,
    write_image,
)

from .change_runs import auc, bands_of, later_values, quick, request_for


def test_another_system_and_resolution_and_extent(scene, after, truth, tmp_path):
    values = later_values(scene)
    with rasterio.open(after) as file:
        transform, width, height = rasterio.warp.calculate_default_transform(
            file.crs, "EPSG:4326", file.width, file.height, *file.bounds)
        moved = np.full((len(values), height - 6, width), NODATA, np.int16)
        rasterio.warp.reproject(values, moved, src_transform=file.transform, src_crs=file.crs, dst_transform=transform,
                                dst_crs="EPSG:4326", src_nodata=NODATA, dst_nodata=NODATA)
    path = write_image(tmp_path / "geographic.tif", moved, scene.bands, transform)
    with rasterio.open(path, "r+") as file:
        file.crs = CRS.from_epsg(4326)
    reporter = SilentReporter()
    run(request_for(scene, path, tmp_path, spectral_only=True), reporter)
    score = bands_of(tmp_path / "change.tif")[0]
    seen = np.isfinite(score)
    assert 0.8 < seen.mean() < scene.valid.mean()
    assert auc(score[seen], truth[seen]) > 0.93


def test_a_sensor_with_fewer_broader_bands(scene, truth, tmp_path):
    good = [i for i in scene.bands.good_indices if i != 5]
    groups = np.array_split(np.array(good), 6)
    values = later_values(scene)
    coarse = np.stack([values[g].astype(np.float32).mean(0) for g in groups]).astype(np.int16)
    coarse[:, ~scene.valid] = NODATA
    nm = [float(scene.bands.wavelength_nm[g].mean()) for g in groups]
    width = [float(np.ptp(scene.bands.wavelength_nm[g])) + 5 for g in groups]
    path = write_image(tmp_path / "coarse.tif", coarse, BandTable.from_arrays(nm, np.minimum(width, 90).tolist()))
    quick(scene, path, tmp_path)
    score = bands_of(tmp_path / "change.tif")[0]
    assert auc(score[scene.valid], truth[scene.valid]) > 0.9


def test_a_shift_is_measured_warned_of_and_corrected(scene, tmp_path):
    rng = np.random.default_rng(1)
    fine = rng.normal(0, 1, (400, 400))
    base = gaussian_filter(fine, 6)[::2, ::2]  # detail that four bands share
    planes = np.stack([2000 + 900 * k * base / base.std() / 4 + rng.normal(0, 5, base.shape) for k in (1, 2, 3, 4)])
    table = BandTable.from_arrays([480, 560, 660, 840], [30] * 4)
    first = write_image(tmp_path / "first.tif", planes[:, 2:152, 3:153].astype(np.int16), table)
    second = write_image(tmp_path / "second.tif", planes[:, 0:150, 4:154].astype(np.int16), table)  # 2 down, 1 left
    request = request_for(scene, second, tmp_path, before=str(first), spectral_only=True)
    reporter = SilentReporter()
    result = run(request, reporter)
    assert result.shift_px == pytest.approx((2, -1), abs=0.1)
    assert any("--correct-shift" in w for w in result.warnings)
    corrected = run(dataclasses.replace(request, correct_shift=True, report=str(tmp_path / "r.json")), reporter)
    assert corrected.shift_corrected
    assert json.loads((tmp_path / "r.json").read_text())["alignment"]["remaining_shift_px"] < 0.2
