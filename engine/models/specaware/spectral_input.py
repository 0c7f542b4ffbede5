"""What the model is told about the bands and the sensor of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...errors import WavelengthError

SENSOR_KEYS = ("avc", "avng", "av3", "others")
LEVEL_KEYS = ("L1", "L2")
RANGE_NM = (350.0, 2550.0)
SHARE_LIMITS = (0.2, 2.0)


@dataclass(frozen=True)
class SpectralInput:
    """Band table and sensor of a batch, one for all samples or one per sample.

    Attributes:
        wavelength_nm: (C,) or (B, C) centre wavelengths, each in 350..2550, or 0 for an unknown one.
        fwhm_nm: same shape, full widths at half maximum.
        sensor: a key of `SENSOR_KEYS`, or one per sample; a sensor not among them is ``others``.
        level: ``L1`` (radiance) or ``L2`` (reflectance), or one per sample.

    Raises:
        WavelengthError: shapes differ, values are missing or outside the range, or a key is unknown.
    """

    wavelength_nm: Tensor | Sequence[float]
    fwhm_nm: Tensor | Sequence[float]
    sensor: str | Sequence[str] = "others"
    level: str | Sequence[str] = "L2"
    configurations: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        wavelength, fwhm = _column(self.wavelength_nm), _column(self.fwhm_nm)
        if wavelength.shape != fwhm.shape or wavelength.ndim not in (1, 2) or not wavelength.numel():
            raise WavelengthError(f"Wavelengths of shape {tuple(wavelength.shape)} and FWHM of shape "
                                  f"{tuple(fwhm.shape)} do not fit.", "Give one wavelength and one FWHM for each band.")
        inside = ((wavelength >= RANGE_NM[0]) & (wavelength <= RANGE_NM[1])) | (wavelength == 0)
        if not bool(inside.all()) or not bool(torch.isfinite(fwhm).all()):
            worst = float(wavelength[~inside][0]) if not bool(inside.all()) else float("nan")
            raise WavelengthError(f"A band at {worst:g} nm is outside {RANGE_NM[0]:g}..{RANGE_NM[1]:g} nm, or its "
                                  "FWHM is not a number.", "Give wavelengths in nanometres and leave such bands out.")
        sensors, levels = _keys(self.sensor, SENSOR_KEYS), _keys(self.level, LEVEL_KEYS)
        counts = {n for n in (len(sensors), len(levels), 1 if wavelength.ndim == 1 else len(wavelength)) if n > 1}
        if len(counts) > 1:
            raise WavelengthError(f"Per-sample metadata of different lengths: {sorted(counts)}.",
                                  "Give one value for the batch, or one for each sample.")
        for name, value in (("wavelength_nm", wavelength), ("fwhm_nm", fwhm), ("sensor", sensors), ("level", levels),
                            ("configurations", max(counts, default=1))):
            object.__setattr__(self, name, value)

    @property
    def bands(self) -> int:
        """Number of bands C."""
        return int(self.wavelength_nm.shape[-1])  # type: ignore[union-attr]

    @property
    def shares(self) -> Tensor:
        """(C,) or (B, C) float32: how much of the spectrum each band stands for, one in the mean.

        That is half the distance between its neighbours, limited to `SHARE_LIMITS` times the median, so that neither a
        gap in the spectrum nor the overlap of two detectors rules. Unknown wavelengths give ones.
        """
        table = torch.as_tensor(self.wavelength_nm)
        return torch.stack([_shares(row) for row in table.view(-1, self.bands)]).view(table.shape)

    def cache_key(self) -> tuple[object, ...]:
        """Equal for equal metadata."""
        return (self.wavelength_nm.numpy().tobytes(), self.fwhm_nm.numpy().tobytes(),  # type: ignore[union-attr]
                tuple(self.wavelength_nm.shape), tuple(self.sensor), tuple(self.level))  # type: ignore[union-attr]


def _shares(wavelength_nm: Tensor) -> Tensor:
    """(C,) float32 of (C,) float64."""
    if len(wavelength_nm) < 3 or not bool((wavelength_nm > 0).all()):
        return torch.ones(len(wavelength_nm))
    ordered, order = wavelength_nm.sort(stable=True)
    gaps = torch.gradient(ordered)[0]
    middle = gaps.quantile(0.5)
    if not middle > 0:
        return torch.ones(len(wavelength_nm))
    limited = (gaps / middle).clamp(*SHARE_LIMITS)
    return torch.empty_like(limited).scatter_(0, order, limited / limited.mean()).float()


def _column(values: Tensor | Sequence[float]) -> Tensor:
    """CPU float64: a wavelength's phase needs it."""
    return torch.as_tensor(values, dtype=torch.float64).detach().cpu().contiguous()


def _keys(value: str | Sequence[str], known: tuple[str, ...]) -> tuple[str, ...]:
    keys = (value,) if isinstance(value, str) else tuple(value)
    for key in keys:
        if key not in known:
            raise WavelengthError(f"{key!r} is not one of {', '.join(known)}.", "Use 'others' for any other sensor.")
    return keys
