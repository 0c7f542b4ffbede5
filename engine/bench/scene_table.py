"""Measured speeds of mapping a scene, as a table and as JSON, beside what no program could be faster than."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from .speed_report import Machine

SIDE = 1024


@dataclass(frozen=True)
class Speed:
    """How a contender did.

    Attributes:
        name: of the contender.
        seconds: from start to end of its process, libraries included.
        cpu_s: of all its threads.
        pixels: that it mapped in that time.
        peak_mb: the most memory it held.
        stages: seconds of its reading, computing and writing, where it tells; they overlap.
        operations: multiplications and additions of its matrix products, NaN where nobody counted.
    """

    name: str
    seconds: float
    cpu_s: float
    pixels: int
    peak_mb: float
    stages: dict[str, float]
    operations: float = math.nan


@dataclass(frozen=True)
class Floors:
    """What a map takes at least.

    Attributes:
        read_s_px: seconds to read a pixel.
        rate: matrix operations a second, see `matrix_rate`.
    """

    read_s_px: float
    rate: float

    def times(self, speed: Speed) -> tuple[float, float]:
        """How many times as long as reading alone, and as arithmetic alone, it took."""
        return speed.seconds / (self.read_s_px * speed.pixels), speed.seconds * self.rate / speed.operations


def matrix_rate(dtype: torch.dtype, seconds: float = 1.0) -> float:
    """Multiplications and additions a second in products of large matrices, on all threads."""
    a, done = torch.ones(SIDE, SIDE, dtype=dtype), 0
    a @ a
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        a @ a
        done += 1
    return 2 * SIDE**3 * done / (time.perf_counter() - start)


def markdown(speeds: Sequence[Speed], floors: Floors, machine: Machine) -> str:
    """A table: pixels a second, memory, and where the time went."""
    lines = [f"{machine}; matrix products: {floors.rate / 1e9:.0f} billion operations a second.", "",
             "| | px/s | s | CPU s | µs CPU a px | peak MB | read s | compute s | write s | times reading alone "
             "| times arithmetic alone |", "|---|" + "---:|" * 10]
    return "\n".join(lines + [_row(speed, floors) for speed in speeds])


def _row(s: Speed, floors: Floors) -> str:
    stages = [f"{s.stages[k]:.1f}" if k in s.stages else "" for k in ("read_s", "compute_s", "write_s")]
    reading, arithmetic = floors.times(s)
    cells = [s.name, f"{s.pixels / s.seconds:,.0f}", f"{s.seconds:.1f}", f"{s.cpu_s:.1f}",
             f"{s.cpu_s / s.pixels * 1e6:.1f}", _known(s.peak_mb, ",.0f"), *stages, f"{reading:.1f}",
             _known(arithmetic, ",.1f")]
    return f"| {' | '.join(cells)} |"


def _known(value: float, form: str) -> str:
    return "" if math.isnan(value) else format(value, form)


def as_json(speeds: Sequence[Speed], floors: Floors, machine: Machine) -> dict[str, Any]:
    """The same, for programs; what is not known is None."""
    rows = [{name: None if isinstance(value, float) and math.isnan(value) else value
             for name, value in asdict(speed).items()} for speed in speeds]
    return {"machine": asdict(machine), "floors": asdict(floors), "contenders": rows}
