"""Reference points drawn from a map, labelled, and used to assess it."""

import dataclasses
import json

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely

from engine.cli import main
from engine.errors import CancelledError, InputError, LabelError, OutputError, SpecAwareError
from engine.raster.legend import default_palette
from engine.raster.legend_files import aux_path, aux_xml
from engine.reporting import SilentReporter
from engine.tasks import sample
from engine.tasks.assess import task as assess
from engine.tasks.assess.task import AssessRequest
from engine.tasks.sample import SampleRequest
from tests.scenes import CRS, PLACE, files_in, write_raster, write_shapes

SHAPE = (60, 80)
NAMES = ("wheat", "water <b>bold</b> & Größe", "town")
PIXEL_HA = 0.09


def truth_and_map():
    """Three stripes; the map has some of the first and second wrong."""
    truth = np.ones(SHAPE, np.uint8)
    truth[:, 50:70] = 2
    truth[:, 70:] = 3
    mapped = truth.copy()
    mapped[:20, 45:55] = 1
    mapped[0, :5] = 0
    return truth, mapped


def write_map(path, mapped=None, tags=None):
    write_raster(path, truth_and_map()[1] if mapped is None else mapped)
    aux_path(path).write_text(aux_xml(default_palette(NAMES)), encoding="utf-8")
    if tags:
        with rasterio.open(path, "r+") as file:
            file.update_tags(**tags)
    return path


def read_points(path):
    meta, _, wkb, columns = pyogrio.raw.read(path)
    fields = dict(zip(meta["fields"], columns, strict=True))
    x, y = shapely.get_coordinates(shapely.from_wkb(wkb)).T
    cols, rows = np.array([~PLACE @ spot for spot in zip(x, y, strict=True)]).T
    return meta, fields, np.floor(rows).astype(int), np.floor(cols).astype(int)


def points_at(path, rows, cols, **fields):
    return write_shapes(path, [shapely.Point(PLACE @ (c + 0.5, r + 0.5)) for r, c in zip(rows, cols, strict=True)],
                        **fields)


def draw(folder, **changes):
    inputs = {"map": str(write_map(folder / "map.tif")), "output": str(folder / "points.gpkg")}
    return sample.run(SampleRequest(**inputs | changes), SilentReporter())


def labelled(folder, **changes):
    """A sample with the true classes filled in, as an analyst would."""
    draw(folder, **changes)
    _, fields, rows, cols = read_points(folder / "points.gpkg")
    truth = truth_and_map()[0][rows, cols]
    return points_at(folder / "labelled.gpkg", rows, cols, **{"class": [NAMES[k - 1] for k in truth]},
                     stratum=fields["stratum"].tolist(), stratum_pixels=fields["stratum_pixels"].tolist())


def run_assess(folder, reference, **changes):
    request = AssessRequest(**{"map": str(folder / "map.tif"), "reference": str(reference), "class_field": "class"}
                            | changes)
    return assess.run(request, SilentReporter())


def test_points_lie_in_their_stratum_and_say_no_class(tmp_path):
    result = draw(tmp_path, size=120, min_per_class=20)
    meta, fields, rows, cols = read_points(tmp_path / "points.gpkg")
    mapped = truth_and_map()[1]
    np.testing.assert_array_equal(mapped[rows, cols], fields["stratum"])
    assert len(set(zip(rows, cols, strict=True))) == 120 == result.points
    assert all(value is None for value in fields["class"])
    assert meta["crs"] == CRS
    assert {s.id: s.pixels for s in result.strata} == {k: int((mapped == k).sum()) for k in (1, 2, 3)}
    np.testing.assert_array_equal(fields["stratum_pixels"], np.bincount(mapped.ravel())[fields["stratum"]])
    assert min(s.points for s in result.strata) >= 20
    assert abs(np.corrcoef(np.arange(120), fields["stratum"])[0, 1]) < 0.3, "the order must not tell the stratum"


