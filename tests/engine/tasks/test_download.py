from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.cli import main
from engine.errors import CancelledError, OutputError
from engine.reporting import SilentReporter
from engine.tasks.weights import downloading as module
from engine.tasks.weights.downloading import DownloadError, RemoteFile, download

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT as the server's ``behaviour`` tells."""

    def log_message(self, *args) -> None:
        pass

    def do_GET(self) -> None:
        server = self.server
        server.requests.append({name: self.headers.get(name) for name in ("Range", "If-Range")})
        if self.path == "/away":
            return self.answer(302, {"Location": server.location})
        if self.path == "/absent":
            return self.answer(404, {})
        content, tag = server.content, f'"{hashlib.md5(server.content).hexdigest()}"'
        headers = {"ETag": tag} if server.tags else {}
        start = self.start(content, tag)
        if start is None:
            return self.answer(200, headers, content)
        if start >= len(content):
            return self.answer(416, {"Content-Range": f"bytes */{len(content)}"})
        return self.answer(206, headers | {"Content-Range": server.content_range.format(
            start=start, stop=len(content) - 1, size=len(content))}, content[start:])

    def start(self, content: bytes, tag: str) -> int | None:
        asked = self.headers.get("Range")
        if not asked or not self.server.ranges or self.headers.get("If-Range") not in (None, tag):
            return None
        return int(asked.removeprefix("bytes=").rstrip("-"))

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:self.server.cut])


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(module, "CHUNK_BYTES", 1 << 16)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        served.handle_error = lambda *args: None  # a client that hangs up is expected
        served.content, served.cut, served.ranges, served.tags = CONTENT, None, True, True
        served.requests, served.location = [], "http://example.org/file"
        served.content_range = "bytes {start}-{stop}/{size}"
        served.url = f"http://127.0.0.1:{served.server_port}"
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "file.pth"


def fetch(server, target: Path, reporter=None, **known):
    remote = RemoteFile(server.url + known.pop("path", "/file"), **known)
    return download(remote, target, reporter or SilentReporter(), loopback=True)


def interrupt(server, target: Path, size: int) -> None:
    """Leave the first ``size`` bytes."""
    server.cut = size
    with pytest.raises(DownloadError, match=f"after {size} of {len(CONTENT)} bytes"):
        fetch(server, target)
    server.cut = None
    assert not target.exists()


class Shown(SilentReporter):
    def __init__(self) -> None:
        super().__init__()
        self.fractions: list[float] = []

    def progress(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)


def test_a_file_is_fetched_with_progress(server, target):
    reporter = Shown()
    done = fetch(server, target, reporter, sha256=SHA256.upper(), size=len(CONTENT))
    assert (done.sha256, done.size, done.resumed_from) == (SHA256, len(CONTENT), 0)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert len(reporter.fractions) > 5
    assert reporter.fractions == sorted(reporter.fractions)
    assert reporter.fractions[-1] == 1


def test_an_unfinished_file_is_continued(server, target):
    interrupt(server, target, 300_000)
    done = fetch(server, target)
    assert (done.sha256, done.resumed_from) == (SHA256, 300_000)
    assert server.requests[-1]["Range"] == "bytes=300000-"
    assert server.requests[-1]["If-Range"]
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_was_only_to_be_renamed_is_not_fetched_again(server, target):
    interrupt(server, target, 300_000)
    target.with_name("file.pth.part").write_bytes(CONTENT)
    assert fetch(server, target).resumed_from == len(CONTENT)
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_not_used(server, target):
    interrupt(server, target, 300_000)
    target.with_name("file.pth.part").write_bytes(CONTENT + b"more")
    assert fetch(server, target).resumed_from == 0
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("change", [{"content": CONTENT[::-1]}, {"ranges": False}])
def test_another_version_or_a_server_without_ranges_starts_anew(server, target, change):
    interrupt(server, target, 300_000)
    for name, value in change.items():
        setattr(server, name, value)
    assert fetch(server, target).resumed_from == 0
    assert target.read_bytes() == server.content


