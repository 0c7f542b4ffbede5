import subprocess
import sys

import numpy as np
import pytest

from engine.inference.usage import peak_memory_mb
from tests.scenes import engine_environment

HELD_MB = 600


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not say")
def test_peak_is_of_this_process_and_not_of_the_one_that_started_it():
    before = peak_memory_mb()
    held = np.ones(HELD_MB * 1_000_000 // 8)
    assert peak_memory_mb() > max(before, HELD_MB)
    told = subprocess.run([sys.executable, "-c", "from engine.inference.usage import peak_memory_mb as p; print(p())"],
                          capture_output=True, text=True, check=True, env=engine_environment())
    assert 10 < float(told.stdout) < held.nbytes / 1e6
