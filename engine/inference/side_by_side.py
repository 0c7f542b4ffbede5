"""Independent pieces of work on all cores, each on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
from threadpoolctl import threadpool_limits

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Piece], Result], pieces: Sequence[Piece], workers: int) -> Iterator[Result]:
    """What ``work`` gives for each piece, in order; torch computes each on one thread.

    Many small products on one core each take less than each of them on all cores. The results do not depend on the
    number of workers: a product on one thread rounds alike in all of them.

    Args:
        work: called from several threads at once, or from this one where there is one worker.
        pieces: of work.
        workers: threads.

    Raises:
        whatever ``work`` raises, for the first piece that fails; pieces that have not begun are dropped.
    """
    if workers == 1:
        yield from map(work, pieces)
        return
    pool = ThreadPoolExecutor(workers, "side-by-side", initializer=_one_core)
    try:
        yield from pool.map(work, pieces)
    finally:
        pool.shutdown(cancel_futures=True)


def _one_core() -> None:
    """OpenMP's number of threads is that of the calling thread; torch sets it when it is first asked."""
    torch.get_num_threads()
    threadpool_limits(1, "openmp")
