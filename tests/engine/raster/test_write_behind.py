"""Writing in a thread behind the computing."""

import threading

import pytest

from engine.raster.prefetch import write_behind


def test_items_are_written_in_order_and_all():
    written = []
    with write_behind(written.append) as hand_over:
        for item in range(20):
            hand_over(item)
    assert written == list(range(20))


def test_handing_over_does_not_wait_for_the_writing():
    may_write, written = threading.Event(), []

    def write(item):
        assert may_write.wait(30)
        written.append((item, threading.current_thread().name))

    with write_behind(write) as hand_over:
        hand_over(1)
        assert written == []
        may_write.set()
    assert written[0][0] == 1
    assert written[0][1].startswith("write-behind")


@pytest.mark.parametrize("count", [1, 2, 5])
def test_an_error_reaches_who_hands_over_and_stops_the_writing(count):
    tried = []

    def write(item):
        tried.append(item)
        raise OSError("disk full")

    def hand_over_all():
        with write_behind(write) as hand_over:
            for item in range(count):
                hand_over(item)

    with pytest.raises(OSError, match="disk full"):
        hand_over_all()
    assert tried == [0]
