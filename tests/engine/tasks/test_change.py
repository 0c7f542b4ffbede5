import dataclasses
import json

import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
from affine import Affine
from rasterio.crs import CRS
from scipy.ndimage import gaussian_filter, maximum_filter

from engine.errors import CancelledError, InputError, LabelError, ModelError, OutputError, RasterError, WavelengthError
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable
from engine.tasks.change.task import ChangeRequest, run
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.training.few_labels import validation
from tests.scenes import (
    CLASSES,
    NODATA,
    PLACE,
    TINY_PIXEL,
    block_shape,
    files_in,
    make_weights,
    write_image,
    write_raster,
    write_shapes,
)

CHANGED_BLOCK = (40, 30, 12, 14)  # row, column, rows, columns
FILES = {"change.tif", "change.qml"}


@pytest.fixture(autouse=True, scope="module")
def _small_forest():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "BASELINE_TREES", 20)
        yield


def later_values(scene, seed=5):
    """The scene in another season, a block of it replaced by what lies elsewhere, in both corners that are known."""
    rng, values = np.random.default_rng(seed), scene.values.astype(np.float32)
    gain = 1 + 0.2 * np.sin(np.arange(len(values)) / 5)[:, None, None]
    after = values * gain + rng.normal(0, 20, values.shape)
    row, col, rows, cols = CHANGED_BLOCK
    here = (slice(row, row + rows), slice(col, col + cols))
    other = np.flatnonzero(np.bincount(scene.truth[here].ravel(), minlength=5)[1:] == 0)
    donor = values[:, (scene.truth == other[0] + 1) & scene.valid].mean(1)
    texture = rng.normal(1, 0.1, (rows, cols))
    after[:, here[0], here[1]] = (donor * gain[:, 0, 0])[:, None, None] * texture
    after = np.clip(np.rint(after), -5000, 20000).astype(np.int16)
    after[scene.values == NODATA] = NODATA
    return after


@pytest.fixture(scope="module")
def after(scene, tmp_path_factory):
    return write_image(tmp_path_factory.mktemp("after") / "after.tif", later_values(scene), scene.bands)


@pytest.fixture(scope="module")
def truth(scene):
    mask = np.zeros(scene.valid.shape, bool)
    row, col, rows, cols = CHANGED_BLOCK
    mask[row:row + rows, col:col + cols] = True
    return mask


def request_for(scene, after, folder, **changes):
    return ChangeRequest(**{"before": str(scene.image), "after": str(after), "output": str(folder / "change.tif"),
                            "weights": str(scene.weights), "device": "cpu"} | changes)


def quick(scene, after, folder, **changes):
    """Without the encoder."""
    return run(request_for(scene, after, folder, spectral_only=True, **changes), SilentReporter())


def bands_of(path):
    with rasterio.open(path) as file:
        return file.read()


def auc(scores, truth):
    order = scores.ravel().argsort().argsort() + 1
    hits = truth.ravel()
    return (order[hits].sum() - hits.sum() * (hits.sum() + 1) / 2) / (hits.sum() * (~hits).sum())


@pytest.fixture(scope="module")
def made(scene, after, tmp_path_factory):
    folder, reporter = tmp_path_factory.mktemp("made"), SilentReporter()
    return folder, run(request_for(scene, after, folder, report=str(folder / "r.json")), reporter), reporter


def test_the_changed_block_is_found_in_spite_of_the_season(scene, made, truth):
    folder, result, _ = made
    score, mask = bands_of(folder / "change.tif")
    assert auc(score[scene.valid], truth[scene.valid]) > 0.97
    found = mask == 1
    assert (found & truth).sum() / truth.sum() > 0.8
    assert (found & maximum_filter(truth, 5)).sum() / found.sum() > 0.8
    assert (found & truth).sum() / found.sum() > 0.6
    assert result.changed_pixels == found.sum()
    assert result.changed_area_ha == pytest.approx(found.sum() * 0.09)


def test_an_encoder_of_standardised_pixels_sees_both_dates(scene, after, truth, tmp_path):
    weights = make_weights(tmp_path / "w.safetensors", TINY_PIXEL)
    run(request_for(scene, after, tmp_path, weights=str(weights)), SilentReporter())
    score, _ = bands_of(tmp_path / "change.tif")
    assert auc(score[scene.valid], truth[scene.valid]) > 0.97
    quick(scene, after, tmp_path)
    assert not np.array_equal(bands_of(tmp_path / "change.tif")[0], score, equal_nan=True)


