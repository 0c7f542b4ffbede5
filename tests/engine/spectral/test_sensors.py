import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.spectral.bands import BandTable
from engine.spectral.sensors import MODEL_KEYS, SENSORS, guess_sensor, model_key, sensor

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
# Own name -> index of the epoch -> name in the table that other developers collected.
PEERS = {("AVIRIS-Classic", 0): "AVIRIS-Classic-2010s", ("AVIRIS-Classic", 1): "AVIRIS-Classic-1997",
         ("AVIRIS-Classic", 2): "AVIRIS-Classic-1995", ("AVIRIS-Classic", 3): "AVIRIS-Classic-1992-IndianPines220",
         ("AVIRIS-NG", 0): "AVIRIS-NG", ("EMIT", 0): "EMIT", ("EnMAP", 0): "EnMAP", ("PRISMA", 0): "PRISMA",
         ("DESIS", 0): "DESIS", ("HyMap", 0): "HyMap-126", ("NEON AOP", 0): "NEON-AOP-NIS",
         ("Hyperion", 0): "Hyperion-242", ("ROSIS", 0): "ROSIS-103", ("CASI", 0): "CASI-1500-72",
         ("SAMSON", 0): "SAMSON", ("OHS", 0): "OHS-32", ("PRISM", 0): "PRISM-airborne",
         ("Sentinel-2", 0): "Sentinel-2A-MSI", ("Sentinel-2", 1): "Sentinel-2B-MSI",
         ("Landsat TM", 0): "Landsat-5-TM", ("Landsat TM", 1): "Landsat-7-ETM+"}


def test_registry_is_plausible():
    for entry in SENSORS.values():
        assert entry.model_key in MODEL_KEYS
        assert entry.level in ("L1", "L2")
        assert entry.source
        for table in entry.tables:
            assert (table.wavelength_nm > 340).all()
            assert (table.wavelength_nm < 2600).all()
            assert (table.fwhm_nm > 1).all()
        if entry.hyperspectral:
            steps = np.diff(entry.bands.wavelength_nm)
            assert (steps[steps > 0] > 1).all()


@pytest.mark.skipif(not SHARED.exists(), reason="shared data not found")
def test_tables_agree_with_independent_ones():
    peers = json.loads((SHARED / "sensors.json").read_text())
    peers = peers.get("sensors", peers)
    for (name, epoch), peer in PEERS.items():
        own = np.sort(SENSORS[name].tables[epoch].wavelength_nm)
        other = np.sort(np.array(peers[peer]["wavelength_nm"], float))
        assert len(own) == len(other), name
        assert np.abs(own - other).max() < 2.5, name


@pytest.mark.skipif(not SHARED.exists(), reason="shared data not found")
@pytest.mark.parametrize(("scene", "expected"), [
    ("enmap_potsdam", "EnMAP"), ("emit_chip", "EMIT"), ("indian_pines", "AVIRIS-Classic"),
    ("salinas_a", "AVIRIS-Classic"), ("jasper_ridge", "AVIRIS-Classic"), ("aviris_ng_chip3", "AVIRIS-NG"),
    ("aviris_ng_topoflux", "AVIRIS-NG"), ("neon_harv", "NEON AOP"), ("neon_harv_2018", "NEON AOP"),
    ("pavia_roi", "ROSIS"), ("gamsberg", "Hyperion"), ("samson", "SAMSON"), ("oscd_paris", "Sentinel-2"),
    ("landsat_taizhou", "Landsat TM")])
def test_guess_on_real_scenes(scene, expected):
    rasterio = pytest.importorskip("rasterio")
    path = SHARED / scene / "image.tif"
    with rasterio.open(path if path.exists() else path.with_name("before.tif")) as source:
        tags = [source.tags(i) for i in source.indexes]
    bands = BandTable.from_arrays([float(t["wavelength"]) for t in tags], [float(t.get("fwhm", 0)) for t in tags])
    guess = guess_sensor(bands)
    assert guess is not None
    assert guess.name == expected


@pytest.mark.parametrize("name", SENSORS)
def test_each_sensor_is_guessed_from_its_own_bands(name):
    for table in SENSORS[name].tables:
        guess = guess_sensor(table)
        assert guess is not None
        assert (guess.name, guess.distance_nm) == (name, 0)


@settings(deadline=None, max_examples=40)
@given(name=st.sampled_from(sorted(SENSORS)), keep=st.floats(0.8, 1.0), seed=st.integers(0, 10**6))
def test_guess_survives_dropped_bands_and_jitter(name, keep, seed):
    rng = np.random.default_rng(seed)
    table = SENSORS[name].bands
    indices = np.flatnonzero(rng.random(len(table)) < keep) if len(table) > 20 else np.arange(len(table))
    kept = table.only(indices)
    shifted = BandTable.from_arrays((kept.wavelength_nm + rng.normal(0, 0.3, len(kept))).tolist(),
                                    kept.fwhm_nm.tolist())
    guess = guess_sensor(shifted)
    assert guess is not None
    assert guess.name == name
    assert 0.55 <= guess.score <= 1.0


@pytest.mark.parametrize("shift_nm", [-5.0, 5.0])
def test_guess_survives_another_years_calibration(shift_nm):
    table = SENSORS["AVIRIS-Classic"].bands
    moved = BandTable.from_arrays((table.wavelength_nm + shift_nm).tolist(), table.fwhm_nm.tolist())
    guess = guess_sensor(moved)
    assert guess is not None
    assert guess.name == "AVIRIS-Classic"


@pytest.mark.parametrize("wavelength_nm", [np.linspace(400, 2500, 80), np.array([450.0, 550, 650]),
                                           np.linspace(8000, 12000, 128), np.array([650.0])])
def test_no_guess_for_tables_of_no_sensor(wavelength_nm):
    assert guess_sensor(BandTable.from_arrays(wavelength_nm.tolist(), [0.0] * len(wavelength_nm))) is None


def test_look_up_is_tolerant_and_refuses_with_names():
    assert sensor("aviris classic").name == sensor("AVIRIS-C").name == "AVIRIS-Classic"
    assert sensor("enmap").gsd_m == 30.0
    with pytest.raises(InputError) as caught:
        sensor("nosuch")
    assert "EnMAP" in caught.value.hint


def test_model_keys():
    assert [model_key(n) for n in ("AVIRIS", "aviris-ng", "AVIRIS 3", "PRISMA", "unknown")] == [
        "avc", "avng", "av3", "others", "others"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared data not found")
def test_every_sensor_on_record_is_known_and_guessed_from_its_bands():
    tables = json.loads((SHARED / "sensors.json").read_text())
    assert len(tables) == 26
    for name, table in tables.items():
        if name == "HYDICE-210":
            continue  # an even spacing made up for want of a table; the registry has the prism's uneven one
        widths = table["fwhm_nm"] or [0.0] * len(table["wavelength_nm"])
        guess = guess_sensor(BandTable.from_arrays(table["wavelength_nm"], widths))
        assert guess is not None, name
        assert guess.name.split()[0].split("-")[0].lower() == name.split("-")[0].lower()
        assert guess.distance_nm < 2.0, name
        assert guess.score > 0.9, name
