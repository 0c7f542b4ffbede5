"""A folded classifier gives what it gave before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.inference.classifier import LOGITS, LinearHead, PixelClassifier
from engine.inference.features import GUIDE, SPECTRUM, TOKENS, FeatureReader, fit_maps, mnf_name, sensor_mnf_name
from engine.inference.folding import fold
from engine.inference.smoothing import STRENGTHS
from engine.inference.statistics import Scene, SceneSample
from engine.raster.cube import Cube
from engine.raster.grid import Window
from engine.reporting import SilentReporter

CLASSES, TOKEN_COUNT = 4, 5
USES = {"all": (SPECTRUM, mnf_name(3), sensor_mnf_name(1), TOKENS), "pixel": (SPECTRUM, sensor_mnf_name(1)),
        "square": (mnf_name(5),), "spectrum": (SPECTRUM,)}


class Tokens:
    """In place of an encoder's: random, but the same for the same window."""

    projection = type("Projection", (), {"matrix": np.zeros((3, TOKEN_COUNT), np.float32)})

    def read(self, window):
        return np.random.default_rng([window.row, window.col]).normal(size=(*window.shape, TOKEN_COUNT)).astype("f4")

    def hold(self, window, patch):
        pass

    def reach(self, window):
        return window


@pytest.fixture(scope="module")
def reader(scene):
    with Cube.open(scene.image) as cube:
        sample = SceneSample(cube, SilentReporter())
        yield FeatureReader(Scene(cube, cube.bands.good_indices, sample.bands), fit_maps(sample), Tokens())


def classifier(reader, *heads):
    """With heads on these blocks, drawn at random."""
    rng, found = np.random.default_rng(0), []
    for number, blocks in enumerate(heads):
        width = sum(reader.widths[name] for name in blocks)
        bias = np.where(np.arange(CLASSES) == number, -np.inf, rng.normal(size=CLASSES)).astype(np.float32)
        found.append(LinearHead(str(number), blocks, rng.normal(size=(width, CLASSES)).astype(np.float32), bias,
                                1 / len(heads)))
    return PixelClassifier(np.arange(1, CLASSES + 1, dtype=np.uint8), tuple(found), STRENGTHS[1], 1.3)


@pytest.mark.parametrize("heads", [[name] for name in USES] + [list(USES), ["square", "spectrum"]], ids="-".join)
def test_probabilities_stay(reader, heads):
    plain = classifier(reader, *(USES[name] for name in heads))
    window, folded = Window(5, 3, 40, 37), fold(reader, plain)
    before = plain.predict(reader.only(plain.blocks).read(window))
    after = folded.classifier.predict(folded.reader.only(folded.classifier.blocks).read(window))
    np.testing.assert_allclose(after, before, atol=2e-5)
    assert after.std((0, 1)).max() > 1e-3


def test_features_of_single_pixels_are_no_longer_read(reader):
    folded = fold(reader, classifier(reader, USES["all"], USES["spectrum"]))
    assert folded.classifier.blocks == {LOGITS, mnf_name(3), TOKENS, GUIDE}
    assert folded.reader.widths[LOGITS] == 2 * CLASSES


def test_what_reads_squares_alone_stays_as_it_is(reader):
    plain = classifier(reader, USES["square"])
    folded = fold(reader, plain)
    assert folded.reader is reader
    assert folded.classifier is plain


def test_heads_without_weight_are_left_out(reader):
    plain = classifier(reader, USES["square"], USES["pixel"])
    used, idle = plain.heads
    folded = fold(reader, replace(plain, heads=(replace(used, share=1.0), replace(idle, share=0.0))))
    assert LOGITS not in folded.classifier.blocks


def test_maps_around_different_centres_stay(reader):
    maps = dict(reader.maps)
    maps[SPECTRUM] = replace(maps[SPECTRUM], centre=maps[SPECTRUM].centre + 1)
    moved = reader.with_maps(maps)
    plain = classifier(moved, USES["pixel"])
    assert fold(moved, plain).classifier is plain
