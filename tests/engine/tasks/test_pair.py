import json

import numpy as np
import pytest

from engine.cli import main
from engine.errors import RasterError
from engine.reporting import SilentReporter
from engine.tasks.registry import run_task
from tests.scenes import write_image


@pytest.fixture
def moved(scene, tmp_path):
    """The scene, two rows down and three columns to the right."""
    values = np.roll(scene.values, (2, 3), axis=(1, 2))
    return write_image(tmp_path / "moved.tif", values, scene.bands)


def look(before, after, **more):
    return run_task("pair", {"before": str(before), "after": str(after), **more}, SilentReporter())


def test_a_shift_is_measured_before_anything_is_compared(scene, moved):
    found = look(scene.image, moved)
    assert found["overlap_share"] == 1
    assert found["same_sensor"]
    assert found["bands"] > 4
    assert found["shift_px"] == pytest.approx((2, 3), abs=0.3)
    assert found["shifted"]


def test_an_image_and_its_copy_are_not_shifted(scene, tmp_path):
    found = look(scene.image, write_image(tmp_path / "copy.tif", scene.values, scene.bands))
    assert not found["shifted"]
    assert len(found["levels"]) == 2


def test_a_missing_image_is_refused(scene, tmp_path):
    with pytest.raises(RasterError):
        look(scene.image, tmp_path / "nothing.tif")


def test_the_verb(scene, moved, capsys):
    assert main(["pair", str(scene.image), str(moved), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["shifted"] is True