def test_output_has_the_grid_the_tags_and_nothing_where_there_is_no_data(scene, made):
    folder, result, _ = made
    with rasterio.open(folder / "change.tif") as file, rasterio.open(scene.image) as image:
        assert (file.crs, file.transform, file.shape) == (image.crs, image.transform, image.shape)
        assert file.descriptions == ("change score", "changed (1) or not (0)")
        assert file.tags()["SPECAWARE_AFTER"] == "after.tif"
        score, mask = file.read()
    np.testing.assert_array_equal(np.isnan(score), ~scene.valid)
    np.testing.assert_array_equal(np.isnan(mask), ~scene.valid)
    marked, above = mask[scene.valid] == 1, score[scene.valid] > result.threshold
    assert not (marked & ~above).any()
    peak = maximum_filter(np.nan_to_num(score), 7)
    np.testing.assert_array_equal(marked, above & (score >= peak * 0.5 * (1 - 1e-5))[scene.valid])
    assert result.threshold == 1
    assert files_in(folder) == {*FILES, "r.json"}


def test_the_report_says_how_to_make_it_again(made):
    body = json.loads((made[0] / "r.json").read_text())
    assert body["changed_pixels"] == made[1].changed_pixels
    assert body["command"].startswith("python -m engine change ")
    assert body["bands"]["same_sensor"] is True
    assert body["alignment"]["overlap_share"] == pytest.approx(1)


def test_the_same_request_gives_the_same_bytes_and_another_threshold_the_same_scores(scene, after, tmp_path):
    results = []
    for name, changes in (("a", {}), ("b", {}), ("c", {"threshold": 0.0})):
        (tmp_path / name).mkdir()
        if changes:
            score, mask = bands_of(results[0][1])
            changes["threshold"] = float(np.median(score[mask == 1]))
        results.append((quick(scene, after, tmp_path / name, **changes), tmp_path / name / "change.tif"))
    assert results[0][1].read_bytes() == results[1][1].read_bytes()
    np.testing.assert_array_equal(bands_of(results[0][1])[0], bands_of(results[2][1])[0])
    assert 0 < results[2][0].changed_pixels < results[0][0].changed_pixels


def test_identical_images_show_no_change(scene, tmp_path):
    same = write_image(tmp_path / "same.tif", scene.values, scene.bands)
    assert quick(scene, same, tmp_path).changed_pixels == 0


def test_another_season_and_noise_alone_mark_hardly_anything(scene, tmp_path):
    rng, gain = np.random.default_rng(8), 1 + 0.2 * np.sin(np.arange(len(scene.values)) / 5)[:, None, None]
    later = np.clip(scene.values * gain + rng.normal(0, 20, scene.values.shape), -5000, 20000).astype(np.int16)
    later[scene.values == NODATA] = NODATA
    result = quick(scene, write_image(tmp_path / "later.tif", later, scene.bands), tmp_path)
    assert result.changed_share < 0.01
    assert any("one group" in text for text in result.warnings)
    assert "noise" in result.threshold_rule


def test_scores_do_not_depend_on_the_blocks(scene, after, tmp_path, monkeypatch):
    whole = quick(scene, after, tmp_path)
    expected = bands_of(tmp_path / "change.tif")
    monkeypatch.setattr("engine.tasks.change.map.BLOCK_PX", 16)
    pieces = quick(scene, after, tmp_path)
    np.testing.assert_allclose(bands_of(tmp_path / "change.tif")[0], expected[0], rtol=1e-3)
    assert abs(pieces.changed_pixels - whole.changed_pixels) <= 2


# ---------------------------------------------------------------------------- other grids, systems and sensors
def test_another_system_and_resolution_and_extent(scene, after, truth, tmp_path):
    values = later_values(scene)
    with rasterio.open(after) as file:
        transform, width, height = rasterio.warp.calculate_default_transform(
            file.crs, "EPSG:4326", file.width, file.height, *file.bounds)
        moved = np.full((len(values), height - 6, width), NODATA, np.int16)
        rasterio.warp.reproject(values, moved, src_transform=file.transform, src_crs=file.crs, dst_transform=transform,
                                dst_crs="EPSG:4326", src_nodata=NODATA, dst_nodata=NODATA)
    path = write_image(tmp_path / "geographic.tif", moved, scene.bands, transform)
    with rasterio.open(path, "r+") as file:
        file.crs = CRS.from_epsg(4326)
    reporter = SilentReporter()
    run(request_for(scene, path, tmp_path, spectral_only=True), reporter)
    score = bands_of(tmp_path / "change.tif")[0]
    seen = np.isfinite(score)
    assert 0.8 < seen.mean() < scene.valid.mean()
    assert auc(score[seen], truth[seen]) > 0.93


