"""Spectral response functions of a sensor: measured curves from a table, or Gaussians from centre and width."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import WavelengthError
from .bands import BandTable
from .resample import response_matrix
from .units import to_nanometres

FORMAT_HINT = "Write a header, the wavelength in the first column and the response of a band in each further one."
MAX_BYTES = 50_000_000
# A band is seen if this share of its response lies where the source has bands.
MIN_COVERED = 0.9


@dataclass(frozen=True)
class ResponseCurves:
    """Measured responses.

    Attributes:
        names: of the bands.
        wavelength_nm: (fine,) ascending.
        responses: (fine, bands), not negative.
    """

    names: tuple[str, ...]
    wavelength_nm: NDArray[np.float64]
    responses: NDArray[np.float64]

    @property
    def bands(self) -> BandTable:
        """Centroid of each curve, and the width in which it exceeds half of its maximum."""
        step_nm = np.gradient(self.wavelength_nm)
        area = self.responses * step_nm[:, None]
        centre_nm = (area * self.wavelength_nm[:, None]).sum(0) / area.sum(0)
        width_nm = ((self.responses >= self.responses.max(0) / 2) * step_nm[:, None]).sum(0)
        return BandTable.from_arrays(centre_nm.tolist(), width_nm.tolist())


@dataclass(frozen=True)
class Matching:
    """How the bands of a target are made of those of a source.

    Attributes:
        weights: (source, target), every column sums to 1.
        seen: (target,) False for bands the source does not cover; their weights are 0.
    """

    weights: NDArray[np.float64]
    seen: NDArray[np.bool_]


def read_responses(path: Path) -> ResponseCurves:
    """Read curves from a CSV table.

    Raises:
        WavelengthError: not such a table, or a band without response.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WavelengthError(f"{path.name} is too large for a table of responses.", FORMAT_HINT)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WavelengthError(f"The table of responses {path} cannot be read: {error}.", FORMAT_HINT) from error
    separator = next((mark for mark in ";\t," if mark in text), ",")
    rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(cell.strip() for cell in row)]
    try:
        values = np.array([[float((cell.replace(",", ".") if separator != "," else cell) or 0) for cell in row]
                           for row in rows[1:]])
        names = tuple(cell.strip() for cell in rows[0][1:])
    except (ValueError, IndexError) as error:
        raise WavelengthError(f"{path.name} is not a table of numbers: {error}.", FORMAT_HINT) from error
    if values.ndim != 2 or values.shape[0] < 3 or values.shape[1] != len(names) + 1 or not names:
        raise WavelengthError(f"{path.name} has {len(rows)} lines that do not make a table of responses.", FORMAT_HINT)
    return _checked(path.name, rows[0][0], names, values)


def _checked(file_name: str, title: str, names: tuple[str, ...], values: NDArray[np.float64]) -> ResponseCurves:
    """Curves in ascending order of wavelength in nanometres."""
    if not np.isfinite(values).all() or (values[:, 0] <= 0).any():
        raise WavelengthError(f"{file_name} has entries that are not numbers.", FORMAT_HINT)
    unit = title.lower().replace("wavelength", "").replace("_", " ").strip(" ()[]")
    wavelength_nm = to_nanometres(values[:, 0], unit, file_name).wavelength_nm
    order = np.argsort(wavelength_nm)
    wavelength_nm, responses = wavelength_nm[order], np.maximum(values[order, 1:], 0)
    if (np.diff(wavelength_nm) <= 0).any():
        raise WavelengthError(f"{file_name} has a wavelength twice.", FORMAT_HINT)
    dark = [name for name, curve in zip(names, responses.T, strict=True) if not curve.any()]
    if dark:
        raise WavelengthError(f"{file_name} has no response for {', '.join(dark[:5])}.", "Leave these bands out.")
    return ResponseCurves(names, wavelength_nm, responses)


