import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.errors import InputError
from engine.labels.folds import autocorrelation_range_px, block_folds, leave_one_area_out, plan
from engine.labels.schemes import KINDS, MAX_AREAS, Scheme
from engine.labels.splits import Samples


def checkerboard(field_px, side=120, n=900, seed=0):
    """Points over square fields of two classes drawn at random."""
    rng = np.random.default_rng(seed)
    fields = rng.integers(1, 3, (side // field_px + 1,) * 2)
    rows, cols = np.divmod(rng.choice(side * side, n, replace=False), side)
    classes = fields[rows // field_px, cols // field_px].astype(np.uint8)
    return Samples(rows, cols, classes, np.arange(n, dtype=np.int32))


@pytest.mark.parametrize("field_px", [4, 10, 20])
def test_the_range_is_about_the_size_of_the_fields(field_px):
    samples = checkerboard(field_px)
    assert 0.5 * field_px <= autocorrelation_range_px(samples, samples.class_ids, 0) <= 2 * field_px


def test_values_without_pattern_have_next_to_no_range():
    samples = checkerboard(10)
    noise = np.random.default_rng(1).integers(0, 2, len(samples))
    assert autocorrelation_range_px(samples, noise, 0) < 4


def test_equal_values_have_none():
    samples = checkerboard(10)
    assert autocorrelation_range_px(samples, np.ones(len(samples)), 0) == 0


def test_a_trend_over_the_whole_scene_reaches_far():
    samples = checkerboard(10)
    assert autocorrelation_range_px(samples, samples.rows > 60, 0) > 30


@given(range_px=st.floats(0, 60), seed=st.integers(0, 3), field=st.integers(3, 40), repeats=st.integers(1, 2))
@settings(deadline=None, max_examples=25)
def test_folds_test_every_pixel_once_a_repeat_and_keep_the_buffer(range_px, seed, field, repeats):
    samples = checkerboard(field, n=200, seed=seed)
    folds = block_folds(samples, range_px, seed, repeats)
    places = np.column_stack([samples.rows, samples.cols])
    tested = np.bincount(np.concatenate([f.test for f in folds] or [np.empty(0, int)]), minlength=200)
    assert tested.max(initial=0) <= repeats
    for fold in folds:
        assert not set(fold.train) & set(fold.test)
        assert len(np.unique(samples.class_ids[fold.train])) >= 2
        gap = cKDTree(places[fold.test]).query(places[fold.train])[0].min()
        assert gap > 0


def test_the_buffer_is_the_range_where_labels_allow_it():
    samples = checkerboard(8)
    places = np.column_stack([samples.rows, samples.cols])
    folds = block_folds(samples, 12.0, 0)
    assert len(folds) == 3
    for fold in folds:
        assert cKDTree(places[fold.test]).query(places[fold.train])[0].min() > 12


def test_one_area_after_the_other():
    centres = np.array([(10, 10), (10, 100), (100, 10), (100, 100), (55, 55)])
    rng = np.random.default_rng(0)
    rows, cols = (np.repeat(centres, 20, 0) + rng.integers(-4, 5, (100, 2))).T
    samples = Samples(rows, cols, np.tile([1, 2], 50).astype(np.uint8), np.repeat(np.arange(20), 5).astype(np.int32))
    folds = leave_one_area_out(samples, samples.groups.astype(np.intp), 0)
    assert len(folds) == MAX_AREAS
    assert sorted(np.concatenate([f.test for f in folds]).tolist()) == list(range(100))
    for fold in folds:
        assert np.ptp(rows[fold.test]) <= 8 >= np.ptp(cols[fold.test])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "none"])
def test_the_same_seed_gives_the_same_folds_and_another_one_others(kind):
    samples = checkerboard(10, n=300)
    regions = (samples.rows // 30 * 4 + samples.cols // 30).astype(np.intp)
    first, again, other = (plan(Scheme(kind), samples, regions, seed).folds for seed in (0, 0, 1))
    assert [f.test.tolist() for f in first] == [f.test.tolist() for f in again]
    assert first
    if kind != "areas":
        assert [f.test.tolist() for f in first] != [f.test.tolist() for f in other]


@pytest.mark.parametrize("kind", KINDS)
def test_labels_in_one_place_cannot_be_held_out(kind):
    samples = Samples(np.full(6, 3), np.full(6, 4), np.array([1, 2] * 3, np.uint8), np.zeros(6, np.int32))
    assert plan(Scheme(kind), samples, np.zeros(6, np.intp), 0).folds == ()


@pytest.mark.parametrize(("kind", "repeats"), [("odd", 1), ("places", 0), ("blocks", 21)])
def test_schemes_that_cannot_be(kind, repeats):
    with pytest.raises(InputError):
        Scheme(kind, repeats)
