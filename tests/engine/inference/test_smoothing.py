import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.smoothing import MAX_REACH_PX, STRENGTHS, operator, smooth

SOME = [s for s in STRENGTHS if s.gaps_px]
strengths = pytest.mark.parametrize("strength", SOME, ids=lambda s: s.name)


def probabilities(rng, shape, classes=3):
    values = rng.random((*shape, classes)).astype(np.float32)
    return values / values.sum(-1, keepdims=True)


def test_no_smoothing_changes_nothing():
    rng = np.random.default_rng(0)
    values = probabilities(rng, (5, 6))
    assert smooth(values, rng.random((5, 6, 3)), np.ones((5, 6), bool), STRENGTHS[0]) is values
    assert STRENGTHS[0].reach_px == 0


@strengths
def test_a_constant_stays(strength):
    rng = np.random.default_rng(0)
    values = np.broadcast_to(np.float32([0.2, 0.3, 0.5]), (20, 23, 3))
    guide = rng.normal(size=(20, 23, 3)).astype(np.float32)
    np.testing.assert_allclose(smooth(values, guide, rng.random((20, 23)) < 0.8, strength), values, atol=1e-6)


@strengths
def test_noise_goes_and_edges_stay(strength):
    rng = np.random.default_rng(0)
    guide = np.zeros((40, 40, 3), np.float32)
    guide[:, 20:] = 5
    truth = np.where(guide[..., :1] > 0, np.float32([0.2, 0.8]), np.float32([0.7, 0.3]))
    noisy = truth + rng.uniform(-0.2, 0.2, (40, 40, 1)).astype(np.float32) * np.float32([1, -1])
    result = smooth(noisy, guide, np.ones((40, 40), bool), strength)
    assert result.std((0, 1)).max() < truth.std((0, 1)).max() + 0.02
    assert np.abs(result - truth).mean() < 0.4 * np.abs(noisy - truth).mean()
    assert np.abs(result[:, 19:21] - truth[:, 19:21]).max() < 0.12  # nothing leaks over the edge


@strengths
def test_invalid_neighbours_do_not_count(strength):
    rng = np.random.default_rng(1)
    values, guide, valid = probabilities(rng, (25, 30)), np.zeros((25, 30, 3), np.float32), rng.random((25, 30)) < 0.7
    changed = np.where(valid[..., None], values, np.float32([0, 0, 1]))
    np.testing.assert_array_equal(smooth(values, guide, valid, strength)[valid],
                                  smooth(changed, guide, valid, strength)[valid])


@strengths
def test_a_pixel_depends_on_nothing_beyond_the_reach(strength):
    rng = np.random.default_rng(2)
    values, guide, valid = probabilities(rng, (40, 40)), np.zeros((40, 40, 3), np.float32), np.ones((40, 40), bool)
    before = smooth(values, guide, valid, strength)
    values[20, 20] = (1, 0, 0)
    rows, cols = np.nonzero((smooth(values, guide, valid, strength) != before).any(-1))
    assert np.abs(rows - 20).max() == np.abs(cols - 20).max() == strength.reach_px <= MAX_REACH_PX


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from(STRENGTHS), st.floats(0.1, 1), st.floats(0.01, 30),
       st.integers(0, 99))
def test_the_operator_is_the_filter(rows, cols, strength, share, spread, seed):
    rng = np.random.default_rng(seed)
    values, valid = probabilities(rng, (rows, cols)), rng.random((rows, cols)) < share
    guide = (spread * rng.normal(size=(rows, cols, 2))).astype(np.float32)
    pixels = np.flatnonzero(valid)
    smoothed = smooth(values, guide, valid, strength).reshape(-1, 3)[pixels]
    matrix = operator(guide, valid, strength, pixels)
    assert matrix.shape == (len(pixels), rows * cols)
    np.testing.assert_allclose(matrix @ values.reshape(-1, 3), smoothed, atol=2e-5)
    np.testing.assert_allclose(smoothed.sum(-1), 1, atol=1e-5)
    assert (smoothed >= 0).all()
