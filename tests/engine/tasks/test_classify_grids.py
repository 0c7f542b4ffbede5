"""Scenes whose pixels lie on unusual grids: labels and map fall on the right places, or the user is told."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC

from engine.errors import LabelError
from engine.reporting import SilentReporter
from engine.tasks.classify.task import ClassifyRequest, run
from tests.scenes import CLASSES, CRS, PLACE, SCALE, write_image

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
SOUTH_UP = PLACE @ Affine.translation(0, 70) @ Affine.scale(1, -1)
RPCS = RPC(height_off=100.0, height_scale=500.0, lat_off=52.0, lat_scale=0.1, line_den_coeff=[1.0] + [0.0] * 19,
           line_num_coeff=[0.0, 1.0] + [0.0] * 18, line_off=35.0, line_scale=35.0, long_off=13.0, long_scale=0.1,
           samp_den_coeff=[1.0] + [0.0] * 19, samp_num_coeff=[0.0, 0.0, 1.0] + [0.0] * 17, samp_off=30.0,
           samp_scale=30.0)


def classified(scene, image, folder, **changes):
    """The map's file, classes by name, and the warnings told."""
    reporter = SilentReporter()
    result = run(ClassifyRequest(**{
        "image": str(image), "output": str(folder / "map.tif"), "labels": str(scene.polygons), "class_field": "kind",
        "weights": str(scene.weights), "device": "cpu", "validation": "none"} | changes), reporter)
    names = np.array(["", *(c.name for c in sorted(result.classes, key=lambda c: c.id))])
    with rasterio.open(folder / "map.tif") as file:
        return file.transform, names[file.read(1)], reporter.warnings


def share_right(scene, found):
    truth = np.array(["", *CLASSES])[scene.truth]
    assert ((found != "") == scene.valid).all()
    return (found == truth)[scene.valid].mean()


def without_place(scene, folder, **place):
    """The scene's image located by ``place`` only: attributes of the dataset."""
    path = write_image(folder / "scene.tif", scene.values, scene.bands, Affine.identity())
    with rasterio.open(path) as plain, rasterio.open(folder / "there.tif", "w", **(plain.profile | {
            "transform": None, "crs": None})) as file:
        file.write(plain.read())
        file.scales = [SCALE] * plain.count
        for number in plain.indexes:
            file.update_tags(number, **plain.tags(number))
        file.update_tags(level="L2")
        for name, value in place.items():
            setattr(file, name, value)
    return folder / "there.tif"


def test_south_up(scene, tmp_path):
    image = write_image(tmp_path / "scene.tif", scene.values[:, ::-1].copy(), scene.bands, SOUTH_UP)
    transform, found, _ = classified(scene, image, tmp_path)
    assert transform.almost_equals(SOUTH_UP)
    assert share_right(scene, found[::-1]) > 0.85


def test_pixel_is_point(scene, tmp_path):
    image = write_image(tmp_path / "scene.tif", scene.values, scene.bands)
    with rasterio.open(image, "r+") as file:
        file.update_tags(AREA_OR_POINT="Point")
    transform, found, _ = classified(scene, image, tmp_path)
    assert transform.almost_equals(PLACE)
    assert share_right(scene, found) > 0.85


def test_ground_control_points_only(scene, tmp_path):
    points = [GroundControlPoint(row, col, *(PLACE @ (col, row))) for row in (0, 70) for col in (0, 61)]
    image = without_place(scene, tmp_path, gcps=(points, rasterio.CRS.from_string(CRS)))
    transform, found, warnings = classified(scene, image, tmp_path)
    assert transform.almost_equals(PLACE, 1e-3)
    assert share_right(scene, found) > 0.85
    assert any("4 ground control points" in warning for warning in warnings)


@pytest.mark.parametrize(("place", "said"), [({"rpcs": RPCS}, "gdalwarp -rpc"), ({}, "size of a pixel")])
def test_without_map_coordinates(scene, tmp_path, place, said):
    image = without_place(scene, tmp_path, **place)
    labels = tmp_path / "labels.tif"
    with rasterio.open(scene.raster) as plain, rasterio.open(labels, "w", **(plain.profile | {
            "transform": None, "crs": None})) as file:
        file.write(plain.read())
    transform, found, warnings = classified(scene, image, tmp_path, labels=str(labels), class_field=None)
    assert transform.is_identity
    numbered = np.array(["", *(f"class {number}" for number in range(1, 5))])[scene.truth]
    assert (found == numbered)[scene.valid].mean() > 0.85
    assert any(said in warning for warning in warnings)


@pytest.mark.parametrize("place", [{"rpcs": RPCS}, {}])
def test_labels_on_a_map_do_not_fit_an_image_without_one(scene, tmp_path, place):
    with pytest.raises(LabelError) as caught:
        classified(scene, without_place(scene, tmp_path, **place), tmp_path)
    assert caught.value.hint