def test_a_sensor_with_fewer_broader_bands(scene, truth, tmp_path):
    good = [i for i in scene.bands.good_indices if i != 5]
    groups = np.array_split(np.array(good), 6)
    values = later_values(scene)
    coarse = np.stack([values[g].astype(np.float32).mean(0) for g in groups]).astype(np.int16)
    coarse[:, ~scene.valid] = NODATA
    nm = [float(scene.bands.wavelength_nm[g].mean()) for g in groups]
    width = [float(np.ptp(scene.bands.wavelength_nm[g])) + 5 for g in groups]
    path = write_image(tmp_path / "coarse.tif", coarse, BandTable.from_arrays(nm, np.minimum(width, 90).tolist()))
    quick(scene, path, tmp_path)
    score = bands_of(tmp_path / "change.tif")[0]
    assert auc(score[scene.valid], truth[scene.valid]) > 0.9


def test_a_shift_is_measured_warned_of_and_corrected(scene, tmp_path):
    rng = np.random.default_rng(1)
    fine = rng.normal(0, 1, (400, 400))
    base = gaussian_filter(fine, 6)[::2, ::2]  # detail that four bands share
    planes = np.stack([2000 + 900 * k * base / base.std() / 4 + rng.normal(0, 5, base.shape) for k in (1, 2, 3, 4)])
    table = BandTable.from_arrays([480, 560, 660, 840], [30] * 4)
    first = write_image(tmp_path / "first.tif", planes[:, 2:152, 3:153].astype(np.int16), table)
    second = write_image(tmp_path / "second.tif", planes[:, 0:150, 4:154].astype(np.int16), table)  # 2 down, 1 left
    request = request_for(scene, second, tmp_path, before=str(first), spectral_only=True)
    reporter = SilentReporter()
    result = run(request, reporter)
    assert result.shift_px == pytest.approx((2, -1), abs=0.1)
    assert any("--correct-shift" in w for w in result.warnings)
    corrected = run(dataclasses.replace(request, correct_shift=True, report=str(tmp_path / "r.json")), reporter)
    assert corrected.shift_corrected
    assert json.loads((tmp_path / "r.json").read_text())["alignment"]["remaining_shift_px"] < 0.2


# ---------------------------------------------------------------------------- where to look
def map_extent(row, col, rows, cols):
    (x0, y0), (x1, y1) = PLACE @ (col, row + rows), PLACE @ (col + cols, row)
    return (x0, y0, x1, y1)


def test_several_extents_in_any_system_partly_outside(scene, after, tmp_path):
    degrees = rasterio.warp.transform_bounds("EPSG:32633", "EPSG:4326", *map_extent(50, 40, 40, 40))
    inside = rasterio.warp.transform_bounds("EPSG:32633", "EPSG:4326", *map_extent(20, 10, 10, 12))
    result = quick(scene, after, tmp_path, extents=(degrees, inside), extent_crs="EPSG:4326")
    with rasterio.open(tmp_path / "change.tif") as file:
        seen = np.isfinite(file.read(1))
        col, row = ~PLACE @ (file.transform.c, file.transform.f)
        assert (row, col) == (pytest.approx(20, abs=1.01), pytest.approx(10, abs=1.01))
        assert file.shape == (70 - round(row), 61 - round(col))
    # A rectangle in degrees around one in metres is a little larger.
    assert 120 <= seen[:14].sum() <= 170
    assert not seen[14:28].any()
    assert 20 * 21 <= seen[28:].sum() <= 22 * 23
    assert any("beyond the image" in w for w in result.warnings)


def test_polygons_as_mask_and_one_outside(scene, after, tmp_path):
    triangle = shapely.Polygon([PLACE @ p for p in ((10, 30), (30, 30), (10, 50))])
    far = shapely.Polygon([PLACE @ p for p in ((900, 900), (910, 900), (900, 910))])
    mask = write_shapes(tmp_path / "mask.gpkg", [triangle, far], id=[1, 2])
    result = quick(scene, after, tmp_path, mask=f"{mask}|layername=mask")
    assert result.pixels == pytest.approx(200, abs=12)
    assert any("1 of 2" in w for w in result.warnings)


def test_an_extent_smaller_than_a_pixel_takes_its_pixel(scene, after, tmp_path):
    x, y = PLACE @ (20.1, 30.1)
    assert quick(scene, after, tmp_path, extents=((x, y - 3, x + 3, y),)).pixels == 1


