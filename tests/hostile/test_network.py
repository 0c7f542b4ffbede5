"""Without a button that says so nothing leaves the machine: what keeps every test from it sees each attempt."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.network import cut

needs_namespace = pytest.mark.skipif(not cut.reaches_children, reason="only root may make a network namespace")


def test_tests_cannot_ask_the_network():
    with pytest.raises(PermissionError, match="invalid"):
        socket.gethostbyname("x.invalid")
    assert cut.asked() == ["socket.gethostbyname x.invalid"]


@needs_namespace
@pytest.mark.parametrize("code", ["import socket; socket.create_connection(('192.0.2.1', 80), 9)",
                                  "import socket; socket.create_connection(('2001:db8::1', 80), 9)",
                                  "import socket; s = socket.socket(type=2); s.sendto(b'x', ('192.0.2.1', 53))",
                                  "import rasterio; rasterio.open('/vsicurl/http://192.0.2.1/a.tif')"],
                         ids=["TCP", "IPv6", "UDP", "curl in GDAL"])
def test_an_attempt_of_any_process_is_seen_even_if_passed_over(code):
    done = subprocess.run([sys.executable, "-c", f"try:\n    {code}\nexcept Exception:\n    pass\nelse:\n    exit(3)"],
                          timeout=60)
    assert done.returncode == 0
    (told,) = cut.asked()
    assert "attempts of a process" in told


@needs_namespace
def test_this_machine_itself_stays_in_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('localhost', {server.getsockname()[1]}), 9)"
        assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


@needs_namespace
def test_a_button_lifts_it_for_a_while():
    def place():
        return subprocess.run(["readlink", "/proc/self/ns/net"], capture_output=True, text=True, check=True).stdout

    inside = place()
    with cut.lifted():
        assert place() != inside
    assert place() == inside
