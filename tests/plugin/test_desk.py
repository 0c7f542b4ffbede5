"""The frame of the dock: pages, state in the project, jobs in order, and what happens when things vanish."""

from __future__ import annotations

import os
import signal
import time

import pytest
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer

from specaware_qgis.connection import session
from specaware_qgis.dock import keeping
from specaware_qgis.dock.classify.preview import SIZE_PX, window_around
from specaware_qgis.dock.data.band_table import BandTable, to_csv
from specaware_qgis.dock.desk import Desk
from specaware_qgis.errors import EngineCancelled, EngineDied
from specaware_qgis.params import LEVELS

# The main thread must never be held longer; a machine under load gets some grace.
MAX_GAP_S = 0.1
LOADED = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


@pytest.fixture
def dock(make_dock):
    return make_dock()


@pytest.fixture
def desk(dock):
    return dock.desk


@pytest.fixture
def slow_inspect(stub_engine, monkeypatch):
    """Every question takes the stub worker half a minute, unless it is cancelled."""
    real = session.run
    monkeypatch.setattr(session, "run", lambda task, params, *rest: real("slow", {}, *rest))
    return stub_engine


def inspected(dock, qtbot):
    found = dock.desk.inspection
    qtbot.waitUntil(lambda: found.value is not None or found.error is not None, timeout=40_000)
    assert found.error is None, found.error.text()


def ended(job, results):
    job.done.connect(results.append)
    job.failed.connect(results.append)
    return job


def test_every_page_has_a_name_help_icon_and_state(dock):
    assert [page.title() for page in dock.pages.values()][:3] == ["Data", "Labels", "Classify"]
    for key, page in dock.pages.items():
        assert len(page.help()) > 80, key
        assert not dock.rail.item(list(dock.pages).index(key)).icon().isNull()
        dock.turn_to(key)
        assert dock.page is page
        page.restore(page.state())
        page.restore({})


def test_state_goes_through_the_project(make_dock, scene, tmp_path):
    first = make_dock()
    first.turn_to("classify")
    first.desk.correct(sensor="PRISMA", gsd_m=12.5)
    first.pages["data"].picture.waves[0].setValue(2100)
    QgsProject.instance().write(str(tmp_path / "project.qgz"))
    first.end()
    QgsProject.instance().clear()
    second = make_dock()
    assert QgsProject.instance().read(str(tmp_path / "project.qgz"))
    assert second.page.key == "classify"
    assert (second.desk.corrections().sensor, second.desk.corrections().gsd_m) == ("PRISMA", 12.5)
    assert second.pages["data"].picture.waves[0].value() == 2100
    assert second.desk.scene().params()["gsd_m"] == 12.5


@pytest.mark.parametrize("state", [
    {"page": 7, "desk": [], "pages": {"data": 3, "classify": {"source": "x", "labels": None}}},
    {"desk": {"scene": 4, "corrections": {"a": 1, "b": {"sensor": 9, "gsd_m": "wide", "level": []}}}},
    {"pages": {"data": {"custom_nm": ["a", 2, 3]}, "labels": {"layer": {}, "tolerance": "x"}}}])
def test_nonsense_in_the_project_is_passed_over(make_dock, scene, state):
    keeping.write(state)
    made = make_dock()
    assert made.desk.scene().params()["sensor"] is None


def test_a_project_entry_that_is_not_json(make_dock):
    QgsProject.instance().writeEntry(keeping.SCOPE, keeping.KEY, "{not json")
    assert keeping.read() == {}
    make_dock()


def test_the_scene_may_be_removed(dock, scene):
    assert dock.desk.layer is scene
    QgsProject.instance().removeMapLayer(scene.id())
    assert dock.desk.layer is None
    assert not dock.pages["data"].empty.isHidden()
    assert "scene" in dock.pages["classify"].runner.hint.text()