def test_size_follows_the_wanted_error(tmp_path):
    few, many = (draw(tmp_path, target_se=se, allocation="proportional").points for se in (0.05, 0.025))
    assert (few, many) == (64, 256)  # (0.4 / 0.05)^2 and (0.4 / 0.025)^2


def test_training_pixels_are_not_drawn(tmp_path):
    rows, cols = np.divmod(np.arange(0, 40), 8)
    training = points_at(tmp_path / "training.gpkg", rows * 2 + 30, cols * 10 + 1, kind=["a", "b"] * 20)
    draw(tmp_path, size=2000, training=str(training), class_field="kind")
    _, fields, at_rows, at_cols = read_points(tmp_path / "points.gpkg")
    assert not set(zip(rows * 2 + 30, cols * 10 + 1, strict=True)) & set(zip(at_rows, at_cols, strict=True))
    assert fields["stratum_pixels"].max() < (truth_and_map()[1] == 1).sum()


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    draw(tmp_path, size=50)
    draw(tmp_path, size=50, output=str(tmp_path / "again.gpkg"))
    draw(tmp_path, size=50, seed=1, output=str(tmp_path / "other.gpkg"))
    assert (tmp_path / "points.gpkg").read_bytes() == (tmp_path / "again.gpkg").read_bytes()
    assert (tmp_path / "points.gpkg").read_bytes() != (tmp_path / "other.gpkg").read_bytes()


@pytest.mark.parametrize(("changes", "error", "words"), [
    ({"size": 1}, InputError, "1 points"), ({"size": 5}, InputError, "too few"), ({"seed": -1}, InputError, "seed"),
    ({"target_se": 0.0}, InputError, "standard error"), ({"target_se": 1e-9}, InputError, "needs"),
    ({"expected": 2.0}, InputError, "accuracy of 2"), ({"allocation": "odd"}, InputError, "odd"),
    ({"output": "points.shp"}, OutputError, "points.shp"), ({"class_field": "x"}, InputError, "class field"),
    ({"map": "/nowhere.tif"}, SpecAwareError, "nowhere")])
def test_samples_that_cannot_be(tmp_path, changes, error, words):
    if "output" in changes:
        changes = {"output": str(tmp_path / changes["output"])}
    with pytest.raises(error, match=words):
        draw(tmp_path, **changes)
    assert not [name for name in files_in(tmp_path) if "points" in name]


def test_a_map_without_classes_is_refused(tmp_path):
    write_map(tmp_path / "empty.tif", np.zeros(SHAPE, np.uint8))
    with pytest.raises(LabelError, match="no classified pixel"):
        draw(tmp_path, map=str(tmp_path / "empty.tif"))


def test_estimates_hold_the_truth(tmp_path):
    result = run_assess(tmp_path, labelled(tmp_path, size=400))
    truth, mapped = truth_and_map()
    covered = mapped > 0
    low, high = result.overall.interval
    assert low < (truth == mapped)[covered].mean() < high
    for c in result.classes:
        low, high = c.area_ha.interval
        assert low - 1e-6 <= (truth[covered] == c.id).sum() * PIXEL_HA <= high + 1e-6
        assert c.mapped_ha == pytest.approx((mapped == c.id).sum() * PIXEL_HA)
    assert sum(map(sum, result.counts)) == result.points == 400
    assert np.sum(result.shares) == pytest.approx(1)
    assert result.counts[0][1] > 0
    assert sum(c.area_ha.value for c in result.classes) == pytest.approx(covered.sum() * PIXEL_HA)


def test_an_old_sample_still_stands_for_the_strata_it_was_drawn_in(tmp_path):
    """The map was improved after drawing: the strata are not its classes any more (Stehman 2014)."""
    reference = labelled(tmp_path, size=300)
    write_map(tmp_path / "map.tif", truth_and_map()[0])
    result = run_assess(tmp_path, reference)
    assert result.overall.value == pytest.approx(1)
    truth, drawn_from = truth_and_map()
    assert result.classes[1].area_ha.value == pytest.approx((truth == 2)[drawn_from > 0].sum() * PIXEL_HA, rel=0.1)


