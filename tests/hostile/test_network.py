"""Without a button that says so nothing leaves the machine: the verbs run where the network is refused and absent."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import asked
from tests.scenes import engine_environment

from .offline import MARK, STATUS

OFFLINE = Path(__file__).with_name("offline.py")
SECONDS = 200


def cut_off() -> list[str]:
    """A prefix that gives a command no network at all, for what is not Python (GDAL's curl); empty if forbidden."""
    prefix = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    return prefix if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0 else []


def offline(*args: object, prefix: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*(cut_off() if prefix is None else prefix), sys.executable, str(OFFLINE), *map(str, args)],
                          env=engine_environment(), capture_output=True, text=True, timeout=SECONDS)


def test_the_verbs_need_no_network(scene, tmp_path):
    model, chosen = tmp_path / "m.safetensors", ("--device", "cpu", "--weights", scene.weights)
    for args in (("doctor",), ("inspect", scene.image),
                 ("classify", scene.image, "--labels", scene.polygons, "--class-field", "kind", "--output",
                  tmp_path / "a.tif", "--report", tmp_path / "a.html", "--save-model", model, *chosen),
                 ("classify", scene.image, "--model", model, "--output", tmp_path / "b.tif", *chosen),
                 ("explain", scene.image, "--point", "402600,5781500", "--output", tmp_path / "w.csv", *chosen),
                 ("sample", tmp_path / "a.tif", "--output", tmp_path / "p.gpkg"),
                 ("weights", "list")):
        done = offline("engine", *args)
        assert (done.returncode, MARK in done.stderr) == (0, False), f"{args}: {done.stderr[-2000:]}"
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert not [word for word in ("<script", 'src="http', 'href="http', "@import", "url(http") if word in page]


@pytest.mark.parametrize("code", ["import socket; socket.create_connection(('192.0.2.1', 80), 1)",
                                  "import urllib.request as r; r.urlopen('http://x.invalid/')",
                                  "import socket; socket.gethostbyname('x.invalid')"])
def test_the_guard_sees_an_attempt_that_is_passed_over(tmp_path, code):
    (tmp_path / "caller.py").write_text(f"try:\n    {code}\nexcept Exception:\n    pass\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(OFFLINE), "caller"], cwd=tmp_path, capture_output=True, text=True,
                          env=engine_environment() | {"PYTHONPATH": str(tmp_path)}, timeout=SECONDS)
    assert done.returncode == STATUS
    assert MARK in done.stderr


def test_tests_cannot_ask_the_network():
    with pytest.raises(PermissionError, match="invalid"):
        socket.gethostbyname("x.invalid")
    assert asked.pop() == "socket.gethostbyname x.invalid"
