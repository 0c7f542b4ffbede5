import numpy as np
import pytest

from engine.raster.untagged import recognise
from tests.chips import SPECTRA

EUROSAT = np.array(list(SPECTRA.values()), np.float32).T  # (13, 3), B8A last
NATIVE = EUROSAT[[*range(8), 12, *range(8, 12)]]


@pytest.mark.parametrize(("values", "last_nm"), [(EUROSAT, 864.7), (NATIVE, 2202.4)])
def test_the_dark_band_tells_the_order(values, last_nm):
    found = recognise(values, "uint16", None)
    assert found.sensor == "Sentinel-2"
    assert found.bands.wavelength_nm[-1] == last_nm
    assert found.bands.wavelength_nm[values.mean(1).argmin()] == 1373.5
    assert found.factor == 1e-4
    assert "Sentinel-2" in found.note


@pytest.mark.parametrize(("values", "dtype", "wanted"), [
    (EUROSAT[:12], "uint16", None), (EUROSAT, "float32", None), (EUROSAT, "uint16", "unknown"),
    (EUROSAT, "uint16", "Landsat TM"), (np.ones((224, 4), np.float32), "int16", None)])
def test_nothing_is_made_up(values, dtype, wanted):
    assert recognise(values, dtype, wanted) is None


def test_bytes_are_not_taken_for_reflectance():
    assert recognise(EUROSAT / 20, "uint8", "Sentinel-2").factor == 1