def test_training_samples_are_refused_as_reference(tmp_path):
    reference = labelled(tmp_path, size=60)
    _, _, rows, cols = read_points(tmp_path / "points.gpkg")
    training = points_at(tmp_path / "training.gpkg", [rows[0], 55, 56], [cols[0], 2, 3], kind=["a", "b", "a"])
    with pytest.raises(LabelError, match="1 of 60 reference pixels were trained on"):
        run_assess(tmp_path, reference, training=str(training), training_field="kind")
    with pytest.raises(LabelError, match="60 of 60 reference pixels were trained on"):
        run_assess(tmp_path, reference, training=str(reference), training_field="class")


def test_labels_of_the_name_the_map_was_made_from_are_refused(tmp_path):
    reference = labelled(tmp_path, size=60)
    write_map(tmp_path / "map.tif", tags={"SPECAWARE_LABELS": "labelled.gpkg"})
    with pytest.raises(LabelError, match=r"trained on labels of this name \(labelled.gpkg\)"):
        run_assess(tmp_path, reference)
    write_map(tmp_path / "map.tif", tags={"SPECAWARE_LABELS": "other.gpkg"})
    assert any("other.gpkg" in note for note in run_assess(tmp_path, reference).warnings)


def test_points_near_training_pixels_are_told(tmp_path):
    reference = labelled(tmp_path, size=60)
    _, _, rows, cols = read_points(tmp_path / "points.gpkg")
    taken = set(zip(rows.tolist(), cols.tolist(), strict=True))
    spot = next((r, c + 1) for r, c in taken if (r, c + 1) not in taken and c + 1 < SHAPE[1])
    free = next(c for c in range(80) if (59, c) not in taken)
    training = points_at(tmp_path / "t.gpkg", [spot[0], 59], [spot[1], free], kind=["a", "b"])
    notes = run_assess(tmp_path, reference, training=str(training), training_field="kind").warnings
    assert any("within 2 pixels" in note for note in notes)


@pytest.mark.parametrize(("classes", "words"),
                         [(["sea", "sky"], "common to both"), (["wheat", "wheat"], "only one class")])
def test_references_without_a_class_in_common(tmp_path, classes, words):
    write_map(tmp_path / "map.tif")
    reference = points_at(tmp_path / "r.gpkg", [30, 31], [3, 4], **{"class": classes})
    with pytest.raises(LabelError, match=words):
        run_assess(tmp_path, reference)


def test_numbers_of_the_map_may_stand_for_names(tmp_path):
    write_map(tmp_path / "map.tif")
    reference = points_at(tmp_path / "r.gpkg", [30, 31, 32, 33, 34, 35], [3, 4, 60, 61, 75, 76],
                          **{"class": [1, 1, 2, 2, 3, 3]})
    result = run_assess(tmp_path, reference)
    assert result.overall.value == 1
    assert [c.name for c in result.classes] == list(NAMES)


def test_a_class_the_map_does_not_have_counts_as_wrong(tmp_path):
    write_map(tmp_path / "map.tif")
    reference = points_at(tmp_path / "r.gpkg", [30, 31, 32, 33, 34, 35], [3, 4, 60, 61, 75, 76],
                          **{"class": ["wheat", "WHEAT ", NAMES[1], "sea", NAMES[2], NAMES[2]]})
    result = run_assess(tmp_path, reference)
    sea = result.classes[-1]
    assert (sea.name, sea.reference_points, sea.mapped_points, sea.users.value) == ("sea", 1, 0, None)
    assert sea.area_share.value == pytest.approx(0.5 * (truth_and_map()[1] == 2).sum() / (truth_and_map()[1] > 0).sum())
    assert any("does not have these classes" in note for note in result.warnings)


