"""The client against a worker that misbehaves. No QGIS is needed for these."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from specaware_qgis.connection.client import EngineClient
from specaware_qgis.connection.process import Command
from specaware_qgis.errors import EngineBusy, EngineCancelled, EngineDied, EngineError, EngineMismatch, EngineMissing

STUB = Path(__file__).with_name("stub_worker.py")


def make_client(fault: str = "", **options) -> EngineClient:
    return EngineClient(lambda: Command((sys.executable, str(STUB), fault), os.environ, str(STUB.parent)), **options)


@pytest.fixture
def client():
    made = make_client(grace_s=0.3)
    yield made
    made.stop()


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie waiting for init counts)."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_a_job_gives_its_value_progress_and_log(client):
    progress, logs = [], []
    value = client.run("ok", {"a": [1, None]}, lambda *p: progress.append(p), lambda *m: logs.append(m))
    assert value["params"] == {"a": [1, None]}
    assert progress == [(0.0, "Starting the engine"), (0.5, "half")]
    assert logs == [("warning", "a warning")]


def test_the_worker_stays_warm(client):
    assert client.run("ok", {})["pid"] == client.run("ok", {})["pid"] == client.pid


def test_an_error_keeps_code_message_and_hint_and_the_worker(client):
    pid = client.run("ok", {})["pid"]
    with pytest.raises(EngineError) as caught:
        client.run("refuse", {})
    assert (caught.value.code, caught.value.text()) == ("no-wavelengths", "There are no wavelengths. — Give a table.")
    assert client.run("ok", {})["pid"] == pid


def test_answers_of_other_jobs_are_not_taken(client):
    assert client.run("later-id", {}) == {"wrong": False}


def test_cancel_is_asked_for_first():
    client = make_client(grace_s=60)
    try:
        with pytest.raises(EngineCancelled):
            client.run("slow", {}, is_cancelled=iter([False] * 3 + [True] * 10_000).__next__)
        assert client.pid is not None, "a worker that cancels in time is kept"
        assert client.run("ok", {})["pid"]
    finally:
        client.stop()


def test_a_hung_worker_is_killed_with_its_children(client):
    children = []
    with pytest.raises(EngineCancelled):
        client.run("child", {}, lambda _, m: m.isdigit() and children.append(int(m)),
                   is_cancelled=lambda: bool(children))
    assert client.pid is None
    assert gone(children[0])
    assert client.run("ok", {})["pid"], "the next job starts a new worker"


def test_a_dead_worker_is_reported_with_exit_code_and_last_words(client):
    with pytest.raises(EngineDied, match=r"exit code 3.*the last words"):
        client.run("die", {})
    assert client.run("ok", {})["pid"]


def test_sigkill_from_outside(client):
    client.run("ok", {})
    pid = client.pid

    def killer(fraction, message):
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(EngineDied, match="exit code -9"):
        client.run("slow", {}, killer)
    assert client.run("ok", {})["pid"] != pid


def test_junk_instead_of_a_message(client):
    with pytest.raises(EngineMismatch, match="Segmentation faults are not JSON"):
        client.run("junk", {})
    assert client.run("ok", {})["pid"]


@pytest.mark.parametrize(("fault", "error", "words"), [
    ("old", EngineMismatch, "protocol 99"),
    ("junk-at-start", EngineMismatch, "Welcome to Python"),
    ("die-at-start", EngineDied, "No module named 'torch'"),
])
def test_faults_at_the_start(fault, error, words):
    client = make_client(fault)
    with pytest.raises(error, match=words):
        client.run("ok", {})
    assert client.pid is None


def test_a_worker_that_never_says_hello():
    client = make_client("silent", hello_timeout_s=0.3)
    with pytest.raises(EngineError, match=r"did not answer within 0.3 s"):
        client.run("ok", {})
    assert client.pid is None


def test_cancel_while_the_worker_starts():
    client = make_client("silent")
    with pytest.raises(EngineCancelled):
        client.run("ok", {}, is_cancelled=lambda: True)
    assert client.pid is None


def test_a_program_that_does_not_exist():
    client = EngineClient(lambda: Command(("/nowhere/python",), {}, str(STUB.parent)))
    with pytest.raises(EngineMissing, match="could not be started"):
        client.run("ok", {})


def test_one_job_at_a_time(client):
    running, errors = threading.Event(), []

    def first():
        try:
            client.run("slow", {}, lambda *_: running.set())
        except EngineError as error:
            errors.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    assert running.wait(10)
    with pytest.raises(EngineBusy):
        client.run("ok", {})
    client.stop()
    thread.join(10)
    assert [type(e) for e in errors] == [EngineCancelled], "stopping ends a running job as cancelled"


def test_an_idle_worker_that_left_is_replaced():
    client = make_client("idle")
    first = client.run("ok", {})["pid"]
    assert gone(first)
    assert client.run("ok", {})["pid"] != first
    client.stop()


def test_a_failing_callback_does_not_leave_a_job_behind(client):
    def broken(fraction, message):
        if message == "working":
            raise ValueError("a bug in the dock")

    with pytest.raises(ValueError, match="a bug in the dock"):
        client.run("slow", {}, broken)
    assert client.run("ok", {})["pid"]


def test_no_worker_is_left_when_the_client_process_is_killed(tmp_path):
    code = (f"import sys; sys.path[:0] = [{str(STUB.parent.parent.parent)!r}]\n"
            "from tests.plugin.test_engine_client import make_client\n"
            "make_client().run('slow', {}, lambda f, m: print(c.pid, flush=True) if m == 'working' else None)\n"
            ).replace("make_client().run", "c = make_client(); c.run")
    import subprocess

    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        pid = int(process.stdout.readline())
        process.kill()
    assert gone(pid)
