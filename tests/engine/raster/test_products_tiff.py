"""EnMAP, DESIS, Hyperion and Sentinel-2, as made by `tests.products.tiff`; STAC items."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from engine.errors import RasterError, WavelengthError
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.raster.products.stac import stac_columns
from tests.products.check import check_product
from tests.products.scene import PLACE, reflectance
from tests.products.tiff import write_desis, write_enmap, write_hyperion, write_raster, write_safe

from .scenes import SHARED, needs_shared


def metadata_of(image):
    return next(p for p in image.parent.iterdir() if "METADATA" in p.name)


@pytest.mark.parametrize("level", ["L1C", "L2A"])
@pytest.mark.parametrize("by_metadata", [False, True])
def test_enmap(tmp_path, level, by_metadata):
    made = write_enmap(tmp_path, level)
    with Cube.open(metadata_of(made.path) if by_metadata else made.path) as cube:
        check_product(cube, made)
        assert (cube.driver, cube.meta.name, cube.meta.level) == (f"EnMAP {level}", "EnMAP", level[:2])
        assert cube.grid.transform == PLACE
        assert [i for i, band in enumerate(cube.bands) if not band.good] == [10]
        assert cube.path == made.path
        assert len(cube.files) == 2


@pytest.mark.parametrize("arm", ["VNIR", "SWIR"])
def test_enmap_l1b_opens_one_detector(tmp_path, arm):
    made = write_enmap(tmp_path, "L1B", arm)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert not cube.grid.is_georeferenced
        assert cube.meta.gsd_m == 30
    with pytest.raises(RasterError, match="two images"):
        Cube.open(metadata_of(made.path))


def test_enmap_cloud_optimised_copy_finds_its_metadata(tmp_path):
    made = write_enmap(tmp_path)
    made.path.rename(copy := made.path.with_name(made.path.stem + "_COG.TIF"))
    with Cube.open(copy) as cube:
        assert cube.driver == "EnMAP L2A"


def test_enmap_without_metadata_has_no_wavelengths(tmp_path):
    made = write_enmap(tmp_path)
    metadata_of(made.path).unlink()
    with pytest.raises(WavelengthError):
        Cube.open(made.path)


def test_enmap_without_image_is_refused(tmp_path):
    made = write_enmap(tmp_path)
    made.path.unlink()
    with pytest.raises(RasterError, match="is not beside it"):
        Cube.open(metadata_of(tmp_path / "x"))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("<GainOfBand>0.0001</GainOfBand>", "<GainOfBand>much</GainOfBand>", "GainOfBand of a band as 'much'"),
    ('<bandID number="15">', "<other>", "not complete XML"),
    ("bandCharacterisation", "somethingElse", "lists no bands")])
def test_damaged_enmap_metadata_is_refused(tmp_path, old, new, message):
    metadata = metadata_of(write_enmap(tmp_path).path)
    metadata.write_text(metadata.read_text().replace(old, new))
    with pytest.raises(RasterError, match=message):
        Cube.open(metadata)


def test_enmap_image_with_another_number_of_bands_is_refused(tmp_path):
    made = write_enmap(tmp_path)
    write_raster(made.path, np.ones((14, 22, 18), np.int16))
    with pytest.raises(RasterError, match=r"has 14 bands, .* lists 15"):
        Cube.open(made.path)


@pytest.mark.parametrize("level", ["L1C", "L2A"])
def test_desis(tmp_path, level):
    made = write_desis(tmp_path, level)
    for path in (made.path, metadata_of(made.path)):
        with Cube.open(path) as cube:
            check_product(cube, made)
            assert (cube.driver, cube.meta.name, cube.meta.level) == (f"DESIS {level}", "DESIS", level[:2])
            assert cube.grid.transform == PLACE


def test_hyperion(tmp_path):
    made = write_hyperion(tmp_path)
    for path in (made.path, tmp_path / "EO1H0440342011134110KF_B057_L1T.TIF"):
        with Cube.open(path) as cube:
            check_product(cube, made)
            assert (cube.driver, cube.meta.name, cube.meta.level) == ("Hyperion L1T", "Hyperion", "L1")
            assert [i for i, band in enumerate(cube.bands) if not band.good] == [0, 9]
            assert cube.grid.transform == PLACE


def test_hyperion_bands_of_two_sizes_are_refused(tmp_path):
    made = write_hyperion(tmp_path)
    write_raster(tmp_path / "EO1H0440342011134110KF_B100_L1T.TIF", np.ones((1, 25, 16), np.int16))
    with pytest.raises(RasterError, match="do not cover the same ground"):
        Cube.open(made.path)


@pytest.mark.parametrize(("level", "offset"), [("L1C", -1000), ("L2A", -1000), ("L2A", 0)])
def test_sentinel2_safe(tmp_path, level, offset):
    made = write_safe(tmp_path, level, offset)
    for path in (made.path, made.path / f"MTD_MSI{level}.xml"):
        with Cube.open(path) as cube:
            check_product(cube, made)
            assert (cube.driver, cube.meta.name) == (f"Sentinel-2 {level}", "Sentinel-2")
            assert cube.meta.level == {"L1C": "L1", "L2A": "L2"}[level]
            assert cube.meta.gsd_m == pytest.approx(10)


def test_sentinel2_images_outside_the_folder_are_not_read(tmp_path):
    made = write_safe(tmp_path)
    metadata = made.path / "MTD_MSIL2A.xml"
    for jp2 in made.path.rglob("*.jp2"):
        jp2.rename(tmp_path / jp2.name)
    text = metadata.read_text()
    for folder in ("R10m", "R20m", "R60m"):
        text = text.replace(f"GRANULE/L2A_T33UUU_A0/IMG_DATA/{folder}/", "../")
    metadata.write_text(text)
    with pytest.raises(RasterError, match="0 bands"):
        Cube.open(made.path)


@pytest.mark.parametrize("names", [["B2", "B3", "B4", "B8A"], ["B02", "B03", "B04", "B8A"]])
def test_stacked_sentinel2_is_known_by_its_band_names(tmp_path, names):
    stored = np.rint(reflectance(4, 12, 14) * 1e4).astype(np.uint16)
    path = write_raster(tmp_path / "stack.tif", stored)
    with rasterio.open(path, "r+") as file:
        file.descriptions = names
    with Cube.open(path) as cube:
        assert cube.meta.name == "Sentinel-2"
        assert cube.bands.wavelength_nm.tolist() == [492.4, 559.8, 664.6, 864.7]
        np.testing.assert_allclose(cube.read(Window(0, 0, 12, 14)), stored / 1e4, rtol=1e-5)
        assert any("x 10,000" in note for note in cube.notes)


@pytest.mark.parametrize("key", ["eo:bands", "bands"])
def test_stac_item_beside_a_tif_gives_the_wavelengths(tmp_path, key):
    path = write_raster(tmp_path / "scene.tif", reflectance(5, 12, 14).astype(np.float32))
    prefix = "" if key == "eo:bands" else "eo:"
    bands = [{f"{prefix}center_wavelength": 0.45 + 0.1 * i, f"{prefix}full_width_half_max": 0.02} for i in range(5)]
    (tmp_path / "scene.stac.json").write_text(json.dumps(
        {"stac_version": "1.1.0", "assets": {"image": {"href": "./scene.tif", key: bands}}}))
    with Cube.open(path) as cube:
        np.testing.assert_allclose(cube.bands.wavelength_nm, [450, 550, 650, 750, 850])
        np.testing.assert_allclose(cube.bands.fwhm_nm, 20)
        assert cube.sources["wavelength"] == "scene.stac.json"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"stac_version": "1", "properties": {"bands": [{"name": "a"}]}}'])
def test_other_json_files_are_passed_over(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    assert stac_columns(tmp_path / "a.json", "a.tif") is None


@needs_shared
def test_real_stac_item():
    columns = stac_columns(SHARED / "ingest" / "wavelength_conventions" / "staclike.stac.json", "staclike.tif")
    assert (columns.wavelength, columns.fwhm, columns.units) == (("4.0", "5.0"), ("0.1", "0.2"), "um")
