"""What every reader must give, compared with what was written."""

from __future__ import annotations

import numpy as np

from engine.raster.cube import Cube
from engine.raster.grid import Window, blocks

from .scene import Made


def check_product(cube: Cube, made: Made) -> None:
    """Values, missing pixels and bands; and that reading by windows and by bands gives what a full read gives."""
    count, *shape = made.values.shape
    assert cube.grid.shape == tuple(shape)
    assert len(cube.bands) == count
    np.testing.assert_allclose(cube.bands.wavelength_nm, made.wavelength_nm, atol=1e-3)
    np.testing.assert_allclose(cube.bands.fwhm_nm, made.fwhm_nm, atol=1e-3)
    full = cube.read(Window(0, 0, *shape), range(count))
    assert full.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(full), np.isnan(made.values))
    np.testing.assert_allclose(full, made.values, atol=made.tolerance, rtol=1e-5)
    pick = [count - 1, 0, count // 2]
    for window in blocks(cube.grid.shape, 11):
        rows, cols = window.slices
        np.testing.assert_array_equal(cube.read(window, pick), full[pick][:, rows, cols])
    strip = Window(shape[0] // 2, 0, 1, shape[1])
    np.testing.assert_array_equal(cube.read(strip, range(count)), full[:, strip.slices[0]])
