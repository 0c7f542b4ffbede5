from itertools import pairwise

import numpy as np
import pytest

from engine.errors import CancelledError
from engine.inference import mapping
from engine.inference.classifier import PixelClassifier
from engine.inference.features import GUIDE, Features
from engine.inference.mapping import map_scene, there_and_back
from engine.inference.novelty import NOVELTY_BLOCK, Novelty
from engine.inference.smoothing import STRENGTHS
from engine.raster.grid import Window, blocks
from engine.reporting import SilentReporter

from .models import make_blocks, make_model

SHAPE = (90, 75)


class FakeReader:
    shape = SHAPE

    def __init__(self):
        self.blocks = make_blocks(SHAPE)
        self.blocks[GUIDE] *= 0.1
        self.valid = np.random.default_rng(1).random(SHAPE) < 0.9

    def only(self, names):
        self.blocks = {k: v for k, v in self.blocks.items() if k in names}
        return self

    def load(self, window):
        return window

    def features(self, window):
        return Features({k: v[window.slices] for k, v in self.blocks.items()}, self.valid[window.slices])


def mapped(area, strength=STRENGTHS[-1], reporter=None):
    """Class and confidence of an area, put together from its blocks."""
    classifier = make_model().classifier
    classifier = PixelClassifier(classifier.class_ids, classifier.heads, strength)
    classes, confidence = np.full(area.shape, 99, np.uint8), np.full(area.shape, np.nan, np.float32)
    for block in map_scene(FakeReader(), classifier, area, reporter or SilentReporter()):
        classes[block.window.slices], confidence[block.window.slices] = block.class_ids, block.confidence
    return classes, confidence


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(mapping, "BLOCK_PX", 32)


@pytest.mark.parametrize("strength", STRENGTHS, ids=lambda s: s.name)
def test_blocks_give_the_map_of_the_whole(monkeypatch, strength):
    whole = mapped(Window(0, 0, *SHAPE), strength)
    monkeypatch.setattr(mapping, "BLOCK_PX", 32)
    parts = mapped(Window(0, 0, *SHAPE), strength)
    np.testing.assert_array_equal(parts[0], whole[0])
    np.testing.assert_allclose(parts[1], whole[1], atol=1e-6)


def test_an_area_is_a_crop_of_the_whole(small_blocks):
    whole, area = mapped(Window(0, 0, *SHAPE)), Window(17, 40, 45, 35)
    part = mapped(area)
    np.testing.assert_array_equal(part[0], whole[0][area.slices])
    np.testing.assert_allclose(part[1], whole[1][area.slices], atol=1e-6)


def test_pixels_without_data_have_no_class(small_blocks):
    classes, confidence = mapped(Window(0, 0, *SHAPE))
    valid = FakeReader().valid
    assert set(np.unique(classes[valid])) <= {1, 4, 200}
    assert (classes[~valid] == 0).all()
    assert (confidence[~valid] == -1).all()
    assert confidence[valid].min() >= 1 / 3 - 1e-6


def test_the_class_is_the_most_probable_one():
    reader, classifier = FakeReader(), make_model().classifier
    probabilities = PixelClassifier(classifier.class_ids, classifier.heads, STRENGTHS[0]).mix(reader.blocks)
    classes, confidence = mapped(Window(0, 0, *SHAPE), STRENGTHS[0])
    np.testing.assert_array_equal(classes[reader.valid], np.array([1, 4, 200])[probabilities.argmax(-1)][reader.valid])
    np.testing.assert_allclose(confidence[reader.valid], probabilities.max(-1)[reader.valid])


def test_uncertainty_of_every_pixel(small_blocks):
    reader, model = FakeReader(), make_model()
    classifier = PixelClassifier(model.classifier.class_ids, model.classifier.heads, STRENGTHS[0], 2.0)
    novelty = Novelty(reader.blocks[NOVELTY_BLOCK][:3, :3].reshape(9, -1), 0.5)
    found, confidence = np.full((3, *SHAPE), np.nan, np.float32), np.full(SHAPE, np.nan, np.float32)
    for block in map_scene(reader, classifier, Window(0, 0, *SHAPE), SilentReporter(), True, novelty):
        found[:, *block.window.slices], confidence[block.window.slices] = block.uncertainty, block.confidence
    margin, entropy, unlike = found
    valid = reader.valid
    assert (found[:, ~valid] == -1).all()
    assert margin[valid].min() >= 0
    assert (margin <= confidence)[valid].all()
    assert 0 <= entropy[valid].min() < entropy[valid].max() <= 1
    assert np.corrcoef(margin[valid], entropy[valid])[0, 1] < -0.8
    np.testing.assert_allclose(unlike[:3, :3][valid[:3, :3]], 0, atol=1e-2)
    assert unlike[40:][valid[40:]].min() > 0.1


def test_without_training_pixels_nothing_is_said_of_novelty():
    model = make_model()
    (block, *_) = map_scene(FakeReader(), model.classifier, Window(0, 0, *SHAPE), SilentReporter(), True)
    assert (block.uncertainty[2] == -1).all()
    assert block.uncertainty[1].max() > 0


def test_the_temperature_changes_confidence_and_not_the_map():
    model, whole = make_model(), Window(0, 0, *SHAPE)
    heads = (model.classifier.class_ids, model.classifier.heads, STRENGTHS[0])
    (plain,), (flat,) = (list(map_scene(FakeReader(), PixelClassifier(*heads, t), whole, SilentReporter()))
                         for t in (1.0, 3.0))
    np.testing.assert_array_equal(plain.class_ids, flat.class_ids)
    valid = FakeReader().valid
    assert (flat.confidence[valid] < plain.confidence[valid] + 1e-6).all()


def test_mapping_can_be_cancelled(small_blocks):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        mapped(Window(0, 0, *SHAPE), reporter=reporter)


@pytest.mark.parametrize("shape", [(5, 5), (90, 75), (30, 200), (200, 30)])
def test_every_block_comes_once_and_beside_the_one_before(shape):
    windows = list(blocks(shape, 30))
    order = there_and_back(windows)
    assert sorted(order, key=windows.index) == windows
    for before, after in pairwise(order):
        assert abs(before.row - after.row) + abs(before.col - after.col) == 30