def test_points_off_the_map_and_areas_are_told(tmp_path):
    write_map(tmp_path / "map.tif")
    circles = [shapely.Point(PLACE @ (c, r)).buffer(60) for r, c in ((30, 3), (40, 60), (50, 75), (0.5, 2))]
    reference = write_shapes(tmp_path / "r.gpkg", circles, **{"class": [*NAMES, NAMES[0]]})
    notes = run_assess(tmp_path, reference).warnings
    assert any("not independent" in note for note in notes)
    assert any("no class and were left out" in note for note in notes)


def test_a_stratum_without_points_is_named(tmp_path):
    write_map(tmp_path / "map.tif")
    reference = points_at(tmp_path / "r.gpkg", [30, 31, 32], [3, 4, 60], **{"class": [1, 1, 2]})
    with pytest.raises(LabelError, match=r"12\.5% of the map lies in strata without a reference point"):
        run_assess(tmp_path, reference)


def test_reports(tmp_path):
    reference = labelled(tmp_path, size=100)
    result = run_assess(tmp_path, reference, report=str(tmp_path / "r.json"))
    body = json.loads((tmp_path / "r.json").read_text())
    assert body["overall"]["value"] == result.overall.value
    assert body["versions"]["numpy"] == np.__version__
    run_assess(tmp_path, reference, report=str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text()
    assert "<b>bold</b>" not in page
    assert "water &lt;b&gt;bold&lt;/b&gt; &amp; Größe" in page
    assert f"{result.overall.value:.1%}" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_reports_do_not_depend_on_the_time(tmp_path):
    reference = labelled(tmp_path, size=100)
    pages = []
    for _ in range(2):
        run_assess(tmp_path, reference, report=str(tmp_path / "r.html"))
        pages.append((tmp_path / "r.html").read_bytes())
    assert pages[0] == pages[1]


def test_the_report_may_not_replace_an_input(tmp_path):
    reference = labelled(tmp_path, size=60)
    with pytest.raises(OutputError, match="also an input"):
        run_assess(tmp_path, reference, report=str(reference))
    with pytest.raises(InputError, match="field of the training"):
        run_assess(tmp_path, reference, training_field="x")


@pytest.mark.parametrize("verb", ["sample", "assess"])
def test_cancelling_leaves_nothing(tmp_path, verb):
    reference, reporter = labelled(tmp_path, size=60), SilentReporter()
    before = files_in(tmp_path)
    reporter.cancelled.set()
    run, request = {
        "sample": (sample.run, SampleRequest(str(tmp_path / "map.tif"), str(tmp_path / "new.gpkg"))),
        "assess": (assess.run, AssessRequest(str(tmp_path / "map.tif"), str(reference),
                                             report=str(tmp_path / "new.html")))}[verb]
    with pytest.raises(CancelledError):
        run(request, reporter)
    assert files_in(tmp_path) == before


def test_both_verbs_by_command(tmp_path, capsys):
    write_map(tmp_path / "map.tif")
    assert main(["sample", str(tmp_path / "map.tif"), "--output", str(tmp_path / "p.gpkg"), "--size", "90"]) == 0
    assert "points: 90" in capsys.readouterr().out
    reference = labelled(tmp_path, size=90)
    assert main(["assess", str(tmp_path / "map.tif"), "--reference", str(reference), "--class-field", "class"]) == 0
    shown = capsys.readouterr().out
    assert "overall accuracy: 0.9" in shown
    assert " ha" in shown
    assert main(["assess", str(tmp_path / "map.tif"), "--reference", "/nowhere.gpkg"]) == 2
    assert "error: bad-labels" in capsys.readouterr().err


def test_results_are_values_of_json(tmp_path):
    result = run_assess(tmp_path, labelled(tmp_path, size=60))
    assert json.loads(json.dumps(dataclasses.asdict(result), allow_nan=False))["points"] == 60
