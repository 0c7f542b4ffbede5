"""Pretraining counted in steps: continued exactly, shared by processes, from shards."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.utils.checkpoint import checkpoint

from engine.errors import CancelledError, InputError
from engine.models.specaware import PRESETS
from engine.models.weights import load_weights
from engine.reporting import SilentReporter
from engine.spectral.sensors import SENSORS
from engine.tasks.dataset.task import DatasetRequest
from engine.tasks.dataset.task import run as build
from engine.training.pretraining.crops import PAIRED
from engine.training.pretraining.ema import WeightMean
from engine.training.pretraining.ranks import Ranks
from engine.training.pretraining.shard_source import ShardSource
from engine.training.pretraining.task import PretrainRequest, run
from tests.network import cut
from tests.products.flightlines import values_of, write_line

from ..models.test_specaware import TINY
from .test_effects import write_library

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def request_for(tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS, "specaware-small", TINY)

    def make(name: str, **changes) -> PretrainRequest:
        return PretrainRequest(**{"output": str(tmp_path / name / "w.safetensors"), "checkpoints": str(tmp_path / name),
                                  "device": "cpu", "simulated": 2, "steps": 5, "threads": 1, "batch": 2, "crop_px": 8,
                                  "precision": "float32"} | changes)
    return make


def losses(folder: Path) -> list[tuple[int, float]]:
    with (folder / "loss.csv").open() as file:
        return [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file)]


class StopAt(SilentReporter):
    """Cancels once the run has come so far."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def progress(self, fraction, message=""):
        if message == "pretraining" and fraction > self._share:
            self.cancelled.set()