# ---------------------------------------------------------------------------- labels
def label_shapes(folder, names=("unchanged", "changed")):
    row, col, *_ = CHANGED_BLOCK
    spots = [(names[1], row + 1, col + 1), (names[1], row + 1, col + 9), (names[1], row + 8, col + 5),
             (names[0], 14, 20), (names[0], 20, 50), (names[0], 60, 8), (names[0], 30, 12), (names[0], 62, 50)]
    return write_shapes(folder / "labels.gpkg", [block_shape(r, c, 3, 3) for _, r, c in spots],
                        kind=[name for name, *_ in spots])


def test_labels_give_a_probability_and_a_spatial_score(scene, after, truth, tmp_path):
    result = quick(scene, after, tmp_path, labels=str(label_shapes(tmp_path)), class_field="kind",
                   report=str(tmp_path / "r.html"))
    score = bands_of(tmp_path / "change.tif")[0]
    assert 0 <= np.nanmin(score) < np.nanmax(score) <= 1
    assert auc(score[scene.valid], truth[scene.valid]) > 0.97
    assert result.threshold == 0.5
    assert result.validation["regions"] >= 5
    assert result.validation["macro_f1"] > 0.7
    page = (tmp_path / "r.html").read_text()
    assert "Held-out pixels" in page
    assert "<script" not in page


@pytest.mark.parametrize(("names", "words"), [(("field", "forest"), "which of the classes means unchanged"),
                                              (("stable", "no change"), "which of the classes means unchanged")])
def test_labels_that_do_not_say_what_changed_are_refused(scene, after, tmp_path, names, words):
    with pytest.raises(LabelError, match=words):
        quick(scene, after, tmp_path, labels=str(label_shapes(tmp_path, names)), class_field="kind")


def test_labels_of_one_class_and_too_few_are_refused(scene, after, tmp_path):
    one = write_shapes(tmp_path / "one.gpkg", [block_shape(20, 20, 3, 3)], kind=["changed"])
    with pytest.raises(LabelError, match="only one class"):
        quick(scene, after, tmp_path, labels=str(one))
    raster = np.zeros(scene.valid.shape, np.uint8)
    raster[20, 20], raster[41:50, 32:40] = 1, 2
    with pytest.raises(LabelError, match="at least 4"):
        quick(scene, after, tmp_path, labels=str(write_raster(tmp_path / "few.tif", raster)))


# ---------------------------------------------------------------------------- from class to class
def test_transitions_are_tabulated_and_only_where_the_score_says_change(scene, after, truth, tmp_path):
    result = run(request_for(scene, after, tmp_path, from_to=str(tmp_path / "moves.tif"),
                             land_cover=str(scene.polygons), land_cover_field="kind",
                             report=str(tmp_path / "r.html")), SilentReporter())
    ids, mask = bands_of(tmp_path / "moves.tif")[0], bands_of(tmp_path / "change.tif")[1]
    stayed = {t.id for t in result.transitions if t.from_id == t.to_id}
    np.testing.assert_array_equal(ids > 0, scene.valid)
    assert np.isin(ids[mask == 0], list(stayed)).all()
    assert sum(t.pixels for t in result.transitions) == result.pixels
    assert sum(t.area_ha for t in result.transitions) == pytest.approx(result.pixels * 0.09)
    moved = [t for t in result.transitions if t.id not in stayed]
    assert {t.to_name for t in moved} <= set(CLASSES)
    most = max(moved, key=lambda t: t.pixels)
    assert ((ids == most.id) & truth).sum() > 0.8 * most.pixels
    assert result.land_cover_scores["macro_f1"] > 0.5
    assert files_in(tmp_path) == {"change.tif", "change.qml", "moves.tif", "moves.tif.aux.xml", "moves.qml", "r.html"}


def test_a_saved_model_serves_both_dates(scene, after, tmp_path):
    model = tmp_path / "m.safetensors"
    classify.run(ClassifyRequest(str(scene.image), str(tmp_path / "map.tif"), labels=str(scene.polygons),
                                 class_field="kind", save_model=str(model), weights=str(scene.weights), device="cpu"),
                 SilentReporter())
    result = run(request_for(scene, after, tmp_path, from_to=str(tmp_path / "moves.tif"), model=str(model)),
                 SilentReporter())
    assert result.land_cover_scores is None
    assert {t.from_name for t in result.transitions} <= set(CLASSES)


# ---------------------------------------------------------------------------- mistakes
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
    far = write_image(tmp_path / "far.tif", scene.values, scene.bands, PLACE * Affine.translation(500, 0))
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