def test_the_scene_may_be_removed_during_a_job(dock, scene, slow_inspect, qtbot):
    results = []
    job = ended(dock.desk.jobs.engine("x", "slow", {}), results)
    qtbot.waitUntil(lambda: job.running and session.client.pid is not None, timeout=60_000)
    dock.desk.inspection.wake()
    QgsProject.instance().removeMapLayer(scene.id())
    job.cancel()
    qtbot.waitUntil(lambda: bool(results), timeout=60_000)
    assert isinstance(results[0], EngineCancelled)


def test_closing_the_project_cancels_everything(dock, stub_engine, qtbot):
    results = []
    for _ in range(3):
        ended(dock.desk.jobs.engine("x", "slow", {}), results)
    QgsProject.instance().clear()
    qtbot.waitUntil(lambda: len(results) == 3, timeout=60_000)
    assert all(isinstance(error, EngineCancelled) for error in results)
    assert not dock.desk.jobs.busy


def test_jobs_go_one_after_another_and_quick_ones_beside(dock, stub_engine, qtbot, monkeypatch):
    monkeypatch.setattr(session, "second", stub_engine.__class__(stub_engine._command))
    results = []
    long = ended(dock.desk.jobs.engine("long", "slow", {}), results)
    waiting = ended(dock.desk.jobs.engine("waiting", "ok", {}), results)
    quick = ended(dock.desk.jobs.engine("quick", "ok", {"n": 1}, quick=True), results)
    qtbot.waitUntil(lambda: quick.over, timeout=60_000)
    assert long.running
    assert not waiting.running
    assert results[0]["params"] == {"n": 1}
    long.cancel()
    qtbot.waitUntil(lambda: waiting.over, timeout=60_000)
    assert isinstance(results[1], EngineCancelled)
    assert results[2]["params"] == {}
    session.second.stop()


def test_a_job_begun_by_the_end_of_another_is_not_queued_inside_of_it(dock, qtbot):
    """QGIS, which is about to forget the task that ended, would at times take the new one out of the queue instead."""
    found, jobs, manager = [], dock.desk.jobs, QgsApplication.taskManager()

    def begin_next(_value):
        known = len(manager.tasks())
        ended(jobs.compute("second", lambda task: 2), found)
        found.append(len(manager.tasks()) - known)

    jobs.compute("first", lambda task: 1).done.connect(begin_next)
    qtbot.waitUntil(lambda: len(found) == 2, timeout=60_000)
    assert found == [0, 2]


def test_a_job_cancelled_before_it_is_queued_never_runs(dock, qtbot):
    ran, found = [], []
    ended(dock.desk.jobs.compute("x", ran.append), found).cancel()
    assert [type(error) for error in found] == [EngineCancelled]
    qtbot.wait(300)
    assert ran == []
    gone = dock.desk.jobs.compute("y", ran.append)
    gone.abandon()
    qtbot.wait(300)
    assert ran == []


def test_a_killed_worker_fails_its_job_and_the_next_one_runs(dock, stub_engine, qtbot):
    results = []
    job = dock.desk.jobs.engine("x", "slow", {})
    with qtbot.waitSignal(job.progressed, timeout=60_000):
        ended(job, results)
    os.kill(stub_engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(results), timeout=60_000)
    assert isinstance(results[0], EngineDied)
    ended(dock.desk.jobs.engine("x", "ok", {}), results)
    qtbot.waitUntil(lambda: len(results) == 2, timeout=60_000)
    assert results[1]["params"] == {}


def test_the_dock_may_be_unloaded_and_loaded_again_during_a_job(make_dock, scene, slow_inspect, qtbot):
    first, results = make_dock(), []
    ended(first.desk.jobs.engine("x", "slow", {}), results)
    first.desk.correct(level="L1 radiance")
    first.end()
    first.deleteLater()
    second = make_dock()
    assert second.desk.corrections().level == "L1 radiance"
    qtbot.wait(300)
    assert results == [], "nobody is told of a job whose page is gone"


