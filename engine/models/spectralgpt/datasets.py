"""How the four downstream data sets are brought to SpectralGPT's 12 bands (specification sections 14 and 18)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

# The 12 bands in the order of the published weights, three to a spectral group.
BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")
EUROSAT_BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12", "B8A")
SEGMUNICH_BANDS = ("B02", "B03", "B04", "B08", "B05", "B06", "B07", "B8A", "B11", "B12")
SEGMUNICH_EPS = 1e-9
_SEGMUNICH_LABELS = {21: 1, 22: 2, 23: 3, 31: 4, 32: 6, 33: 7, 41: 8, 13: 9, 14: 10}
_PIXEL_M = {**dict.fromkeys(("B02", "B03", "B04", "B08"), 10), **dict.fromkeys(("B01", "B09", "B10"), 60)}

# BigEarthNet's 19 classes and the CORINE names each joins; the other CORINE names are left out.
_BEN_CLASSES: tuple[tuple[str, ...], ...] = (
    ("Continuous urban fabric", "Discontinuous urban fabric"),
    ("Industrial or commercial units",),
    ("Non-irrigated arable land", "Permanently irrigated land", "Rice fields"),
    ("Vineyards", "Fruit trees and berry plantations", "Olive groves",
     "Annual crops associated with permanent crops"),
    ("Pastures",),
    ("Complex cultivation patterns",),
    ("Land principally occupied by agriculture, with significant areas of natural vegetation",),
    ("Agro-forestry areas",),
    ("Broad-leaved forest",),
    ("Coniferous forest",),
    ("Mixed forest",),
    ("Natural grassland", "Sparsely vegetated areas"),
    ("Moors and heathland", "Sclerophyllous vegetation"),
    ("Transitional woodland/shrub",),
    ("Beaches, dunes, sands",),
    ("Inland marshes", "Peatbogs"),
    ("Salt marshes", "Salines"),
    ("Water courses", "Water bodies"),
    ("Coastal lagoons", "Estuaries", "Sea and ocean"),
)
BEN_INDEX = {name: index for index, names in enumerate(_BEN_CLASSES) for name in names}


def eurosat_bands(image: NDArray, as_published: bool = False) -> NDArray:
    """EuroSAT's 13 bands, where B8A comes last, to the 12 of the model, (12, rows, cols).

    ``as_published`` drops position 10 of the file as the authors do, which removes B11 and keeps cirrus.
    """
    if as_published:
        return np.delete(image, 10, axis=0)
    return image[[EUROSAT_BANDS.index(name) for name in BANDS]]


def segmunich_bands(image: NDArray, as_published: bool = False) -> NDArray:
    """SegMunich's 10 bands to 12, (12, rows, cols); the missing B1 and B9 are the pixel's mean.

    ``as_published`` keeps the order of the file and appends the mean twice.
    """
    mean = image.mean(axis=0, dtype=np.float32)
    if as_published:
        return np.concatenate([image, mean[None], mean[None]])
    return np.stack([image[SEGMUNICH_BANDS.index(name)] if name in SEGMUNICH_BANDS else mean for name in BANDS])


def segmunich_labels(codes: NDArray) -> NDArray[np.int64]:
    """CORINE-like codes to the classes 0..12."""
    table = np.arange(256)
    for code, label in _SEGMUNICH_LABELS.items():
        table[code] = label
    return table[codes].astype(np.int64)


def bigearthnet_labels(names: Sequence[str]) -> NDArray[np.float32]:
    """CORINE names of an image to the 19 classes, 1 or 0; names outside them are left out."""
    present = np.zeros(len(_BEN_CLASSES), np.float32)
    present[[BEN_INDEX[name] for name in names if name in BEN_INDEX]] = 1
    return present


def oscd_image(files: Mapping[str, NDArray], keep_integers: bool = False) -> NDArray:
    """OSCD's bands at their own pixel size, by name, to (12, rows, cols) at 10 m with cubic splines.

    ``keep_integers`` rounds to the files' whole numbers as the authors do, where an undershoot below 0 is lost.
    """
    shape = files["B02"].shape
    return np.stack([_fit(_upsampled(files[name], _PIXEL_M.get(name, 20) // 10, keep_integers), shape)
                     for name in BANDS])


def _upsampled(band: NDArray, factor: int, keep_integers: bool) -> NDArray:
    band = band if keep_integers else band.astype(np.float32)
    return band if factor == 1 else ndimage.zoom(band, factor)


def _fit(band: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Cut or edge-pad at the lower right."""
    band = band[:shape[0], :shape[1]]
    return np.pad(band, [(0, wanted - found) for wanted, found in zip(shape, band.shape, strict=True)], mode="edge")


def match_size(image: NDArray, like: NDArray) -> NDArray:
    """Cut or edge-pad (bands, rows, cols) to the rows and columns of the other date."""
    return np.stack([_fit(band, like.shape[1:]) for band in image])


def oscd_windows(rows: int, cols: int, patch_px: int = 128) -> list[tuple[slice, slice]]:
    """The overlapping patches of the authors' loader, row by row; the image's edges may stay uncovered."""
    stride = patch_px // 2 - 1
    counts = (math.ceil((length - patch_px + 1) / stride) for length in (rows, cols))
    starts = [[i * stride for i in range(count)] for count in counts]
    return [(slice(r, r + patch_px), slice(c, c + patch_px)) for r in starts[0] for c in starts[1]]


def oscd_class_weights(changed: float) -> tuple[float, float]:
    """Loss weights of no change and change for a share of changed pixels; the factor 10 is the authors' choice."""
    return 10 * 2 * changed, 2 * (1 - changed)
