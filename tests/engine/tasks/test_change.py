"""The change score and its mask."""

import json

import numpy as np
import pytest
import rasterio
import rasterio.warp
from scipy.ndimage import maximum_filter

from engine.reporting import SilentReporter
from engine.tasks.change.task import run
from tests.scenes import (
    NODATA,
    TINY_PIXEL,
    files_in,
    make_weights,
    write_image,
)

from .change_runs import FILES, auc, bands_of, quick, request_for


@pytest.fixture(scope="module")
def made(scene, after, tmp_path_factory):
    folder, reporter = tmp_path_factory.mktemp("made"), SilentReporter()
    return folder, run(request_for(scene, after, folder, report=str(folder / "r.json")), reporter), reporter


def test_the_changed_block_is_found_in_spite_of_the_season(scene, made, truth):
    folder, result, _ = made
    score, mask = bands_of(folder / "change.tif")
    assert auc(score[scene.valid], truth[scene.valid]) > 0.97
    found = mask == 1
    np.testing.assert_array_equal(found, score > result.threshold)
    assert (found & truth).sum() / truth.sum() > 0.8
    assert (found & maximum_filter(truth, 5)).sum() / found.sum() > 0.95
    assert (found & truth).sum() / found.sum() > 0.6
    assert result.changed_pixels == found.sum()
    assert result.changed_area_ha == pytest.approx(found.sum() * 0.09)


def test_an_encoder_of_standardised_pixels_sees_both_dates(scene, after, truth, tmp_path):
    weights = make_weights(tmp_path / "w.safetensors", TINY_PIXEL)
    run(request_for(scene, after, tmp_path, weights=str(weights)), SilentReporter())
    score = bands_of(tmp_path / "change.tif")[0]
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