def test_without_a_mark_of_the_version_only_a_known_hash_allows_to_continue(server, target):
    server.tags = False
    interrupt(server, target, 300_000)
    assert fetch(server, target).resumed_from == 0
    target.unlink()
    interrupt(server, target, 300_000)
    assert fetch(server, target, sha256=SHA256).resumed_from == 300_000


def test_a_part_of_another_address_is_not_used(server, target):
    interrupt(server, target, 300_000)
    assert fetch(server, target, path="/other").resumed_from == 0


@pytest.mark.parametrize("known", [{"sha256": "0" * 64}, {"size": 5}])
def test_another_file_than_the_known_one_is_removed(server, target, known):
    with pytest.raises(DownloadError, match=SHA256):
        fetch(server, target, **known)
    assert list(target.parent.iterdir()) == []


def test_cancelling_keeps_the_part(server, target):
    class Cancelling(Shown):
        def progress(self, fraction: float, message: str = "") -> None:
            self.cancelled.set()

    with pytest.raises(CancelledError):
        fetch(server, target, Cancelling())
    assert not target.exists()
    assert fetch(server, target).resumed_from > 0
    assert target.read_bytes() == CONTENT


def test_a_wrong_range_is_not_appended(server, target):
    interrupt(server, target, 300_000)
    server.content_range = "bytes 5-{stop}/{size}"
    with pytest.raises(DownloadError, match="another part"):
        fetch(server, target)


@pytest.mark.parametrize("url", ["http://example.org/w.pth", "file:///etc/passwd", "ftp://example.org/x", "w.pth"])
def test_only_https_is_used(url, target):
    with pytest.raises(DownloadError, match="not an https address"):
        download(RemoteFile(url), target, SilentReporter())


def test_this_machine_is_no_exception_outside_tests(server, target):
    with pytest.raises(DownloadError, match="not an https address"):
        download(RemoteFile(server.url + "/file"), target, SilentReporter())
    assert server.requests == []


def test_a_redirection_away_from_https_is_refused(server, target):
    with pytest.raises(DownloadError, match=r"example\.org/file is not an https address"):
        fetch(server, target, path="/away")
    server.location = server.url + "/file"
    assert fetch(server, target, path="/away").sha256 == SHA256


def test_errors_of_server_connection_and_disk(server, target, monkeypatch):
    with pytest.raises(DownloadError, match="404"):
        fetch(server, target, path="/absent")
    with pytest.raises(DownloadError, match="could not be fetched"):
        download(RemoteFile("http://127.0.0.1:1/file"), target, SilentReporter(), loopback=True)
    (target.parent.parent / "file").write_text("")
    with pytest.raises(OutputError):
        fetch(server, target.parent.parent / "file" / "w.pth")
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    with pytest.raises(DownloadError, match="more than any"):
        fetch(server, target)


def test_a_full_disk_is_told_before_anything_is_written(server, target, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10}))
    with pytest.raises(OutputError, match=f"{len(CONTENT)} bytes are needed"):
        fetch(server, target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("known", [SHA256, None])
def test_the_verb_fetches_a_known_file_into_the_users_folder(server, tmp_path, monkeypatch, capsys, known):
    entry = {"name": "toy", "file": "toy.pth", "url": server.url + "/file", "sha256": known, "bytes": None,
             "licence": "free", "source": "here"}
    (tmp_path / "weights.json").write_text(json.dumps({"files": [entry]}))
    monkeypatch.setattr("engine.tasks.weights.task.REGISTRY", tmp_path / "weights.json")
    monkeypatch.setattr("engine.tasks.weights.task.ALLOW_LOOPBACK", True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["weights", "download", "toy"]) == 0
    printed = capsys.readouterr()
    assert (tmp_path / "specaware" / "weights" / "toy.pth").read_bytes() == CONTENT
    assert SHA256 in printed.out
    assert "licence: free" in printed.err
    assert ("No hash" in printed.err) == (known is None)
    assert main(["weights", "download", "toy"]) == 2
    assert "there already" in capsys.readouterr().err
    assert main(["weights", "download", "toy", "--output", str(tmp_path)]) == 0
    assert (tmp_path / "toy.pth").exists()
