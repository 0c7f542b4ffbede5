import dataclasses

import numpy as np
import pytest

from engine.inference.chip_features import EDGES, INDICES, SPECTRUM, STATISTICS, TEXTURE, ChipStatistics
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable
from engine.training.few_labels.calibration import calibration_error, reliability
from engine.training.few_labels.scene_classifier import CANDIDATES, accuracy_interval, chip_folds, fit_head, fit_scenes

BANDS = BandTable.from_arrays([492.0, 560.0, 665.0, 833.0, 1612.0], [20.0] * 5)


def features(labels, seed=0, gap=6.0):
    """Blocks of noise; three numbers of one of them tell the class."""
    rng = np.random.default_rng(seed)
    blocks = {name: rng.normal(size=(len(labels), 6)).astype(np.float32) for name in STATISTICS}
    blocks[SPECTRUM][:, :3] += gap * np.eye(3)[labels]
    return blocks


def test_separable_classes_are_learned_and_the_score_says_so():
    labels = np.repeat(np.arange(3), 5)
    fit = fit_scenes(features(labels), labels, np.arange(15), 3, 0, SilentReporter())
    fresh = np.repeat(np.arange(3), 30)
    assert (fit.probabilities(features(fresh, 1)).argmax(1) == fresh).mean() > 0.8
    assert (fit.held_out.argmax(1) == labels).mean() > 0.6
    assert sum(fit.shares) == pytest.approx(1)


def test_noise_scores_like_noise():
    labels = np.repeat(np.arange(2), 20)
    fit = fit_scenes(features(labels, gap=0), labels, np.arange(40), 2, 0, SilentReporter())
    assert (fit.held_out.argmax(1) == labels).mean() < 0.75


def test_probabilities_are_calibrated_and_keep_their_order():
    labels, fresh = np.repeat(np.arange(3), 20), np.repeat(np.arange(3), 300)
    fit = fit_scenes(features(labels, gap=1.0), labels, np.arange(60), 3, 0, SilentReporter())
    later = features(fresh, 1, gap=1.0)
    raw, found = (f.probabilities(later) for f in (dataclasses.replace(fit, calibration=None), fit))
    assert (raw.argmax(1) == found.argmax(1)).mean() > 0.999
    before, after = (calibration_error(reliability(p, fresh)) for p in (raw, found))
    assert fit.calibration.temperature > 1
    assert after < before


def test_groups_are_never_split():
    labels, groups = np.repeat(np.arange(2), 12), np.repeat(np.arange(8), 3)
    folds = chip_folds(labels, groups, 0)
    assert folds
    for train, test in folds:
        assert set(groups[train]).isdisjoint(groups[test])
        assert set(labels[test]) <= set(labels[train])


def test_probabilities_sum_to_one_and_absent_classes_get_none():
    labels = np.array([0, 0, 0, 2, 2, 2])
    head = fit_head(CANDIDATES[0], features(labels), labels, 3)
    found = head.probabilities(features(np.zeros(4, int), 2))
    np.testing.assert_allclose(found.sum(1), 1)
    np.testing.assert_array_equal(found[:, 1], 0)


def test_the_interval_holds_the_share_and_needs_three_groups():
    correct = np.array([True] * 8 + [False] * 2)
    low, high = accuracy_interval(correct, np.arange(10), 0)
    assert low < 0.8 < high
    assert accuracy_interval(correct, np.arange(10) // 5, 0) is None


def test_statistics_do_not_depend_on_the_unit_and_hardly_on_the_size():
    rng = np.random.default_rng(0)
    chip = np.exp(rng.normal(-1.5, 0.2, (5, 64, 64))).astype(np.float32)
    small, scaled = ChipStatistics(BANDS, float(chip.mean()), 16), ChipStatistics(BANDS, float(chip.mean()) * 1e4, 16)
    whole, other, part = small(chip), scaled(chip * 1e4), small(chip[:, :16, :16])
    assert set(whole) == {SPECTRUM, INDICES, TEXTURE, EDGES}
    for name, block in whole.items():
        np.testing.assert_allclose(block, other[name], rtol=1e-3, atol=1e-4)
        assert block.shape == part[name].shape
    np.testing.assert_allclose(whole[SPECTRUM], part[SPECTRUM], atol=0.05)


def test_texture_and_edges_tell_what_means_cannot():
    rng = np.random.default_rng(1)
    even = np.full((5, 32, 32), 0.2, np.float32) + rng.normal(0, 0.02, (5, 32, 32)).astype(np.float32)
    fields = np.full((5, 32, 32), 0.18, np.float32)
    fields[:, :, 16:] = 0.22
    statistics = ChipStatistics(BANDS, 0.2, 32)
    assert statistics(even)[TEXTURE][0] > statistics(fields)[TEXTURE][0]
    assert statistics(fields)[EDGES][0] > statistics(even)[EDGES][0]
