import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CancelledError
from engine.inference.smoothing import STRENGTHS
from engine.reporting import SilentReporter
from engine.training.few_labels.pixel_classifier import (
    CANDIDATES,
    SMOOTHING_DOUBT,
    _choose_smoothing,
    fit_classifier,
    fit_head,
    macro_f1,
)

from .labelled import FakeReader, make_data


def fit(data, index=None, seed=0, classes=None):
    index = np.arange(len(data.class_ids)) if index is None else index
    classes = np.unique(data.class_ids) if classes is None else classes
    return fit_classifier(data, index, classes, seed, SilentReporter())


def same(one, two):
    assert (one.scores, one.smoothing_scores) == (two.scores, two.smoothing_scores)
    assert one.classifier.smoothing == two.classifier.smoothing
    for a, b in zip(one.classifier.heads, two.classifier.heads, strict=True):
        assert (a.name, a.blocks, a.share) == (b.name, b.blocks, b.share)
        np.testing.assert_array_equal(a.weights, b.weights)
        np.testing.assert_array_equal(a.bias, b.bias)


@pytest.fixture(scope="module")
def data():
    return make_data()


@pytest.fixture(scope="module")
def fitted(data):
    return fit(data)


def test_easy_classes_are_learnt(data, fitted):
    mapped = fitted.classifier.class_ids[fitted.classifier.mix(data.blocks).argmax(-1)]
    assert (mapped == data.class_ids).mean() > 0.95
    assert set(fitted.scores) <= {c.name for c in CANDIDATES}
    assert set(fitted.smoothing_scores) == {s.name for s in STRENGTHS}
    assert all(0 <= v <= 1 for v in [*fitted.scores.values(), *fitted.smoothing_scores.values()])


def test_shares_sum_to_one_and_follow_the_scores(fitted):
    heads = fitted.classifier.heads
    assert sum(h.share for h in heads) == pytest.approx(1)
    assert all(h.share > 0 for h in heads)
    equal = [c.name for c in CANDIDATES if c.caution == 0]
    shares = {h.name: h.share for h in heads}
    ordered = sorted(equal, key=lambda name: fitted.scores[name])
    assert [shares.get(n, 0) for n in ordered] == sorted(shares.get(n, 0) for n in ordered)


@given(st.lists(st.floats(0, 1), min_size=len(STRENGTHS), max_size=len(STRENGTHS)), st.integers(2, 5000))
def test_smoothing_lies_among_strengths_that_do_well(scores, samples):
    told = dict(zip((s.name for s in STRENGTHS), scores, strict=True))
    chosen = STRENGTHS.index(_choose_smoothing(told, samples))
    doubt = SMOOTHING_DOUBT / samples**0.5
    merit = [score - step * doubt / 2 for step, score in enumerate(scores)]
    good = [step for step, value in enumerate(merit) if value > max(merit) - 6 * doubt]
    assert min(good) <= chosen <= max(good)


def test_smoothing_must_earn_its_place():
    level = dict.fromkeys((s.name for s in STRENGTHS), 0.7)
    assert _choose_smoothing({}, 50) == STRENGTHS[0]
    assert _choose_smoothing(level | {"none": 0.75}, 1000) == STRENGTHS[0]
    assert _choose_smoothing(level | {"very strong": 0.75}, 1000) == STRENGTHS[-1]
    few, many = (STRENGTHS.index(_choose_smoothing(level | {"very strong": 0.71}, n)) for n in (20, 2000))
    assert few < many, "a small gain counts the more the more labels there are"


def test_the_same_seed_gives_the_same_fit(data, fitted):
    same(fitted, fit(data))


def test_other_labels_are_not_looked_at(data):
    """Labels of samples that are not in the index, permuted or wrong, change nothing."""
    regions = np.unique(data.region_ids)
    index = np.flatnonzero(data.region_ids != regions[3])
    wrong = data.class_ids.copy()
    held = np.flatnonzero(data.region_ids == regions[3])
    wrong[held] = wrong[held] % 3 + 1
    changed = dataclasses.replace(data, class_ids=wrong)
    same(fit(data, index), fit(changed, index, classes=np.unique(data.class_ids)))


def test_one_region_means_no_score_no_smoothing_and_cautious_heads():
    reader = FakeReader(2)
    reader.classes[:, 12:] = 2
    reader.classes[:, :12] = 1
    data = make_data(reader, [(0, 0)], per_field=20)
    assert len(np.unique(data.region_ids)) == 1
    found = fit(data)
    assert found.scores == found.smoothing_scores == {}
    assert found.classifier.smoothing.name == "none"
    most = max(c.caution for c in CANDIDATES)
    assert {h.name for h in found.classifier.heads} == {c.name for c in CANDIDATES if c.caution == most}


def test_two_classes():
    data = make_data(FakeReader(2))
    found = fit(data)
    probabilities = found.classifier.mix(data.blocks)
    assert probabilities.shape == (len(data.class_ids), 2)
    np.testing.assert_allclose(probabilities.sum(-1), 1, atol=1e-5)
    assert (found.classifier.class_ids[probabilities.argmax(-1)] == data.class_ids).mean() > 0.95


@pytest.mark.parametrize("n_classes", [3, 4])
def test_a_class_that_was_not_learnt_is_never_mapped(n_classes):
    data = make_data(FakeReader(n_classes))
    found = fit(data, np.flatnonzero(data.class_ids != 2), classes=np.unique(data.class_ids))
    probabilities = found.classifier.mix(data.blocks)
    assert (probabilities[:, 1] == 0).all()
    np.testing.assert_allclose(probabilities.sum(-1), 1, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_head_is_what_scikit_learn_fits(n_classes):
    from sklearn.linear_model import LogisticRegression

    data = make_data(FakeReader(n_classes, noise=1.5))
    candidate = CANDIDATES[0]
    features = data.blocks[candidate.blocks[0]]
    head = fit_head(candidate, features, data.class_ids, np.unique(data.class_ids))
    model = LogisticRegression(C=candidate.c, class_weight="balanced", max_iter=1000).fit(features, data.class_ids)
    np.testing.assert_allclose(head.probabilities(data.blocks), model.predict_proba(features), atol=0.02)


def test_blocks_that_are_not_there_are_not_used():
    data = make_data()
    plain = dataclasses.replace(data, blocks={k: v for k, v in data.blocks.items() if k != "tokens"})
    assert not any("tokens" in h.blocks for h in fit(plain).classifier.heads)


def test_the_score_is_the_mean_f1_of_the_classes_tested():
    truth, mapped = np.uint8([1, 1, 2, 2, 3, 3]), np.uint8([1, 1, 2, 1, 9, 9])
    assert macro_f1(truth, mapped) == pytest.approx((0.8 + 2 / 3 + 0) / 3)


def test_fitting_can_be_cancelled(data):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        fit_classifier(data, np.arange(len(data.class_ids)), np.unique(data.class_ids), 0, reporter)
