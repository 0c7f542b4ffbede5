from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import InputError, OutputError
from engine.training.pretraining.shard_manifest import load_manifest
from engine.training.pretraining.shards import PatchInfo, ShardWriter, read_shard, set_name

INFO = PatchInfo("AVIRIS-NG", "L2", 4.9, (400.0, 500.5, 600.0), (5.0, 5.1, 5.2), (1,), "a/line.img", 256, 0, 0.0125,
                 0.31)


def patch(seed: int = 0):
    return np.random.default_rng(seed).random((3, 6, 6)).astype(np.float16)


def write(folder, count: int = 3, max_bytes: int = 10**9):
    with ShardWriter(folder, "line-1", max_bytes) as writer:
        for number in range(count):
            writer.add(f"line-1_{number:06d}", patch(number), replace(INFO, row=number))
        return writer.finish()


def test_what_is_written_is_read_back(tmp_path):
    (shard,) = write(tmp_path)
    path = tmp_path / shard.name
    assert (shard.patches, shard.bytes) == (3, path.stat().st_size)
    assert shard.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert shard.name.startswith(set_name(INFO) + "/line-1-")
    stored = list(read_shard(path))
    assert [s.info for s in stored] == [replace(INFO, row=n) for n in range(3)]
    for number, one in enumerate(stored):
        np.testing.assert_array_equal(one.values(), patch(number))


def test_a_plain_tar_reader_finds_pairs_of_members_with_one_key(tmp_path):
    (shard,) = write(tmp_path, 2)
    with tarfile.open(tmp_path / shard.name) as tar:
        assert tar.getnames() == ["line-1_000000.npy", "line-1_000000.json", "line-1_000001.npy", "line-1_000001.json"]
        np.testing.assert_array_equal(np.load(io.BytesIO(tar.extractfile("line-1_000001.npy").read())), patch(1))


def test_shards_are_split_by_size_and_equal_patches_give_equal_bytes(tmp_path):
    first = write(tmp_path / "a", 5, max_bytes=6000)
    again = write(tmp_path / "b", 5, max_bytes=6000)
    assert len(first) > 1
    assert sum(s.patches for s in first) == 5
    assert first == again


def test_nothing_is_left_of_an_unfinished_product(tmp_path):
    with ShardWriter(tmp_path, "x", 4000) as writer:
        for number in range(4):
            writer.add(f"x_{number}", patch(), INFO)
        assert list(tmp_path.rglob("*.part"))
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="shard"), ShardWriter(tmp_path / "file", "x", 4000) as writer:
        writer.add("x_0", patch(), INFO)


@pytest.mark.parametrize("damage", [lambda b: b[:700], lambda b: b"junk" * 300, lambda b: b[:1000] + b[1512:]])
def test_damaged_shards_are_refused(tmp_path, damage):
    (shard,) = write(tmp_path)
    path = tmp_path / shard.name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_shard(path))


def test_other_bands_make_another_set():
    names = {set_name(i) for i in (INFO, replace(INFO, level="L1"), replace(INFO, fwhm_nm=(5.0, 5.1, 5.3)),
                                   replace(INFO, gsd_m=2.0))}
    assert len(names) == 3


@pytest.mark.parametrize("text", ["", "[]", '{"sets": [{"sensor": "x"}]}'])
def test_manifests_that_are_none_are_refused(tmp_path, text):
    with pytest.raises(InputError, match="no manifest"):
        load_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="cannot be understood"):
        load_manifest(tmp_path)
