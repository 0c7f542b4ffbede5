from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.errors import CancelledError, InputError, OutputError
from engine.reporting import SilentReporter
from engine.tasks.dataset.task import DatasetRequest, read_products, run
from engine.tasks.registry import task
from engine.training.pretraining.shard_manifest import load_manifest
from engine.training.pretraining.shards import read_shard
from tests.products.flightlines import values_of, write_line
from tests.products.hdf import write_aviris3

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
SIDE = 16


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Two flight lines of 2 x 3 and 2 x 2 patches, one of them with a corner without data, and an AVIRIS-3 file."""
    folder = tmp_path_factory.mktemp("lines")
    reflectance = values_of(425, 2 * SIDE, 3 * SIDE)
    reflectance[:, :SIDE, :SIDE] = np.nan
    write_line(folder, "AVIRIS-NG", "L2", reflectance)
    write_line(folder, "AVIRIS-Classic", "L1", 10 * values_of(224, 2 * SIDE, SIDE + 14, 1))
    write_aviris3(folder, "reflectance", 40, 34)
    (folder / "list.txt").write_text("# flight lines\nang20170323t202244_rfl_img\n\n"
                                     "f130411t01p00r09rdn_e_rdn_img\nAV320230101t000000_L2A_OE_main_RFL_ORT.nc\n")
    return folder


def request(lines, tmp_path, **changes):
    return DatasetRequest(**{"manifest": str(lines / "list.txt"), "output": str(tmp_path / "out"), "patch_px": SIDE,
                             "workers": 1} | changes)


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file() and "records" not in p.parts}


def test_products_become_shards_with_a_manifest(lines, tmp_path):
    result = run(request(lines, tmp_path), SilentReporter())
    out = tmp_path / "out"
    assert result.failed == {}
    assert result.sets == {"AVIRIS-3 L2 30 bands": 4, "AVIRIS-Classic L1 224 bands": 4, "AVIRIS-NG L2 425 bands": 5}
    assert result.patches == 13
    assert result.skipped == 1 + 5  # the corner without data; narrow borders of the AVIRIS-3 file
    hashes = files(out)
    for one in load_manifest(out):
        for shard in one.shards:
            assert hashes.pop(shard.name) == shard.sha256
    assert set(hashes) == {"manifest.json"}


def test_patches_hold_the_values_and_the_metadata_of_their_product(lines, tmp_path):
    run(request(lines, tmp_path), SilentReporter())
    by_sensor = {s.sensor: [p for x in s.shards for p in read_shard(tmp_path / "out" / x.name)]
                 for s in load_manifest(tmp_path / "out")}
    truth = values_of(425, 2 * SIDE, 3 * SIDE)
    for stored in by_sensor["AVIRIS-NG"]:
        info, values = stored.info, np.array(stored.values())
        blanked = np.isin(np.arange(425), info.blanked)
        assert blanked.sum() == 62
        assert (values[blanked] == 0).all()
        there = truth[~blanked, info.row:info.row + SIDE, info.col:info.col + SIDE]
        np.testing.assert_allclose(values[~blanked], there, rtol=1e-3)
        assert (info.level, info.gsd_m, len(info.fwhm_nm)) == ("L2", 4.0, 425)
    classic = by_sensor["AVIRIS-Classic"][0]
    np.testing.assert_allclose(classic.values(), 10 * values_of(224, 2 * SIDE, SIDE + 14, 1)[:, :SIDE, :SIDE],
                               rtol=1e-3)
    assert classic.info.blanked == ()


def test_processes_side_by_side_write_the_same_bytes(lines, tmp_path):
    run(request(lines, tmp_path, output=str(tmp_path / "one")), SilentReporter())
    run(request(lines, tmp_path, output=str(tmp_path / "two"), workers=2), SilentReporter())
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_run_is_continued_and_what_is_damaged_or_changed_is_made_again(lines, tmp_path):
    source = tmp_path / "lines"
    shutil.copytree(lines, source)
    ask = request(source, tmp_path)
    (source / "f130411t01p00r09rdn_e_rdn_img").rename(source / "later")
    reporter = SilentReporter()
    first = run(ask, reporter)
    assert (first.reused, list(first.failed)) == (0, ["f130411t01p00r09rdn_e_rdn_img"])
    assert "left out" in reporter.warnings[0]
    (source / "later").rename(source / "f130411t01p00r09rdn_e_rdn_img")
    second = run(ask, SilentReporter())
    assert (second.reused, second.failed, second.patches) == (2, {}, 13)
    complete = files(tmp_path / "out")
    (tmp_path / "out" / load_manifest(tmp_path / "out")[1].shards[0].name).write_bytes(b"cut off")
    assert run(ask, SilentReporter()).reused == 2
    assert files(tmp_path / "out") == complete
    write_line(source, "AVIRIS-NG", "L2", values_of(425, SIDE, SIDE, 9))
    changed = run(ask, SilentReporter())
    assert (changed.reused, changed.sets["AVIRIS-NG L2 425 bands"]) == (2, 1)


def test_cancelling_keeps_whole_products_only(lines, tmp_path):
    class Impatient(SilentReporter):
        def progress(self, fraction, message=""):
            if fraction > 0.4:
                self.cancelled.set()

    with pytest.raises(CancelledError):
        run(request(lines, tmp_path), Impatient())
    assert len(files(tmp_path / "out")) == 1
    assert not list((tmp_path / "out").rglob("*.part"))
    assert run(request(lines, tmp_path), SilentReporter()).reused == 1


def test_a_dry_run_tells_numbers_and_writes_nothing(lines, tmp_path, capsys):
    result = run(request(lines, tmp_path, dry_run=True), SilentReporter())
    assert not (tmp_path / "out").exists()
    assert result.manifest is None
    assert result.planned.windows == 19
    assert result.planned.patches == 13  # so few windows are all looked at
    assert result.planned.max_bytes == 2 * SIDE**2 * (6 * 425 + 4 * 224 + 9 * 30)
    arguments = ["dataset", "hyper400k", str(lines / "list.txt"), "--out", str(tmp_path / "out"), "--patch", "16"]
    assert main([*arguments, "--dry-run"]) == 0
    assert "windows: 19" in capsys.readouterr().out
    assert main([*arguments, "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["patches"] == 13


def test_products_of_other_sensors_do_not_stop_the_rest(lines, tmp_path):
    (tmp_path / "list.csv").write_text(f"path,sensor,level\n{lines / 'ang20170323t202244_rfl_img'},EnMAP,\n"
                                       f"{lines / 'f130411t01p00r09rdn_e_rdn_img'},,L1\n")
    result = run(request(lines, tmp_path, manifest=str(tmp_path / "list.csv")), SilentReporter())
    assert result.patches == 4
    assert "Hyper-400K is made of" in next(iter(result.failed.values()))


def test_lists_are_read_with_or_without_columns(tmp_path):
    path = tmp_path / "list"
    path.write_text("path, sensor, gsd_m\na.img, AVIRIS-NG, 4.5\nb.img,,\na.img, AVIRIS-NG, 4.5\n")
    first, second = read_products(path)
    assert (first.overrides.sensor, first.overrides.gsd_m, first.path) == ("AVIRIS-NG", 4.5, tmp_path / "a.img")
    assert (second.overrides.sensor, second.overrides.gsd_m) == (None, None)
    path.write_text("odd name, with comma.img\n")
    assert read_products(path)[0].name == "odd name, with comma.img"


@pytest.mark.parametrize("text", ["", "# nothing\n", "path,colour\na,red\n", "path,gsd_m\na,wide\n",
                                  "path,level\na,L9\n", "path,sensor\na,nokia\n"])
def test_lists_that_make_no_sense_are_refused(tmp_path, text):
    (tmp_path / "list").write_text(text)
    with pytest.raises(InputError):
        read_products(tmp_path / "list")


@pytest.mark.parametrize("changes", [{"patch_px": 2}, {"shard_mb": 0}, {"workers": 0}, {"recipe": "hyper500k"}])
def test_requests_that_make_no_sense_are_refused(lines, tmp_path, changes):
    with pytest.raises(InputError):
        request(lines, tmp_path, **changes)


def test_folders_of_other_patches_or_that_cannot_be_made_are_refused(lines, tmp_path):
    run(request(lines, tmp_path), SilentReporter())
    with pytest.raises(InputError, match="16 px, not 32"):
        run(request(lines, tmp_path, patch_px=32), SilentReporter())
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        run(request(lines, tmp_path, output=str(tmp_path / "file" / "x")), SilentReporter())


def test_the_task_is_registered():
    assert task("dataset").request is DatasetRequest


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared data not found")
def test_real_chips(tmp_path):
    rows = [("aviris_vi_demo", "L2"), ("salton_sea", "L2"), ("aviris_ng_topoflux", "L1")]
    (tmp_path / "list.csv").write_text("path,level\n" + "".join(f"{SHARED / n / 'image.tif'},{v}\n" for n, v in rows))
    out = tmp_path / "out"
    result = run(DatasetRequest(str(tmp_path / "list.csv"), str(out), patch_px=24, workers=1), SilentReporter())
    assert result.failed == {}
    assert result.patches > 10
    for one in load_manifest(out):
        values = np.array(next(read_shard(out / one.shards[0].name)).values(), np.float32)
        assert 0 <= values.min() < values.max() <= (2.5 if one.level == "L2" else 100)
        assert (values > 0).mean() > 0.7
