"""Pieces of work on several cores."""

from __future__ import annotations

import threading
import time

import pytest
import torch

from engine.inference.side_by_side import side_by_side


def test_results_come_in_order_and_do_not_depend_on_the_workers():
    factors = [torch.randn(300, 300, generator=torch.Generator().manual_seed(i)) for i in range(6)]
    alone, together = ([found.clone() for found in side_by_side(lambda a: a @ a.T, factors, workers)]
                       for workers in (2, 3))
    assert all(torch.equal(a, b) for a, b in zip(alone, together, strict=True))
    for factor, found in zip(factors, together, strict=True):
        torch.testing.assert_close(found, factor @ factor.T)


def test_each_worker_computes_on_one_thread_and_the_caller_keeps_its_own():
    before = torch.get_num_threads()
    assert list(side_by_side(lambda _: torch.get_num_threads(), range(4), 2)) == [1] * 4
    assert torch.get_num_threads() == before
    assert list(side_by_side(lambda _: threading.current_thread(), [0], 1)) == [threading.current_thread()]


def test_after_an_error_nothing_new_begins():
    begun = []

    def work(piece: int) -> None:
        begun.append(piece)
        if piece:  # the others take a while: time enough for the first one's error to be seen
            time.sleep(0.2)
        raise ValueError(f"piece {piece}")

    with pytest.raises(ValueError, match="piece 0"):
        list(side_by_side(work, range(1000), 2))
    assert len(begun) < 1000
