"""Many scenes: a real scheduler with three workers, one of them killed half way; what is complete is not done again."""

import csv
import json
import subprocess
import sys
import time

import pytest

from engine.cli import main
from engine.errors import InputError
from engine.reporting import SilentReporter
from engine.tasks.batch import scene as batch_scene
from engine.tasks.batch import task as batch
from engine.tasks.batch.scene import DONE, FAILED, SKIPPED, mark_path, run_scene
from engine.tasks.batch.task import BatchRequest, read_manifest
from tests.scenes import engine_environment, files_in

SECONDS = 120


def write_manifest(path, *rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def request(scene, model, folder, rows, **more):
    manifest = write_manifest(folder.parent / f"{folder.name}.csv", *rows)
    return BatchRequest(**{"manifest": str(manifest), "output_folder": str(folder), "model": str(model),
                           "weights": str(scene.weights), "device": "cpu"} | more)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and three workers, each a process; gives the address and the workers."""
    address = tmp_path / "scheduler.json"
    environment = engine_environment() | {"DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file",
                                  str(address), "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], **quiet)
    started = [scheduler]
    try:
        until = time.monotonic() + SECONDS
        while not address.exists() and time.monotonic() < until:
            time.sleep(0.1)
        while not address.read_text().endswith("}") and time.monotonic() < until:  # it is written in pieces
            time.sleep(0.1)
        workers = [subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file",
                                     str(address), "--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit",
                                     "0", "--name", f"w{n}"], **quiet) for n in range(3)]
        started += workers
        yield json.loads(address.read_text())["address"], workers
    finally:
        for process in started:
            process.kill()
            process.wait(SECONDS)


class KillOne(SilentReporter):
    """Kills a worker when the first scene is finished."""

    def __init__(self, worker):
        super().__init__()
        self.worker, self.lines = worker, []

    def log(self, level, message):
        super().log(level, message)
        self.lines.append(message)
        self.worker.kill()


def test_a_killed_worker_and_a_bad_scene_stop_no_other(scene, model, tmp_path, cluster):
    address, workers = cluster
    folder = tmp_path / "maps"
    folder.mkdir()
    rows = [{"image": str(scene.image), "output": f"{n}.tif"} for n in range(6)]
    rows.insert(1, {"image": str(tmp_path / "missing.tif"), "output": "missing.tif"})
    reporter = KillOne(workers[0])
    asked = request(scene, model, folder, rows, scheduler=address, summary=str(tmp_path / "s.csv"))
    result = batch.run(asked, reporter)
    assert workers[0].poll() is not None
    # The worker may be killed between its last byte and its answer; then the next one finds the map complete.
    assert result.scenes[1].status == FAILED
    assert "bad-raster" in result.scenes[1].message
    assert all(s.status in (DONE, SKIPPED) for n, s in enumerate(result.scenes) if n != 1)
    assert (result.done + result.skipped, result.failed) == (6, 1)
    assert len({(folder / f"{n}.tif").read_bytes() for n in range(6)}) == 1
    assert not [name for name in files_in(folder) if name.endswith(".part")]
    with (tmp_path / "s.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [row["status"] for row in table] == [s.status for s in result.scenes]
    assert len(reporter.lines) == 7
    again = batch.run(asked, SilentReporter())
    assert [s.status for s in again.scenes] == [SKIPPED, FAILED, *[SKIPPED] * 5]


def test_a_cluster_of_this_computer(scene, model, tmp_path, capsys):
    folder = tmp_path / "maps"
    folder.mkdir()
    manifest = write_manifest(tmp_path / "m.csv", {"image": str(scene.image), "output": "a.tif"})
    command = ["batch", str(manifest), "--model", str(model), "--output-folder", str(folder), "--weights",
               str(scene.weights), "--device", "cpu"]
    process = subprocess.run([sys.executable, "-m", "engine", *command], env=engine_environment(), capture_output=True,
                             text=True, timeout=SECONDS, check=False)
    assert process.returncode == 0, process.stderr
    assert "1 scenes in" in process.stdout
    assert "Traceback" not in process.stderr
    assert {"a.tif", "a.tif.done.json"} < files_in(folder)
    assert main([*command, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "No Dask scheduler answers" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["output", "mark", "model", "setting"])
def test_what_is_not_complete_is_done_again(scene, model, tmp_path, monkeypatch, damage):
    own = tmp_path / "m.safetensors"
    own.write_bytes(model.read_bytes())
    params = {"image": str(scene.image), "output": str(tmp_path / "map.tif"), "model": str(own),
              "weights": str(scene.weights), "device": "cpu"}
    ran = []

    def run_task(task, params, reporter):
        ran.append(params)
        (tmp_path / "map.tif").write_bytes(b"a map")

    monkeypatch.setattr(batch_scene, "run_task", run_task)
    assert [run_scene("classify", params).status for _ in range(3)] == [DONE, SKIPPED, SKIPPED]
    if damage == "output":
        (tmp_path / "map.tif").write_bytes(b"a mop")
    elif damage == "mark":
        mark_path(tmp_path / "map.tif").write_text('{"key": 3')
    elif damage == "model":
        own.write_bytes(b"another")
    else:
        params["seed"] = 7
    assert run_scene("classify", params).status == DONE
    assert run_scene("classify", params).status == SKIPPED
    assert len(ran) == 2


@pytest.mark.parametrize(("rows", "words"), [
    ([{"path": "a.tif"}], "has no scenes"),
    ([{"image": "a.tif", "output": "x.tif"}, {"image": "b.tif", "output": "x.tif"}], "would be written to"),
    ([{"image": "a.tif", "output": "x.tif", "seed": "many"}], "Line 2 of the manifest: seed = 'many' is not a number"),
    ([{"image": "a.tif", "output": "x.tif", "sede": "1"}], "'sede' is not a parameter"),
])
def test_a_manifest_that_cannot_work_is_refused(scene, model, tmp_path, rows, words):
    with pytest.raises(InputError, match=words):
        read_manifest(request(scene, model, tmp_path, rows))


def test_paths_and_settings_of_a_manifest(scene, model, tmp_path):
    jobs = read_manifest(request(scene, model, tmp_path, [
        {"image": "one.tif", "seed": "3", "level": "L2"},
        {"image": "/data/two.img", "gsd_m": "4.5", "resume": "true"}]))
    assert jobs[0]["image"] == str(tmp_path.parent / "one.tif")
    assert jobs[0]["output"] == str(tmp_path / "one_map.tif")
    assert (jobs[0]["seed"], jobs[0]["level"], jobs[0]["model"]) == (3, "L2", str(model))
    assert (jobs[1]["image"], jobs[1]["gsd_m"], jobs[1]["resume"]) == ("/data/two.img", 4.5, True)


@pytest.mark.parametrize(("more", "words"), [({"task": "weights"}, "cannot be run"), ({"workers": 0}, "0 workers")])
def test_requests_that_cannot_work(scene, model, tmp_path, more, words):
    with pytest.raises(InputError, match=words):
        batch.run(request(scene, model, tmp_path, [{"image": "a.tif"}], **more), SilentReporter())
