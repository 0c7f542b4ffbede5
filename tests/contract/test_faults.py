"""What may go wrong around a running engine: nothing is lost, nothing stays behind, and it says what happened.

``SPECAWARE_JOBS`` is how many short jobs one worker gets.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from engine.errors import OutputError, RasterError, is_out_of_memory
from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from tests.scenes import engine_environment, files_in, start_engine

from .test_worker import Client

JOBS = int(os.environ.get("SPECAWARE_JOBS", "60"))


def params(scene, folder, **more):
    return {"image": str(scene.image), "labels": str(scene.polygons), "class_field": "kind", "device": "cpu",
            "weights": str(scene.weights), "output": str(folder / "map.tif")} | more


@pytest.fixture
def worker(tmp_path_factory):
    client = Client(tmp_path_factory.mktemp("worker"))
    client.receive()
    yield client
    client.close()


def memory_kb(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_many_short_jobs_neither_grow_nor_leak(scene, worker):
    """Errors and results in turn; the memory after a tenth of the jobs is the measure."""
    pid = worker.process.pid
    for number in range(JOBS):
        image = scene.image if number % 3 else "/nowhere.tif"
        answer = worker.run(str(number), "inspect", image=str(image))
        assert answer["type"] == ("result" if number % 3 else "error")
        if number == JOBS // 4:
            before, files = memory_kb(pid), len(os.listdir(f"/proc/{pid}/fd"))
    assert len(os.listdir(f"/proc/{pid}/fd")) <= files
    assert memory_kb(pid) <= before * 1.05


def test_a_client_that_is_killed_takes_the_engine_along(scene, tmp_path):
    """The client starts a worker and a job, and is killed: end of input ends the worker, which cleans up."""
    program = textwrap.dedent("""
        import json, os, subprocess, sys, time
        worker = subprocess.Popen([sys.executable, "-m", "engine", "worker"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        worker.stdout.readline()
        run = {"type": "run", "id": "1", "task": "classify", "params": json.loads(sys.argv[1])}
        worker.stdin.write(json.dumps(run).encode() + b"\\n")
        worker.stdin.flush()
        worker.stdout.readline()
        print(worker.pid, flush=True)
        time.sleep(600)
    """)
    client = subprocess.Popen([sys.executable, "-c", program, json.dumps(params(scene, tmp_path))],
                              stdout=subprocess.PIPE, env=engine_environment(), text=True)
    pid = int(client.stdout.readline())
    client.kill()
    client.wait(30)
    client.stdout.close()
    until = time.monotonic() + 30
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{pid}")
    assert "map.tif" not in files_in(tmp_path)


def test_a_client_that_does_not_read_is_no_reason_to_lose_the_job(scene, worker, tmp_path):
    """Answers of more bytes than a pipe holds wait until somebody reads them."""
    for number in range(150):
        worker.send(type="run", id=f"{number}{'x' * 300}", task="nonsense", params={})
    time.sleep(0.5)
    answers = [worker.wait_for("error") for _ in range(150)]
    assert {answer["code"] for answer in answers} <= {"bad-input", "busy"}
    assert worker.run("last", "inspect", image=str(scene.image))["type"] == "result"


def test_a_closed_output_pipe_ends_the_engine(scene, tmp_path):
    process = start_engine("worker", stdin=subprocess.PIPE)
    try:
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'{"type":"ping"}\n')
        process.stdin.close()
        assert process.wait(30) is not None
    finally:
        process.kill()
        process.stderr.close()


def test_a_file_limit_in_the_middle_is_a_full_disk(scene, tmp_path):
    """RLIMIT_FSIZE stands for a quota: writing beyond it fails, as on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    process = start_engine("classify", scene.image, "--labels", scene.polygons, "--class-field", "kind", "--output",
                           tmp_path / "map.tif", "--confidence", tmp_path / "c.tif", "--weights", scene.weights,
                           "--device", "cpu", preexec_fn=limit)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert b"error: bad-output" in said
    assert b"Traceback" not in said
    assert files_in(tmp_path) == set()


def test_an_output_folder_that_vanishes(scene, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()

    class Remove(SilentReporter):
        def progress(self, fraction, message=""):
            if message == "mapping" and folder.exists():
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()

    with pytest.raises(OutputError):
        classify.run(ClassifyRequest(**params(scene, folder)), Remove())
    assert not folder.exists()


def test_an_image_that_vanishes_while_it_is_read(scene, tmp_path):
    image = tmp_path / "scene.tif"
    image.write_bytes(scene.image.read_bytes())
    out = tmp_path / "out"
    out.mkdir()

    class Remove(SilentReporter):
        def progress(self, fraction, message=""):
            if message == "mapping":
                image.unlink(missing_ok=True)

    with pytest.raises(RasterError, match="changed while it was read"):
        classify.run(ClassifyRequest(**params(scene, out, image=str(image))), Remove())
    assert files_in(out) == set()


def test_memory_that_runs_out_on_the_host_is_said(scene, tmp_path):
    """Little more address space than what is in use when the job starts, so that reading the image fails."""
    program = textwrap.dedent("""
        import resource, sys
        from engine.cli import main
        from engine.tasks.classify import task
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**20, used + 2**20))
        sys.exit(main(sys.argv[1:]))
    """)
    words = ("classify", scene.image, "--labels", scene.polygons, "--class-field", "kind", "--output",
             tmp_path / "map.tif", "--weights", scene.weights, "--device", "cpu")
    done = subprocess.run([sys.executable, "-c", program, *map(str, words)], capture_output=True, text=True,
                          env=engine_environment(), timeout=120)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "memory" in done.stderr
    assert files_in(tmp_path) == set()


def test_an_error_that_follows_from_full_memory_is_told_from_others():
    error = AttributeError("'DummyProcess' object has no attribute 'terminate'")  # from Python's pool of threads
    error.__context__ = RuntimeError("can't start new thread")
    assert is_out_of_memory(error)
    assert not is_out_of_memory(RuntimeError("a bug"))
