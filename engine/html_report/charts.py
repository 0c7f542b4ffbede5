"""Charts of a report as inline SVG and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .page import swatch, text

WIDTH, HEIGHT = 860, 300
LEFT, RIGHT, TOP, BOTTOM = 54, 12, 10, 40
# A jump between bands wider than this many times the usual one is a gap in the line, not a straight piece.
GAP_FACTOR = 4.0


@dataclass(frozen=True)
class Curve:
    """A line of a chart: its name, colour, and values at ``x``."""

    name: str
    color: tuple[int, int, int]
    x: Sequence[float]
    values: Sequence[float]


def matrix(names: Sequence[str], colors: Sequence[Sequence[int]], counts: Sequence[Sequence[int]], rows: str,
           cols: str) -> str:
    """A confusion matrix; cells are shaded by their share of the row.

    Args:
        names: class names, plain text.
        colors: of the classes.
        counts: (classes, classes).
        rows: what the rows are, plain text.
        cols: what the columns are, plain text.
    """
    head = "".join(f"<th>{text(name)}</th>" for name in names)
    body = []
    for i, (name, color, row) in enumerate(zip(names, colors, counts, strict=True)):
        total = max(sum(row), 1)
        cells = "".join(f'<td class="c{" hit" if i == j else ""}{"" if n else " z"}" '
                        f'style="--s:{n / total:.3f}">{n}</td>' for j, n in enumerate(row))
        body.append(f"<tr><th>{swatch(color, name)}</th>{cells}</tr>")
    return (f'<div class="scroll"><table class="matrix" style="width:auto"><thead><tr><th>{text(rows)} \\ {text(cols)}'
            f'</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>')


def spectra(curves: Sequence[Curve], y_label: str) -> str:
    """Curves over wavelength in nm with a legend; empty without curves."""
    return lines(curves, "spectra", "wavelength (nm)", y_label)


def lines(curves: Sequence[Curve], name: str, x_label: str, y_label: str, top: float | None = None,
          mark: float | None = None) -> str:
    """Curves with a legend; empty without curves.

    Args:
        curves: those with values that are not finite are left out.
        name: of the chart, for those who hear it.
        x_label: plain text.
        y_label: plain text.
        top: of the axis, the highest value if None.
        mark: where to draw a dashed line upright.
    """
    curves = [c for c in curves if len(c.values) and all(map(math.isfinite, c.values))]
    if not curves:
        return ""
    x_min, x_max = min(min(c.x) for c in curves), max(max(c.x) for c in curves)
    y_min, y_max = min(0.0, *(min(c.values) for c in curves)), top or max(max(c.values) for c in curves)
    frame = _Frame(x_min, max(x_max, x_min + 1), y_min, y_max if y_max > y_min else y_min + 1)
    paths = "".join(f'<path d="{_path(frame, c)}" fill="none" stroke="rgb{tuple(map(int, c.color))}" '
                    f'stroke-width="2" stroke-linejoin="round"><title>{text(c.name)}</title></path>' for c in curves)
    if mark is not None:
        paths += (f'<line class="dia" x1="{frame.x(mark):.1f}" x2="{frame.x(mark):.1f}" '
                  f'y1="{frame.y(y_min):.1f}" y2="{TOP}"/>')
    legend = "".join(f"<span>{swatch(c.color, c.name)}</span>" for c in curves)
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(name)}">'
            f'{frame.axes(x_label, y_label)}{paths}</svg><div class="legend">{legend}</div>')


def calibration(bins: Sequence[tuple[float, float, int]]) -> str:
    """Confidence against accuracy: bars, the diagonal they should reach, and the number of pixels.

    Args:
        bins: (confidence, accuracy, pixels) of each tenth that has pixels.
    """
    if not bins:
        return ""
    size = 360
    frame = _Frame(0, 1, 0, 1, size, size - 40)
    total = sum(n for *_, n in bins)
    parts = []
    for confidence, accuracy, n in bins:
        at = min(int(confidence * 10), 9) / 10
        x, right, top, said = frame.x(at + 0.012), frame.x(at + 0.088), frame.y(accuracy), frame.y(confidence)
        strength = 0.35 + 0.65 * math.sqrt(n / total)
        parts.append(f'<rect class="bar" x="{x:.1f}" y="{top:.1f}" width="{right - x:.1f}" '
                     f'height="{frame.y(0) - top:.1f}" rx="2" opacity="{strength:.2f}"><title>'
                     f"confidence {confidence:.2f}, right {accuracy:.2f}, {n} pixels</title></rect>"
                     f'<line x1="{x:.1f}" x2="{right:.1f}" y1="{said:.1f}" y2="{said:.1f}" '
                     'stroke="currentColor" stroke-width="2"/>')
    diagonal = (f'<line class="dia" x1="{frame.x(0)}" y1="{frame.y(0)}" x2="{frame.x(1)}" y2="{frame.y(1)}"/>')
    return (f'<svg viewBox="0 0 {size} {size - 40}" role="img" aria-label="calibration" style="max-width:{size}px">'
            f'{frame.axes("probability on the map", "share that is right")}{"".join(parts)}{diagonal}</svg>')


class _Frame:
    """From values to places on the drawing."""

    def __init__(self, x_min: float, x_max: float, y_min: float, y_max: float, width: int = WIDTH,
                 height: int = HEIGHT) -> None:
        self._x, self._y, self._width, self._height = (x_min, x_max), (y_min, y_max), width, height

    def x(self, value: float) -> float:
        """Place from the left."""
        low, high = self._x
        return LEFT + (value - low) / (high - low) * (self._width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Place from the top."""
        low, high = self._y
        return self._height - BOTTOM - (value - low) / (high - low) * (self._height - TOP - BOTTOM)

    def axes(self, x_label: str, y_label: str) -> str:
        """Grid lines with numbers, and the names of the axes."""
        left, right = self.x(self._x[0]), self.x(self._x[1])
        parts = []
        for tick in _ticks(*self._y, 5):
            y = self.y(tick)
            parts.append(f'<line class="ax" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
                         f'<text x="{left - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
        for tick in _ticks(*self._x, 8 if self._width > 500 else 5):
            parts.append(f'<text x="{self.x(tick):.1f}" y="{self._height - BOTTOM + 17}" text-anchor="middle">{tick:g}'
                         "</text>")
        middle = (TOP + self._height - BOTTOM) / 2
        parts.append(f'<text x="{(left + right) / 2:.1f}" y="{self._height - 5}" text-anchor="middle">{text(x_label)}'
                     f'</text><text transform="translate(13 {middle:.1f}) rotate(-90)" text-anchor="middle">'
                     f"{text(y_label)}</text>")
        return "".join(parts)


def _ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round numbers inside a range."""
    rough = (high - low) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _path(frame: _Frame, curve: Curve) -> str:
    """The curve from left to right, broken where bands are missing."""
    points = sorted(zip(curve.x, curve.values, strict=True))
    steps = sorted(b[0] - a[0] for a, b in pairwise(points)) or [1.0]
    widest = GAP_FACTOR * max(steps[len(steps) // 2], 1e-6)
    parts = []
    for at, (wave, value) in enumerate(points):
        new = at == 0 or wave - points[at - 1][0] > widest
        parts.append(f"{'M' if new else 'L'}{frame.x(wave):.1f} {frame.y(value):.1f}")
    return "".join(parts)
