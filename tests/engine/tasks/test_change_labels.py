"""Change learned from labels."""


import numpy as np
import pytest

from engine.errors import LabelError
from tests.scenes import block_shape, write_raster, write_shapes

from .change_runs import CHANGED_BLOCK, auc, bands_of, quick


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
    assert 0 <= result.validation["calibration"]["ece"] <= 1
    page = (tmp_path / "r.html").read_text()
    assert "Held-out pixels" in page
    assert "<h2>Calibration" in page
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
