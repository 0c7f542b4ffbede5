"""Noise of the sensor, told apart from the texture of the ground.

Differences of neighbours (`SceneSample.noise_covariance`) hold both. On fields, whitening by them makes within-field
variety harmless; where ground is mixed or finely textured it takes away what tells classes apart. Here three estimates
of the noise alone are added, each blind where another is not:

- the nugget, the variogram continued to distance 0 (Curran and Dungan 1989, "Estimation of signal-to-noise: a new
  procedure applied to AVIRIS data", IEEE TGRS 27), blind to noise shared by neighbours;
- differences of neighbours in quiet places (Gao 1993, "An operational method for estimating signal to noise ratios
  from data acquired with imaging spectrometers", Remote Sensing of Environment 43), which may all be dark;
- what the other bands do not tell of a band (Roger and Arnold 1996, "Reliably estimating the noise in AVIRIS
  hyperspectral images", Int. J. Remote Sensing 17), blind to noise shared by bands.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .statistics import NOISE_RIDGE, Patch, SceneSample, box_mean

NUGGET_SHARE, QUIET_SHARE = 0.5, 0.3
QUIET_QUANTILE = 0.25
# Places around a difference are compared as means of squares this wide, this far apart: no pixel is in both.
MEAN_PX = 3
PAIRS = 40_000
TINY = 1e-6


def sensor_noise(sample: SceneSample, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance (bands, bands) of the sensor's noise, with a small ridge.

    Args:
        sample: of the scene.
        covariance: (bands, bands) of its pixels.
    """
    std = sample.bands.std.astype(np.float64)
    scaled = covariance / np.outer(std, std)
    noise = _unexplained(scaled)
    near, far = (_scatter(_differences(sample, gap_px)) for gap_px in (1, 2))
    if near is not None and far is not None:
        noise = noise + NUGGET_SHARE * _positive(2 * near - far)
    if (quiet := _scatter(_quiet_differences(sample))) is not None:
        noise = noise + QUIET_SHARE * quiet
    noise += (NOISE_RIDGE * np.trace(noise) / len(noise) or 1.0) * np.eye(len(noise))
    return noise * np.outer(std, std)


def _unexplained(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Diagonal of what a linear regression on all other bands leaves of each band's variance."""
    n_bands = len(covariance)
    ridge = TINY * np.trace(covariance) / n_bands or 1.0
    return np.diag(1 / np.diag(np.linalg.inv(covariance + ridge * np.eye(n_bands))))


def _scatter(parts: Iterator[NDArray[np.float32]]) -> NDArray[np.float64] | None:
    """Half the second moments of (n, bands) differences: the covariance of one side; None without any."""
    count, total = 0, None
    for part in parts:
        if len(part):
            count += len(part)
            product = part.T.astype(np.float64) @ part
            total = product if total is None else total + product
    return None if total is None else total / (2 * count)


def _positive(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0)) @ vectors.T


def _step(sample: SceneSample) -> int:
    """Only each so-many-th difference is used in large scenes."""
    return max(1, 2 * sum(int(p.valid.sum()) for p in sample.patches) // PAIRS)


def _turned(patch: Patch) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """Values and validity with each of the two directions as the first axis."""
    yield patch.values, patch.valid
    yield patch.values.transpose(1, 0, 2), patch.valid.T


def _differences(sample: SceneSample, gap_px: int) -> Iterator[NDArray[np.float32]]:
    """Differences (n, bands) of pixels this far apart, in standard deviations of the bands."""
    step = _step(sample)
    for patch in sample.patches:
        for values, valid in _turned(patch):
            pairs = np.argwhere(valid[gap_px:] & valid[:-gap_px])[::step]
            rows, cols = pairs.T
            yield (values[rows + gap_px, cols] - values[rows, cols]) / sample.bands.std


def _quiet_differences(sample: SceneSample) -> Iterator[NDArray[np.float32]]:
    """Differences (n, bands) of neighbours between squares that are most alike.

    The squares, not the differences themselves, say what is quiet: choosing small differences would make noise small.
    """
    step, found, unlike = _step(sample), [], []
    for patch in sample.patches:
        means = box_mean(patch.values / sample.bands.std, patch.valid, MEAN_PX)
        for (values, valid), mean in zip(_turned(patch), (means, means.transpose(1, 0, 2)), strict=True):
            # Rows 0 1 2 | 3 4 5: means around 1 and 4, difference of 2 and 3.
            whole = valid[1:-4] & valid[2:-3] & valid[3:-2] & valid[4:-1]
            rows, cols = np.argwhere(whole)[::step].T
            found.append((values[rows + 3, cols] - values[rows + 2, cols]) / sample.bands.std)
            unlike.append(((mean[rows + 4, cols] - mean[rows + 1, cols]) ** 2).sum(1))
    limit = np.quantile(np.concatenate(unlike), QUIET_QUANTILE) if sum(map(len, unlike)) else 0.0
    for difference, gap in zip(found, unlike, strict=True):
        yield difference[gap <= limit]
