"""Features of every pixel: its spectrum, the spectrum with the noise whitened at several scales, and SpecAware tokens.

A token is coarser than a pixel and carries context; the pixel's own spectrum carries detail. Noise-whitened components
(minimum noise fraction, Green et al. 1988) make weak but spatially steady differences count. What counts as noise is
either all that differs between neighbours, or the sensor's noise alone (`.noise`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..raster.grid import Window
from .linear import LinearMap, project
from .noise import sensor_noise
from .statistics import BandStatistics, Patch, Scene, SceneSample, box_mean
from .tokens import TokenField

MNF_COMPONENTS = 25
MNF_SIZES_PX = (3, 5)
SENSOR_MNF_SIZES_PX = (1,)
GUIDE_COMPONENTS = 3
SPECTRUM, TOKENS, GUIDE = "spectrum", "tokens", "guide"
PCA_PIXELS = 20_000


def mnf_name(size_px: int) -> str:
    """Name of the features of a square mean with all that differs between neighbours whitened."""
    return f"mnf{size_px}"


def sensor_mnf_name(size_px: int) -> str:
    """Name of the features of a square mean with the sensor's noise whitened."""
    return f"mnf{size_px}-sensor"


@dataclass(frozen=True)
class Features:
    """Features of a window: named blocks (rows, cols, features), and (rows, cols) validity."""

    blocks: Mapping[str, NDArray[np.float32]]
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class Loaded:
    """What was read of the image for the features of a window: ``patch`` holds the pixels of ``outer``."""

    window: Window
    outer: Window
    patch: Patch


class FeatureReader:
    """Reads features of any window of a scene.

    Args:
        scene: the scene.
        maps: linear maps by name.
        tokens: the encoder's features, None to do without.
    """

    def __init__(self, scene: Scene, maps: Mapping[str, LinearMap], tokens: TokenField | None) -> None:
        self._scene, self.maps, self._tokens = scene, maps, tokens
        self._margin = max((m.size_px for m in maps.values()), default=1) // 2

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols) of the scene."""
        return self._scene.shape

    @property
    def band_count(self) -> int:
        """Bands that are read of each pixel."""
        return len(self._scene.indices)

    @property
    def kept_bytes(self) -> int:
        """Memory of the tokens that are kept, at most, and of encoding."""
        return 0 if self._tokens is None else self._tokens.kept_bytes

    @property
    def widths(self) -> dict[str, int]:
        """Number of features of each block."""
        found = {name: m.matrix.shape[1] for name, m in self.maps.items()}
        return found if self._tokens is None else found | {TOKENS: self._tokens.projection.matrix.shape[1]}

    def with_maps(self, maps: Mapping[str, LinearMap]) -> FeatureReader:
        """A reader with other maps of the same scene."""
        return FeatureReader(self._scene, maps, self._tokens)

    def only(self, names: Collection[str]) -> FeatureReader:
        """A reader of some of the features; what it does not give is neither read nor computed."""
        maps = {name: m for name, m in self.maps.items() if name in names}
        return FeatureReader(self._scene, maps, self._tokens if TOKENS in names else None)

    def reach(self, window: Window) -> Window:
        """The pixels that features of a window depend on."""
        outer = window.grow(self._margin, self.shape)
        if self._tokens is None:
            return outer
        wide = self._tokens.reach(window)
        row, col = min(outer.row, wide.row), min(outer.col, wide.col)
        return Window(row, col, max(outer.row + outer.rows, wide.row + wide.rows) - row,
                      max(outer.col + outer.cols, wide.col + wide.cols) - col)

    def load(self, window: Window) -> Loaded:
        """Read what `features` needs for a window inside the scene; may run in another thread."""
        outer = self.reach(window)
        return Loaded(window, outer, self._scene.read(outer))

    def features(self, loaded: Loaded) -> Features:
        """Features of what was loaded, without touching the image."""
        window, near = loaded.window, loaded.window.grow(self._margin, self.shape)
        outer = loaded.outer
        patch = loaded.patch.crop(Window(near.row - outer.row, near.col - outer.col, *near.shape))
        inner = Window(window.row - near.row, window.col - near.col, *window.shape).slices
        blocks = {name: block[inner] for name, block in project(self.maps, patch).items()}
        if self._tokens is not None:
            self._tokens.hold(outer, loaded.patch)
            blocks[TOKENS] = self._tokens.read(window)
        return Features(blocks, patch.valid[inner])

    def read(self, window: Window) -> Features:
        """Features of a window inside the scene."""
        return self.features(self.load(window))


def fit_maps(sample: SceneSample) -> dict[str, LinearMap]:
    """The linear maps of a scene; every block of features has a total variance of about one."""
    maps = {SPECTRUM: _spectrum_map(sample.bands), GUIDE: _guide_map(sample)}
    covariance = {size_px: _covariance(sample, size_px) for size_px in {1, *MNF_SIZES_PX, *SENSOR_MNF_SIZES_PX}}
    whiten = _whitening(sample.noise_covariance())
    maps |= {mnf_name(s): _mnf_map(sample, whiten, covariance[s], s) for s in MNF_SIZES_PX}
    whiten = _whitening(sensor_noise(sample, covariance[1]))
    return maps | {sensor_mnf_name(s): _mnf_map(sample, whiten, covariance[s], s) for s in SENSOR_MNF_SIZES_PX}


def _whitening(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """(bands, bands) matrix after which noise of this covariance is the same in all directions."""
    values, vectors = np.linalg.eigh(noise)
    return np.asarray(vectors / np.sqrt(values))


def _spectrum_map(bands: BandStatistics) -> LinearMap:
    scale = 1 / (bands.std * np.sqrt(len(bands.std)))
    return LinearMap(1, bands.mean, np.diag(scale).astype(np.float32))


def _guide_map(sample: SceneSample) -> LinearMap:
    """Leading components of the standardised spectrum, the largest with a standard deviation of one."""
    scale = 1 / sample.bands.std
    covariance = _covariance(sample, 1) * np.outer(scale, scale)
    values, vectors = _leading(covariance, GUIDE_COMPONENTS)
    return LinearMap(1, sample.bands.mean, (scale[:, None] * vectors / np.sqrt(values[0])).astype(np.float32))


def _mnf_map(sample: SceneSample, whiten: NDArray[np.float64], covariance: NDArray[np.float64],
             size_px: int) -> LinearMap:
    values, vectors = _leading(whiten.T @ covariance @ whiten, MNF_COMPONENTS)
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
