"""The protocol as a client sees it, spoken with a real worker process."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import __version__
from engine.wire import PROTOCOL, TYPES
from tests.scenes import engine_environment, files_in

SECONDS = 60


class Client:
    """A worker and the lines it has said; every read has a deadline."""

    def __init__(self, folder: Path, *arguments: str, code: str = "") -> None:
        program = ["-c", code] if code else ["-m", "engine", "worker", *arguments]
        self.noise = folder / "stderr.txt"
        with self.noise.open("wb") as noise:
            self.process = subprocess.Popen([sys.executable, *program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=noise, env=engine_environment())

    def send(self, **message: object) -> None:
        self.send_bytes(json.dumps(message).encode() + b"\n")

    def send_bytes(self, line: bytes) -> None:
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def receive(self) -> dict:
        line = self.process.stdout.readline()
        assert line, f"the worker ended: {self.noise.read_text()}"
        message = json.loads(line)
        assert message["type"] in TYPES
        return message

    def wait_for(self, *kinds: str) -> dict:
        while (message := self.receive())["type"] not in kinds:
            pass
        return message

    def run(self, job: str, task: str, **params: object) -> dict:
        """Run a job to its end."""
        self.send(type="run", id=job, task=task, params=params)
        answer = self.wait_for("result", "error")
        assert answer["id"] == job
        return answer

    def ends(self) -> int:
        """Exit status, once the worker has ended."""
        return self.process.wait(SECONDS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


@pytest.fixture
def start(tmp_path_factory):
    clients = []

    def launch(*arguments: str, code: str = "") -> Client:
        clients.append(Client(tmp_path_factory.mktemp("worker"), *arguments, code=code))
        return clients[-1]

    yield launch
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """One worker for all tests that leave it alive: what one test does must not harm the next."""
    client = Client(tmp_path_factory.mktemp("warm"))
    hello = client.receive()
    yield client, hello
    client.close()


def params_for(scene, folder, **more):
    return {"image": str(scene.image), "labels": str(scene.polygons), "class_field": "kind", "device": "cpu",
            "weights": str(scene.weights), "output": str(folder / "map.tif"),
            "confidence": str(folder / "c.tif")} | more


def alive(client) -> bool:
    client.send(type="ping")
    return client.receive() == {"type": "pong"}


def test_the_first_line_is_hello(warm):
    _, hello = warm
    assert hello["type"] == "hello"
    assert (hello["protocol"], hello["engine"]) == (PROTOCOL, __version__)
    assert hello["devices"][0] == "cpu"
    assert hello["torch"]
    assert hello["python"]


def test_ping_is_answered(warm):
    assert alive(warm[0])


def test_a_job_says_how_far_it_is_and_ends_with_its_result(warm, scene):
    client, _ = warm
    client.send(type="run", id="a", task="inspect", params={"image": str(scene.image)})
    messages = [client.receive()]
    while messages[-1]["type"] != "result":
        messages.append(client.receive())
    assert {m["id"] for m in messages} == {"a"}
    assert {"log", "progress", "result"} == {m["type"] for m in messages}
    assert (messages[-1]["value"]["rows"], messages[-1]["value"]["cols"]) == (70, 61)


@pytest.mark.parametrize(("task", "params", "code", "words"), [
    ("inspect", {"image": "/nowhere.tif"}, "bad-raster", "does not exist"),
    ("inspect", {}, "bad-input", "lacks image"),
    ("inspect", {"image": 7}, "bad-input", "is not of type"),
    ("inspect", {"image": "a.tif", "lvel": "L1"}, "bad-input", "'lvel' is not a parameter"),
    ("classify", {"image": "a.tif", "output": "b.tif"}, "bad-input", "labels or a saved model"),
    ("nonsense", {}, "bad-input", "no task called"),
    ("__init__", {}, "bad-input", "no task called"),
    ("inspect", {"image": "\udcff.tif"}, "bad-input", "is not UTF-8"),
])
def test_a_job_that_cannot_work_ends_with_an_error(warm, task, params, code, words):
    client, _ = warm
    answer = client.run("e", task, **params)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert words in answer["message"]
    assert answer["hint"]
    assert "Traceback" not in json.dumps(answer)
    assert alive(client)


@pytest.mark.parametrize("line", [b"nonsense\n", b"\n", b"[]\n", b"\xff\xfe\x00\n", b'{"type":"run"}\n',
                                  b'{"type":"pong"}\n',
                                  b'{"type":"run","id":{},"task":[],"params":7}\n', b"[" * 50_000 + b"\n",
                                  b'{"type":"ping","pad":"' + b"x" * 2_000_000 + b'"}\n'], ids=lambda b: repr(b[:30]))
def test_a_line_that_is_no_message_gets_one_error(warm, line):
    client, _ = warm
    client.send_bytes(line)
    answer = client.receive()
    assert (answer["type"], answer["id"], answer["code"]) == ("error", "", "bad-message")
    assert alive(client)


def test_cancelling_what_does_not_run_does_nothing(warm):
    client, _ = warm
    client.send(type="cancel", id="nobody")
    assert alive(client)


def test_a_second_job_is_refused_and_cancel_stops_the_first(warm, scene, tmp_path):
    client, _ = warm
    client.send(type="run", id="first", task="classify", params=params_for(scene, tmp_path))
    assert client.wait_for("progress")["id"] == "first"
    client.send(type="run", id="second", task="inspect", params={"image": str(scene.image)})
    refused = client.wait_for("error", "result")
    assert (refused["id"], refused["code"]) == ("second", "busy")
    client.send(type="cancel", id="second")  # not the one that runs
    client.send(type="cancel", id="first")
    ended = client.wait_for("error", "result")
    assert (ended["id"], ended["code"]) == ("first", "cancelled")
    assert files_in(tmp_path) == set()
    assert client.run("third", "inspect", image=str(scene.image))["type"] == "result"


def test_two_jobs_on_the_warm_worker_give_the_same_bytes(warm, scene, tmp_path):
    client, _ = warm
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        answer = client.run(name, "classify", **params_for(scene, folder))
        assert answer["type"] == "result", answer
        assert answer["value"]["scores"]["specaware"]["macro_f1"] > 0.5
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {"map.tif", "map.tif.aux.xml", "map.qml", "c.tif"}


def test_shutdown_ends_the_worker(start):
    client = start()
    client.receive()
    client.send(type="shutdown")
    assert client.ends() == 0


def test_end_of_input_ends_an_idle_worker(start):
    client = start()
    client.receive()
    client.process.stdin.close()
    assert client.ends() == 0


def test_an_idle_worker_leaves(start):
    client = start("--idle-seconds", "0.2")
    assert client.receive()["type"] == "hello"
    assert client.ends() == 0


NOISY = """
import os, sys, time
from engine import worker
from engine.errors import CancelledError
def noisy(name, params, reporter):
    print("printed"); sys.stdout.flush(); os.write(1, b"written\\n"); os.system("echo spoken by a child")
    if name == "hang":
        reporter.progress(0.5); time.sleep(600)
    if name == "tidy":
        part = open(params["part"], "w")
        reporter.progress(0.5)
        try:
            while True:
                reporter.check_cancelled(); time.sleep(0.01)
        finally:
            os.remove(params["part"])
    if name == "bad":
        return {"score": float("nan")}
    if name == "fault":
        raise RuntimeError("a bug")
    if name == "memory":
        raise MemoryError
    if name == "tensor":
        import torch; torch.empty(2**58)
    return {"said": name}
