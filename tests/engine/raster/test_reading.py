from __future__ import annotations

import numpy as np
import pytest
import rasterio

from engine.errors import RasterError
from engine.raster import raw, reading
from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window, blocks
from engine.raster.reading import WindowReader, to_physical

from .scenes import NM, PLACE, UTM, write_envi, write_tif

SIX = "wavelength = {450,550,650,850,900,1650}\n"
SHAPE = (31, 17)
WINDOWS = (*blocks(SHAPE, 7), Window(0, 0, *SHAPE), Window(3, 2, 20, 14))
BAND_LISTS = ([0, 1, 2, 3, 4, 5], [4, 1], [5])


def counts(seed=0, n_bands=6):
    return np.random.default_rng(seed).integers(1, 5000, (n_bands, *SHAPE)).astype(np.int16)


def same_everywhere(path, stored):
    with Cube.open(path, Overrides(level="L1")) as cube:
        for window in WINDOWS:
            for bands in BAND_LISTS:
                np.testing.assert_array_equal(cube.read(window, bands), stored[bands][(slice(None), *window.slices)])


@pytest.mark.parametrize("piece_bytes", [1, 400, 250_000])
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize(("interleave", "axes"), [("bsq", (0, 1, 2)), ("bil", (1, 0, 2)), ("bip", (1, 2, 0))])
def test_raw_files_are_read_in_pieces(tmp_path, monkeypatch, interleave, axes, order, piece_bytes):
    monkeypatch.setattr(raw, "PIECE_BYTES", piece_bytes)
    stored = counts()
    path = write_envi(tmp_path / "a.img", stored, SIX)
    header = path.with_suffix(".hdr")
    header.write_text(header.read_text().replace("bsq", interleave.upper()).replace(
        "byte order = 0", f"byte order = {order}"))
    path.write_bytes(stored.transpose(axes).astype(">i2" if order else "<i2").tobytes())
    same_everywhere(path, stored)


@pytest.mark.parametrize("interleave", ["bsq", "bil", "bip"])
def test_a_raw_file_that_becomes_shorter(tmp_path, interleave):
    path = write_envi(tmp_path / "a.img", counts(), SIX)
    header = path.with_suffix(".hdr")
    header.write_text(header.read_text().replace("bsq", interleave))
    with Cube.open(path, Overrides(level="L1")) as cube:
        path.write_bytes(path.read_bytes()[:1000])
        with pytest.raises(RasterError, match=r"row|damaged"):
            cube.read(Window(0, 0, *SHAPE))


def write_tiled(path, stored, interleave):
    count, height, width = stored.shape
    with rasterio.open(path, "w", driver="GTiff", dtype=stored.dtype, count=count, height=height, width=width, crs=UTM,
                       transform=PLACE, interleave=interleave, tiled=True, blockxsize=16, blockysize=16,
                       compress="deflate") as file:
        file.write(stored)
        for band in file.indexes:
            file.update_tags(band, wavelength=str(400 + 100 * band), wavelength_units="nm")
    return path


@pytest.fixture
def threads(monkeypatch):
    """Reading by threads also of small images; gives the number of threads used, read by read."""
    monkeypatch.setattr(reading, "MIN_VALUES_A_THREAD", 100)
    monkeypatch.setattr(reading.os, "cpu_count", lambda: 3)
    used = []

    class Counted(reading.ThreadPoolExecutor):
        def __init__(self, n_threads, name):
            used.append(n_threads)
            super().__init__(n_threads, name)

    monkeypatch.setattr(reading, "ThreadPoolExecutor", Counted)
    return used


@pytest.mark.parametrize(("interleave", "by_threads"), [("band", True), ("pixel", False)])
@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_threads_read_the_same_from_a_geotiff(tmp_path, threads, interleave, by_threads, dtype):
    stored = counts().astype(dtype)
    path = write_tiled(tmp_path / "a.tif", stored, interleave)
    same_everywhere(path, stored)
    assert set(threads) == ({2, 3} if by_threads else set())


def test_an_error_in_a_thread_is_a_sentence(tmp_path, threads):
    stored = np.random.default_rng(0).integers(1, 5000, (5, 600, 200)).astype(np.int16)
    path = write_tiled(tmp_path / "a.tif", stored, "band")
    with Cube.open(path, Overrides(level="L1")) as cube:
        cube.read(Window(0, 0, 40, 200))
        with path.open("r+b") as file:
            file.truncate(600)
        with pytest.raises(RasterError, match="cannot be read at row 60"):
            cube.read(Window(60, 0, 100, 200))
    assert threads


def test_bands_of_different_types(tmp_path):
    stored = counts(n_bands=5)
    write_tif(tmp_path / "i.tif", stored, nodata=int(stored[0, 2, 3]))
    write_tif(tmp_path / "f.tif", stored.astype(np.float64) / 8)
    bands = "".join(
        f'<VRTRasterBand dataType="{kind}" band="{band}"><Metadata><MDI key="wavelength">{nm}</MDI></Metadata>'
        f'<SimpleSource><SourceFilename relativeToVRT="1">{kind[0].lower()}.tif</SourceFilename><SourceBand>{band}'
        "</SourceBand></SimpleSource></VRTRasterBand>"
        for band, (kind, nm) in enumerate(zip(("Int16", "Float64", "Int16", "Float64", "Int16"), NM, strict=True), 1))
    (tmp_path / "m.vrt").write_text(f'<VRTDataset rasterXSize="17" rasterYSize="31">{bands}</VRTDataset>')
    expected = np.where(np.arange(5)[:, None, None] % 2, stored / 8, stored).astype(np.float32)
    with Cube.open(tmp_path / "m.vrt", Overrides(level="L1")) as cube:
        np.testing.assert_array_equal(cube.read(Window(0, 0, *SHAPE)), expected)
        np.testing.assert_array_equal(cube.read(Window(1, 2, 3, 4), [3, 0]), expected[[3, 0], 1:4, 2:6])


@pytest.mark.parametrize("nodata", [0, 65535, 77])
def test_a_nodata_value_anywhere_among_the_values(tmp_path, nodata):
    stored = np.random.default_rng(0).integers(0, 65536, (5, *SHAPE)).astype(np.uint16)
    stored[1, 4, 5] = nodata
    path = write_tif(tmp_path / "a.tif", stored, nodata=nodata, scale=0.5, offset=-3)
    with rasterio.open(path) as dataset:
        values = WindowReader(dataset).read(Window(0, 0, *SHAPE), range(5))
    np.testing.assert_array_equal(np.isnan(values), stored == nodata)
    np.testing.assert_allclose(values[stored != nodata], stored[stored != nodata] * 0.5 - 3)


def test_each_band_has_its_own_scale_offset_and_nodata():
    stored = np.arange(24, dtype=np.float64).reshape(3, 2, 4)
    stored[2, 0, 0], stored[2, 0, 1], stored[1, 1, 1] = np.nan, 1e300, -np.inf
    values = np.empty(stored.shape, np.float32)
    to_physical(values, stored, np.array([1.0, 2.0, 1.0]), np.array([0.0, 0.0, 5.0]),
                [np.float64(3), None, np.float64(20)])
    expected = stored * np.array([1, 2, 1])[:, None, None] + np.array([0, 0, 5])[:, None, None]
    expected[0, 0, 3] = expected[2, 1, 0] = expected[2, 0, :2] = expected[1, 1, 1] = np.nan
    np.testing.assert_allclose(values, expected)
