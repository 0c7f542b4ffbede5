"""No test asks another machine for anything."""

from __future__ import annotations

import sys

import pytest

from .hostile.offline import host_of

asked: list[str] = []


def _record(event, args):
    if (host := host_of(event, args)) is not None:
        asked.append(f"{event} {host}")
        raise PermissionError(f"A test asked for {host}.")


def pytest_configure():
    """From the first import on."""
    sys.addaudithook(_record)


@pytest.fixture(autouse=True)
def _no_network():
    """Fail the test that asked, even if the code passed over the error."""
    asked.clear()
    yield
    assert asked == []
