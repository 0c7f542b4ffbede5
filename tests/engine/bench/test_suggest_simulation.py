"""The simulation on a small scene, with fewer labels than in the benchmark."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_cdt

from engine.bench import suggest
from engine.bench.suggest import Round, table


def stripes():
    truth = np.zeros((80, 90), np.uint8)
    for k in range(1, 5):
        truth[:, 22 * (k - 1):22 * k] = k
    truth[:4, -3:] = 9
    return truth


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_both_sides_are_apart_and_hold_the_same_classes(seed):
    truth = stripes()
    half = suggest._halves(truth, np.random.default_rng(seed))
    pool = np.zeros(truth.shape, bool)
    pool[tuple(half.pool.T)] = True
    gap = distance_transform_cdt(~pool, "chessboard")[tuple(half.test.T)]
    assert gap.min() > 0
    assert (gap <= suggest.BUFFER_PX).mean() < 0.01, "only classes that were left out may lie nearer"
    assert set(truth[tuple(half.pool.T)]) == set(truth[tuple(half.test.T)]) <= {1, 2, 3, 4}


def test_the_table_holds_every_round_and_the_means():
    rounds = [Round("a", 0, 0.5, 0.7, 0.6), Round("a", 1, 0.3, 0.5, 0.6), Round("b", 0, 0.1, 0.2, 0.2)]
    lines = table(rounds).splitlines()
    assert lines[2] == "| a | 0 | 0.500 | 0.700 | 0.600 | +0.100 |"
    assert lines[4] == "| **a** | **mean** | 0.400 | 0.600 | 0.600 | +0.000 |"
    assert len(lines) == 7
