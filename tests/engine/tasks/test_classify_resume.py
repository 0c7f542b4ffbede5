"""A map made in several goes, a changed image, and what a killed engine leaves behind."""

import subprocess

import pytest

from engine.errors import InputError, OutputError, RasterError
from engine.inference import mapping, memory
from engine.raster.leftovers import part_prefix, remove_leftovers
from engine.reporting import SilentReporter
from engine.tasks.classify import maps as classify_maps
from engine.tasks.classify import task as classify
from engine.tasks.classify.journal import MapJournal, journal_path
from engine.tasks.classify.task import ClassifyRequest
from tests.scenes import files_in


class StopError(Exception):
    """Stands for a job that is killed."""


class Stopping(SilentReporter):
    """Stops in the middle of the map."""

    def __init__(self, blocks):
        super().__init__()
        self.left = blocks

    def progress(self, fraction, message=""):
        if message == "mapping":
            self.left -= 1
            if self.left < 0:
                raise StopError


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(memory, "SIDES_PX", (16,))
    assert mapping.BLOCK_PX == 256


def request(scene, model, folder, **more):
    return ClassifyRequest(**{"image": str(scene.image), "output": str(folder / "map.tif"), "model": str(model),
                              "confidence": str(folder / "c.tif"), "uncertainty": str(folder / "u.tif"),
                              "weights": str(scene.weights), "device": "cpu"} | more)


def made(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}


@pytest.fixture(scope="module")
def whole(scene, model, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "SIDES_PX", (16,))
        folder = tmp_path_factory.mktemp("whole")
        classify.run(request(scene, model, folder), SilentReporter())
        return made(folder)


def test_a_map_made_in_several_goes_has_the_same_bytes(scene, model, whole, tmp_path):
    for blocks in (3, 5, 1):
        with pytest.raises(StopError):
            classify.run(request(scene, model, tmp_path, resume=True), Stopping(blocks))
        assert files_in(tmp_path) == {journal_path(tmp_path / "map.tif").name}
    mapped = []
    reporter = SilentReporter()
    reporter.progress = lambda fraction, message="": mapped.append(message)
    classify.run(request(scene, model, tmp_path, resume=True), reporter)
    assert 0 < mapped.count("mapping") < 20 - 5
    assert made(tmp_path) == whole
    assert files_in(tmp_path) == set(whole)


def test_a_torn_or_foreign_journal_does_no_harm(scene, model, whole, tmp_path):
    journal = journal_path(tmp_path / "map.tif")
    with pytest.raises(StopError):
        classify.run(request(scene, model, tmp_path, resume=True), Stopping(6))
    journal.write_bytes(journal.read_bytes()[:-7])
    classify.run(request(scene, model, tmp_path, resume=True), SilentReporter())
    assert made(tmp_path) == whole
    journal.write_bytes(b"\0nonsense" * 1000)
    classify.run(request(scene, model, tmp_path, resume=True), SilentReporter())
    assert made(tmp_path) == whole


def test_a_journal_of_other_settings_is_not_used(scene, model, whole, tmp_path):
    with pytest.raises(StopError):
        classify.run(request(scene, model, tmp_path, resume=True, gsd_m=5.0), Stopping(6))
    classify.run(request(scene, model, tmp_path, resume=True), SilentReporter())
    assert made(tmp_path) == whole


def test_without_resume_nothing_is_kept(scene, model, tmp_path):
    with pytest.raises(StopError):
        classify.run(request(scene, model, tmp_path), Stopping(6))
    assert files_in(tmp_path) == set()


def test_an_image_that_changes_while_it_is_read_gives_no_map(scene, model, tmp_path, monkeypatch):
    seen = iter(range(100))
    monkeypatch.setattr(classify, "fingerprint", lambda files: ((str(next(seen)), 0, 0),))
    with pytest.raises(RasterError, match="changed while it was read"):
        classify.run(request(scene, model, tmp_path), SilentReporter())
    assert files_in(tmp_path) == set()


def test_a_budget_too_small_is_refused(scene, model, tmp_path):
    with pytest.raises(InputError, match=r"0\.1 GB of memory are not enough: about \d\.\d GB"):
        classify.run(request(scene, model, tmp_path, memory_gb=0.1), SilentReporter())
    assert files_in(tmp_path) == set()


def test_a_journal_that_another_job_uses_is_left_alone(tmp_path):
    """Two QGIS on one output: blocks of both in one journal would be taken for those of one map."""
    path = tmp_path / ".map.tif.journal"
    with MapJournal(path, "one"):
        before = path.read_bytes()
        for key in ("one", "two"):
            with pytest.raises(OutputError, match="Another job"):
                MapJournal(path, key)
        assert path.read_bytes() == before
    MapJournal(path, "two").remove()
    assert not path.exists()


def test_a_smaller_budget_means_smaller_blocks(monkeypatch):
    class Reader:
        band_count, kept_bytes = 200, 100_000_000

        def reach(self, window):
            return window.grow(63, (20_000, 2_000))

    monkeypatch.setattr(memory, "SIDES_PX", (256, 192, 128, 96, 64))
    area = mapping.Window(0, 0, 20_000, 2_000)
    sides = [memory.block_side(Reader(), area, 15, (20_000, 2_000), gb) for gb in (8, 2, 1.5, 1.2)]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] == 256 > sides[-1]


def test_only_files_of_dead_processes_of_this_computer_are_removed(tmp_path):
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine = part_prefix(tmp_path / "a.tif") + "x.part"
    prefix = mine.rpartition(f"-{mine.rsplit('-', 2)[1]}-")[0]
    gone = [f"{prefix}-{dead.pid}-x.part", f"{prefix}-{dead.pid}-x.part.aux.xml", f"{prefix}-{dead.pid}-.part"]
    kept = [mine, ".a.tif.elsewhere-1-x.part", "a.part", ".b.part", f".c.{dead.pid}.part"]
    for name in gone + kept:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path)
    assert files_in(tmp_path) == set(kept)


def test_a_full_disk_in_the_middle(scene, model, tmp_path, monkeypatch):
    """Writing fails in the thread that writes; the error still ends the job."""
    writer = classify_maps.RasterWriter

    def full(self, window, array, first=0):
        if window.row:
            raise self._failed(OSError(28, "No space left on device"))

    monkeypatch.setattr(writer, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        classify.run(request(scene, model, tmp_path), SilentReporter())
    assert files_in(tmp_path) == set()
