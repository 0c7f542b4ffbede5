from __future__ import annotations

import numpy as np
import pytest
import rasterio

from engine.errors import RasterError, WavelengthError
from engine.raster.columns import Columns, found_columns, split_list
from engine.raster.wavelength_table import read_wavelength_table
from engine.raster.wavelengths import band_spacing_nm, check_columns, choose_bands

from .scenes import NM, SHARED, needs_shared, reflectance, write_tif

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def columns(values, units="", **rest):
    return Columns("test", tuple(map(str, values)), units=units, **rest)


def bands_of(values, units="", **rest):
    return check_columns([columns(values, units, **rest)], len(values))


def bands_in(dataset, table=None, sensor_name=None):
    return choose_bands(found_columns(dataset), dataset.count, table, sensor_name)


CONVENTIONS = {  # file: wavelengths, FWHM, good
    "envi_wl_fwhm.bsq": ((400, 500), (10, 20), (False, True)),
    "envi_wl_implicit_nm.bsq": ((400, 500), (50, 50), (True, True)),
    "envi_wl_implicit_um.bsq": ((400, 500), (50, 50), (True, True)),
    "enmapbox_envidomain_bandlevel.tif": ((400, 500), (50, 50), (False, True)),
    "enmapbox_envidomain_dslevel.tif": ((400, 500), (50, 50), (False, True)),
    "gdal_wl_fwhm.tif": ((400, 500), (10, 20), (True, True)),
    "gdal_wl_only.tif": ((400, 500), (50, 50), (True, True)),
}


@needs_shared
@pytest.mark.parametrize("name", CONVENTIONS)
def test_each_convention_gives_the_same_wavelengths(name):
    wavelength, fwhm, good = CONVENTIONS[name]
    with rasterio.open(SHARED / "ingest" / "wavelength_conventions" / name) as dataset:
        bands = bands_in(dataset).bands
    np.testing.assert_allclose(bands.wavelength_nm, wavelength)
    np.testing.assert_allclose(bands.fwhm_nm, fwhm)
    assert tuple(band.good for band in bands) == good


@needs_shared
@pytest.mark.parametrize("name", ["gdal_no_info.tif", "staclike.tif"])
def test_files_without_wavelengths_name_the_option(name):
    with rasterio.open(SHARED / "ingest" / "wavelength_conventions" / name) as dataset, \
            pytest.raises(WavelengthError) as caught:
        bands_in(dataset)
    assert "--wavelengths TABLE.csv" in caught.value.hint


@pytest.mark.parametrize(("values", "units", "said"), [
    (NM, "Nanometers", False), (NM, "nm", False), (NM, "", True), (NM, "Unknown", True), (NM, "Micrometers", True),
    ([v / 1000 for v in NM], "µm", False), ([v / 1000 for v in NM], "", True), ([v / 1000 for v in NM], "nm", True),
    ([v * 10 for v in NM], "Angstroms", True)])
def test_units_are_told_from_the_values(values, units, said):
    found = bands_of(values, units)
    np.testing.assert_allclose(found.bands.wavelength_nm, NM)
    assert any("units" in note or "converted" in note for note in found.notes) == said


@pytest.mark.parametrize(("values", "units"), [
    ([0.45, 550, 650], "nm"), ([450, "nan", 650], "nm"), ([450, "x", 650], "nm"), ([450, -550, 650], "nm"),
    ([1, 2, 1e7], ""), ([4500, 5500, 6500], ""), ([400e3, 300e3, 200e3], "GHz"), ([450, "", 650], "nm")])
def test_implausible_wavelengths_are_refused(values, units):
    with pytest.raises(WavelengthError) as caught:
        bands_of(values, units)
    assert "--wavelengths" in caught.value.hint


@pytest.mark.parametrize("count", [2, 4])
def test_a_wrong_number_of_wavelengths_is_refused(count):
    with pytest.raises(WavelengthError, match=f"{count} wavelengths for 3 bands"):
        check_columns([columns(range(500, 500 + count))], 3)


@pytest.mark.parametrize("missing", ["NaN", "", "0", "-1", "?"])
def test_bad_bands_need_no_wavelength(missing):
    found = bands_of([missing, 450, 550, missing, missing, 850], "nm", good=("0", "1", "1", "0", "0", "1"))
    np.testing.assert_allclose(found.bands.wavelength_nm, [450, 450, 550, 650, 750, 850])
    assert found.bands.good_indices.tolist() == [1, 2, 5]
    assert any("bands 1, 4-5, flagged bad" in note for note in found.notes)


def test_good_bands_without_a_wavelength_are_named():
    for missing, said in (("NaN", "bands 2, 4-5 .* not a positive number: 'NaN'"), ("", "2 wavelengths for 5 bands; .*"
                                                                                    "none for bands 2, 4-5")):
        with pytest.raises(WavelengthError, match=said):
            bands_of([450, missing, 550, missing, missing], "nm", good=("1",) * 5)


def test_widths_are_checked_one_by_one():
    found = bands_of([500, 510, 520, 530, 540], "nm", fwhm=("9", "0", "", "200", "11"))
    np.testing.assert_allclose(found.bands.fwhm_nm, [9, 10, 10, 10, 11])
    assert any("3 of 5" in note for note in found.notes)


