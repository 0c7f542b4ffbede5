"""Progress, log and cancellation of a running task, the same for every face of the engine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from .errors import CancelledError

Item = TypeVar("Item")


class Reporter(Protocol):
    """What a task may tell its caller, and ask of it."""

    def progress(self, fraction: float, message: str = "") -> None:
        """Say how far the task is, ``fraction`` in 0..1."""

    def log(self, level: str, message: str) -> None:
        """Add a line to the log; ``level`` is ``info`` or ``warning``."""

    def check_cancelled(self) -> None:
        """Raise `CancelledError` if the user asked to stop."""


class SilentReporter:
    """Reports nothing; can be cancelled from another thread. Warnings are kept for the report."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.warnings: list[str] = []

    def progress(self, fraction: float, message: str = "") -> None:
        """Ignore progress."""

    def log(self, level: str, message: str) -> None:
        """Keep warnings."""
        if level == "warning":
            self.warnings.append(message)

    def check_cancelled(self) -> None:
        """Raise `CancelledError` if `cancelled` is set."""
        if self.cancelled.is_set():
            raise CancelledError


class ConsoleReporter(SilentReporter):
    """Writes log lines, and progress in steps of ten percent, to stderr."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = -1

    def progress(self, fraction: float, message: str = "") -> None:
        """Print when another ten percent are done."""
        step = int(fraction * 10)
        if step > self._shown:
            self._shown = step
            print(f"{fraction:4.0%} {message}".rstrip(), file=sys.stderr)

    def log(self, level: str, message: str) -> None:
        """Print the line."""
        super().log(level, message)
        print(f"{level}: {message}", file=sys.stderr)


class PartReporter:
    """A reporter for one part of a task: its 0..1 is ``start``..``stop`` of the whole."""

    def __init__(self, whole: Reporter, start: float, stop: float) -> None:
        self._whole, self._start, self._stop = whole, start, stop

    def progress(self, fraction: float, message: str = "") -> None:
        """Scale into the whole."""
        self._whole.progress(self._start + (self._stop - self._start) * fraction, message)

    def log(self, level: str, message: str) -> None:
        """Pass on."""
        self._whole.log(level, message)

    def check_cancelled(self) -> None:
        """Pass on."""
        self._whole.check_cancelled()


class CallbackReporter(SilentReporter):
    """Hands progress and log lines to two functions (the worker uses it)."""

    def __init__(self, on_progress: Callable[[float, str], None], on_log: Callable[[str, str], None]) -> None:
        super().__init__()
        self._on_progress, self._on_log = on_progress, on_log

    def progress(self, fraction: float, message: str = "") -> None:
        """Call ``on_progress``."""
        self._on_progress(fraction, message)

    def log(self, level: str, message: str) -> None:
        """Call ``on_log``."""
        super().log(level, message)
        self._on_log(level, message)


def tracked(items: Iterable[Item], total: int, reporter: Reporter, message: str = "") -> Iterator[Item]:
    """Yield ``items``, reporting progress and stopping when cancelled."""
    for done, item in enumerate(items):
        reporter.check_cancelled()
        reporter.progress(done / max(total, 1), message)
        yield item
    reporter.progress(1.0, message)


class WarningKeeper:
    """Passes everything on to another reporter, and keeps each warning once for the result."""

    def __init__(self, whole: Reporter) -> None:
        self._whole = whole
        self.warnings: list[str] = []

    def progress(self, fraction: float, message: str = "") -> None:
        """Pass on."""
        self._whole.progress(fraction, message)

    def log(self, level: str, message: str) -> None:
        """Pass on; a warning already given is not repeated."""
        if level == "warning":
            if message in self.warnings:
                return
            self.warnings.append(message)
        self._whole.log(level, message)

    def check_cancelled(self) -> None:
        """Pass on."""
        self._whole.check_cancelled()
