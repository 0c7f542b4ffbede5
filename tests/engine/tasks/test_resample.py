from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
import rasterio

from engine.cli import main
from engine.errors import CancelledError, InputError, WavelengthError
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.raster.library import read_library
from engine.raster.vector_file import FIXED_DATE
from engine.reporting import SilentReporter
from engine.spectral.sensors import sensor
from engine.tasks.resample import ResampleRequest, run

from ..raster.scenes import SHARED, needs_shared, write_tif

FINE_NM = np.arange(400.0, 2502.0, 10.0)


def slope(shape=(70, 80)):
    """Reflectance that grows with wavelength, and from pixel to pixel."""
    base = np.linspace(0.8, 1.2, shape[0] * shape[1]).reshape(shape)
    return ((0.1 + (FINE_NM - 400) / 5000)[:, None, None] * base).astype(np.float32), base


@pytest.fixture
def image(tmp_path):
    cube, _ = slope()
    cube[:, :3, :3] = np.nan
    return write_tif(tmp_path / "fine.tif", cube, wavelengths=FINE_NM, fwhm=[10] * len(FINE_NM),
                     bbl=[1] * len(FINE_NM), tags={"level": "L2"})


def test_an_image_becomes_sentinel_2(image, tmp_path):
    result = run(ResampleRequest(str(image), str(tmp_path / "s2.tif"), to_sensor="sentinel2"), SilentReporter())
    assert (result.kind, result.band_count, result.seen_band_count) == ("image", 13, 13)
    with Cube.open(result.output) as cube:
        wanted = sensor("Sentinel-2").bands
        np.testing.assert_allclose(cube.bands.wavelength_nm, wanted.wavelength_nm)
        np.testing.assert_allclose(cube.bands.fwhm_nm, wanted.fwhm_nm)
        assert (cube.meta.name, cube.meta.level) == ("Sentinel-2", "L2")
        values = cube.read(Window(0, 0, 70, 80), range(13))
    assert np.isnan(values[:, :3, :3]).all()
    expected = (0.1 + (wanted.wavelength_nm - 400) / 5000)[:, None, None] * slope()[1]
    np.testing.assert_allclose(values[:, 5:], expected[:, 5:], rtol=0.01)


def test_bands_without_source_are_empty_and_flagged(tmp_path):
    cube, _ = slope((8, 8))
    path = write_tif(tmp_path / "vnir.tif", cube[:60], wavelengths=FINE_NM[:60], bbl=[1] * 60)
    reporter = SilentReporter()
    result = run(ResampleRequest(str(path), str(tmp_path / "out.tif"), to_sensor="Sentinel-2"), reporter)
    assert (result.band_count, result.seen_band_count) == (13, 10)
    assert any("3 of 13 bands" in text for text in reporter.warnings)
    with rasterio.open(result.output) as written:
        assert np.isnan(written.read([11, 12, 13])).all()
        assert [written.tags(band)["bbl"] for band in (10, 11)] == ["1", "0"]


def test_own_curves(image, tmp_path):
    table = tmp_path / "curves.csv"
    lines = ["wavelength_nm,low,high"] + [f"{w},{int(500 <= w <= 600)},{int(1000 <= w <= 1200)}"
                                          for w in range(450, 1300, 5)]
    table.write_text("\n".join(lines))
    result = run(ResampleRequest(str(image), str(tmp_path / "o.tif"), to_responses=str(table)), SilentReporter())
    with Cube.open(image) as source, rasterio.open(result.output) as written:
        spectrum, found = source.read(Window(9, 9, 1, 1))[:, 0, 0], written.read()[:, 9, 9]
    for value, low, high in zip(found, (500, 1000), (600, 1200), strict=True):
        assert value == pytest.approx(spectrum[np.abs(FINE_NM - (low + high) / 2) <= (high - low) / 2].mean(), rel=1e-4)