def test_wide_bands_far_apart_keep_their_width():
    found = bands_of([485, 560, 660, 830, 1650], "nm", fwhm=("70", "80", "60", "140", "200"))
    np.testing.assert_allclose(found.bands.fwhm_nm, [70, 80, 60, 140, 200])


def test_widths_in_nm_beside_wavelengths_in_um():
    found = bands_of([0.5, 0.51, 0.52], "um", fwhm=("9", "9", "9"))
    np.testing.assert_allclose(found.bands.fwhm_nm, 9)


def test_spacing_ignores_gaps_duplicates_and_order():
    np.testing.assert_allclose(band_spacing_nm(np.array([520, 500, 510, 900, 900, 905.0])), [10, 10, 10, 5, 5, 5])
    np.testing.assert_allclose(band_spacing_nm(np.array([500.0])), 10)


def test_bands_outside_the_models_range_are_bad():
    found = bands_of([349, 350, 2550, 2551, 11000], "nm")
    assert [band.good for band in found.bands] == [False, True, True, False, False]
    assert "350" in found.bands[0].reason


def test_bad_band_lists():
    floats = bands_of(NM, "nm", good=("1", "0.0", "1.0", "", "1"))
    assert [b.good for b in floats.bands] == [True, False, True, True, True]
    short = bands_of(NM, "nm", good=("1", "0"))
    assert all(b.good for b in short.bands)
    assert any("2 entries for 5 bands" in note for note in short.notes)
    with pytest.raises(RasterError, match="all 5 bands"):
        bands_of(NM, "nm", good=("0",) * 5)


def test_order_and_duplicates_are_kept_and_noted():
    found = bands_of([900, 910, 905, 915, 915], "nm")
    np.testing.assert_allclose(found.bands.wavelength_nm, [900, 910, 905, 915, 915])
    assert "ascending" in found.sources["order"]
    assert any("1 bands have the same" in note for note in found.notes)


def test_descending_order_is_no_news():
    assert "order" not in bands_of(NM[::-1], "nm").sources


def test_wavelengths_in_band_names(tmp_path):
    names = [f"B{i} ({v} Nanometers)" for i, v in enumerate(NM)]
    path = write_tif(tmp_path / "a.tif", reflectance(), wavelengths=None, descriptions=names)
    with rasterio.open(path) as dataset:
        found = bands_in(dataset)
    np.testing.assert_allclose(found.bands.wavelength_nm, NM)
    assert found.sources["wavelength"] == "band names"


def test_mixed_units_in_band_items_follow_the_values(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance(), wavelengths=[0.45, 550, 650, 850, 1650])
    with rasterio.open(path) as dataset, pytest.raises(WavelengthError, match="mixes"):
        bands_in(dataset)


def test_every_convention_has_a_name(tmp_path):
    with rasterio.open(write_tif(tmp_path / "a.tif", reflectance())) as dataset:
        assert len({c.source for c in found_columns(dataset)}) == 5


def test_lists_with_and_without_braces():
    assert split_list("{ 1, 2,\n 3 }") == split_list("1,2,3") == ("1", "2", "3")
    assert split_list("{}") == ()


@pytest.mark.parametrize("text", [
    "band,wavelength,fwhm,good\n2,550,9,0\n1,450,8,1\n", "450,8,1\n550,9,0\n", "1;450,0;8;yes\n2;550,0;9;no\n",
    "wavelength_um\tfwhm\tbbl\n0.45\t0.008\t1\n0.55\t0.009\t0\n", "# a note\nB1 450 8 1\nB2 550 9 0\n",
    "\ufeffBand;Wavelength (nm);FWHM;Good\n1;450;8;true\n2;550;9;false\n"])
def test_tables_of_many_kinds(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    bands = check_columns([read_wavelength_table(path)], 2).bands
    np.testing.assert_allclose(bands.wavelength_nm, [450, 550])
    np.testing.assert_allclose(bands.fwhm_nm, [8, 9])
    assert [band.good for band in bands] == [True, False]


@pytest.mark.parametrize("text", ["", "band,fwhm\n1,2\n", "band,wavelength\n1,450\n5,550\n", "\x00\xff"])
def test_bad_tables_are_explained(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(WavelengthError) as caught:
        check_columns([read_wavelength_table(path)], 2)
    assert caught.value.hint


def test_the_users_table_goes_first(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("\n".join(str(v + 10) for v in NM))
    with rasterio.open(write_tif(tmp_path / "a.tif", reflectance())) as dataset:
        found = bands_in(dataset, table)
    np.testing.assert_allclose(found.bands.wavelength_nm, np.array(NM) + 10)
    assert "user" in found.sources["wavelength"]


def test_a_named_sensor_serves_without_wavelengths(tmp_path):
    path = write_tif(tmp_path / "a.tif", reflectance((4, 4), 285), wavelengths=None)
    with rasterio.open(path) as dataset:
        assert bands_in(dataset, None, "EMIT").bands.wavelength_nm[0] == pytest.approx(381, abs=1)
    with rasterio.open(path) as dataset, pytest.raises(WavelengthError):
        bands_in(dataset, None, "EnMAP")


def test_a_wide_band_close_to_another_keeps_its_width():
    found = bands_of([783, 833, 865, 945], "nm", fwhm=("20", "106", "21", "20"))  # Sentinel-2's B7, B8, B8A, B9
    np.testing.assert_allclose(found.bands.fwhm_nm, [20, 106, 21, 20])
