"""What a plot over wavelength is made of, whatever draws it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

# Medium tones that read on white and on black alike, far apart for most colour-blind eyes.
COLORS = ("#3d7ec9", "#e0812b", "#2f9e6e", "#d0487a", "#8a63c4", "#b59a2a", "#39a7b8", "#a4634a")
DOTS_UP_TO = 40
PAD_SHARE = 0.07
# Two neighbours further apart than this many widths have a gap between them.
GAP_FWHM = 5.0


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a panel.

    Attributes:
        name: what the legend calls it.
        color: ``#rrggbb``.
        wavelength_nm: (n,) rising.
        values: (n,) NaN where there is none: the line is broken there.
        spread: (n,) drawn as a band around the line, None for none.
        steps: constant around each wavelength instead of straight from one to the next.
        filled: the area down to zero is tinted.
        faint: in the background, for what is compared with.
    """

    name: str
    color: str
    wavelength_nm: np.ndarray
    values: np.ndarray
    spread: np.ndarray | None = None
    steps: bool = False
    filled: bool = False
    faint: bool = False

    @property
    def dotted(self) -> bool:
        """Whether the bands are so few that each deserves a dot."""
        return int(np.isfinite(self.values).sum()) <= DOTS_UP_TO

    def at(self, wavelength_nm: float) -> int | None:
        """Index of the band nearest to a wavelength, None if the wavelength is outside."""
        waves = self.wavelength_nm
        if not len(waves):
            return None
        nearest = int(np.argmin(np.abs(waves - wavelength_nm)))
        room_nm = 2 * float(np.median(np.diff(waves))) if len(waves) > 1 else 10.0
        return nearest if waves[0] - room_nm <= wavelength_nm <= waves[-1] + room_nm else None


@dataclass(frozen=True)
class Panel:
    """One plot of a stack.

    Attributes:
        key: stable name.
        title: what is plotted.
        about: one sentence on it, for a tool tip.
        brief: a few words on it, beside the title while no values are read.
        share: height compared with the other panels.
        percent: values are shares, shown in per cent.
        decimals: of values that are read; None for three significant digits.
        legend: its title names the curves while no values are read.
        from_zero: the axis starts at zero.
    """

    key: str
    title: str
    about: str = ""
    share: int = 2
    percent: bool = False
    from_zero: bool = True
    decimals: int | None = None
    legend: bool = False
    brief: str = ""

    def text(self, value: float) -> str:
        """A value for reading."""
        if not math.isfinite(value):
            return "–"
        if self.percent:
            return f"{value * 100:.2f} %"
        return f"{value:.3g}" if self.decimals is None else f"{value:.{self.decimals}f}"


@dataclass(frozen=True)
class Span:
    """A part of the axis that is greyed."""

    low_nm: float
    high_nm: float


def grey_spans(wavelength_nm: Sequence[float], fwhm_nm: Sequence[float], good: Sequence[bool]) -> list[Span]:
    """Where there are no usable bands: bad ones, and wide gaps between those of a hyperspectral sensor."""
    order = np.argsort(wavelength_nm, kind="stable")
    waves, widths = np.asarray(wavelength_nm, float)[order], np.asarray(fwhm_nm, float)[order]
    usable = np.flatnonzero(np.asarray(good, bool)[order])
    if not len(usable):
        return []
    spans = []
    if usable[0] > 0:
        spans.append(Span(float(waves[0]), float(waves[usable[0]] - widths[usable[0]] / 2)))
    for left, right in zip(usable[:-1], usable[1:]):
        empty = len(waves) > DOTS_UP_TO and waves[right] - waves[left] > GAP_FWHM * max(widths[left], widths[right])
        if right > left + 1 or empty:
            low, high = waves[left] + widths[left] / 2, waves[right] - widths[right] / 2
            if high > low:
                spans.append(Span(float(low), float(high)))
    if usable[-1] < len(waves) - 1:
        spans.append(Span(float(waves[usable[-1]] + widths[usable[-1]] / 2), float(waves[-1])))
    return spans


def outline(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the line to draw; for steps two corners a band."""
    x, y = curve.wavelength_nm, curve.values
    if not curve.steps or len(x) < 2:
        return x, y
    middle = (x[1:] + x[:-1]) / 2
    left = np.concatenate(([x[0] - (middle[0] - x[0])], middle))
    right = np.concatenate((middle, [x[-1] + (x[-1] - middle[-1])]))
    return np.column_stack((left, right)).ravel(), np.repeat(y, 2)


def runs(values: np.ndarray) -> list[slice]:
    """The unbroken stretches of finite values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.isfinite(values).astype(np.int8), [0]))))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2])]


def x_range(curves: Iterable[Curve]) -> tuple[float, float] | None:
    """The wavelengths of all curves together, None without any."""
    found = [curve.wavelength_nm for curve in curves if len(curve.wavelength_nm)]
    if not found:
        return None
    low, high = min(float(w[0]) for w in found), max(float(w[-1]) for w in found)
    room = max((high - low) * 0.01, 1.0)
    return low - room, high + room


def y_range(panel: Panel, curves: Iterable[Curve], low_nm: float, high_nm: float) -> tuple[float, float]:
    """The values between two wavelengths, with some room."""
    found = []
    for curve in curves:
        inside = (curve.wavelength_nm >= low_nm) & (curve.wavelength_nm <= high_nm) & np.isfinite(curve.values)
        values = curve.values[inside]
        spread = np.zeros_like(values) if curve.spread is None else np.nan_to_num(curve.spread[inside])
        found += [values - spread, values + spread]
    values = np.concatenate(found) if found else np.empty(0)
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if panel.from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * PAD_SHARE or abs(high) * PAD_SHARE or 1e-6
    return (low - room if low < 0 or not panel.from_zero else 0.0), high + room


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two values, at most so many."""
    if not high > low or most < 1:
        return []
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def tick_text(panel: Panel, value: float) -> str:
    """Label of a tick on the axis of values."""
    return f"{value * 100:.3g} %" if panel.percent else f"{value:.3g}"