@pytest.mark.parametrize("ending", [".csv", ".sli", ".gpkg"])
def test_a_library_keeps_names_through_every_format(tmp_path, ending):
    source = tmp_path / "in.csv"
    rows = [f"{name}," + ",".join(f"{k + (w - 400) / 5000:.6f}" for w in FINE_NM)
            for name, k in (("dry, bright soil", 0.1), ("Wiese", 0.2))]
    source.write_text("name," + ",".join(map(str, FINE_NM)) + "\n" + "\n".join(
        row.replace("dry, bright soil", '"dry, bright soil"') for row in rows), encoding="utf-8")
    result = run(ResampleRequest(str(source), str(tmp_path / f"out{ending}"), to_sensor="EnMAP"), SilentReporter())
    assert (result.kind, result.spectra, result.band_count) == ("library", 2, 224)
    library = read_library(tmp_path / f"out{ending}")
    assert [name.replace(",", "") for name in library.names] == ["dry bright soil", "Wiese"]
    np.testing.assert_allclose(library.bands.wavelength_nm, sensor("EnMAP").bands.wavelength_nm, rtol=1e-6)
    expected = 0.1 + (library.bands.wavelength_nm - 400) / 5000
    np.testing.assert_allclose(library.spectra[0], expected, atol=1e-4)
    again = run(ResampleRequest(str(tmp_path / f"out{ending}"), str(tmp_path / "s2.csv"), to_sensor="Sentinel-2"),
                SilentReporter())
    assert again.seen_band_count == 13
    assert not [p.name for p in tmp_path.iterdir() if "part" in p.name]


def test_a_library_as_geopackage_holds_no_time_of_writing(tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.gpkg"
    source.write_text("name," + ",".join(map(str, FINE_NM)) + "\nclay," + ",".join(["0.2"] * len(FINE_NM)))
    run(ResampleRequest(str(source), str(output), to_sensor="Sentinel-2"), SilentReporter())
    with closing(sqlite3.connect(output)) as database:
        assert database.execute("select last_change from gpkg_contents").fetchall() == [(FIXED_DATE,)]


@needs_shared
def test_a_real_library(tmp_path):
    source = SHARED / "ingest" / "gamsberg_envi" / "gamsberg_field_library"
    result = run(ResampleRequest(str(source), str(tmp_path / "e.sli"), to_sensor="EnMAP"), SilentReporter())
    assert (result.spectra, result.source_band_count, result.seen_band_count) == (27, 2151, 224)
    found = read_library(tmp_path / "e.sli")
    assert found.names[0] == "16_03_12_2_C1_mica_shist"
    assert 0 < np.nanmedian(found.spectra) < 1


def test_wrong_requests_are_refused(image, tmp_path):
    for options in ({}, {"to_sensor": "EnMAP", "to_responses": "x.csv"}, {"to_sensor": "no such"},
                    {"to_responses": str(tmp_path / "none.csv")}):
        with pytest.raises(InputError) as caught:
            run(ResampleRequest(str(image), str(tmp_path / "o.tif"), **options), SilentReporter())
        assert caught.value.hint
    visible = write_tif(tmp_path / "v.tif", slope((5, 5))[0][:5], wavelengths=FINE_NM[:5])
    (tmp_path / "t.csv").write_text("wavelength_um,a\n1.9,0.1\n2.0,1\n2.1,0.1\n")
    with pytest.raises(WavelengthError, match="None of the 1 bands"):
        run(ResampleRequest(str(visible), str(tmp_path / "o.tif"), to_responses=str(tmp_path / "t.csv")),
            SilentReporter())
    assert not (tmp_path / "o.tif").exists()


def test_cancelling_leaves_no_file(image, tmp_path):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        run(ResampleRequest(str(image), str(tmp_path / "o.tif"), to_sensor="EnMAP"), reporter)
    assert [p.name for p in tmp_path.iterdir()] == ["fine.tif"]


def test_the_command_line(image, tmp_path, capsys):
    assert main(["resample", str(image), str(tmp_path / "o.tif"), "--to-sensor", "Landsat OLI"]) == 0
    assert "band_count: 7" in capsys.readouterr().out
    assert main(["resample", str(image), str(tmp_path / "o.sli"), "--to-sensor", "x"]) == 2
