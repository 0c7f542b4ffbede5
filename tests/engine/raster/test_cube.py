from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from affine import Affine

from engine.errors import InputError, RasterError, WavelengthError
from engine.raster.cube import Cube, Overrides
from engine.raster.grid import Window
from engine.raster.sample import spread_windows
from engine.reporting import SilentReporter

from .scenes import NM, PLACE, SHARED, UTM, needs_shared, reflectance, write_envi, write_tif

WHOLE = Window(0, 0, 20, 30)


def open_tif(tmp_path, cube, overrides=None, **options):
    return Cube.open(write_tif(tmp_path / "scene.tif", cube, **options), overrides)


def test_values_are_physical_and_missing_ones_are_nan(tmp_path):
    stored = np.random.default_rng(1).integers(200, 6000, (5, 20, 30)).astype(np.int16)
    stored[1, 3, 4] = -32768
    with open_tif(tmp_path, stored, nodata=-32768, scale=1e-4, offset=0.01) as cube:
        values = cube.read(WHOLE)
        assert values.dtype == np.float32
        assert np.isnan(values[1, 3, 4])
        assert np.isnan(values).sum() == 1
        expected = stored[2] * 1e-4 + 0.01
        np.testing.assert_allclose(values[2], expected, rtol=1e-5)
        assert cube.meta.level == "L2"


def test_infinite_values_are_missing(tmp_path):
    stored = reflectance()
    stored[0, 0, :3] = np.nan, np.inf, -np.inf
    with open_tif(tmp_path, stored) as cube:
        assert np.isnan(cube.read(Window(0, 0, 1, 3))[0]).all()
        assert np.isfinite(cube.read(WHOLE)[1:]).all()


def test_nodata_the_type_cannot_hold_masks_nothing(tmp_path):
    path = write_tif(tmp_path / "a.tif", np.random.default_rng(0).integers(0, 255, (5, 20, 30)).astype(np.uint8))
    vrt = tmp_path / "a.vrt"
    with rasterio.open(path) as source:
        bands = "".join(
            f'<VRTRasterBand dataType="Byte" band="{b}"><NoDataValue>-9999</NoDataValue><Metadata>'
            f'<MDI key="wavelength">{NM[b - 1]}</MDI></Metadata><SimpleSource><SourceFilename relativeToVRT="1">a.tif'
            f"</SourceFilename><SourceBand>{b}</SourceBand></SimpleSource></VRTRasterBand>" for b in source.indexes)
    vrt.write_text(f'<VRTDataset rasterXSize="30" rasterYSize="20">{bands}</VRTDataset>')
    with Cube.open(vrt) as cube:
        assert np.isfinite(cube.read(WHOLE)).all()


def test_windows_and_bands_are_those_asked_for(tmp_path):
    stored = reflectance()
    with open_tif(tmp_path, stored, bbl=(1, 0, 1, 1, 1)) as cube:
        window = Window(5, 7, 4, 3)
        np.testing.assert_array_equal(cube.read(window), stored[[0, 2, 3, 4]][(slice(None), *window.slices)])
        np.testing.assert_array_equal(cube.read(window, [4, 1]), stored[[4, 1]][(slice(None), *window.slices)])
        with pytest.raises(InputError):
            cube.read(Window(18, 0, 4, 4))


def test_bands_without_data_or_variation_are_dropped_with_a_reason(tmp_path):
    stored = reflectance(n_bands=7)
    stored[1], stored[2], stored[3] = -1, 0, np.nan
    reporter = SilentReporter()
    path = write_tif(tmp_path / "a.tif", stored, wavelengths=(*NM, 1700, 2200), nodata=-1)
    with Cube.open(path, reporter=reporter) as cube:
        assert cube.bands.good_indices.tolist() == [0, 4, 5, 6]
        assert [cube.bands[i].reason for i in (1, 2, 3)] == ["no data", "one value everywhere", "no data"]
        assert reporter.warnings == cube.notes
        assert any("2 bands hold no data" in note for note in cube.notes)


def test_data_outside_the_sampled_windows_keeps_a_band(tmp_path):
    shape = (400, 410)
    seen = np.zeros(shape, bool)
    for window in spread_windows(shape):
        seen[window.slices] = True
    row, col = (int(at[0]) for at in np.nonzero(~seen))
    stored = np.full((5, *shape), -1, np.float32)
    stored[0] = reflectance(shape, 1)[0]
    stored[1, row, col:col + 2] = 0.2, 0.3
    stored[2:] = 0.5
    stored[3, row, col] = 0.4
    with open_tif(tmp_path, stored, nodata=-1) as cube:
        assert cube.bands.good_indices.tolist() == [0, 1, 3]
        assert cube.bands[4].reason == "one value everywhere"


