from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

from engine.cli.inspect import show
from engine.errors import CancelledError, InputError, RasterError
from engine.reporting import SilentReporter
from engine.tasks.inspect import InspectRequest, run

from ..raster.scenes import NM, SHARED, needs_shared, reflectance, write_tif


def test_all_that_is_known_in_json(tmp_path):
    stored = reflectance()
    stored[2] = 0
    path = write_tif(tmp_path / "a.tif", stored, fwhm=(9, 9, 9, 9, 12))
    result = run(InspectRequest(str(path)), SilentReporter())
    found = json.loads(json.dumps(asdict(result), allow_nan=False))
    assert (found["rows"], found["cols"], found["band_count"], found["good_band_count"]) == (20, 30, 5, 4)
    assert found["crs"] == "EPSG:32633"
    assert found["extent"] == [500000, 5399400, 500900, 5400000]
    assert found["sources"]["values"] == "as stored"
    assert found["bands"][2] == {"snr": None, "band": 3, "wavelength_nm": 650, "fwhm_nm": 9, "good": False,
                                 "reason": "one value everywhere"}
    assert [band["wavelength_nm"] for band in found["bands"]] == list(NM)
    good = stored[[0, 1, 3, 4]]
    assert found["values"]["min"] == pytest.approx(good.min())
    assert found["values"]["p99"] == pytest.approx(np.percentile(good, 99), rel=0.01)
    assert found["level"] == "L2"
    assert found["dtype"] == "float32"


def test_overrides_reach_the_cube(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance(), wavelengths=None)
    table = tmp_path / "t.csv"
    table.write_text("\n".join(map(str, NM)))
    result = run(InspectRequest(str(path), sensor="EMIT", level="L1", gsd_m=7.5, wavelengths=str(table)),
                 SilentReporter())
    assert (result.sensor, result.level, result.gsd_m) == ("EMIT", "L1", 7.5)
    with pytest.raises(InputError):
        run(InspectRequest(str(path), level="L5", wavelengths=str(table)), SilentReporter())
    with pytest.raises(RasterError):
        run(InspectRequest(str(tmp_path)), SilentReporter())


def test_it_can_be_cancelled(tmp_path):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        run(InspectRequest(str(write_tif(tmp_path / "a.tif", reflectance()))), reporter)


def test_text_lists_bad_bands_by_reason_and_notes_line_by_line(tmp_path):
    stored = reflectance()
    stored[2] = 0
    path = write_tif(tmp_path / "a.tif", stored, bbl=(1, 0, 1, 1, 1))
    text = show(asdict(run(InspectRequest(str(path)), SilentReporter())))
    assert "bad bands:\n  flagged bad in the file: 2\n  one value everywhere: 3\n" in text
    assert "notes:\n  FWHM of all bands is missing" in text
    assert "scales" not in text


@needs_shared
@pytest.mark.parametrize(("name", "sensor", "level"), [
    ("enmap_potsdam", "EnMAP", "L2"), ("indian_pines", "AVIRIS-Classic", "L1"), ("emit_chip", "EMIT", "L2")])
def test_real_scenes(name, sensor, level):
    result = run(InspectRequest(str(SHARED / name / "image.tif")), SilentReporter())
    assert (result.sensor, result.sensor_guess, result.level) == (sensor, sensor, level)
    assert result.sensor_score > 0.9