def match_bands(source: BandTable, target: BandTable | ResponseCurves) -> Matching:
    """Weights that turn spectra of a source into those of a target.

    A Gaussian is as much narrower than the target's band as the source's own bands already widen it (widths add in
    squares). Target bands the source does not cover get no weights.

    Args:
        source: bands in any order, of which none may have the same centre as another.
        target: bands (Gaussian response) or measured curves.

    Raises:
        WavelengthError: the source covers no band of the target, or has fewer than two bands.
    """
    order = np.argsort(source.wavelength_nm, kind="stable")
    centre_nm, fwhm_nm = source.wavelength_nm[order], source.fwhm_nm[order]
    distinct = np.concatenate([[True], np.diff(centre_nm) > 1e-6])
    order, centre_nm, fwhm_nm = order[distinct], centre_nm[distinct], fwhm_nm[distinct]
    if len(order) < 2:
        raise WavelengthError(f"{len(order)} bands are too few to resample.", "Choose spectra with more bands.")
    curves = target if isinstance(target, ResponseCurves) else None
    bands = curves.bands if curves else target
    seen = _covered(centre_nm, fwhm_nm, target)
    if not seen.any():
        raise WavelengthError(
            f"None of the {len(seen)} bands ({bands.wavelength_nm.min():.0f} to {bands.wavelength_nm.max():.0f} nm) is "
            f"covered by the source ({centre_nm.min():.0f} to {centre_nm.max():.0f} nm).", "Choose another sensor.")
    weights = np.zeros((len(source), len(seen)))
    weights[np.ix_(order, seen)] = (_curve_weights(centre_nm, curves, seen) if curves
                                    else _gauss_weights(centre_nm, fwhm_nm, bands, seen))  # type: ignore[arg-type]
    return Matching(weights, seen)


def _covered(centre_nm: NDArray[np.float64], fwhm_nm: NDArray[np.float64],
             target: BandTable | ResponseCurves) -> NDArray[np.bool_]:
    """(target,) bands whose response lies where the source has bands, gaps of two band spacings allowed."""
    reach = np.maximum(fwhm_nm, np.median(np.diff(centre_nm)) if len(centre_nm) > 2 else fwhm_nm)
    if isinstance(target, ResponseCurves):
        fine, response = target.wavelength_nm, target.responses
    else:
        width = np.maximum(target.fwhm_nm, 1.0)
        fine = np.arange((target.wavelength_nm - width).min(), (target.wavelength_nm + width).max() + 1, 1.0)
        response = np.exp(-4 * np.log(2) * ((fine[:, None] - target.wavelength_nm) / width) ** 2)
        response[np.abs(fine[:, None] - target.wavelength_nm) > width] = 0
    near = np.asarray((np.abs(fine[:, None] - centre_nm) <= reach).any(axis=1))
    area = response * np.gradient(fine)[:, None]
    return np.asarray((area * near[:, None]).sum(0) >= MIN_COVERED * area.sum(0))


def _gauss_weights(centre_nm: NDArray[np.float64], fwhm_nm: NDArray[np.float64], target: BandTable,
                   seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(source, seen) weights of Gaussian responses, less what the source's own width does."""
    chosen = target.only(np.flatnonzero(seen))
    own_nm = fwhm_nm[np.abs(centre_nm[:, None] - chosen.wavelength_nm).argmin(axis=0)]
    width_nm = np.sqrt(np.maximum(chosen.fwhm_nm**2 - np.nan_to_num(own_nm) ** 2, 0))
    inside = np.clip(chosen.wavelength_nm, centre_nm[0], centre_nm[-1])
    return response_matrix(centre_nm, BandTable.from_arrays(inside.tolist(), width_nm.tolist()))


def _curve_weights(centre_nm: NDArray[np.float64], curves: ResponseCurves,
                   seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(source, seen) weights of measured curves; interpolation where a curve falls between two source bands."""
    weights = np.stack([np.interp(centre_nm, curves.wavelength_nm, curve, left=0, right=0)
                        for curve in curves.responses.T[seen]], axis=1) * np.gradient(centre_nm)[:, None]
    thin = weights.sum(0) <= 0
    chosen = curves.bands.only(np.flatnonzero(seen)).only(np.flatnonzero(thin))
    if thin.any():
        weights[:, thin] = response_matrix(centre_nm, BandTable.from_arrays(
            np.clip(chosen.wavelength_nm, centre_nm[0], centre_nm[-1]).tolist(), [0.0] * len(chosen)))
    return np.asarray(weights / weights.sum(0), np.float64)
