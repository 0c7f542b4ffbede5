"""Reading ahead: the next window is read while the present one is computed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