def test_the_main_thread_is_never_held(dock, scene, needs_engine, qtbot):
    """A timer beats on the main thread while the engine starts, inspects and is ended."""
    gaps, last = [], [time.monotonic()]

    def beat():
        now = time.monotonic()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(10)
    dock.desk.inspection.wake()
    inspected(dock, qtbot)
    dock.pages["data"].picture.choose("cir")
    qtbot.wait(300)
    job = dock.desk.jobs.stop_engines()
    qtbot.waitUntil(lambda: job.over, timeout=60_000)
    timer.stop()
    if LOADED:
        pytest.skip(f"the machine is busy; longest wait {max(gaps):.3f} s")
    assert sorted(gaps)[-2] < MAX_GAP_S, f"longest waits {sorted(gaps)[-3:]} s"


def test_facts_sources_and_corrections(dock, scene, needs_engine, qtbot):
    dock.desk.inspection.wake()
    facts = dock.pages["data"].facts
    inspected(dock, qtbot)
    assert facts.sensor.currentText() == "EnMAP"
    assert facts.sources["sensor"].text() == "named in the file"
    assert "216 of 224" in facts.bands.text()
    facts.gsd.setValue(10.0)
    inspected(dock, qtbot)
    assert dock.desk.inspection.value["gsd_m"] == 10.0
    assert "user" in facts.sources["gsd"].text()
    bands = [dict(band) for band in dock.desk.inspection.value["bands"]]
    bands[0]["good"] = False
    dock.desk.correct(band_table=to_csv(bands))
    inspected(dock, qtbot)
    assert dock.desk.inspection.value["good_band_count"] == 215


def enhancements(renderer):
    return renderer.redContrastEnhancement(), renderer.greenContrastEnhancement(), renderer.blueContrastEnhancement()


def test_radiance_is_stretched_band_by_band(dock, scene, needs_engine, qtbot):
    dock.desk.inspection.wake()
    dock.desk.correct(level=list(LEVELS)[1])
    inspected(dock, qtbot)
    assert dock.desk.inspection.value["level"] == "L1"
    picture = dock.pages["data"].picture
    with qtbot.waitSignal(picture.applied, timeout=60_000):
        picture.choose("natural")
    assert len({enhancement.maximumValue() for enhancement in enhancements(scene.renderer())}) == 3


def test_pictures_are_found_by_wavelength(dock, scene, needs_engine, qtbot):
    dock.desk.inspection.wake()
    inspected(dock, qtbot)
    picture = dock.pages["data"].picture
    waves = {band["band"]: band["wavelength_nm"] for band in dock.desk.inspection.value["bands"]}
    for key, wanted in (("natural", (650, 550, 470)), ("cir", (860, 650, 550)), ("swir", (2200, 860, 650))):
        with qtbot.waitSignal(picture.applied, timeout=60_000) as shown:
            picture.choose(key)
        assert [waves[band] for band in shown.args[0]] == pytest.approx(wanted, abs=10)
        assert scene.renderer().redBand() == shown.args[0][0]
        limits = {enhancement.maximumValue() for enhancement in enhancements(scene.renderer())}
        assert len(limits) == (1 if key == "natural" else 3), "true colours need the same limits in all bands"
    stretch = scene.renderer().redContrastEnhancement()
    assert 0 <= stretch.minimumValue() < stretch.maximumValue() < 1, "reflectance, not stored numbers"


def test_a_preset_without_bands_is_not_offered(dock):
    picture = dock.pages["data"].picture
    picture.show_bands([{"band": i + 1, "wavelength_nm": wave, "fwhm_nm": 10.0, "good": True, "reason": ""}
                        for i, wave in enumerate((470.0, 550.0, 650.0))])
    enabled = {key: button.isEnabled() for key, button in picture._buttons.items()}
    assert enabled == {"natural": True, "cir": False, "swir": False, "custom": True}


