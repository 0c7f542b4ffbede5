"""Page Spectra: reading places, features and classes, continuum, libraries, export."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer

from specaware_qgis import pixels
from specaware_qgis.connection import session
from specaware_qgis.dock.spectra.items import MAX_SPECTRA
from specaware_qgis.errors import EngineError
from specaware_qgis.plots.spectrum_plot import KEY
from specaware_qgis.spectral import library as spectral_library
from specaware_qgis.spectral.library import Library
from specaware_qgis.spectral.match import best_matches, in_bands
from specaware_qgis.spectral.spectra import Spectrum, average, continuum_removed, read_area, sensor_of

WAVES = np.arange(450.0, 2450.0, 10.0)


def spectrum(values, name="s", waves=WAVES, good=None):
    waves = np.asarray(waves, float)
    return Spectrum(name, waves, np.full(len(waves), 10.0), np.ones(len(waves), bool) if good is None else good,
                    np.asarray(values, float))


def known(layer, scale=1.0):
    waves = 400.0 + 9.0 * np.arange(layer.bandCount())
    return {"bands": [{"band": i + 1, "wavelength_nm": float(w), "fwhm_nm": 9.0, "good": i != 5, "reason": ""}
                      for i, w in enumerate(waves)],
            "scales": [scale * layer.dataProvider().bandScale(i + 1) for i in range(layer.bandCount())],
            "offsets": [0.0] * layer.bandCount()}


@pytest.fixture
def dock(make_dock, monkeypatch):
    monkeypatch.setattr(session, "run", lambda *_args: (_ for _ in ()).throw(EngineError("not now")))
    made = make_dock()
    made.show()
    return made


@pytest.fixture
def page(dock, scene):
    dock.desk.canvas.setDestinationCrs(scene.crs())
    dock.turn_to("spectra")
    dock.desk.inspection.value = known(scene)
    return dock.pages["spectra"]


def pick(page, scene, qtbot, *shapes):
    for shape in shapes:
        count = len(page.items)
        page.pick(shape)
        qtbot.waitUntil(lambda count=count: len(page.items) > count, timeout=60_000)


def point(scene, dx=0.0, dy=0.0):
    centre = scene.extent().center()
    return QgsGeometry.fromPointXY(QgsPointXY(centre.x() + dx, centre.y() + dy))


def box(scene, size=300):
    centre = scene.extent().center()
    return QgsGeometry.fromRect(QgsRectangle(centre.x() - size, centre.y() - size, centre.x() + size,
                                             centre.y() + size))


def test_without_a_scene_the_page_says_where_to_open_one(dock):
    page = dock.pages["spectra"]
    assert not page.picker.isEnabled()
    assert "page Data" in page.readout.text()


def test_a_point_gives_the_pixel_that_holds_it(scene):
    provider = pixels.reader(scene)
    sensor = sensor_of(known(scene), provider)
    found = average("x", sensor, [read_area(provider, sensor, point(scene, 1, 1), lambda: False)])
    results = scene.dataProvider().sample(QgsPointXY(scene.extent().center().x() + 1,
                                                     scene.extent().center().y() + 1), 40)[0]
    assert found.values[39] == pytest.approx(results, rel=1e-5)
    assert found.spread is None


def test_an_area_gives_mean_and_spread_in_physical_units(scene):
    provider = pixels.reader(scene)
    sensor, twice = sensor_of(known(scene), provider), sensor_of(known(scene, 2.0), provider)
    area = read_area(provider, sensor, box(scene), lambda: False)
    assert area.shape == (224, 400)
    extent = QgsRectangle(box(scene).boundingBox())
    whole = pixels.read(provider, (40,), extent, 20, 20)[0]
    found = average("x", sensor, [area[:, :100], area[:, 100:]])
    assert found.values[39] == pytest.approx(whole.mean(), rel=1e-5)
    assert found.spread[39] == pytest.approx(whole.std(), rel=1e-3)
    assert read_area(provider, twice, box(scene), lambda: False)[39] == pytest.approx(2 * area[39], rel=1e-6)


def test_a_circle_takes_the_pixels_whose_middle_is_inside(scene):
    provider = pixels.reader(scene)
    sensor = sensor_of(known(scene), provider)
    circle = point(scene).buffer(300, 30)
    count = read_area(provider, sensor, circle, lambda: False).shape[1]
    assert count == pytest.approx(np.pi * 300**2 / 900, rel=0.05)
    tiny = point(scene, 3, 3).buffer(2, 4)
    assert read_area(provider, sensor, tiny, lambda: False).shape[1] == 1
    outside = QgsGeometry.fromRect(QgsRectangle(0, 0, 10, 10))
    assert read_area(provider, sensor, outside, lambda: False).shape[1] == 0
    with pytest.raises(EngineError, match="no data"):
        average("x", sensor, [np.empty((224, 0))])


def test_clicks_add_spectra_and_marks(page, scene, qtbot):
    pick(page, scene, qtbot, point(scene), box(scene))
    assert [item.spectrum.pixels for item in page.items] == [1, 400]
    assert len({item.color for item in page.items}) == 2
    assert page.plot._curves[KEY][1].spread is not None
    assert len(page._markers) == 2
    page.list.removed.emit(page.items[0].key)
    assert len(page.items) == len(page._markers) == 1
    page.empty.click()
    assert not page.items
    assert not page._markers


def test_classes_and_selected_features_of_a_layer(page, scene, labels, qtbot):
    page.features.layer_box.setLayer(labels)
    page.features.field_box.setField("class")
    page.features.classes_button.click()
    names = {str(value) for value in labels.uniqueValues(labels.fields().lookupField("class"))}
    qtbot.waitUntil(lambda: len(page.items) == len(names), timeout=60_000)
    assert {item.spectrum.name for item in page.items} == names
    assert all(item.spectrum.pixels > 5 for item in page.items)
    page.features.selected_button.click()
    assert "no selected features" in page.notice.text()
    labels.selectByIds([next(labels.getFeatures()).id()])
    page.features.selected_button.click()
    qtbot.waitUntil(lambda: len(page.items) == len(names) + 1, timeout=60_000)


def test_features_outside_the_scene_are_refused_in_words(page, scene, qtbot):
    layer = QgsVectorLayer("Point?crs=EPSG:32633&field=class:string", "far", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["x"])
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(0, 0)))
    layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    page.features.layer_box.setLayer(layer)
    page.features.classes_button.click()
    qtbot.waitUntil(lambda: "no data at x" in page.notice.text(), timeout=60_000)


def test_while_the_bands_are_not_known(page, scene):
    page.desk.inspection.value = None
    page.pick(point(scene))
    assert "not known yet" in page.notice.text()


def test_no_more_spectra_than_can_be_told_apart(page, scene, qtbot):
    item_state = {"name": "a", "color": "#112233", "source": "s", "good": [1, 1], "wavelength_nm": [500, 600],
                  "fwhm_nm": [10, 10], "values": [0.1, None], "spread": None}
    page.restore({"spectra": [item_state] * MAX_SPECTRA})
    assert len(page.items) == MAX_SPECTRA
    page.pick(point(scene))
    qtbot.waitUntil(lambda: "No more than" in page.notice.text(), timeout=60_000)
    assert len(page.items) == MAX_SPECTRA


def test_the_project_keeps_spectra(page, scene, qtbot):
    pick(page, scene, qtbot, box(scene))
    before = page.items[0].spectrum
    page.hull.setChecked(True)
    state = page.state()
    page.clear()
    page.restore(state)
    after = page.items[0].spectrum
    assert after.values == pytest.approx(before.values, rel=1e-5, nan_ok=True)
    assert (after.name, after.pixels) == (before.name, 400)
    assert page.hull.isChecked()


@pytest.mark.parametrize("state", [{"spectra": 3}, {"spectra": [1, {}, {"good": [1], "name": "x"}]},
                                   {"spectra": [{"name": "x", "good": [1, 1], "wavelength_nm": [1], "fwhm_nm": [1],
                                                 "values": [1], "spread": [1]}]}])
def test_nonsense_in_the_project_is_passed_over(page, state):
    page.restore(state)
    assert page.items == []


def test_continuum_removal_leaves_one_on_the_hull_and_absorptions_below():
    slope = np.linspace(0.2, 0.6, len(WAVES))
    values = slope * (1 - 0.3 * np.exp(-((WAVES - 1500) / 50) ** 2))
    found = continuum_removed(spectrum(values)).values
    assert found.max() == pytest.approx(1.0)
    assert found[np.argmin(np.abs(WAVES - 1500))] == pytest.approx(0.7, abs=1e-3)
    assert found[0] == found[-1] == pytest.approx(1.0)
    bad = np.ones(len(WAVES), bool)
    bad[10] = False
    assert np.isnan(continuum_removed(spectrum(values, good=bad)).values[10])


@pytest.mark.parametrize("name", ["lib.csv", "lib.sli"])
def test_libraries_come_back_as_they_were_written(tmp_path, name):
    values = np.linspace(0, 1, len(WAVES))
    both = [spectrum(values, "grass, dry"), spectrum(values**2, "grass, dry")]
    for path, body in spectral_library.files(tmp_path / name, both).items():
        path.write_bytes(body)
    found = spectral_library.read(tmp_path / name)
    assert len(set(found.names)) == 2
    assert found.wavelength_nm == pytest.approx(WAVES)
    assert found.spectra == pytest.approx(np.array([values, values**2]), abs=1e-6)


def test_micrometres_semicolons_and_missing_values(tmp_path):
    (tmp_path / "l.csv").write_text("name;0,5;0,6;0,4\na;1,5;;2,5\n")
    found = spectral_library.read(tmp_path / "l.csv")
    assert found.wavelength_nm == pytest.approx([400, 500, 600])
    assert found.spectra[0] == pytest.approx([2.5, 1.5, np.nan], nan_ok=True)


@pytest.mark.parametrize(("name", "body"), [
    ("a.csv", "name,500\n"), ("a.csv", "name,500,x\na,1,2\n"), ("a.csv", "name,500,600\na,1\n"), ("a.csv", ""),
    ("a.sli", ""), ("a.csv", "\x00\x01,\n\n,,")])
def test_what_is_no_library_is_refused_in_words(tmp_path, name, body):
    (tmp_path / name).write_text(body)
    with pytest.raises(EngineError, match="not a spectral library"):
        spectral_library.read(tmp_path / name)


def test_a_library_cut_off(tmp_path):
    for path, body in spectral_library.files(tmp_path / "l.sli", [spectrum(WAVES)]).items():
        path.write_bytes(body if path.suffix == ".hdr" else body[:-4])
    with pytest.raises(EngineError, match="cut off"):
        spectral_library.read(tmp_path / "l.sli")


def test_spectra_of_different_sensors_do_not_make_one_library(tmp_path):
    with pytest.raises(EngineError, match="different bands"):
        spectral_library.files(tmp_path / "l.csv", [spectrum(WAVES), spectrum(WAVES[:5], waves=WAVES[:5])])


def test_the_best_match_has_the_same_shape():
    rng = np.random.default_rng(1)
    fine = np.arange(400.0, 2500.0, 1.0)
    materials = np.array([np.interp(fine, np.linspace(400, 2500, 12), rng.uniform(0.05, 0.6, 12)) for _ in range(20)])
    materials[3, :100] = np.nan
    library = Library(tuple(f"m{i}" for i in range(20)), fine, materials)
    resampled = in_bands(library, WAVES, np.full(len(WAVES), 10.0))
    assert resampled[0] == pytest.approx(np.interp(WAVES, fine, materials[0]), abs=6e-3)
    found = best_matches(spectrum(0.5 * resampled[7]), library)
    assert len(found) == 5
    assert found[0].name == "m7"
    assert found[0].angle_deg < 0.01
    assert [match.angle_deg for match in found] == sorted(match.angle_deg for match in found)
    with pytest.raises(EngineError, match="too few bands"):
        best_matches(spectrum(WAVES), Library(("x",), np.arange(8000.0, 9000.0), np.ones((1, 1000))))


def test_a_coarse_library_is_interpolated():
    coarse = Library(("x",), np.array([400.0, 1000.0, 2500.0]), np.array([[0.0, 0.6, 0.6]]))
    assert in_bands(coarse, np.array([700.0]), np.array([10.0]))[0, 0] == pytest.approx(0.3)


def test_comparing_exporting_and_its_failures(page, scene, qtbot, tmp_path):
    pick(page, scene, qtbot, point(scene), point(scene, 1200, 900))
    for name in ("out.csv", "out.sli", "out.png", "out.svg"):
        page.save(str(tmp_path / name))
        assert name in page.notice.text()
        assert (tmp_path / name).stat().st_size > 500
    page.library.file.setFilePath(str(tmp_path / "out.csv"))
    qtbot.waitUntil(lambda: len(page.library.matches) == 2, timeout=60_000)
    assert page.library.matches[0].name == page.items[1].spectrum.name, "the newest one is compared"
    assert page.library.matches[0].angle_deg < 0.1
    assert [curve.faint for curve in page.plot._curves[KEY]] == [True, True, False, False]
    page.library.choice.setCurrentIndex(1)
    page.library.choice.activated.emit(1)
    qtbot.waitUntil(lambda: page.library.matches[0].name == page.items[0].spectrum.name, timeout=60_000)
    (tmp_path / "junk.csv").write_text("junk")
    page.library.file.setFilePath(str(tmp_path / "junk.csv"))
    qtbot.waitUntil(lambda: "not a spectral library" in page.notice.text(), timeout=60_000)
    assert page.library.matches == []
