"""Engines that are stopped at any moment, run side by side, find the disk full or the clock moved.

``SPECAWARE_STOPS`` is how many moments to try.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import rasterio

from engine.raster.leftovers import remove_leftovers
from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from tests.scenes import engine_environment, files_in, write_raster

STOPS = int(os.environ.get("SPECAWARE_STOPS", "20"))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
OLDER = b"an older map"
pytestmark = [pytest.mark.timeout(120 + 10 * STOPS),
              pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, as it starts engines without imports")]

# Loads the engine once; for each line, a list of command lines, it forks as many engines, and asks how they ended when
# the next line tells it to: until then none of their process numbers is another's.
NURSERY = """
import json, os, sys
import engine.tasks.classify.task, torch
from engine.cli import main
torch.set_num_threads(1)
def child(arguments):
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1), os.dup2(said, 2)
    status = 3
    try:
        status = main(arguments)
    finally:
        os._exit(status)
for line in iter(sys.stdin.readline, ""):
    pids = [os.fork() or child(arguments) for arguments in json.loads(line)]
    print(json.dumps(pids), flush=True)
    sys.stdin.readline()
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]), flush=True)
"""


class Nursery:
    """Starts engines in no time."""

    def __init__(self, folder):
        self.said = folder / "said.txt"
        environment = engine_environment() | {"OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen([sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, cwd=folder,
                                        stdout=subprocess.PIPE, env=environment, text=True)

    def start(self, *lines):
        """Process numbers of an engine for each of the command lines."""
        return self._ask(json.dumps([[str(word) for word in line] for line in lines]))

    def wait(self):
        """Their exit statuses."""
        return self._ask("")

    def _ask(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the nursery ended"
        return json.loads(line)

    def run(self, *lines):
        self.start(*lines)
        return self.wait()


@pytest.fixture(scope="module")
def nursery(tmp_path_factory):
    found = Nursery(tmp_path_factory.mktemp("nursery"))
    yield found
    found.process.stdin.close()
    found.process.wait(60)
    found.process.stdout.close()


@pytest.fixture(scope="module")
def model(scene, nursery, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    path = folder / "m.safetensors"
    line = ("classify", scene.image, "--labels", scene.polygons, "--class-field", "kind", "--weights", scene.weights,
            "--device", "cpu", "--output", folder / "map.tif", "--save-model", path)
    assert nursery.run(line) == [0], nursery.said.read_text()
    return path


def command(scene, model, folder, name="map.tif"):
    return ("classify", scene.image, "--model", model, "--weights", scene.weights, "--device", "cpu", "--output",
            folder / name, "--confidence", folder / f"c-{name}")


@pytest.fixture(scope="module")
def undisturbed(scene, model, nursery, tmp_path_factory):
    """The files of a run that nobody stops, and how long it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert nursery.run(command(scene, model, folder)) == [0]
    began = time.monotonic()
    assert nursery.run(command(scene, model, folder)) == [0]
    return {path.name: path.read_bytes() for path in folder.iterdir()}, time.monotonic() - began


def test_an_engine_stopped_at_any_moment_leaves_the_older_map_or_a_whole_new_one(scene, model, nursery, undisturbed,
                                                                                 tmp_path):
    files, seconds = undisturbed
    moments, endings = random.Random(0), set()
    for number in range(STOPS):
        folder, name = tmp_path / str(number), SIGNALS[number % len(SIGNALS)]
        folder.mkdir()
        (folder / "map.tif").write_bytes(OLDER)
        (pid,) = nursery.start(command(scene, model, folder))
        time.sleep(moments.uniform(0, seconds))
        os.kill(pid, name)
        (status,) = nursery.wait()
        endings.add(status)
        assert (folder / "map.tif").read_bytes() in ((files["map.tif"],) if status == 0 else (OLDER, files["map.tif"]))
        if name == signal.SIGKILL:
            remove_leftovers(folder)
        assert not [left for left in files_in(folder) if left.endswith(".part")], (name, status)
    assert endings - {0}, "no engine was stopped before its end"
    assert b"Traceback" not in nursery.said.read_bytes()


def test_two_engines_on_one_output_and_others_beside(scene, model, nursery, undisturbed, tmp_path):
    """As two QGIS may do: each writes under a name of its own, the last one done stays, whole."""
    files, _ = undisturbed
    one, other = command(scene, model, tmp_path), command(scene, model, tmp_path, "b.tif")
    assert nursery.run(one, one, other) == [0, 0, 0]
    resumed = nursery.run((*one, "--resume"), (*one, "--resume"))  # one of them may find the journal in use
    assert sorted(resumed) in ([0, 0], [0, 2]), nursery.said.read_text()
    for name, content in files.items():
        assert (tmp_path / name).read_bytes() == content
    assert (tmp_path / "b.tif").read_bytes() == files["map.tif"]
    assert not [left for left in files_in(tmp_path) if left.endswith((".part", ".journal"))]


def test_an_output_that_is_open_elsewhere(scene, model, nursery, undisturbed, tmp_path):
    """Who has the older map open goes on seeing it; the new one is there for who opens it now."""
    files, _ = undisturbed
    older = tmp_path / "map.tif"
    write_raster(older, np.full((300, 300), 7, np.uint8))
    with rasterio.open(older) as reader:
        assert nursery.run(command(scene, model, tmp_path)) == [0]
        assert (reader.read(1) == 7).all()
    assert older.read_bytes() == files["map.tif"]


def test_a_clock_that_goes_back(scene, model, undisturbed, tmp_path, monkeypatch):
    """Files from the future, and a time that falls by a day at every look: the same map, no negative duration."""
    files, _ = undisturbed
    image, now = tmp_path / "scene.tif", [2e9]
    image.write_bytes(scene.image.read_bytes())
    os.utime(image, (4e9, 4e9))

    def falling():
        now[0] -= 86_400
        return now[0]

    monkeypatch.setattr(time, "time", falling)
    result = classify.run(ClassifyRequest(str(image), str(tmp_path / "map.tif"), model=str(model), device="cpu",
                                          weights=str(scene.weights), resume=True), SilentReporter())
    assert result.seconds >= 0
    with rasterio.open(tmp_path / "map.tif") as found, rasterio.MemoryFile(files["map.tif"]) as kept:
        assert (found.read(1) == kept.open().read(1)).all()


# A file system of its own in a mount namespace of its own: it goes with the process.
ON_A_DISK = 'mount -t tmpfs -o "$1" tmpfs "$2" || exit 99; folder=$2; shift 2; "$@"; status=$?; ' \
            'echo "left: $(ls -A "$folder")"; exit $status'


@pytest.mark.parametrize("disk", ["size=8k", "ro"])
def test_a_disk_that_is_full_in_the_middle_or_read_only(scene, model, tmp_path, disk):
    """A tmpfs of 8 kB takes the first bytes of the maps only; permissions of a folder would not bind root."""
    line = [sys.executable, "-m", "engine", *map(str, command(scene, model, tmp_path))]
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ON_A_DISK, "sh"]
    try:
        done = subprocess.run([*mount, disk, str(tmp_path), *line], env=engine_environment(), capture_output=True,
                              text=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no unshare on this system")
    if done.returncode in (1, 99) and "error: " not in done.stderr:
        pytest.skip(f"no file system may be mounted here: {done.stderr[-200:]}")
    assert done.returncode == 2, done.stderr
    assert "error: bad-output" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() == "left:"
