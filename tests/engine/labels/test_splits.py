"""Whole regions are held out, and near pixels share a region."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.labels.splits import Samples, assessable, divide, find_regions, spatial_folds, thin


def make_samples(seed: int, n_places: int = 4, per_place: int = 6, n_classes: int = 3, side: int = 200) -> Samples:
    rng = np.random.default_rng(seed)
    rows, cols, ids = [], [], []
    for c in range(1, n_classes + 1):
        for _ in range(n_places):
            centre = rng.integers(10, side - 10, 2)
            rows.extend(centre[0] + rng.integers(-3, 4, per_place))
            cols.extend(centre[1] + rng.integers(-3, 4, per_place))
            ids.extend([c] * per_place)
    n = len(rows)
    return Samples(np.array(rows), np.array(cols), np.array(ids, np.uint8), np.arange(n, dtype=np.int32))


@given(seed=st.integers(0, 500), places=st.integers(1, 6), classes=st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_pixels_within_the_gap_share_a_region(seed, places, classes):
    samples = make_samples(seed, places, 5, classes)
    regions = find_regions(samples)
    apart = np.maximum(abs(samples.rows[:, None] - samples.rows), abs(samples.cols[:, None] - samples.cols))
    near = (apart <= regions.gap_px) & (regions.gap_px > 0)
    assert (regions.ids[:, None] == regions.ids)[near].all()


@given(seed=st.integers(0, 500), places=st.integers(2, 6))
@settings(deadline=None, max_examples=30)
def test_no_region_is_on_both_sides_and_each_sample_is_tested_once(seed, places):
    samples = make_samples(seed, places)
    regions = find_regions(samples)
    folds = spatial_folds(samples.class_ids, regions.ids, seed)
    tested = np.zeros(len(samples), int)
    for fold in folds:
        assert not set(regions.ids[fold.train]) & set(regions.ids[fold.test])
        tested[fold.test] += 1
    assert tested.max() <= 1


def test_a_polygon_is_never_cut_even_if_its_pixels_are_far_apart():
    rows = np.array([0, 100, 50, 150])
    samples = Samples(rows, rows, np.array([1, 1, 2, 2], np.uint8), np.array([7, 7, 8, 9], np.int32))
    ids = find_regions(samples).ids
    assert ids[0] == ids[1]


def test_one_region_gives_no_folds():
    samples = Samples(np.array([0, 1, 2]), np.array([0, 0, 0]), np.array([1, 1, 2], np.uint8), np.zeros(3, np.int32))
    assert spatial_folds(samples.class_ids, find_regions(samples).ids, 0) == []


def test_a_class_in_one_region_only_cannot_be_assessed():
    class_ids = np.array([1, 1, 2, 2, 3], np.uint8)
    region_ids = np.array([0, 1, 2, 3, 4])
    known = assessable(class_ids, spatial_folds(class_ids, region_ids, 0, repeats=3))
    assert known[:4].any()
    assert not known[4]


def test_thinning_takes_evenly_from_regions():
    class_ids = np.ones(110, np.uint8)
    region_ids = np.array([0] * 100 + [1] * 10)
    zeros = np.zeros(110, int)
    kept = thin(Samples(zeros, zeros, class_ids, zeros.astype(np.int32)), region_ids, 20, seed=0)
    assert len(kept) == 20
    assert (region_ids[kept] == 1).sum() == 10


def test_dense_patches_are_cut_into_blocks_that_lie_apart():
    rows, cols = (a.ravel() for a in np.indices((100, 100)))
    class_ids = np.where(cols < 50, 1, 2).astype(np.uint8)
    cut = divide(Samples(rows, cols, class_ids, class_ids.astype(np.int32)))
    ids = find_regions(cut).ids
    assert min(find_regions(cut).count(cut.class_ids).values()) >= 3
    for region in np.unique(ids)[:20]:
        inside = ids == region
        apart = np.maximum(abs(cut.rows[inside][:, None] - cut.rows[~inside]),
                           abs(cut.cols[inside][:, None] - cut.cols[~inside]))
        assert apart.min() > 3


def test_scattered_labels_are_not_cut():
    samples = make_samples(3)
    cut = divide(samples)
    assert len(cut) == len(samples)
    assert len(np.unique(cut.groups)) == len(np.unique(samples.groups))
