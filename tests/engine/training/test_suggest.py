import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.training.few_labels.suggest import Candidates, choose


def make(n=400, seed=0, side=60):
    rng = np.random.default_rng(seed)
    flat = rng.choice(side * side, n, replace=False)
    return Candidates(flat // side, flat % side, rng.random(n).astype(np.float32),
                      rng.random(n).astype(np.float32) * 1.5, rng.normal(size=(n, 4)).astype(np.float32))


def gaps(candidates, chosen):
    places = np.column_stack([candidates.rows, candidates.cols])[chosen].astype(float)
    return np.hypot(*(places[:, None] - places[None]).T)[~np.eye(len(chosen), dtype=bool)]


def test_doubtful_and_new_places_are_chosen():
    candidates = make()
    chosen = choose(candidates, 20, 3, 0)
    assert len(set(chosen.tolist())) == 20
    assert candidates.worth[chosen].mean() > candidates.worth.mean() + candidates.worth.std() * 0.3
    assert (np.diff(candidates.worth[chosen]) <= 0).all(), "the most telling first"


def test_every_kind_of_doubt_is_asked_about():
    """Nine tenths of the doubtful places look the same; the others must not be crowded out."""
    candidates = make(100)
    kinds = np.r_[np.zeros(91, int), np.arange(9) // 3 + 1]
    features = np.eye(4, dtype=np.float32)[kinds] * 10 + candidates.features * 0.01
    even = np.full(100, 0.2, np.float32)
    alike = Candidates(candidates.rows, candidates.cols, even, even, features)
    assert set(kinds[choose(alike, 8, 0, 0)]) == {0, 1, 2, 3}


@given(n=st.integers(1, 120), count=st.integers(1, 40), gap=st.floats(0, 30), seed=st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_places_keep_their_distance(n, count, gap, seed):
    candidates = make(n, seed)
    chosen = choose(candidates, count, gap, seed)
    assert 1 <= len(chosen) <= min(n, count)
    assert len(set(chosen.tolist())) == len(chosen)
    if len(chosen) > 1:
        assert gaps(candidates, chosen).min() >= gap - 1e-9
    np.testing.assert_array_equal(chosen, choose(candidates, count, gap, seed))


def test_without_a_distance_all_wanted_places_are_found():
    assert len(choose(make(50), 50, 0, 0)) == 50


@pytest.mark.parametrize("n", [0, 1])
def test_few_candidates(n):
    assert len(choose(make(5).take(np.arange(n)), 30, 3, 0)) == n
