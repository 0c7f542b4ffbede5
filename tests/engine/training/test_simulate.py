import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.spectral.sensors import SENSORS
from engine.training.simulator.materials import CANOPIES, FINE_NM, canopy, material
from engine.training.simulator.simulate import ALL, DEFAULT, SceneSpec, random_spec, simulate_scene

SMALL = SceneSpec(rows=48, cols=40)


@pytest.fixture(scope="module")
def scene():
    return simulate_scene(SceneSpec(rows=96, cols=96), 8)


def band(scene, wavelength_nm):
    return int(np.abs(scene.bands.wavelength_nm - wavelength_nm).argmin())


def mean_of(scene, name, wavelength_nm):
    number = scene.classes.index(name)
    pure = scene.abundances[number] > 0.9
    return float(scene.cube[band(scene, wavelength_nm)][pure].mean())


def ndvi(scene, name):
    red, infrared = mean_of(scene, name, 665), mean_of(scene, name, 860)
    return (infrared - red) / (infrared + red)


def digest(result):
    return hashlib.sha256(result.cube.tobytes() + result.labels.tobytes() + result.abundances.tobytes()).hexdigest()


def test_same_seed_same_bytes_other_seed_other_scene():
    first, again, other = (simulate_scene(SMALL, seed) for seed in (3, 3, 4))
    assert digest(first) == digest(again)
    assert digest(first) != digest(other)


def test_shapes_and_types(scene):
    assert scene.cube.shape == (len(scene.bands), 96, 96)
    assert scene.cube.dtype == np.float32
    assert scene.labels.dtype == np.uint8
    assert set(np.unique(scene.labels)) == set(range(1, len(DEFAULT) + 1))
    assert scene.meta.name == "EnMAP"
    assert np.isfinite(scene.cube).all()


def test_abundances_sum_to_one(scene):
    assert scene.abundances.sum(0) == pytest.approx(1.0, abs=1e-5)
    assert scene.abundances.min() >= 0


def test_vegetation_and_water_look_like_themselves(scene):
    for name in ("winter wheat", "maize", "sugar beet", "grassland", "broadleaf forest", "conifer forest"):
        assert ndvi(scene, name) > 0.6, name
        assert mean_of(scene, name, 550) > mean_of(scene, name, 670), name  # green peak
        assert mean_of(scene, name, 1200) < mean_of(scene, name, 1080), name  # leaf water
    assert ndvi(scene, "bare soil") < 0.35
    assert mean_of(scene, "water", 860) < 0.08
    assert mean_of(scene, "water", 1650) < mean_of(scene, "water", 550)
    assert mean_of(scene, "conifer forest", 860) < mean_of(scene, "sugar beet", 860)
    assert mean_of(scene, "bare soil", 2200) > mean_of(scene, "grassland", 2200)


def test_red_edge_moves_with_chlorophyll():
    rng = np.random.default_rng(0)
    pale, dark = (canopy(rng, 1, replace(CANOPIES["maize"], chlorophyll=(c, 0.0)), 0.0)[0] for c in (15.0, 70.0))
    edge = (FINE_NM > 670) & (FINE_NM < 770)
    inflection = [FINE_NM[edge][np.gradient(s)[edge].argmax()] for s in (pale, dark)]
    assert 680 < inflection[0] < inflection[1] < 750


def test_spectra_stay_between_black_and_white():
    for name in [n for n in ALL if n != "built-up"]:
        spectra = material(name)(np.random.default_rng(1), 200, 1.5)
        assert spectra.shape == (200, len(FINE_NM))
        assert spectra.min() >= 0, name
        assert spectra.max() < 0.9, name


def test_clay_bends_the_soil_at_2200():
    soil = material("bare soil")(np.random.default_rng(0), 1, 0.0)[0]
    at = np.interp([2150, 2205, 2245], FINE_NM, soil)
    assert at[1] < 0.5 * (at[0] + at[2])


def test_noise_scales():
    quiet, normal, loud = (simulate_scene(replace(SMALL, noise=n), 5).cube for n in (0.0, 1.0, 3.0))
    one, three = np.std(normal - quiet), np.std(loud - quiet)
    assert three == pytest.approx(3 * one, rel=0.1)


def test_noise_is_worst_where_the_air_is_opaque():
    spec = replace(SMALL, sensor="AVIRIS-Classic", noise=2.0)
    noisy, clean = simulate_scene(spec, 5), simulate_scene(replace(spec, noise=0.0), 5)
    deviation = (noisy.cube - clean.cube).std((1, 2))
    assert deviation[band(noisy, 1400)] > 5 * deviation[band(noisy, 1040)]
    assert not noisy.bands[band(noisy, 1400)].good
    assert noisy.bands[band(noisy, 1650)].good


def test_radiance_has_air_in_it():
    scene = simulate_scene(replace(SMALL, sensor="AVIRIS-Classic", level="L1"), 5)
    mean = scene.cube.mean((1, 2))
    assert mean[band(scene, 760)] < mean[band(scene, 740)]  # oxygen
    assert mean[band(scene, 1380)] < 0.05 * mean[band(scene, 1240)]  # water vapour
    assert 1.0 < mean.max() < 30.0  # µW cm-2 nm-1 sr-1
    assert scene.meta.level == "L1"


@pytest.mark.parametrize("classes", [("water",), ("maize", "roof"), ("bare soil", "built-up"),
                                     ("roof", "pavement", "grassland"), ALL])
def test_any_selection_of_classes(classes):
    scene = simulate_scene(replace(SMALL, classes=classes, gsd_m=2.0), 1)
    assert scene.labels.min() >= 1
    assert scene.labels.max() <= len(classes)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_random_specs_work(seed):
    spec = random_spec(np.random.default_rng(seed), rows=24, cols=24)
    scene = simulate_scene(spec, seed)
    assert np.isfinite(scene.cube).all()
    assert SENSORS[spec.sensor].hyperspectral
    assert abs(len(scene.bands) - len(SENSORS[spec.sensor].bands)) < 10
    assert scene.labels.max() <= len(spec.classes)


@pytest.mark.parametrize("wrong", [{"classes": ("lava",)}, {"classes": ()}, {"level": "L3"}, {"rows": 0}])
def test_impossible_specs_are_refused(wrong):
    with pytest.raises(InputError):
        SceneSpec(**wrong)
