"""Pairs of images for all tests of change."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import write_image

from .change_runs import CHANGED_BLOCK, later_values


@pytest.fixture(scope="module")
def after(scene, tmp_path_factory):
    return write_image(tmp_path_factory.mktemp("after") / "after.tif", later_values(scene), scene.bands)


@pytest.fixture(scope="module")
def truth(scene):
    mask = np.zeros(scene.valid.shape, bool)
    row, col, rows, cols = CHANGED_BLOCK
    mask[row:row + rows, col:col + cols] = True
    return mask