def test_an_image_without_data_is_refused(tmp_path):
    with pytest.raises(RasterError, match="None of the 5 bands"):
        open_tif(tmp_path, np.full((5, 20, 30), -1, np.float32), nodata=-1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (223, 223)])
def test_any_shape_works(tmp_path, shape):
    stored = reflectance(shape)
    with open_tif(tmp_path, stored) as cube:
        np.testing.assert_array_equal(cube.read(Window(0, 0, *shape)), stored)


@pytest.mark.parametrize(("values", "tags", "level", "source"), [
    ((0.0, 0.6), {}, "L2", "guessed"), ((0.0, 12.0), {}, "L1", "guessed"), ((-3.0, 0.5), {}, "L1", "guessed"),
    ((0.0, 0.6), {"description": "at-sensor radiance"}, "L1", "named"),
    ((0.0, 0.6), {"description": "spectral irradiance"}, "L2", "guessed"),
    ((0.0, 1.9), {"product": "flight_7_rfl_v2"}, "L2", "named"),
    ((0.0, 0.6), {"description": "radiance to reflectance"}, "L2", "guessed")])
def test_level_is_named_or_guessed(tmp_path, values, tags, level, source):
    stored = np.random.default_rng(0).uniform(*values, (5, 20, 30)).astype(np.float32)
    with open_tif(tmp_path, stored, tags=tags) as cube:
        assert cube.meta.level == level
        assert cube.sources["level"].startswith(source)


def test_noise_where_water_vapour_takes_all_light_does_not_make_reflectance_radiance(tmp_path):
    wavelengths = np.linspace(400, 2500, 60)
    wet = ((wavelengths > 1340) & (wavelengths < 1445)) | ((wavelengths > 1790) & (wavelengths < 1955))
    stored = reflectance(n_bands=60)
    stored[wet] = np.random.default_rng(1).uniform(-20, 20, (wet.sum(), 20, 30))
    with open_tif(tmp_path, stored, wavelengths=wavelengths) as cube:
        assert cube.meta.level == "L2"
        assert not set(np.flatnonzero(wet)) & set(cube.bands.good_indices.tolist())


def test_reflectance_times_10000_is_not_rescaled_unasked(tmp_path):
    stored = np.random.default_rng(0).integers(100, 6000, (5, 20, 30)).astype(np.int16)
    with open_tif(tmp_path, stored) as cube:
        assert cube.meta.level == "L1"
        np.testing.assert_array_equal(cube.read(WHOLE), stored)
        assert any("--level L2" in note for note in cube.notes)


@pytest.mark.parametrize(("top", "factor"), [(0.6, 1), (60, 1e-2), (6000, 1e-4), (9e6, 1)])
def test_level_2_from_the_user_brings_reflectance_to_one(tmp_path, top, factor):
    stored = np.random.default_rng(0).uniform(top / 100, top, (5, 20, 30)).astype(np.float32)
    with open_tif(tmp_path, stored, Overrides(level="L2")) as cube:
        np.testing.assert_allclose(cube.read(WHOLE), stored * factor, rtol=1e-5)
        assert cube.sources["level"] == "given by the user"
        assert bool(cube.notes) == (top != 0.6) or "FWHM" in cube.notes[0]
        assert any("multiplied" in note for note in cube.notes) == (factor != 1)
        assert cube.value_range.max == pytest.approx(float(stored.max()) * factor, rel=1e-5)


def test_reflectance_scale_factor_of_an_envi_header(tmp_path):
    stored = np.random.default_rng(0).integers(100, 6000, (5, 20, 30)).astype(np.int16)
    path = write_envi(tmp_path / "a.img", stored,
                      "wavelength = {450,550,650,850,1650}\nreflectance scale factor = 10000\n")
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.read(WHOLE), stored * 1e-4, rtol=1e-5)
        assert cube.meta.level == "L2"


@pytest.mark.parametrize(("tags", "name", "source"), [
    ({"sensor": "enmap"}, "EnMAP", "named in the file"),
    ({"Sensor Type": "AVIRIS-NG"}, "AVIRIS-NG", "named in the file"),
    ({"sensor": "a camera"}, "unknown", "not known")])
