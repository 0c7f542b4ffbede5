"""A small land-cover model drawn from a seed."""

from __future__ import annotations

import numpy as np

from engine.inference.classifier import LinearHead, PixelClassifier
from engine.inference.features import GUIDE, SPECTRUM, TOKENS, mnf_name
from engine.inference.linear import LinearMap
from engine.inference.model import LandCoverModel
from engine.inference.smoothing import STRENGTHS
from engine.inference.statistics import BandStatistics
from engine.inference.tokens import TokenProjection
from engine.raster.legend import default_palette
from engine.spectral.bands import BandTable

N_BANDS, N_TOKENS = 6, 3
CLASSES = default_palette(["water", "tree", "bare <soil> & Größe"], [1, 4, 200])


def make_bands(n_bands=N_BANDS, first_nm=450.0, step_nm=50.0, fwhm_nm=10.0):
    return BandTable.from_arrays([first_nm + step_nm * i for i in range(n_bands)], [fwhm_nm] * n_bands)


def make_model(**changes) -> LandCoverModel:
    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    widths = {SPECTRUM: N_BANDS, mnf_name(3): 4, TOKENS: N_TOKENS}
    maps = {name: LinearMap(size, draw(N_BANDS), draw(N_BANDS, width))
            for name, size, width in ((SPECTRUM, 1, N_BANDS), (mnf_name(3), 3, 4), (GUIDE, 1, 3))}
    heads = tuple(LinearHead(f"head {i}", blocks, draw(sum(widths[b] for b in blocks), 3), draw(3), share)
                  for i, (blocks, share) in enumerate([((SPECTRUM,), 0.25), ((SPECTRUM, mnf_name(3), TOKENS), 0.75)]))
    heads[0].bias[1] = -np.inf
    values = {"classes": CLASSES, "bands": make_bands(), "level": "L2",
              "statistics": BandStatistics(draw(N_BANDS), np.abs(draw(N_BANDS))), "scale": 1.5, "maps": maps,
              "tokens": TokenProjection(draw(8), draw(8, N_TOKENS)), "weights_hash": "0" * 64,
              "classifier": PixelClassifier(np.array([1, 4, 200], np.uint8), heads, STRENGTHS[2]),
              "provenance": {"engine": "0", "seed": "7"}}
    return LandCoverModel(**values | changes)


def make_blocks(shape=(5, 6), seed=0):
    rng = np.random.default_rng(seed)
    widths = {SPECTRUM: N_BANDS, mnf_name(3): 4, TOKENS: N_TOKENS, GUIDE: 3}
    return {name: rng.normal(size=(*shape, width)).astype(np.float32) for name, width in widths.items()}
