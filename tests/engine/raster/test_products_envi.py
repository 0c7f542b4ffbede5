"""AVIRIS-Classic, AVIRIS-NG, HyMap and CASI, as made by `tests.products.envi`; the real small files at hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import RasterError, WavelengthError
from engine.raster.cube import Cube
from engine.raster.grid import Window
from tests.products.check import check_product
from tests.products.envi import write_aviris_classic, write_aviris_ng, write_casi, write_hymap

from .scenes import SHARED, needs_shared

INGEST = SHARED / "ingest"


def test_aviris_classic_radiance_takes_gains_and_bands_from_the_files_beside_it(tmp_path):
    made = write_aviris_classic(tmp_path)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.meta.name, cube.meta.level) == ("AVIRIS-Classic", "L1")
        assert cube.sources["wavelength"].endswith(".spc")
        assert len(cube.files) == 4


def test_aviris_classic_without_gains_says_so(tmp_path):
    made = write_aviris_classic(tmp_path)
    next(tmp_path.glob("*.gain")).unlink()
    with Cube.open(made.path) as cube:
        assert any(".gain" in note for note in cube.notes)
        assert np.nanmax(cube.read(Window(0, 0, 12, 15), [0])) > 100


def test_gains_of_another_number_are_refused(tmp_path):
    made = write_aviris_classic(tmp_path)
    gains = next(tmp_path.glob("*.gain"))
    gains.write_text("\n".join(gains.read_text().splitlines()[:200]))
    with pytest.raises(RasterError, match="200 lines of numbers for 224 bands"):
        Cube.open(made.path)


@pytest.mark.parametrize(("kind", "level", "source"), [("rdn", "L1", "band table of AVIRIS-NG"),
                                                       ("rfl", "L2", "ENVI header")])
def test_aviris_ng(tmp_path, kind, level, source):
    made = write_aviris_ng(tmp_path, kind)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.meta.name, cube.meta.level) == ("AVIRIS-NG", level)
        assert cube.sources["wavelength"] == source


@pytest.mark.parametrize(("kind", "level"), [("refl", "L2"), ("rad", "L1")])
def test_hymap(tmp_path, kind, level):
    made = write_hymap(tmp_path, kind)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.meta.name, cube.meta.level) == ("HyMap", level)


def test_a_scale_in_the_header_goes_before_the_usual_one(tmp_path):
    made = write_hymap(tmp_path)
    header = made.path.with_name(made.path.name + ".hdr")
    header.write_text(header.read_text() + "reflectance scale factor = 20000\n")
    with Cube.open(made.path) as cube:
        np.testing.assert_allclose(cube.read(Window(1, 0, 9, 13), range(125)), made.values[:, 1:] / 2, atol=1e-5)


def test_casi(tmp_path):
    made = write_casi(tmp_path)
    with Cube.open(made.path) as cube:
        check_product(cube, made)
        assert (cube.meta.name, cube.meta.level) == ("CASI", "L1")


# Real files: sensor, level and number of bands.
REAL = {
    "aviris_ng_envi/ang20140912t192359_corr_v1c_img_2580-2590_540-550.img": ("AVIRIS-NG", "L2", 432),
    "aviris_ng_envi/ang20150420t182808_corr_v1e_img_4200-4210_70-80.img": ("AVIRIS-NG", "L2", 432),
    "aviris_ng_envi/ang20150422t163638_corr_v1e_img_4000-4010_550-560.img": ("AVIRIS-NG", "L2", 432),
    "aviris_ng_envi/ang20160910t185702_2rdn_img": ("AVIRIS-NG", "L1", 425),
    "aviris_ng_envi/ang20170323t202244_rdn_7000-7010": ("AVIRIS-NG", "L1", 425),
    "emit_envi/emit20250324t221005_jpl_unmix_ex": ("EMIT", "L2", 285),
    "enmap_tiles/enmap_potsdam_tile_160_64.tif": ("EnMAP", "L2", 224),
    "enmap_tiles/enmap_potsdam_tile_96_96.tif": ("EnMAP", "L2", 224),
    "gamsberg_envi/cubus_gamsberg_subset": ("Hyperion", None, 189),
    "landsat_envi/2000TM": ("Landsat TM", None, 6),
}


@needs_shared
@pytest.mark.parametrize("name", REAL)
def test_real_files(name):
    sensor, level, count = REAL[name]
    with Cube.open(INGEST / name) as cube:
        assert cube.meta.name == sensor
        assert level is None or cube.meta.level == level
        assert len(cube.bands) == count
        values = cube.read(Window(0, 0, *cube.grid.shape))
        assert np.isfinite(values).any()
        assert level != "L2" or np.nanpercentile(values, 95) < 1.5


@needs_shared
def test_real_image_without_header_is_refused():
    with pytest.raises(RasterError, match="header is missing"):
        Cube.open(INGEST / "aviris_ng_envi" / "ang20140912t192359_corr_v1c_img_400-410_10-20.img")


@needs_shared
@pytest.mark.parametrize("name", ["envi_wl_fwhm.bsq", "gdal_no_info.tif", "gdal_wl_fwhm.tif", "staclike.tif"])
def test_real_files_of_two_bands_are_refused(name):
    with pytest.raises((RasterError, WavelengthError), match="2 bands"):
        Cube.open(INGEST / "wavelength_conventions" / name)