def test_a_sensor_named_in_the_file_is_believed_if_it_is_known(tmp_path, tags, name, source):
    with open_tif(tmp_path, reflectance(), tags=tags) as cube:
        assert (cube.meta.name, cube.sources["sensor"]) == (name, source)


def test_the_users_word_goes_first(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("\n".join(f"{v + 5},7" for v in NM))
    given = Overrides(sensor="enmap", level="L1", gsd_m=4.5, wavelengths=table)
    with open_tif(tmp_path, reflectance(), given) as cube:
        assert (cube.meta.name, cube.meta.level, cube.meta.gsd_m) == ("EnMAP", "L1", 4.5)
        np.testing.assert_allclose(cube.bands.wavelength_nm, np.array(NM) + 5)
        assert all(cube.sources[key].endswith("given by the user")
                   for key in ("sensor", "level", "gsd", "wavelength", "fwhm"))


@pytest.mark.parametrize("given", [
    Overrides(level="L3"), Overrides(gsd_m=0), Overrides(gsd_m=float("nan")), Overrides(sensor="no such sensor")])
def test_impossible_overrides_are_refused(tmp_path, given):
    with pytest.raises(InputError) as caught:
        open_tif(tmp_path, reflectance(), given)
    assert caught.value.hint


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_pixel_size_without_georeference(tmp_path):
    with open_tif(tmp_path, reflectance(), Overrides(sensor="EMIT"), crs=None, transform=Affine.identity()) as cube:
        assert cube.meta.gsd_m == 60
        assert any("60 m" in note for note in cube.notes)
    with open_tif(tmp_path, reflectance(), Overrides(sensor="unknown"), crs=None, transform=Affine.identity()) as cube:
        assert cube.meta.gsd_m == 10
        assert cube.sources["gsd"] == "assumed"


def test_an_envi_header_stands_for_its_data(tmp_path):
    stored = reflectance()
    for name in ("plain.img", "plain2", "odd.DAT"):
        data = write_envi(tmp_path / name, stored)
        with Cube.open(data.with_suffix(".hdr")) as cube:
            assert cube.path == data
            np.testing.assert_array_equal(cube.read(WHOLE), stored)
    doubled = write_envi(tmp_path / "b.img", stored)
    (tmp_path / "b.hdr").rename(tmp_path / "b.img.hdr")
    with Cube.open(tmp_path / "b.img.hdr") as cube:
        assert cube.path == doubled


def tiff_with_directory_first(cube):
    with rasterio.MemoryFile() as memory:
        with memory.open(driver="GTiff", dtype=cube.dtype, count=len(cube), height=cube.shape[1], width=cube.shape[2],
                         crs=UTM, transform=PLACE) as file:
            for band, value in enumerate(NM, 1):
                file.update_tags(band, wavelength=value)
            file.write(cube)
        with rasterio.MemoryFile() as ordered:
            rasterio.shutil.copy(memory.name, ordered.name, driver="COG", compress="none", overviews="none")
            return ordered.read()


def bad_inputs(folder):
    write_envi(folder / "cut.img", reflectance())
    os.truncate(folder / "cut.img", 5000)
    write_envi(folder / "gone.img", reflectance()).unlink()
    (folder / "alone.img").write_bytes(bytes(5000))
    (folder / "empty.tif").touch()
    write_tif(folder / "few.tif", reflectance(n_bands=3))
    write_tif(folder / "complex.tif", reflectance().astype(np.complex64))
    write_tif(folder / "damaged.tif", reflectance((200, 200)))
    os.truncate(folder / "damaged.tif", 300_000)
    with (folder / "late.tif").open("wb") as late:  # the directory is whole, the last values are not
        late.write(tiff_with_directory_first(reflectance((200, 200)))[:-30_000])
    (folder / "dangling.tif").symlink_to(folder / "nowhere.tif")
    for name, source in (("net", "/vsicurl/http://x.invalid/a.tif"), ("net2", "http://x.invalid/a.tif"),
                         ("net3", "/vsizip//vsis3/b/a.zip/a.tif"), ("net4", "&#47;vsicurl/ftp://x.invalid/a")):
        (folder / f"{name}.vrt").write_text(
            f'<VRTDataset rasterXSize="5" rasterYSize="5"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
            f"<SourceFilename>{source}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>")
    shutil.copy(folder / "net.vrt", folder / "inner.vrt")
    (folder / "nested.vrt").write_text((folder / "net.vrt").read_text().replace(
        "<SourceFilename>/vsicurl/http://x.invalid/a.tif", '<SourceFilename relativeToVRT="1">inner.vrt'))
    shutil.copy(folder / "net.vrt", folder / "disguised.tif")


@pytest.mark.parametrize(("name", "message"), [
    ("cut.img", "cut off: 5000 of 12000 bytes"), ("gone.hdr", "not beside it"), ("alone.img", "header is missing"),
    ("empty.tif", "0 bytes"), ("few.tif", "3 bands"), ("complex.tif", "complex"), ("damaged.tif", "damaged"),
    ("late.tif", "cannot be read"),
    ("dangling.tif", "does not exist"), ("nothing.tif", "does not exist"), ("", "folder"), ("net.vrt", "network"),
    ("net2.vrt", "network"), ("net3.vrt", "network"), ("net4.vrt", "network"), ("nested.vrt", "network"),
    ("disguised.tif", "network")])
def test_bad_files_are_refused_with_a_sentence_and_a_hint(tmp_path, name, message):
    bad_inputs(tmp_path)
    with pytest.raises(RasterError, match=message) as caught:
        Cube.open(tmp_path / name)
    assert caught.value.hint


@pytest.mark.parametrize("path", [
    "/vsicurl/http://x.invalid/a.tif", "https://x.invalid/a.tif", "/vsis3/bucket/a.tif", "/vsizip//vsicurl/http://x/a",
    "/vsicurl?url=http://x.invalid"])
def test_network_addresses_are_refused(path):
    with pytest.raises(RasterError, match="network address"):
        Cube.open(path)


def test_no_wavelengths_is_an_error_of_its_own(tmp_path):
    with pytest.raises(WavelengthError) as caught:
        open_tif(tmp_path, reflectance(), wavelengths=None)
    assert caught.value.code == "no-wavelengths"


def test_names_with_blanks_and_umlauts(tmp_path):
    with Cube.open(write_tif(tmp_path / "Größe ☀ (1).tif", reflectance())) as cube:
        assert cube.grid.shape == (20, 30)


@needs_shared
@pytest.mark.parametrize("name", ["enmap_potsdam", "indian_pines", "salinas_a", "emit_chip", "neon_harv", "pavia_roi"])
def test_real_scenes_are_understood(name):
    stated = json.loads((SHARED / name / "meta.json").read_text())
    with Cube.open(SHARED / name / "image.tif") as cube:
        assert cube.meta.level == stated["level"][:2]
        assert cube.meta.gsd_m == pytest.approx(stated["gsd_m"])
        assert len(cube.bands) == stated["shape"][2]


@needs_shared
def test_enmap_bands_without_data_are_bad():
    with Cube.open(SHARED / "enmap_potsdam" / "image.tif") as cube:
        assert [i for i, band in enumerate(cube.bands) if not band.good] == [129, 130, 131, 132, 133, 134, 163]
        assert cube.meta.name == "EnMAP"


@needs_shared
@pytest.mark.parametrize("name", ["enmap_potsdam_tile_160_64.tif", "enmap_potsdam_tile_96_96.tif"])
def test_enmap_tiles(name):
    with Cube.open(SHARED / "ingest" / "enmap_tiles" / name) as cube:
        assert cube.meta.level == "L2"
        assert not {129, 130, 131, 132, 133, 134} & set(cube.bands.good_indices.tolist())
        values = cube.read(Window(0, 0, *cube.grid.shape))
        assert 0 < np.nanmedian(values) < 1


@needs_shared
@pytest.mark.parametrize(("name", "bands"), [
    ("gamsberg_envi/cubus_gamsberg_subset", 189), ("emit_envi/emit20250324t221005_jpl_unmix_ex", 285),
    ("aviris_ng_envi/ang20170323t202244_rdn_7000-7010", 425), ("aviris_ng_envi/ang20160910t185702_2rdn_img", 425),
    ("landsat_envi/2000TM", 6)])
def test_original_formats(name, bands):
    with Cube.open(SHARED / "ingest" / name) as cube:
        assert len(cube.bands) == bands
        assert ("rdn" in name) <= (cube.meta.level == "L1")
