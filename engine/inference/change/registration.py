"""The shift between two images by phase correlation, to a fraction of a pixel.

Phase correlation after Kuglin and Hines 1975; the peak is refined by a Fourier transform as matrix products
around it (Guizar-Sicairos, Thurman and Fienup 2008, "Efficient subpixel image registration algorithms", Optics
Letters 33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ...raster.alignment import Shift
from ...raster.grid import Window
from ...raster.sample import evenly
from ...reporting import Reporter
from .pair import ImagePair, PairPatch

WINDOW_PX = 128
MIN_WINDOW_PX = 24
WINDOWS_A_SIDE = 3
PLANES = 6
MAX_SHIFT_PX = 12.0
REFINED_STEP_PX = 0.02
MIN_VALID = 0.8
# Only structure coarser than this is compared: noise has no common phase, and each sensor blurs in its own way.
BLUR_PX = 1.0
AGREEMENT_PX = 0.5


@dataclass(frozen=True)
class MeasuredShift:
    """A shift and how well parts of the scene agree on it.

    Attributes:
        shift: by how much the later image's content lies down and right of the earlier one's.
        windows: parts of the scene that were measured and agree.
        spread_px: median distance of the parts from the shift.
    """

    shift: Shift
    windows: int
    spread_px: float

    @property
    def length_px(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.shift.rows, self.shift.cols))


def measure_shift(pair: ImagePair, reporter: Reporter) -> MeasuredShift | None:
    """Measure the shift of the later image in parts of the scene.

    Returns:
        The median of the parts, or None if fewer than half of them agree within `AGREEMENT_PX`.
    """
    found = []
    for window in _windows(pair.shape):
        reporter.check_cancelled()
        patch = pair.read(window)
        if patch.valid.mean() >= MIN_VALID and (shift := _of_patch(patch)) is not None:
            found.append((shift.rows, shift.cols))
    if not found:
        return None
    shifts = np.array(found)
    middle = np.median(shifts, axis=0)
    away = np.hypot(*(shifts - middle).T)
    near = away <= AGREEMENT_PX
    if near.mean() <= 0.5:
        return None
    middle = np.median(shifts[near], axis=0)
    return MeasuredShift(Shift(float(middle[0]), float(middle[1])), int(near.sum()), float(np.median(away)))


def phase_correlation(first: Sequence[NDArray[np.float32]], second: Sequence[NDArray[np.float32]]) -> Shift | None:
    """The shift of the content of ``second`` against ``first``.

    Args:
        first: planes (rows, cols) of one size, without gaps.
        second: the same of the other image, in the same order.

    Returns:
        None if the planes show no structure, or the peak lies further off than `MAX_SHIFT_PX`.
    """
    shape = first[0].shape
    taper = np.outer(np.hanning(shape[0] + 2)[1:-1], np.hanning(shape[1] + 2)[1:-1])
    total = np.zeros(shape, np.complex128)
    for a, b in zip(first, second, strict=True):
        if a.std() == 0 or b.std() == 0:
            continue
        cross = np.fft.fft2((b - b.mean()) * taper) * np.conj(np.fft.fft2((a - a.mean()) * taper))
        total += cross / np.maximum(np.abs(cross), 1e-12 * np.abs(cross).max())
    if not total.any():
        return None
    total *= _low_pass(shape)
    surface = np.fft.ifft2(total).real
    rows, cols = (np.fft.fftfreq(n) * n for n in shape)
    reachable = (np.abs(rows)[:, None] <= MAX_SHIFT_PX) & (np.abs(cols) <= MAX_SHIFT_PX)
    row, col = np.unravel_index(np.where(reachable, surface, -np.inf).argmax(), shape)
    return _refined(total, float(rows[row]), float(cols[col]))


def _refined(spectrum: NDArray[np.complex128], row: float, col: float) -> Shift:
    """The peak of the inverse transform within a pixel of a place, in steps of `REFINED_STEP_PX`."""
    steps = np.arange(-1, 1 + REFINED_STEP_PX / 2, REFINED_STEP_PX)
    f_rows, f_cols = (np.fft.fftfreq(n) for n in spectrum.shape)
    left = np.exp(2j * np.pi * np.outer(row + steps, f_rows))
    right = np.exp(2j * np.pi * np.outer(f_cols, col + steps))
    at = np.unravel_index((left @ spectrum @ right).real.argmax(), (len(steps), len(steps)))
    return Shift(float(row + steps[at[0]]), float(col + steps[at[1]]))


def _low_pass(shape: tuple[int, int]) -> NDArray[np.float64]:
    """Gaussian weights of the frequencies."""
    rows, cols = (np.fft.fftfreq(n) for n in shape)
    return np.exp(-2 * (np.pi * BLUR_PX) ** 2 * (rows[:, None] ** 2 + cols**2))


def _windows(shape: tuple[int, int]) -> list[Window]:
    """Up to nine windows on a 3 x 3 lattice over the scene."""
    rows, cols = (min(WINDOW_PX, side) for side in shape)
    if min(rows, cols) < MIN_WINDOW_PX:
        return []
    starts = []
    for side, size in zip(shape, (rows, cols), strict=True):
        count = min(WINDOWS_A_SIDE, max(1, round(side / size)))
        starts.append(np.unique(np.linspace(0, side - size, count).round().astype(int)))
    return [Window(int(r), int(c), rows, cols) for r in starts[0] for c in starts[1]]


def _of_patch(patch: PairPatch) -> Shift | None:
    """Shift of one window: edges of a few bands, since the sign of a contrast may change with the season."""
    n_bands = patch.before.shape[-1]
    chosen = evenly(n_bands, PLANES)
    planes = [[_edges(side[..., i]) for i in chosen] for side in (patch.before, patch.after)]
    return phase_correlation(*planes)


def _edges(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gradient magnitude of (rows, cols), gaps filled with the mean."""
    present = np.isfinite(plane)
    filled = np.where(present, plane, plane[present].mean() if present.any() else 0)
    down, right = np.gradient(gaussian_filter(filled, BLUR_PX))
    return np.hypot(down, right).astype(np.float32)
