from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.raster.cube import Cube
from engine.spectral.bands import BandTable
from engine.spectral.sensors import SENSORS
from engine.spectral.sentinel2 import SENTINEL2_SLOTS, match_sentinel2

SCENE = Path(__file__).resolve().parents[4] / "shared" / "data" / "oscd_paris" / "before.tif"
TABLES = SENSORS["Sentinel-2"].tables
WITHOUT_CIRRUS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]
NOMINAL_NM = [443, 490, 560, 665, 705, 740, 783, 842, 865, 945, 1610, 2190]


@pytest.mark.parametrize("table", TABLES)
def test_both_satellites(table):
    assert match_sentinel2(table).tolist() == WITHOUT_CIRRUS


@settings(deadline=None, max_examples=30)
@given(order=st.permutations(range(13)))
def test_order_in_the_file_does_not_matter(order):
    shuffled = TABLES[0].only(order)
    found = shuffled.only(match_sentinel2(shuffled))
    assert found.wavelength_nm.tolist() == TABLES[0].only(WITHOUT_CIRRUS).wavelength_nm.tolist()


def test_nominal_wavelengths_with_unknown_widths():
    assert match_sentinel2(BandTable.from_arrays(NOMINAL_NM, [np.nan] * 12)).tolist() == list(range(12))


@pytest.mark.parametrize("slot", range(12))
def test_a_missing_band_is_named(slot):
    kept = [i for i in WITHOUT_CIRRUS if i != WITHOUT_CIRRUS[slot]]
    with pytest.raises(ModelError, match=rf"do not include Sentinel-2's {SENTINEL2_SLOTS[slot].name} \("):
        match_sentinel2(TABLES[0].only(kept))


@pytest.mark.parametrize("sensor", ["Landsat OLI", "Landsat TM"])
def test_other_imagers_are_refused(sensor):
    with pytest.raises(ModelError, match="do not include"):
        match_sentinel2(SENSORS[sensor].bands)


def test_several_candidates_are_refused():
    with pytest.raises(ModelError, match=r"2 of the image's bands could be Sentinel-2's B1 \(442.7, 442.7 nm\)"):
        match_sentinel2(TABLES[0].only([*range(13), *range(13)]))
    spectrometer = np.arange(400, 2500, 5.0)
    with pytest.raises(ModelError, match="could be Sentinel-2's B1"):
        match_sentinel2(BandTable.from_arrays(spectrometer, np.full(len(spectrometer), 6)))


def test_bad_bands_are_refused():
    with pytest.raises(ModelError, match=r"B9 cannot be used: band 10 is marked bad \(no data\)"):
        match_sentinel2(TABLES[0].without([9], "no data"))
    assert len(match_sentinel2(TABLES[0].without([10], "no data"))) == 12


def test_empty_table_is_refused():
    with pytest.raises(ModelError, match="0 bands"):
        match_sentinel2(BandTable(()))


@pytest.mark.skipif(not SCENE.is_file(), reason="shared data not found")
def test_a_scene():
    with Cube.open(SCENE) as cube:
        assert match_sentinel2(cube.bands).tolist() == WITHOUT_CIRRUS
