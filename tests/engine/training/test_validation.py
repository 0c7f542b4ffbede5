import dataclasses

import numpy as np
import pytest

from engine.errors import CancelledError
from engine.reporting import SilentReporter
from engine.training.few_labels import validation
from engine.training.few_labels.validation import validate

from .labelled import FakeReader, make_data


@pytest.fixture(autouse=True)
def fits(monkeypatch):
    """What was fitted: the samples used, the seed, and the classifier. The forest is small to save time."""
    seen = []
    original = validation.fit_classifier

    def spy(data, index, class_ids, seed, reporter):
        found = original(data, index, class_ids, seed, reporter)
        seen.append((index, found.classifier))
        return found

    monkeypatch.setattr(validation, "fit_classifier", spy)
    monkeypatch.setattr(validation, "BASELINE_TREES", 20)
    return seen


def names_of(data):
    return {int(i): f"class {i}" for i in np.unique(data.class_ids)}


def check(data, index=None, seed=0):
    index = np.arange(len(data.class_ids)) if index is None else index
    return validate(data, index, names_of(data), seed, SilentReporter())


def test_every_sample_is_tested_once_by_a_classifier_that_has_not_seen_its_region(fits, monkeypatch):
    data = make_data()
    tested = []
    original = validation.predict_samples

    def spy(data, index, classifier):
        train = next(train for train, found in fits if found is classifier)
        assert not set(data.region_ids[train]) & set(data.region_ids[index])
        tested.append(index)
        return original(data, index, classifier)

    monkeypatch.setattr(validation, "predict_samples", spy)
    found = check(data)
    assert sorted(np.concatenate(tested).tolist()) == list(range(len(data.class_ids)))
    assert (found.tested, found.folds, found.not_assessed) == (len(data.class_ids), len(fits), ())
    for scores in (found.specaware, found.random_forest):
        assert np.sum(scores.confusion) == found.tested
        assert scores.oa == pytest.approx(np.trace(scores.confusion) / found.tested)
    assert found.specaware.macro_f1 > 0.9


def test_labels_that_say_nothing_score_like_chance():
    data = make_data(FakeReader(3, seed=2))
    shuffled = np.random.default_rng(0).permutation(data.class_ids)
    found = check(dataclasses.replace(data, class_ids=shuffled))
    assert found.specaware.kappa < 0.25
    assert found.random_forest.kappa < 0.25


def test_labels_of_held_out_regions_do_not_reach_the_classifier(fits):
    data = make_data()
    first = check(data)
    train, classifier = fits[0]
    held = np.setdiff1d(np.arange(len(data.class_ids)), train)
    wrong = data.class_ids.copy()
    wrong[held] = np.roll(wrong[held], 1)
    again = validation.fit_classifier(dataclasses.replace(data, class_ids=wrong), train, np.unique(data.class_ids), 0,
                                      SilentReporter()).classifier
    assert first.specaware is not None
    for a, b in zip(classifier.heads, again.heads, strict=True):
        np.testing.assert_array_equal(a.weights, b.weights)
        assert a.share == b.share


def test_a_class_in_one_place_is_not_assessed():
    reader = FakeReader(2)
    reader.classes[96:, 96:] = 7
    data = make_data(reader)
    found = check(data)
    assert found.not_assessed == ("class 7",)
    assert found.tested == (data.class_ids != 7).sum()
    last = found.specaware.classes[-1]
    assert (last.id, last.tested, last.f1) == (7, 0, None)


def test_one_region_gives_no_score():
    reader = FakeReader(2)
    reader.classes[:, 12:], reader.classes[:, :12] = 2, 1
    found = check(make_data(reader, [(0, 0)], per_field=20))
    assert (found.folds, found.tested) == (0, 0)
    assert found.specaware is found.random_forest is None
    assert found.not_assessed == ("class 1", "class 2")


def test_samples_outside_the_index_take_no_part(fits):
    data = make_data()
    index = np.flatnonzero(data.region_ids % 4 != 0)
    found = check(data, index)
    assert found.tested == len(index)
    assert all(set(train) <= set(index) for train, _ in fits)


def test_the_same_seed_gives_the_same_scores():
    data = make_data(FakeReader(3, noise=2.0))
    assert check(data, seed=5) == check(data, seed=5)


def test_validation_can_be_cancelled():
    reporter, data = SilentReporter(), make_data()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        validate(data, np.arange(len(data.class_ids)), names_of(data), 0, reporter)
