import numpy as np
import pytest

from engine.inference import novelty
from engine.inference.novelty import NOVELTY_BLOCK, fit_novelty


def cloud(centre, n=60, seed=0):
    return (np.random.default_rng(seed).normal(0, 0.1, (n, 4)) + centre).astype(np.float32)


def fitted():
    features = np.concatenate([cloud(0, seed=1), cloud(0, seed=2), cloud(1, seed=3), cloud(1, seed=4)])
    return fit_novelty(features, np.repeat([0, 1, 2, 3], 60))


def test_like_is_below_one_and_unlike_above():
    found = fitted()
    assert np.mean(found.score({NOVELTY_BLOCK: cloud(0, seed=5)}) < 1) > 0.95
    assert (found.score({NOVELTY_BLOCK: cloud(4, seed=6)}) > 5).all()


def test_pixels_of_the_own_region_do_not_make_the_threshold():
    """Within a region pixels are near-duplicates: they would make everything else look new."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, 4)).repeat(10, 0)
    features = (centres + rng.normal(0, 1e-3, centres.shape)).astype(np.float32)
    apart = fit_novelty(features, np.arange(20).repeat(10))
    together = fit_novelty(features, np.zeros(200, np.intp))
    assert apart.threshold > 20 * together.threshold > 0


def test_scores_do_not_depend_on_chunks(monkeypatch):
    image = cloud(0.3, 70).reshape(7, 10, 4)
    whole = fitted().score({NOVELTY_BLOCK: image})
    monkeypatch.setattr(novelty, "CHUNK_PX", 9)
    parts = fitted().score({NOVELTY_BLOCK: image})
    assert whole.shape == (7, 10)
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


@pytest.mark.parametrize("n", [1, 2, 5000])
def test_any_number_of_training_pixels(n):
    found = fit_novelty(np.ones((n, 4), np.float32), np.arange(n))
    assert len(found.reference) == min(n, novelty.MAX_REFERENCE)
    assert found.threshold > 0
    assert np.isfinite(found.score({NOVELTY_BLOCK: np.zeros((3, 4), np.float32)})).all()
