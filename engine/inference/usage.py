"""What a run takes: seconds by stage, and memory. Nothing here needs torch, which takes a second to load."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass
class Stages:
    """Seconds spent reading, computing and writing; they overlap, so their sum exceeds the time that passes."""

    read_s: float = 0.0
    compute_s: float = 0.0
    write_s: float = 0.0

    @contextmanager
    def spent(self, stage: str) -> Iterator[None]:
        """Add the time the ``with`` block takes to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, stage, getattr(self, stage) + time.perf_counter() - start)


def peak_memory_mb() -> float | None:
    """The most memory this process has held, in units of 1e6 bytes; None where the system does not say (Windows)."""
    # Linux hands getrusage's value on to the program a process starts: of a worker it would be that of QGIS.
    with suppress(OSError, StopIteration), open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return round(next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024 / 1e6, 1)
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6, 1)
