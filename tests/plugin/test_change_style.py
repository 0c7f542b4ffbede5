"""How scores of a change are counted and drawn."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import QgsSingleBandPseudoColorRenderer

from specaware_qgis import change_style


def test_scores_above_a_threshold(qgis_app):
    scores = change_style.Scores(np.sort(np.array([0.1, 0.5, 1.0, 2.0, 8.0], np.float32)))
    assert scores.share_above(1.0) == pytest.approx(0.4)
    assert scores.share_above(100) == 0
    assert change_style.Scores(np.zeros(0, np.float32)).share_above(1) == 0


def test_the_style_hides_what_is_below(scene):
    change_style.style_score(scene, 2.0, 9.0)
    renderer = scene.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert (renderer.classificationMin(), renderer.classificationMax()) == (2.0, 9.0)
    hidden = renderer.rasterTransparency().transparentSingleValuePixelList()[0]
    assert (hidden.max, hidden.percentTransparent) == (2.0, 100.0)
