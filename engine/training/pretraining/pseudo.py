"""Pseudo-classes of a scene without labels: clusters of its principal and of its noise-whitened components."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from ...inference.statistics import NOISE_RIDGE, Patch, box_mean, neighbour_differences
from .datasets import PretrainScene

CLUSTER_COUNTS = (5, 10, 20)
COMPONENTS = 12
MEAN_SIZE_PX = 3
# Clusters of components as they are follow brightness, of fully whitened ones noise: half-way sees both.
HALF_WHITENED = 0.5


def pseudo_classes(scene: PretrainScene, seed: int) -> tuple[NDArray[np.int16], ...]:
    """Cluster maps (rows, cols) of a scene, -1 where it has no data.

    For each of `CLUSTER_COUNTS` one map of the standardised spectrum's main components and one of the noise-whitened
    components of 3 x 3 means (Green et al. 1988).
    """
    values = scene.values.transpose(1, 2, 0).astype(np.float32)
    pixels = values[scene.valid]
    deviations = (values - pixels.mean(0)) / np.maximum(pixels.std(0), 1e-6)
    smooth = box_mean(deviations, scene.valid, MEAN_SIZE_PX)[scene.valid]
    spaces = (_components(deviations[scene.valid]), _components(smooth @ _noise_whitening(deviations, scene.valid)))
    return tuple(_clusters(space, scene.valid, count, seed) for space in spaces for count in CLUSTER_COUNTS)


def _noise_whitening(values: NDArray[np.float32], valid: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(bands, bands) matrix that makes the noise, as seen in differences of neighbours, white."""
    gaps = np.concatenate(neighbour_differences(Patch(values, valid))).astype(np.float64)
    noise = gaps.T @ gaps / max(len(gaps), 1)
    spread, vectors = np.linalg.eigh(noise + (NOISE_RIDGE * np.trace(noise) / len(noise) + 1e-9) * np.eye(len(noise)))
    return np.asarray(vectors / np.sqrt(spread), np.float64)


def _components(pixels: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, `COMPONENTS`) half-whitened main components of (n, bands)."""
    centred = pixels - pixels.mean(0)
    spread, vectors = np.linalg.eigh(np.asarray(centred.T @ centred / len(centred), np.float64))
    count = min(COMPONENTS, len(spread))
    scale = np.maximum(spread[::-1][:count], 1e-12) ** (-0.5 * HALF_WHITENED)
    return np.asarray(centred @ (vectors[:, ::-1][:, :count] * scale), np.float64)


def _clusters(space: NDArray[np.float64], valid: NDArray[np.bool_], count: int, seed: int) -> NDArray[np.int16]:
    found = np.full(valid.shape, -1, np.int16)
    found[valid] = MiniBatchKMeans(min(count, len(space)), random_state=seed, n_init=3).fit_predict(space)
    return found
