"""Features of every pixel: its spectrum, the spectrum with the noise whitened at several scales, and SpecAware tokens.

A token is coarser than a pixel and carries context; the pixel's own spectrum carries detail. Noise-whitened components
(minimum noise fraction, Green et al. 1988) make weak but spatially steady differences count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window
from .statistics import BandStatistics, Patch, Scene, SceneSample, box_mean
from .tokens import TokenField

MNF_COMPONENTS = 25
MNF_SIZES_PX = (1, 3, 5)
GUIDE_COMPONENTS = 3
SPECTRUM, TOKENS, GUIDE = "spectrum", "tokens", "guide"
PCA_PIXELS = 20_000


def mnf_name(size_px: int) -> str:
    """Name of the noise-whitened features of a square mean."""
    return f"mnf{size_px}"


@dataclass(frozen=True)
class LinearMap:
    """``(mean of a square of pixels - centre) @ matrix``.

    Attributes:
        size_px: side of the square, odd.
        centre: (bands,) float32.
        matrix: (bands, features) float32.
    """

    size_px: int
    centre: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def apply(self, patch: Patch) -> NDArray[np.float32]:
        """(rows, cols, features); projecting first and averaging then is the same and cheaper."""
        projected = ((patch.values - self.centre) @ self.matrix).astype(np.float32, copy=False)
        return box_mean(projected, patch.valid, self.size_px)


@dataclass(frozen=True)
class Features:
    """Features of a window: named blocks (rows, cols, features), and (rows, cols) validity."""

    blocks: Mapping[str, NDArray[np.float32]]
    valid: NDArray[np.bool_]


class FeatureReader:
    """Reads features of any window of a scene.

    Args:
        scene: the scene.
        maps: linear maps by name.
        tokens: the encoder's features, None to do without.
    """

    def __init__(self, scene: Scene, maps: Mapping[str, LinearMap], tokens: TokenField | None) -> None:
        self._scene, self._maps, self._tokens = scene, maps, tokens
        self._margin = max(m.size_px for m in maps.values()) // 2

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the scene."""
        return self._scene.shape

    def read(self, window: Window) -> Features:
        """Features of a window inside the scene."""
        outer = window.grow(self._margin, self.shape)
        patch = self._scene.read(outer)
        inner = Window(window.row - outer.row, window.col - outer.col, *window.shape).slices
        blocks = {name: m.apply(patch)[inner] for name, m in self._maps.items()}
        if self._tokens is not None:
            blocks[TOKENS] = self._tokens.read(window)
        return Features(blocks, patch.valid[inner])


def fit_maps(sample: SceneSample) -> dict[str, LinearMap]:
    """The linear maps of a scene; every block of features has a total variance of about one."""
    maps = {SPECTRUM: _spectrum_map(sample.bands), GUIDE: _guide_map(sample)}
    values, vectors = np.linalg.eigh(sample.noise_covariance())
    whiten = vectors / np.sqrt(values)
    for size_px in MNF_SIZES_PX:
        maps[mnf_name(size_px)] = _mnf_map(sample, whiten, size_px)
    return maps


def _spectrum_map(bands: BandStatistics) -> LinearMap:
    scale = 1 / (bands.std * np.sqrt(len(bands.std)))
    return LinearMap(1, bands.mean, np.diag(scale).astype(np.float32))


def _guide_map(sample: SceneSample) -> LinearMap:
    """Leading components of the standardised spectrum, the largest with a standard deviation of one."""
    scale = 1 / sample.bands.std
    covariance = _covariance(sample, 1) * np.outer(scale, scale)
    values, vectors = _leading(covariance, GUIDE_COMPONENTS)
    return LinearMap(1, sample.bands.mean, (scale[:, None] * vectors / np.sqrt(values[0])).astype(np.float32))


def _mnf_map(sample: SceneSample, whiten: NDArray[np.float64], size_px: int) -> LinearMap:
    covariance = whiten.T @ _covariance(sample, size_px) @ whiten
    values, vectors = _leading(covariance, MNF_COMPONENTS)
    return LinearMap(size_px, sample.bands.mean, (whiten @ vectors / np.sqrt(values.sum())).astype(np.float32))


def _covariance(sample: SceneSample, size_px: int) -> NDArray[np.float64]:
    """(bands, bands) covariance of the means of squares of pixels around the scene's mean."""
    total, count = np.zeros((len(sample.bands.mean),) * 2), 0
    step = max(1, sum(int(p.valid.sum()) for p in sample.patches) // PCA_PIXELS)
    for patch in sample.patches:
        pixels = box_mean(patch.values - sample.bands.mean, patch.valid, size_px)[patch.valid][::step]
        total += pixels.T.astype(np.float64) @ pixels
        count += len(pixels)
    return total / max(count, 1)


def _leading(covariance: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Largest eigenvalues (floored above zero) and their vectors in columns, largest first."""
    values, vectors = np.linalg.eigh(covariance)
    count = min(count, len(values))
    return np.maximum(values[::-1][:count], 1e-12), vectors[:, ::-1][:, :count]
