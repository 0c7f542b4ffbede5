from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from engine.errors import InputError
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable, SensorMeta
from engine.training.pretraining.datasets import make_scene, read_scenes, simulated_scenes

BANDS = 6


def write_scene(folder: Path, side: int = 24, level: str = "L2 reflectance", nodata_rows: int = 0) -> None:
    folder.mkdir(parents=True)
    values = np.random.default_rng(side).integers(1000, 4000, (BANDS, side, side)).astype(np.int16)
    values[:, :nodata_rows] = -1
    with rasterio.open(folder / "image.tif", "w", driver="GTiff", height=side, width=side, count=BANDS, dtype="int16",
                       nodata=-1, crs="EPSG:32633", transform=from_origin(0, 0, 5, 5)) as file:
        file.write(values)
        file.scales = [1e-4] * BANDS
        for band in range(BANDS):
            file.update_tags(band + 1, wavelength=str(450 + 100 * band), wavelength_units="Nanometers", fwhm="10")
    (folder / "meta.json").write_text(json.dumps({"level": level, "gsd_m": 7.5}))


def scene(bands: int = 40, side: int = 32, level: str = "L2", simulated: bool = False):
    rng = np.random.default_rng(bands)
    table = BandTable.from_arrays(np.linspace(400, 2400, bands).tolist(), [10.0] * bands)
    return make_scene("s", rng.random((bands, side, side)).astype(np.float32), table, SensorMeta("EnMAP", level, 30.0),
                      simulated)


def test_scenes_are_read_scaled_and_marked(tmp_path):
    write_scene(tmp_path / "a", nodata_rows=4)
    write_scene(tmp_path / "b", level="L1 radiance")
    write_scene(tmp_path / "c")
    a, b = read_scenes([tmp_path], 16, SilentReporter(), exclude=("c",))
    assert (a.name, a.meta.level, a.meta.gsd_m) == ("a", "L2", 7.5)
    assert not a.valid[:4].any()
    assert a.valid[4:].all()
    assert (a.values[:, :4] == 0).all()
    assert 0.1 <= a.values[:, 4:].min() < a.values.max() <= 0.4
    assert b.meta.level == "L1"
    assert b.values.mean() == pytest.approx(0.25, rel=1e-2)


def test_small_scenes_are_extended_and_unusable_ones_left_out_with_a_word(tmp_path):
    write_scene(tmp_path / "small")
    write_scene(tmp_path / "tiny", side=8)
    (tmp_path / "pair").mkdir()
    (tmp_path / "pair" / "before.tif").write_bytes(b"never read")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "image.tif").write_bytes(b"not a tiff")
    (tmp_path / "broken" / "meta.json").write_text("{}")
    reporter = SilentReporter()
    (only,) = read_scenes([tmp_path], 32, reporter)
    assert only.values.shape == (BANDS, 32, 32)
    np.testing.assert_array_equal(only.values[:, 24:], only.values[:, 16:24][:, ::-1])
    assert len(reporter.warnings) == 1
    assert "broken" in reporter.warnings[0]


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        read_scenes([tmp_path / "nowhere"], 32, SilentReporter())


def test_simulated_scenes_differ_and_fit_the_model():
    scenes = simulated_scenes(3, 1, 24, SilentReporter())
    assert len({s.values.tobytes() for s in scenes}) == 3
    for s in scenes:
        assert s.simulated
        assert s.values.shape[1:] == (24, 24)
        assert 0.01 < s.values.astype(np.float32).mean() < 1
