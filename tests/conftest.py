"""No test asks another machine for anything, but those that press a button for it."""

from __future__ import annotations

import pytest

from .network import cut  # first of all: a process moves only as long as it has one thread


@pytest.fixture(autouse=True)
def _no_network():
    """Fail the test that asked, even if the code passed over the error."""
    cut.asked()
    yield
    assert cut.asked() == []


@pytest.fixture
def network():
    """The network of this machine."""
    with cut.lifted():
        yield
