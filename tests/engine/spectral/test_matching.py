import numpy as np
import pytest

from engine.errors import WavelengthError
from engine.spectral.bands import BandTable
from engine.spectral.matching import common_bands


def table(wavelengths, fwhm=10.0, good=None):
    return BandTable.from_arrays(list(wavelengths), [fwhm] * len(wavelengths), good)


def test_bands_of_one_sensor_are_taken_as_they_are():
    bands = table([450, 550, 650])
    common = common_bands(bands, bands)
    assert common.same_sensor
    assert common.first.weights is None
    assert common.second.weights is None
    np.testing.assert_array_equal(common.first.indices, [0, 1, 2])


def test_a_band_bad_in_one_image_is_left_out():
    common = common_bands(table([450, 550, 650], good=[True, False, True]), table([450.4, 550, 650]))
    np.testing.assert_array_equal(common.first.indices, [0, 2])
    np.testing.assert_array_equal(common.second.indices, [0, 2])


def test_bands_in_another_order_find_each_other():
    common = common_bands(table([450, 550, 650]), table([650, 450, 550]))
    np.testing.assert_array_equal(common.second.indices, [1, 2, 0])


def test_a_hyperspectral_image_is_seen_through_the_bands_of_a_multispectral_one():
    fine, coarse = table(np.arange(400, 1000, 5.0), 6.0), table([480, 560, 660, 2200], 60.0)
    for first, second, swapped in ((fine, coarse, False), (coarse, fine, True)):
        common = common_bands(first, second)
        assert not common.same_sensor
        assert common.table.wavelength_nm.tolist() == [480, 560, 660]  # nothing sees 2200 nm
        source = common.second if swapped else common.first
        line = (fine.wavelength_nm[source.indices] * 2 + 1).astype(np.float32)
        np.testing.assert_allclose(source.apply(line[None])[0], common.table.wavelength_nm * 2 + 1, rtol=1e-3)


def test_no_common_band_is_refused_with_both_ranges():
    with pytest.raises(WavelengthError, match=r"450-550 nm.*1500-1600 nm"):
        common_bands(table([450, 550]), table([1500, 1600]))
