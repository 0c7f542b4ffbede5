"""From measured values to what SpectralGPT was trained on (specification section 14). Images are (bands, rows, cols).

Pretraining scaled every band of an image to 0..1 by its own minimum and maximum, so units do not matter. The other
normalisations reproduce the authors' fine-tuning scripts, whose statistics the encoder never saw.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ...errors import InputError

MINMAX_EPS = 1e-10
CIRRUS = 10  # index of B10 in the 13 bands of Sentinel-2 with B8A after B8; the model does without

# Means and standard deviations in digital numbers (reflectance * 10,000) of the 13 bands, as in the authors' scripts.
FMOW_MEAN = np.array([1370.19151926, 1184.3824625, 1120.77120066, 1136.26026392, 1263.73947144, 1645.40315151,
                      1846.87040806, 1762.59530783, 1972.62420416, 582.72633433, 14.77112979, 1732.16362238,
                      1247.91870117])
FMOW_STD = np.array([633.15169573, 650.2842772, 712.12507725, 965.23119807, 948.9819932, 1108.06650639, 1258.36394548,
                     1233.1492281, 1364.38688993, 472.37967789, 14.3114637, 1310.36996126, 1087.6020813])
EUROSAT_MEAN = np.array([752.40087073, 884.29673756, 1144.16202635, 1297.47289228, 1624.90992062, 2194.6423161,
                         2422.21248945, 2517.76053101, 2581.64687018, 2645.51888987, 582.72633433, 2368.51236873,
                         1805.06846033])
EUROSAT_STD = np.array([1108.02887453, 1155.15170768, 1183.6292542, 1368.11351514, 1370.265037, 1355.55390699,
                        1416.51487101, 1474.78900051, 1439.3086061, 1582.28010962, 472.37967789, 1455.52084939,
                        1343.48379601])


def band_range(image: NDArray) -> tuple[NDArray, NDArray]:
    """Minimum and maximum (bands,) of each band's finite values, 0 and 0 for a band without any."""
    finite = np.isfinite(image)
    low = np.where(finite, image, np.inf).min(axis=(1, 2))
    high = np.where(finite, image, -np.inf).max(axis=(1, 2))
    empty = ~finite.any(axis=(1, 2))
    return np.where(empty, 0, low), np.where(empty, 0, high)


def scale_to_range(image: NDArray, low: NDArray, high: NDArray, eps: float = MINMAX_EPS) -> NDArray:
    """(x - low) / (high - low + eps) of each band; 0 for bands of one value and for values that are not finite.

    For a scene in tiles, take the range of the whole scene, or tiles differ where they meet.
    """
    values = image.astype(np.result_type(image, np.float32))
    low, high = (edge.astype(values.dtype)[:, None, None] for edge in (low, high))
    span = high - low
    return np.divide(values - low, span + values.dtype.type(eps), out=np.zeros_like(values),
                     where=(span > 0) & np.isfinite(values))


def minmax(image: NDArray, eps: float = MINMAX_EPS) -> NDArray:
    """Scale each band by its own range, as in pretraining."""
    return scale_to_range(image, *band_range(image), eps)


def eurosat_zscore(image: NDArray) -> NDArray[np.float32]:
    """(x - mean) / std of the authors' EuroSAT script; digital numbers of the model's 12 bands."""
    mean, std = (np.delete(v, CIRRUS)[:, None, None] for v in (EUROSAT_MEAN, EUROSAT_STD))
    return ((image - mean) / std).astype(np.float32)


def clip_to_bytes(image: NDArray) -> NDArray[np.uint8]:
    """The authors' BigEarthNet fine-tuning: mean +- 2 std to 0..255, truncated; digital numbers of the 12 bands."""
    mean, std = (np.delete(v, CIRRUS)[:, None, None] for v in (FMOW_MEAN, FMOW_STD))
    return np.clip((image - (mean - 2 * std)) / (4 * std) * 255, 0, 255).astype(np.uint8)


def ben_clip8(image: NDArray) -> NDArray[np.float32]:
    """`clip_to_bytes` scaled to 0..1."""
    return clip_to_bytes(image).astype(np.float32) / np.float32(255)


NORMALISATIONS: dict[str, Callable[[NDArray], NDArray]] = {
    "minmax": minmax, "eurosat_zscore": eurosat_zscore, "ben_clip8": ben_clip8}


def normalise(image: NDArray, how: str = "minmax") -> NDArray:
    """Normalise the model's 12 bands (12, rows, cols) in one of `NORMALISATIONS`.

    Raises:
        InputError: no such normalisation.
    """
    if how not in NORMALISATIONS:
        raise InputError(f"SpectralGPT has no normalisation '{how}'.", f"Choose one of {', '.join(NORMALISATIONS)}.")
    return NORMALISATIONS[how](image)


def evaluation_crop(image: NDArray, image_px: int) -> NDArray[np.float32]:
    """Resize so that the shorter side is image_px / 0.875 and cut the middle out, after normalisation.

    Bicubic without antialiasing, so values overshoot a little; they are not clipped. Above 224 px the shorter side
    becomes ``image_px``.
    """
    side = int(image_px / 0.875) if image_px <= 224 else image_px
    _, rows, cols = image.shape
    short = min(rows, cols)
    size = (int(side * rows / short), int(side * cols / short))
    pixels = torch.from_numpy(np.ascontiguousarray(image, np.float32)).unsqueeze(0)
    resized = functional.interpolate(pixels, size=size, mode="bicubic", align_corners=False, antialias=False)[0]
    top, left = (round((length - image_px) / 2) for length in size)
    return resized[:, top:top + image_px, left:left + image_px].numpy()
