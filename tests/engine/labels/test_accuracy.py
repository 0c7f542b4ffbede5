"""Scores equal scikit-learn's; intervals hold the estimate and widen with few regions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, precision_score, recall_score

from engine.labels.accuracy import assess

NAMES = {1: "water", 2: "forest", 5: "soil"}


def make_pair(seed: int, n: int = 300, right: float = 0.7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    ids = np.array(list(NAMES), np.uint8)
    truth = rng.choice(ids, n)
    mapped = np.where(rng.random(n) < right, truth, rng.choice(ids, n)).astype(np.uint8)
    return truth, mapped, rng.integers(0, 20, n)


@given(seed=st.integers(0, 10_000), right=st.floats(0, 1))
@settings(deadline=None, max_examples=30)
def test_scores_equal_scikit_learn(seed, right):
    truth, mapped, regions = make_pair(seed, right=right)
    found = assess(truth, mapped, regions, NAMES, seed=0)
    assert found.oa == pytest.approx(accuracy_score(truth, mapped))
    assert found.kappa == pytest.approx(cohen_kappa_score(truth, mapped))
    assert found.macro_f1 == pytest.approx(f1_score(truth, mapped, average="macro", zero_division=0))
    recall = recall_score(truth, mapped, labels=list(NAMES), average=None, zero_division=0)
    assert [c.producers for c in found.classes] == pytest.approx(list(recall))
    precision = precision_score(truth, mapped, labels=list(NAMES), average=None, zero_division=0)
    assert [c.users or 0 for c in found.classes] == pytest.approx(list(precision))


def test_intervals_hold_the_estimate_and_need_three_regions():
    truth, mapped, regions = make_pair(1)
    found = assess(truth, mapped, regions, NAMES, seed=0)
    assert found.oa_interval[0] < found.oa < found.oa_interval[1]
    assert found.macro_f1_interval[0] < found.macro_f1 < found.macro_f1_interval[1]
    assert assess(truth, mapped, regions % 2, NAMES, seed=0).oa_interval is None


def test_a_class_without_reference_has_no_accuracy():
    truth = np.array([1, 1, 2, 2], np.uint8)
    found = assess(truth, np.array([1, 1, 2, 5], np.uint8), np.arange(4), NAMES, seed=0)
    soil = found.classes[2]
    assert (soil.tested, soil.producers, soil.f1) == (0, None, None)
    assert soil.users == 0
    assert found.macro_f1 == pytest.approx((1 + 2 / 3) / 2)
