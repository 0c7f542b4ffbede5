"""Mistakes, and cancelling."""

import dataclasses

import numpy as np
import pytest
from affine import Affine

from engine.errors import CancelledError, InputError, ModelError, OutputError, RasterError, WavelengthError
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable
from engine.tasks.change.task import run
from tests.scenes import (
    PLACE,
    files_in,
    write_image,
)

from .change_runs import map_extent, quick, request_for


@pytest.mark.parametrize(("changes", "kind", "words"), [
    ({"extents": ((5.0, 5.0, 5.0, 9.0),)}, InputError, "empty or reversed"),
    ({"extents": (map_extent(30, 30, 5, 5)[::-1],)}, InputError, "empty or reversed"),
    ({"extents": (map_extent(300, 30, 5, 5),)}, InputError, "outside the image"),
    ({"extents": (map_extent(0, 0, 5, 5),)}, InputError, "No pixel of the chosen area"),
    ({"extents": (map_extent(30, 30, 5, 5),), "extent_crs": "EPSG:nonsense"}, InputError, "is not known"),
    ({"mask": "nowhere.gpkg"}, InputError, "does not exist"),
    ({"threshold": 0.0}, InputError, "not possible"),
    ({"threshold": float("nan")}, InputError, "not possible"),
    ({"seed": -1}, InputError, "seed"),
    ({"from_to": "x.tif"}, InputError, "either a saved model or labels"),
    ({"model": "x.safetensors"}, InputError, "only for a map of transitions"),
    ({"output": "/nowhere/x.tif"}, OutputError, "does not exist"),
    ({"after": "missing.tif"}, RasterError, "missing.tif"),
    ({"after_level": "L1"}, InputError, "radiance cannot be compared with reflectance"),
])
def test_mistakes_are_refused(scene, after, tmp_path, changes, kind, words):
    request = dataclasses.replace(request_for(scene, after, tmp_path, spectral_only=True), **changes)
    with pytest.raises(kind, match=words) as caught:
        run(request, SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == set()


def test_one_image_twice_outputs_of_one_name_and_inputs_as_output(scene, after, tmp_path):
    with pytest.raises(InputError, match="same file"):
        quick(scene, scene.image, tmp_path)
    with pytest.raises(OutputError, match="same name"):
        quick(scene, after, tmp_path, report=str(tmp_path / "change.tif"))
    with pytest.raises(OutputError, match="also an input"):
        quick(scene, after, tmp_path, output=str(after))


def test_forcing_compares_other_levels_with_a_warning(scene, after, tmp_path):
    result = quick(scene, after, tmp_path, after_level="L1", force=True)
    assert any("compared all the same" in w for w in result.warnings)


def test_images_of_other_places_or_other_spectra_are_refused(scene, tmp_path):
    far = write_image(tmp_path / "far.tif", scene.values, scene.bands, PLACE @ Affine.translation(500, 0))
    with pytest.raises(RasterError, match="do not overlap"):
        quick(scene, far, tmp_path)
    values = (1000 + 50 * np.random.default_rng(0).random((4, *scene.valid.shape))).astype(np.int16)
    table = BandTable.from_arrays([2505, 2515, 2525, 2535], [5] * 4)
    with pytest.raises(WavelengthError, match="bands in common"):
        quick(scene, write_image(tmp_path / "far_infrared.tif", values, table), tmp_path)


def test_a_mask_of_points_and_a_model_that_is_none_are_refused(scene, after, tmp_path):
    with pytest.raises(InputError, match="no polygon"):
        quick(scene, after, tmp_path, mask=str(scene.points))
    with pytest.raises(ModelError, match="not"):
        run(request_for(scene, after, tmp_path, from_to=str(tmp_path / "m.tif"), model=str(scene.weights)),
            SilentReporter())
    assert files_in(tmp_path) == set()


def test_cancelling_leaves_nothing(scene, after, tmp_path):
    class Cancelling(SilentReporter):
        def progress(self, fraction, message=""):
            if message == "comparing":
                self.cancelled.set()

    with pytest.raises(CancelledError):
        run(request_for(scene, after, tmp_path, spectral_only=True), Cancelling())
    assert files_in(tmp_path) == set()
