import numpy as np
import pytest

from engine.inference.classifier import LinearHead, PixelClassifier
from engine.inference.features import SPECTRUM, TOKENS, Features
from engine.inference.smoothing import STRENGTHS

from .models import make_blocks, make_model


def test_a_head_is_a_softmax_of_joined_features():
    blocks, head = make_blocks(), make_model().classifier.heads[1]
    joined = np.concatenate([blocks[name] for name in head.blocks], -1)
    logits = joined @ head.weights + head.bias
    expected = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(head.probabilities(blocks), expected, rtol=1e-4)


def test_huge_logits_do_not_overflow():
    head = LinearHead("h", (SPECTRUM,), np.float32([[1e4, -1e4]]), np.zeros(2, np.float32), 1.0)
    found = head.probabilities({SPECTRUM: np.float32([[30], [-30]])})
    np.testing.assert_array_equal(found, [[1, 0], [0, 1]])


def test_a_class_a_head_does_not_know_gets_nothing_from_it():
    blocks, head = make_blocks(), make_model().classifier.heads[0]
    assert (head.probabilities(blocks)[..., 1] == 0).all()


def test_the_share_of_a_block_is_that_of_the_heads_that_use_it():
    def head(blocks, share):
        return LinearHead("h", blocks, np.zeros((1, 2), np.float32), np.zeros(2, np.float32), share)

    ids = np.array([1, 2], np.uint8)
    mixed = PixelClassifier(ids, (head((SPECTRUM,), 0.5), head((SPECTRUM, TOKENS), 0.3), head((TOKENS,), 0.2)),
                            STRENGTHS[0])
    assert mixed.share_of(TOKENS) == pytest.approx(0.5)
    assert PixelClassifier(ids, mixed.heads[:1], STRENGTHS[0]).share_of(TOKENS) == 0


def test_heads_are_mixed_by_their_shares():
    classifier, blocks = make_model().classifier, make_blocks()
    expected = sum(h.share * h.probabilities(blocks) for h in classifier.heads)
    np.testing.assert_allclose(classifier.mix(blocks), expected, rtol=1e-5)


@pytest.mark.parametrize("strength", STRENGTHS, ids=lambda s: s.name)
def test_predictions_are_probabilities(strength):
    blocks, valid = make_blocks((20, 20)), np.random.default_rng(0).random((20, 20)) < 0.9
    classifier = make_model().classifier
    found = PixelClassifier(classifier.class_ids, classifier.heads, strength).predict(Features(blocks, valid))
    assert found.shape == (20, 20, 3)
    np.testing.assert_allclose(found.sum(-1), 1, atol=1e-5)
    assert TOKENS in blocks