def test_a_run_that_was_cut_off_ends_like_one_that_was_not(request_for, tmp_path):
    changes = {"ema": 0.9, "progressive": True, "views": PAIRED}
    whole = run(request_for("whole", **changes), SilentReporter())
    cut = request_for("cut", save_minutes=1e-9, **changes)
    with pytest.raises(CancelledError):
        run(cut, StopAt(0.5))
    before = losses(tmp_path / "cut")
    assert 0 < len(before) < 5
    continued = run(cut, SilentReporter())
    assert (whole.steps, whole.crops, whole.loss) == (continued.steps, continued.crops, continued.loss) == (
        5, 20, whole.loss)
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut")
    first, second = (load_file(tmp_path / name / "w.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert (tmp_path / "cut" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_two_processes_train_like_one(tmp_path):
    arguments = {"steps": 2, "batch": 4, "crop": 8, "simulated": 1, "threads": 1, "device": "cpu",
                 "precision": "float32", "output": tmp_path / "two" / "w.safetensors", "checkpoints": tmp_path / "two"}
    words = [str(word) for name, value in arguments.items() for word in (f"--{name}", value)]
    done = subprocess.run([sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m",
                           "engine", "pretrain", *words], cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"},
                          capture_output=True, text=True, timeout=250)
    cut.asked()  # torchrun looks up this machine's own name, by the name service if need be
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("sha256") == 1  # only one of them speaks
    run(PretrainRequest(str(tmp_path / "one" / "w.safetensors"), str(tmp_path / "one"), steps=2, batch=4, crop_px=8,
                        simulated=1, threads=1, device="cpu", precision="float32"), SilentReporter())
    one, two = losses(tmp_path / "one"), losses(tmp_path / "two")
    assert [step for step, _ in two] == [1, 2]
    for (_, alone), (_, together) in zip(one, two, strict=True):
        assert together == pytest.approx(alone, rel=1e-4)
    alone, together = (load_file(tmp_path / name / "w.safetensors") for name in ("one", "two"))
    worst = max(float((alone[n].float() - together[n].float()).abs().max()) for n in alone)
    assert worst < 1e-3


def test_the_running_mean_follows_the_weights():
    model = torch.nn.Linear(1, 1)
    mean = WeightMean(model, 0.5)
    start = mean.values["weight"].clone()
    with torch.no_grad():
        model.weight += 1
    mean.update(1000)
    torch.testing.assert_close(mean.values["weight"], start + 0.5)
    with mean.applied():
        torch.testing.assert_close(model.weight.detach(), start + 0.5)
    torch.testing.assert_close(model.weight.detach(), start + 1)
    mean.update(0)  # at the beginning the past counts less
    torch.testing.assert_close(mean.values["weight"], start + 0.95)


def test_the_mean_is_what_is_written(request_for, tmp_path):
    run(request_for("plain"), SilentReporter())
    run(request_for("mean", ema=0.99), SilentReporter())
    plain, mean = (load_file(tmp_path / n / "w.safetensors") for n in ("plain", "mean"))
    assert any(not torch.equal(plain[n], mean[n]) for n in plain)
    assert load_weights(tmp_path / "mean" / "w.safetensors")[1].training["ema"] == 0.99


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    """Two sets of patches of 24 px: AVIRIS-NG reflectance (4) and AVIRIS-Classic radiance (2)."""
    folder = tmp_path_factory.mktemp("shards")
    reflectance = values_of(425, 48, 48)
    reflectance[:, :20, :2] = np.nan
    write_line(folder, "AVIRIS-NG", "L2", reflectance)
    write_line(folder, "AVIRIS-Classic", "L1", 10 * values_of(224, 24, 48, 1))
    (folder / "list").write_text("ang20170323t202244_rfl_img\nf130411t01p00r09rdn_e_rdn_img\n")
    build(DatasetRequest(str(folder / "list"), str(folder / "out"), patch_px=24, workers=1), SilentReporter())
    return folder / "out"


def test_shards_are_data(request_for, shards):
    result = run(request_for("s", shards=str(shards), steps=2, progressive=True), SilentReporter())
    card = load_weights(Path(result.weights))[1]
    assert card.seen == ("2 patches of AVIRIS-Classic L1", "4 patches of AVIRIS-NG L2")
    assert card.training["progressive"] is True


def test_demanding_scenes_of_measured_spectra_are_data(request_for, tmp_path):
    write_library(tmp_path)
    plain, demanding = (run(request_for(name, steps=1, **more), SilentReporter()) for name, more in (
        ("plain", {}), ("demanding", {"demanding": True, "libraries": (str(tmp_path),)})))
    assert plain.loss != demanding.loss
    card = load_weights(Path(demanding.weights))[1]
    assert card.seen == ("2 simulated scenes (seed 0)", "1 measured spectra of bare soil",
                         "1 measured spectra of pavement")
    assert card.training["demanding"] is True


def test_crops_of_shards_are_scaled_and_leave_out_blanked_bands(shards):
    pools = {pool.sensor: pool for pool in ShardSource(shards, 16).pools}
    rng = np.random.default_rng(0)
    assert len(pools["AVIRIS-NG"].bands) == 425 - 62
    for pool in pools.values():
        crops = [pool.crop(rng, np.array([3, 50, 90]), 16) for _ in range(6)]
        assert {c.values.shape for c in crops} == {(3, 16, 16)}
        assert {c.gsd_m for c in crops} == {4.0}
        assert np.mean([c.values.mean() for c in crops]) == pytest.approx(0.25, abs=0.06)
    assert pools["AVIRIS-Classic"].bands.wavelength_nm[0] == pytest.approx(
        SENSORS["AVIRIS-Classic"].bands.wavelength_nm[0], abs=1e-4)


def test_damaged_or_missing_shards_are_named(shards, tmp_path):
    with pytest.raises(InputError, match="smaller than a crop"):
        ShardSource(shards, 32)
    with pytest.raises(InputError, match="no manifest"):
        ShardSource(tmp_path, 16)


def test_batches_are_divided_evenly():
    assert [list(Ranks(r, 2).share(4)) for r in (0, 1)] == [[0, 1], [2, 3]]
    with pytest.raises(InputError, match="cannot be divided"):
        Ranks(0, 3).share(4)


def test_several_processes_need_steps(request_for, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(InputError, match="counted in steps"):
        run(request_for("x", steps=None), SilentReporter())


@pytest.mark.parametrize("changes", [{"steps": 0}, {"ema": 1.0}, {"views": "all"}, {"precision": "float8"},
                                     {"progressive": True, "steps": None}, {"objective": "episodes", "shards": "x"}])
def test_requests_that_make_no_sense_are_refused(request_for, changes):
    with pytest.raises(InputError):
        request_for("x", **changes)


def test_blocks_computed_again_and_a_compiler_that_fails_leave_the_run_as_it_is(request_for, tmp_path, monkeypatch):
    def no_compiler(fn):
        raise RuntimeError("no compiler")

    monkeypatch.setattr(torch, "compile", no_compiler)
    seen = []
    monkeypatch.setattr("engine.models.vit.checkpoint",
                        lambda block, x, **how: (seen.append(block), checkpoint(block, x, **how))[1])
    reporter = SilentReporter()
    run(request_for("plain"), reporter)
    assert reporter.warnings == seen == []
    run(request_for("again", recompute_blocks=True, compile=True), reporter)
    assert seen
    assert "no compiler" in reporter.warnings[0]
    for (_, ours), (_, expected) in zip(losses(tmp_path / "again"), losses(tmp_path / "plain"), strict=True):
        assert ours == pytest.approx(expected, rel=1e-4)