def test_band_table_refuses_what_is_no_number(qgis_app):
    bands = [{"band": i, "wavelength_nm": 500.0 * i, "fwhm_nm": 10.0, "good": True, "reason": ""} for i in (1, 2)]
    table = BandTable(bands)
    assert to_csv(table.bands()) == "band,wavelength_nm,fwhm,good\n1,500,10,1\n2,1000,10,1\n"
    table.table.item(0, 1).setText("red")
    with pytest.raises(ValueError, match="Band 1"):
        table.bands()
    table.table.item(0, 1).setText("500,5")
    table.table.selectAll()
    table._mark(False)
    with pytest.raises(ValueError, match="At least one"):
        table.bands()


def test_pictures_and_class_maps_are_no_scenes(desk, scene):
    class_map = QgsRasterLayer(scene.source().replace("scene", "truth"), "a class map")
    QgsProject.instance().addMapLayer(class_map)
    assert desk.scenes() == [scene]


def test_the_preview_lies_inside_the_scene(scene):
    whole = scene.extent()
    window = window_around(scene, QgsPointXY(whole.xMinimum() + 1, whole.yMaximum() - 1), 64)
    assert (window.width(), window.height()) == (64 * 30, 64 * 30)
    assert whole.contains(window)
    assert window_around(scene, whole.center(), SIZE_PX) == whole, "a small scene is shown whole"
    assert window_around(scene, QgsPointXY(0, 0)) is None


def test_preview_follows_rotation_and_crs_and_leaves_nothing(dock, scene, labels, needs_engine, qtbot):
    canvas, page = dock.desk.canvas, dock.pages["classify"]
    canvas.resize(400, 400)
    canvas.setDestinationCrs(scene.crs())
    canvas.setExtent(scene.extent())
    dock.turn_to("classify")
    layers = set(QgsProject.instance().mapLayers())
    page.preview.click()
    qtbot.waitUntil(lambda: page.previewer.overlay is not None, timeout=120_000)
    overlay = page.previewer.overlay
    before = overlay.corners().boundingRect()
    canvas.setRotation(45)
    assert overlay.corners().boundingRect().width() > before.width() * 1.2
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert overlay.corners() is not None
    assert not overlay._image.isNull()
    started = dock.desk.learned
    page.previewer.at(QgsPointXY(canvas.center()))
    qtbot.waitUntil(lambda: not page.previewer.busy, timeout=60_000)
    assert dock.desk.learned == started, "nothing has changed, so nothing is learned again"
    assert set(QgsProject.instance().mapLayers()) == layers
    dock.turn_to("data")
    assert page.previewer.overlay is None
    canvas.setRotation(0)


def test_desk_alone_without_layers(qgis_iface, qgis_new_project):
    desk = Desk(qgis_iface)
    assert desk.layer is None
    assert desk.corrections().gsd_m is None
    desk.correct(gsd_m=3.0)
    desk.end()


def test_the_sample_comes_in_natural_colours_with_its_labels_in_theirs(dock, needs_engine, qtbot):
    page = dock.pages["data"]
    dock.desk.inspection.wake()
    page.sample.click()
    labels = QgsProject.instance().mapLayersByName("sample labels")[0]
    assert "water" in [category.label() for category in labels.renderer().categories()]
    inspected(dock, qtbot)
    qtbot.waitUntil(lambda: page.facts.strip._marked != (), timeout=60_000)
    renderer = dock.desk.layer.renderer()
    shown_nm = [dock.desk.inspection.value["bands"][band - 1]["wavelength_nm"] for band in renderer.usesBands()]
    assert shown_nm == pytest.approx([650, 550, 470], abs=10)
    assert dock.desk.layer.name() == "sample scene"
    assert dock.pages["change"].inputs.after.currentLayer().name() == "sample, later"
    assert dock.pages["change"].inputs.after.currentLayer().renderer().usesBands() == renderer.usesBands()
    page.picture.choose("cir")
    dock.desk.scene_changed.emit()
    inspected(dock, qtbot)
    assert page.picture.chosen == "", "the picture is chosen for the user once"
