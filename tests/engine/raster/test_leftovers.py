import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.raster.leftovers import part_prefix, remove_leftovers
from tests.scenes import files_in


def left_by(pid, folder):
    name = part_prefix(folder / "map.tif").replace(f"-{os.getpid()}-", f"-{pid}-") + "x.part"
    (folder / name).write_bytes(b"half")
    return name


def test_what_runs_keeps_its_files(tmp_path):
    name = left_by(os.getpid(), tmp_path)
    remove_leftovers(tmp_path)
    assert files_in(tmp_path) == {name}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="states of processes are read from /proc")
def test_what_has_ended_but_was_not_asked_keeps_none(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        left_by(process.pid, tmp_path)
        remove_leftovers(tmp_path)
        assert files_in(tmp_path) == set()
    finally:
        process.wait()
