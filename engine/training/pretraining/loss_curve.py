"""The course of a pretraining run, as a table and a picture."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...html_report.pictures import png

CSV_NAME, PNG_NAME = "loss.csv", "loss.png"
FIXED = ("step", "elapsed_s", "rate", "loss")
WIDTH_PX, HEIGHT_PX = 760, 420
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 76, 24, 40, 48
COLORS = ((34, 34, 34), (200, 76, 60), (38, 112, 190), (70, 150, 70), (150, 90, 170))
GRID, INK = (228, 228, 228), (90, 90, 90)
TICKS = 5
# Letters of 3 x 5 dots, a row of three a digit of eight; enough for numbers and names.
_FONT = {"0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
         "8": "75757", "9": "75717", ".": "00002", "-": "00700", "k": "45655", "a": "25755", "b": "65656", "c": "34443",
         "d": "65556", "e": "74647", "f": "74644", "g": "34553", "h": "55755", "i": "72227", "j": "11152", "l": "44447",
         "m": "57755", "n": "65555", "o": "25552", "p": "65644", "q": "25573", "r": "65655", "s": "34216", "t": "72222",
         "u": "55557", "v": "55552", "w": "55775", "x": "55255", "y": "55222", "z": "71247"}


@dataclass(frozen=True)
class Point:
    """Means since the point before.

    Attributes:
        step: last step of the span.
        elapsed_s: training time.
        rate: learning rate.
        parts: of the loss, by name; their sum is the loss.
    """

    step: int
    elapsed_s: float
    rate: float
    parts: dict[str, float]

    @property
    def loss(self) -> float:
        """The whole."""
        return sum(self.parts.values())


class LossCurve:
    """Points of a run in a folder; a run that is continued at a step forgets what came after it.

    Args:
        folder: where `CSV_NAME` and `PNG_NAME` are written.
        step: at which the run is continued, 0 for a new one.
    """

    def __init__(self, folder: Path, step: int = 0) -> None:
        self._folder = folder
        self.points = [p for p in _read(folder / CSV_NAME) if p.step <= step]

    def add(self, step: int, elapsed_s: float, rate: float, parts: Mapping[str, float]) -> None:
        """Add a point and write the table."""
        self.points.append(Point(step, elapsed_s, rate, dict(parts)))
        names = list(dict.fromkeys(name for point in self.points for name in point.parts))
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow([*FIXED, *names])
        for p in self.points:
            table.writerow([p.step, f"{p.elapsed_s:.1f}", f"{p.rate:.6g}", repr(p.loss),
                            *(repr(p.parts[n]) if n in p.parts else "" for n in names)])
        _replace(self._folder / CSV_NAME, text.getvalue().encode())

    @property
    def last_loss(self) -> float | None:
        """Mean of the last twentieth of the points; None without any."""
        losses = [point.loss for point in self.points[-max(1, len(self.points) // 20):]]
        return sum(losses) / len(losses) if losses else None

    def draw(self) -> None:
        """Write the picture of the finite losses; nothing with fewer than two of them."""
        points = [point for point in self.points if math.isfinite(point.loss)]
        if len(points) > 1:
            _replace(self._folder / PNG_NAME, png(curve_picture(points)))


def _read(path: Path) -> list[Point]:
    """Points of an earlier run; none if there is no table or it is not ours."""
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        return [Point(int(r["step"]), float(r["elapsed_s"]), float(r["rate"]),
                      {n: float(v) for n, v in r.items() if n not in FIXED and v}) for r in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(data)
    os.replace(partial, path)


def curve_picture(points: Sequence[Point]) -> NDArray[np.uint8]:
    """(rows, cols, 4) loss and its parts over the steps; axes begin at 0 and have labels."""
    steps = np.array([p.step for p in points], float)
    names = list(dict.fromkeys(name for p in points for name in p.parts))
    lines = {"loss": np.array([p.loss for p in points])}
    if len(names) > 1:
        lines |= {n: np.array([p.parts.get(n, math.nan) for p in points]) for n in names}
    top = _round_up(max(float(np.nanmax(v)) for v in lines.values()))
    last = _round_up(float(steps[-1]))
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 255, np.uint8)
    _axes(image, last, top)
    at = LEFT_PX
    for color, (name, values) in zip(COLORS * (1 + len(lines) // len(COLORS)), lines.items(), strict=False):
        known = np.isfinite(values)
        _line(image, steps[known] / last, values[known] / top, color)
        image[TOP_PX - 24:TOP_PX - 18, at:at + 18] = color
        at = _write(image, name.lower(), at + 26, TOP_PX - 26, color) + 24
    return np.concatenate([image, np.full((HEIGHT_PX, WIDTH_PX, 1), 255, np.uint8)], axis=-1)


def _round_up(value: float) -> float:
    """To a round number: the end of an axis whose ticks are round, too."""
    scale = 10.0 ** math.floor(math.log10(max(value, 1e-12)))
    return next(scale * m for m in (1, 1.5, 2, 2.5, 4, 5, 7.5, 10) if scale * m >= value * (1 - 1e-9))


def _axes(image: NDArray[np.uint8], last: float, top: float) -> None:
    for tick in range(TICKS + 1):
        row, col = _place(tick / TICKS, tick / TICKS)
        image[row, LEFT_PX:WIDTH_PX - RIGHT_PX] = GRID
        image[TOP_PX:HEIGHT_PX - BOTTOM_PX, col] = GRID
        label = f"{top * tick / TICKS:.3g}"
        _write(image, label, LEFT_PX - 10 - 8 * len(label), row - 5, INK)
        label = _short(last * tick / TICKS)
        _write(image, label, col - 4 * len(label), HEIGHT_PX - BOTTOM_PX + 10, INK)
    _write(image, "step", WIDTH_PX - RIGHT_PX - 32, HEIGHT_PX - 18, INK)


def _short(steps: float) -> str:
    return f"{steps / 1000:g}k" if steps >= 10_000 else f"{steps:g}"


def _place(right: float, up: float) -> tuple[int, int]:
    row = HEIGHT_PX - BOTTOM_PX - 1 - round(up * (HEIGHT_PX - TOP_PX - BOTTOM_PX - 1))
    return row, LEFT_PX + round(right * (WIDTH_PX - LEFT_PX - RIGHT_PX - 1))


def _line(image: NDArray[np.uint8], right: NDArray[np.float64], up: NDArray[np.float64],
          color: tuple[int, int, int]) -> None:
    for (x0, y0), (x1, y1) in pairwise(zip(right, up, strict=True)):
        for t in np.linspace(0, 1, 2 + int(2 * WIDTH_PX * max(abs(x1 - x0), abs(y1 - y0)))):
            row, col = _place(x0 + t * (x1 - x0), y0 + t * (y1 - y0))
            image[row:row + 2, col:col + 2] = color


def _write(image: NDArray[np.uint8], words: str, left: int, top: int, color: tuple[int, int, int]) -> int:
    """Write small letters, twice their size in dots; returns where they end."""
    for letter in words:
        for row, bits in enumerate(_FONT.get(letter, "00000")):
            for col in range(3):
                if int(bits) >> (2 - col) & 1:
                    y, x = top + 2 * row, left + 2 * col
                    image[y:y + 2, x:x + 2] = color
        left += 8
    return left