worker.run_task = noisy
worker.main()
"""


def test_printing_does_not_break_the_protocol(start):
    client = start(code=NOISY)
    assert client.receive()["type"] == "hello"
    assert client.run("1", "loud") == {"type": "result", "id": "1", "value": {"said": "loud"}}
    noise = client.noise.read_text()
    assert all(word in noise for word in ("printed", "written", "spoken by a child"))


def test_faults_of_the_engine_are_told_and_survived(start):
    client = start(code=NOISY)
    client.receive()
    for task, code in (("bad", "internal"), ("fault", "internal"), ("memory", "out-of-memory"),
                       ("tensor", "out-of-memory")):
        answer = client.run("1", task)
        assert (answer["type"], answer["code"]) == ("error", code)
    assert "RuntimeError: a bug" in client.noise.read_text()  # the log keeps the traceback
    assert client.run("2", "loud")["type"] == "result"


def test_end_of_input_lets_a_running_job_remove_its_unfinished_files(start, tmp_path):
    client = start(code=NOISY)
    client.receive()
    client.send(type="run", id="1", task="tidy", params={"part": str(tmp_path / "map.part")})
    client.wait_for("progress")
    assert files_in(tmp_path) == {"map.part"}
    client.process.stdin.close()
    assert client.ends() == 0
    assert files_in(tmp_path) == set()


def test_end_of_input_ends_even_a_job_that_hangs(start):
    client = start(code=NOISY)
    client.receive()
    client.send(type="run", id="1", task="hang", params={})
    client.wait_for("progress")
    began = time.monotonic()
    client.process.stdin.close()
    assert client.ends() == 0
    assert time.monotonic() - began < SECONDS / 2
