"""Measured speeds as markdown and as JSON, with the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .models import Measured, Workload


@dataclass(frozen=True)
class Machine:
    """Where something was measured.

    Attributes:
        processor: its name.
        cores: that this process may use.
        threads: that torch uses.
        load: processes that ran or waited in the last minute.
        versions: of Python, torch and numpy.
    """

    processor: str
    cores: int
    threads: int
    load: float
    versions: dict[str, str]

    @classmethod
    def here(cls) -> Machine:
        """This one, now."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        return cls(_processor(), cores, torch.get_num_threads(), round(load, 1),
                   {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__})

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return f"{self.processor}, {self.cores} cores, {self.threads} threads, load {self.load:g}; {versions}"


def markdown(workload: Workload, measured: Sequence[Measured], machine: Machine) -> str:
    """A table; ratios above 1 mean that ours is faster, or smaller."""
    lines = [f"{workload.config.name}, {workload.side_px} x {workload.side_px} px, {workload.bands} bands, one image. "
             f"{machine}.", "",
             "| piece | plain ms | ours ms | times as fast (wanted) | plain MB | ours MB | times less (wanted) | error "
             "| |",
             "|---|" + "---|" * 8]
    return "\n".join(lines + [_row(m) for m in measured])


def _row(m: Measured) -> str:
    speed, memory = (f"{wanted:g}" if wanted else "-" for wanted in (m.wanted_speed, m.wanted_memory))
    cells = (m.name, f"{m.reference_s * 1e3:.0f}", f"{m.ours_s * 1e3:.0f}", f"{m.speed:.1f} ({speed})",
             f"{m.reference_bytes / 1e6:.0f}", f"{m.ours_bytes / 1e6:.0f}", f"{m.memory:.1f} ({memory})",
             f"{m.error:.1e}", _verdict(m))
    return f"| {' | '.join(cells)} |"


def as_json(workload: Workload, measured: Sequence[Measured], machine: Machine) -> dict[str, Any]:
    """The same, for programs."""
    return {"workload": asdict(workload), "machine": asdict(machine),
            "pieces": [asdict(m) | {"speed": m.speed, "memory": m.memory, "same": m.same, "reached": m.reached}
                       for m in measured]}


def _verdict(measured: Measured) -> str:
    if not measured.same:
        return "DIFFERS"
    return "reached" if measured.reached else "short"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
