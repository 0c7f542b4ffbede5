"""Reading ahead and writing behind: files are read and written while something is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from .grid import Window

T = TypeVar("T")


def read_ahead(read: Callable[[Window], T], windows: Iterable[Window]) -> Iterator[tuple[Window, T]]:
    """Windows and what ``read`` gives for them, in order; one is read ahead in a thread, so two are in memory.

    While it runs, nobody else may use what ``read`` reads from. An error of ``read`` is raised where its window's turn
    is.
    """
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        before = None
        for window in windows:
            following = (window, pool.submit(read, window))
            if before is not None:
                yield before[0], before[1].result()
            before = following
        if before is not None:
            yield before[0], before[1].result()


@contextmanager
def write_behind(write: Callable[[T], None]) -> Iterator[Callable[[T], None]]:
    """Gives a function that calls ``write`` in a thread, one call after the other, and waits only for the one before.

    While the ``with`` block runs, nobody else may use what ``write`` writes to. An error of ``write`` is raised by the
    next call, or at the end of the block; after an error no more is written.
    """
    with ThreadPoolExecutor(1, "write-behind") as pool:
        before: Future[None] | None = None

        def hand_over(item: T) -> None:
            nonlocal before
            if before is not None:
                before.result()
            before = pool.submit(write, item)

        yield hand_over
        if before is not None:
            before.result()
