"""Peak memory of a piece of work, beyond what was held before it."""

from __future__ import annotations

from collections.abc import Callable

from torch.profiler import ProfilerActivity, profile


def allocated_peak(work: Callable[[], object]) -> int:
    """Most bytes of torch tensors on the CPU that were alive at one time during ``work``, those from before left out.

    Counted from the allocator's own events, so neither other processes nor freed memory that the system keeps matter.
    What a library allocates beside torch, such as packed copies of matrices, is not in it.
    """
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True, acc_events=True) as log:
        work()
    alive = peak = 0
    events = log.profiler.kineto_results.events()  # type: ignore[union-attr]
    for event in sorted(events, key=lambda event: event.start_ns()):
        if event.name() == "[memory]":
            alive += event.nbytes()
            peak = max(peak, alive)
    return peak
