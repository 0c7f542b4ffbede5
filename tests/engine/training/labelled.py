"""A made-up scene of features with labelled pixels, drawn from a seed."""

from __future__ import annotations

import numpy as np

from engine.inference.features import GUIDE, SPECTRUM, TOKENS, Features, mnf_name, sensor_mnf_name
from engine.labels.splits import Samples, find_regions
from engine.reporting import SilentReporter
from engine.training.few_labels.label_windows import read_labelled

FIELD_PX, FIELDS = 24, 5
SIDE_PX = FIELD_PX * FIELDS
WIDTHS = {SPECTRUM: 6, mnf_name(3): 4, mnf_name(5): 4, sensor_mnf_name(1): 4, TOKENS: 5, GUIDE: 3}


class FakeReader:
    """Square fields of classes 1..n; every block of features is the class's mean plus noise."""

    shape = (SIDE_PX, SIDE_PX)

    def __init__(self, n_classes=3, noise=0.3, seed=0):
        rng = np.random.default_rng(seed)
        row, col = np.mgrid[:FIELDS, :FIELDS]
        fields = (row * 2 + col) % n_classes + 1
        self.classes = np.kron(fields, np.ones((FIELD_PX, FIELD_PX), int)).astype(np.uint8)
        self.valid = np.ones(self.shape, bool)
        self.blocks = {}
        for name, width in WIDTHS.items():
            means = rng.normal(size=(n_classes + 1, width))
            values = means[self.classes] + noise * rng.normal(size=(*self.shape, width))
            self.blocks[name] = (values / np.sqrt(width)).astype(np.float32)
        self.windows = []

    def read(self, window):
        self.windows.append(window)
        return Features({k: v[window.slices] for k, v in self.blocks.items()}, self.valid[window.slices])


def make_samples(reader, fields=None, per_field=5, seed=0):
    """Five pixels in the middle of each field (or of the fields at these (row, column) places)."""
    rng, rows, cols, groups = np.random.default_rng(seed), [], [], []
    places = [(r, c) for r in range(FIELDS) for c in range(FIELDS)] if fields is None else fields
    for number, (r, c) in enumerate(places):
        spots = rng.choice(36, per_field, replace=False)
        rows += (r * FIELD_PX + 9 + spots // 6).tolist()
        cols += (c * FIELD_PX + 9 + spots % 6).tolist()
        groups += [number] * per_field
    order = np.lexsort((cols, rows))
    rows, cols, groups = (np.array(v)[order] for v in (rows, cols, groups))
    return Samples(rows.astype(np.intp), cols.astype(np.intp), reader.classes[rows, cols], groups.astype(np.int32))


def make_data(reader=None, fields=None, per_field=5, seed=0):
    """Labelled features, one region for each field."""
    reader = reader or FakeReader()
    samples = make_samples(reader, fields, per_field, seed)
    return read_labelled(reader, samples, find_regions(samples).ids, SilentReporter())
