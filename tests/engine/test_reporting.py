import pytest

from engine.errors import CancelledError
from engine.reporting import CallbackReporter, ConsoleReporter, PartReporter, SilentReporter, tracked


class Listener(SilentReporter):
    def __init__(self):
        super().__init__()
        self.seen = []

    def progress(self, fraction, message=""):
        self.seen.append((round(fraction, 6), message))


def test_a_part_is_scaled_into_the_whole():
    whole = Listener()
    inner = PartReporter(PartReporter(whole, 0.5, 1.0), 0.0, 0.5)
    inner.progress(0.0, "a")
    inner.progress(1.0, "b")
    inner.log("warning", "careful")
    assert whole.seen == [(0.5, "a"), (0.75, "b")]
    assert whole.warnings == ["careful"]
    whole.cancelled.set()
    with pytest.raises(CancelledError):
        inner.check_cancelled()


def test_tracked_items_count_up_to_one():
    whole = Listener()
    assert list(tracked("abcd", 4, whole, "m")) == list("abcd")
    assert whole.seen == [(0, "m"), (0.25, "m"), (0.5, "m"), (0.75, "m"), (1, "m")]
    assert list(tracked([], 0, whole)) == []


def test_tracked_items_stop_when_cancelled():
    whole, taken = Listener(), []
    items = tracked(range(9), 9, whole)
    taken += [next(items) for _ in range(4)]
    whole.cancelled.set()
    with pytest.raises(CancelledError):
        next(items)
    assert taken == [0, 1, 2, 3]


def test_the_console_shows_steps_of_ten_percent(capsys):
    reporter = ConsoleReporter()
    for percent in range(101):
        reporter.progress(percent / 100, "work")
    reporter.log("warning", "careful")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 12
    assert (lines[0], lines[-1]) == ("  0% work", "warning: careful")
    assert reporter.warnings == ["careful"]


def test_callbacks_hear_everything():
    heard = []
    reporter = CallbackReporter(lambda *a: heard.append(a), lambda *a: heard.append(a))
    reporter.progress(0.5, "x")
    reporter.log("info", "y")
    assert heard == [(0.5, "x"), ("info", "y")]
    assert reporter.warnings == []
