"""A scene, the same place later with a block of it changed, and requests to compare the two."""

from __future__ import annotations

import numpy as np
import rasterio

from engine.reporting import SilentReporter
from engine.tasks.change.task import ChangeRequest, run
from tests.scenes import NODATA, PLACE

CHANGED_BLOCK = (40, 30, 12, 14)  # row, column, rows, columns
FILES = {"change.tif", "change.qml"}


def later_values(scene, seed=5):
    """The scene in another season, a block of it replaced by what lies elsewhere, in both corners that are known."""
    rng, values = np.random.default_rng(seed), scene.values.astype(np.float32)
    gain = 1 + 0.2 * np.sin(np.arange(len(values)) / 5)[:, None, None]
    after = values * gain + rng.normal(0, 20, values.shape)
    row, col, rows, cols = CHANGED_BLOCK
    here = (slice(row, row + rows), slice(col, col + cols))
    other = np.flatnonzero(np.bincount(scene.truth[here].ravel(), minlength=5)[1:] == 0)
    donor = values[:, (scene.truth == other[0] + 1) & scene.valid].mean(1)
    texture = rng.normal(1, 0.1, (rows, cols))
    after[:, here[0], here[1]] = (donor * gain[:, 0, 0])[:, None, None] * texture
    after = np.clip(np.rint(after), -5000, 20000).astype(np.int16)
    after[scene.values == NODATA] = NODATA
    return after


def request_for(scene, after, folder, **changes):
    return ChangeRequest(**{"before": str(scene.image), "after": str(after), "output": str(folder / "change.tif"),
                            "weights": str(scene.weights), "device": "cpu"} | changes)


def quick(scene, after, folder, **changes):
    """Without the encoder."""
    return run(request_for(scene, after, folder, spectral_only=True, **changes), SilentReporter())


def bands_of(path):
    with rasterio.open(path) as file:
        return file.read()


def auc(scores, truth):
    order = scores.ravel().argsort().argsort() + 1
    hits = truth.ravel()
    return (order[hits].sum() - hits.sum() * (hits.sum() + 1) / 2) / (hits.sum() * (~hits).sum())


def map_extent(row, col, rows, cols):
    (x0, y0), (x1, y1) = PLACE @ (col, row + rows), PLACE @ (col + cols, row)
    return (x0, y0, x1, y1)
