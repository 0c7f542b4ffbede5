"""Effects and layouts of the simulator, and measured spectra."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.training.simulator.atmosphere import Atmosphere
from engine.training.simulator.effects import (
    Effects,
    add_adjacency,
    albedo_of,
    reflectance_of,
    smile_shift_nm,
    terrain_light,
)
from engine.training.simulator.layout import COAST, TOWN
from engine.training.simulator.materials import FINE_NM
from engine.training.simulator.measured import read_measured
from engine.training.simulator.simulate import SceneSpec, demanding_spec, simulate_scene

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "spectra"
SPEC = SceneSpec(sensor="AVIRIS-NG", rows=40, cols=48, gsd_m=8.0, noise=0.0, relief=0.0)


@pytest.fixture(scope="module")
def plain():
    return simulate_scene(SPEC, 3)


def with_effects(**effects):
    return simulate_scene(replace(SPEC, effects=Effects(**effects)), 3)


def near(scene, wavelength_nm):
    return int(np.abs(scene.bands.wavelength_nm - wavelength_nm).argmin())


@pytest.mark.parametrize("effects", [{"intimate": 1.0}, {"adjacency": 0.3}, {"slope_deg": 12.0}, {"smile_nm": 3.0},
                                     {"striping": 1.0}])
def test_an_effect_changes_the_light_and_not_the_truth(plain, effects):
    other = with_effects(**effects)
    assert np.abs(other.cube - plain.cube).max() > 1e-3
    assert np.isfinite(other.cube).all()
    np.testing.assert_array_equal(other.labels, plain.labels)
    np.testing.assert_array_equal(other.abundances, plain.abundances)
    np.testing.assert_array_equal(other.material, plain.material)


@settings(deadline=None)
@given(values=st.lists(st.floats(0, 0.999), min_size=1, max_size=20))
def test_albedo_and_reflectance_are_inverse_and_grow_together(values):
    r = np.array(values)
    np.testing.assert_allclose(reflectance_of(albedo_of(r)), r, atol=1e-9)
    assert (albedo_of(r) >= r - 1e-12).all()


def test_grains_that_are_mixed_are_darker_than_areas_side_by_side():
    bright, dark = 0.6, 0.1
    assert reflectance_of(0.5 * (albedo_of(bright) + albedo_of(dark))) < 0.5 * (bright + dark)
    with np.errstate(all="raise"):
        assert reflectance_of(albedo_of(np.array(0.3))) == pytest.approx(0.3)


def test_intimate_mixing_leaves_pure_pixels_alone(plain):
    mixed = with_effects(intimate=1.0)
    one_material = plain.labels != plain.classes.index("built-up") + 1
    pure, edge = (plain.abundances.max(0) > 0.999) & one_material, plain.abundances.max(0) < 0.6
    difference = np.abs(mixed.cube - plain.cube).mean(0)
    assert difference[edge].mean() > 3 * difference[pure].mean()


def test_slopes_are_lit_by_sun_and_sky():
    light = terrain_light(np.random.default_rng(0), (60, 60), np.array([450.0, 1600.0]), 15.0,
                          Atmosphere(haze=0.3, sun_cos=0.6))
    blue, infrared = light.T
    assert light.min() >= 0
    assert infrared.std() > 1.2 * blue.std() > 0.05  # the blue sky fills the shadows
    assert infrared.mean() == pytest.approx(1.0, abs=0.1)
    flat = terrain_light(np.random.default_rng(0), (9, 9), np.array([450.0]), 0.0, Atmosphere())
    np.testing.assert_allclose(flat, 1.0, rtol=1e-5)


def test_stray_light_comes_from_the_neighbours_and_more_of_it_in_the_blue():
    image = np.zeros((41, 41, 2), np.float32)
    image[20, 20] = 1.0
    seen = add_adjacency(image.reshape(-1, 2), (41, 41), 10.0, np.array([450.0, 1600.0]),
                         Effects(adjacency=0.3, reach_m=50.0)).reshape(41, 41, 2)
    assert seen[20, 20, 0] < seen[20, 20, 1] < 1
    assert seen[20, 25, 0] > seen[20, 25, 1] > 0
    np.testing.assert_allclose(seen.sum((0, 1)), 1.0, rtol=1e-3)


def test_smile_shows_at_the_oxygen_line_and_grows_to_the_sides(plain):
    assert smile_shift_nm(5, 2.0).tolist() == [2.0, 0.5, 0.0, 0.5, 2.0]
    ratio = with_effects(smile_nm=3.0).cube.mean(1) / plain.cube.mean(1)
    line, free = ratio[near(plain, 762)], ratio[near(plain, 1050)]
    assert abs(line[0] - 1) > 5 * abs(line[24] - 1)
    assert abs(line[[0, -1]] - 1).mean() > 5 * abs(free[[0, -1]] - 1).mean()


def test_stripes_run_along_columns(plain):
    difference = with_effects(striping=1.0).cube - plain.cube
    band = difference[near(plain, 800)]
    across, along = band.mean(0).std(), (band - band.mean(0)).std()
    assert across > 2 * along


def test_a_coast_has_sea_along_a_side_and_a_town_is_built_up():
    classes = ("grassland", "maize", "bare soil", "broadleaf forest", "water", "roof", "pavement")
    spec = SceneSpec(sensor="EnMAP", rows=64, cols=64, gsd_m=20.0, classes=classes)
    fields, coast, town = (simulate_scene(replace(spec, layout=kind), 5) for kind in ("fields", COAST, TOWN))

    def share(scene, *names):
        return np.isin(scene.labels, [classes.index(n) + 1 for n in names]).mean()

    assert share(coast, "water") > 0.15 > share(fields, "water")
    assert share(town, "roof", "pavement") > 1.5 * share(fields, "roof", "pavement")
    sea = coast.labels == classes.index("water") + 1
    assert max(sea[0].mean(), sea[-1].mean(), sea[:, 0].mean(), sea[:, -1].mean()) > 0.8


def test_materials_are_known_below_their_cover(plain):
    names = np.array(plain.materials)[plain.material]
    built = plain.labels == plain.classes.index("built-up") + 1
    assert {"roof", "pavement"} & set(names[built].tolist())
    assert (names[plain.labels == plain.classes.index("maize") + 1] == "maize").mean() > 0.8


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 10**6))
def test_demanding_specs_work_and_repeat(seed):
    spec = demanding_spec(np.random.default_rng(seed), 20, 20)
    first, again = (simulate_scene(spec, seed) for _ in range(2))
    assert np.isfinite(first.cube).all()
    np.testing.assert_array_equal(first.cube, again.cube)


@pytest.mark.parametrize("wrong", [{"intimate": 1.5}, {"adjacency": 0.9}, {"slope_deg": 60.0}, {"smile_nm": 99.0},
                                   {"striping": -1.0}, {"reach_m": 0.0}])
def test_impossible_effects_are_refused(wrong):
    with pytest.raises(InputError):
        Effects(**wrong)


def test_an_unknown_layout_is_refused():
    with pytest.raises(InputError, match="desert"):
        SceneSpec(layout="desert")


def write_library(folder: Path) -> None:
    (folder / "lib").mkdir()
    wavelength_nm = np.linspace(350, 2500, 200)
    spectra = np.repeat([[0.3], [0.9], [0.05], [5.0]], 200, axis=1)
    spectra[1, :50] = np.nan
    np.savez(folder / "lib" / "library.npz", X=spectra, wavelengths=wavelength_nm,
             LEVEL_3=np.array(["soil", "soil", "road", "road"]))


def test_spectra_are_found_by_the_columns_of_libraries(tmp_path):
    write_library(tmp_path)
    found = read_measured(tmp_path)
    assert set(found) == {"bare soil", "pavement"}
    assert found["bare soil"].shape == (1, len(FINE_NM))  # the other one lacks a part
    assert found["pavement"].max() == pytest.approx(0.05)
    with pytest.raises(InputError):
        read_measured(tmp_path / "nowhere")


def test_half_of_the_patches_are_made_of_measured_spectra():
    grey = {"grassland": np.full((3, len(FINE_NM)), 0.5, np.float32)}
    spec = replace(SPEC, classes=("grassland", "water"), gsd_m=30.0)
    model, measured = simulate_scene(spec, 2), simulate_scene(spec, 2, grey)
    green = measured.abundances[0] > 0.99
    flat = np.abs(measured.cube[near(measured, 860)] - measured.cube[near(measured, 660)]) < 0.05
    assert 0.2 < flat[green].mean() < 0.8
    assert (np.abs(model.cube[near(model, 860)] - model.cube[near(model, 660)])[green] > 0.05).mean() > 0.95


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared data not found")
def test_real_libraries_hold_thousands_of_spectra_of_the_materials():
    found = read_measured(SHARED)
    assert sum(len(spectra) for spectra in found.values()) > 3000
    assert set(found) >= {"bare soil", "roof", "pavement", "grassland", "water", "stubble"}
    assert all(0 <= s.min() <= s.max() <= 1 for s in found.values())
