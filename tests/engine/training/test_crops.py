from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.training.pretraining.crops import PAIRED, CropSampler, SceneSource
from engine.training.pretraining.masked import noise_of
from engine.training.pretraining.views import (
    Stage,
    choose_bands,
    illumination,
    paired_bands,
    progressive_stages,
    stage_at,
)

from .test_datasets import scene


@settings(deadline=None)
@given(total=st.integers(1, 450), seed=st.integers(0, 10_000), most=st.none() | st.integers(4, 100))
def test_band_views_are_ordered_distinct_and_not_too_few(total, seed, most):
    keep = choose_bands(np.random.default_rng(seed), np.linspace(400, 2400, total), most)
    assert min(4, total) <= len(keep) <= min(total, most or total)
    assert (np.diff(keep) > 0).all()
    assert 0 <= keep[0] <= keep[-1] < total


def test_band_views_are_sometimes_contiguous_sometimes_all():
    views = [choose_bands(np.random.default_rng(seed), np.arange(60.0)) for seed in range(400)]
    contiguous = [v for v in views if len(v) < 60 and v[-1] - v[0] + 1 == len(v)]
    assert 80 < len(contiguous) < 200
    assert any(len(v) < 24 for v in views)
    assert any(len(v) == 60 for v in views)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), most=st.none() | st.integers(24, 200))
def test_paired_views_are_the_two_ranges_of_the_paper(seed, most):
    centre = np.linspace(380, 2500, 200)
    first, second = (centre[paired_bands(np.random.default_rng(seed), centre, which, most)] for which in (0, 1))
    assert first[-1] < 1800
    assert second[0] > 1150
    assert max(len(first), len(second)) <= (most or 200)
    if most is None:
        assert first[-1] > second[0]  # they overlap


def test_sensors_without_one_of_the_ranges_are_viewed_another_way():
    visible = np.linspace(400, 1000, 60)
    assert len(paired_bands(np.random.default_rng(0), visible, 1)) >= 4


def test_light_is_smooth_over_the_wavelength():
    gains = np.stack([illumination(np.random.default_rng(s), np.linspace(400, 2400, 100)) for s in range(200)])
    assert 0.05 < gains.std(0).mean() < 0.2
    assert np.abs(np.diff(gains)).max() < 0.02


def test_progressive_stages_grow():
    stages = progressive_stages(32, 4)
    assert [s.side_px for s in stages] == [16, 24, 32]
    assert stage_at(stages, 0.0) == stages[0]
    assert stage_at(stages, 0.4) == stages[1]
    assert stage_at(stages, 0.99) == stage_at(stages, 1.0) == stages[2]
    assert [s.side_px for s in progressive_stages(4, 4)] == [4, 4, 4]


def sampler(scenes=None, seed: int = 3, **changes) -> CropSampler:
    return CropSampler(SceneSource(scenes or [scene()]), 16, seed, **changes)


def test_batches_carry_the_metadata_of_the_bands_they_hold():
    batches = sampler().batches(range(4))
    for _ in range(5):
        batch = next(batches)
        assert batch.image.shape == (4, batch.spectral.bands, 16, 16)
        assert batch.gsd_m == (30.0,) * 4
        assert set(batch.spectral.wavelength_nm.tolist()) <= set(np.linspace(400, 2400, 40))


def test_real_and_simulated_scenes_share_the_batches_whatever_their_numbers():
    real, simulated = scene(30, side=32), [scene(40, side=64, simulated=True) for _ in range(9)]
    batches = sampler([real, *simulated], 0).batches(range(1))
    wide = np.linspace(400, 2400, 40)
    counts = [set(next(batches).spectral.wavelength_nm.tolist()) <= set(wide) for _ in range(300)]
    assert 100 < sum(counts) < 200


def test_crops_prefer_valid_pixels():
    half = scene(30, side=64)
    half.values[:, :, :32] = 0
    half.valid[:, :32] = False
    assert (sampler([half], 0).batch(0, range(40)).image == 0).float().mean() < 0.1


def test_a_run_continues_with_the_batches_it_would_have_seen():
    whole, later = sampler().batches(range(3)), sampler().batches(range(3), first=2)
    expected = [next(whole) for _ in range(4)][2:]
    for batch in expected:
        again = next(later)
        assert torch.equal(batch.image, again.image)
        assert batch.seeds == again.seeds
        assert batch.spectral.cache_key() == again.spectral.cache_key()
    assert not torch.equal(expected[0].image[:1, :4], sampler(seed=4).batch(2, range(3)).image[:1, :4])


@settings(deadline=None, max_examples=20)
@given(number=st.integers(0, 10**6), count=st.integers(1, 4))
def test_processes_see_together_what_one_sees(number, count):
    drawn, size = sampler([scene(30), scene(40, side=48)]), 4 * count
    whole = drawn.batch(number, range(size))
    parts = [drawn.batch(number, range(r * 4, r * 4 + 4)) for r in range(count)]
    assert torch.equal(whole.image, torch.cat([p.image for p in parts]))
    assert torch.equal(noise_of(whole, 8), torch.cat([noise_of(p, 8) for p in parts]))
    assert {p.spectral.cache_key() for p in parts} == {whole.spectral.cache_key()}
    assert all((p.elsewhere is None) == (whole.elsewhere is None) for p in parts)


def test_paired_batches_show_the_same_places_in_two_ranges():
    wide = scene(200)
    drawn = sampler([wide], views=PAIRED)
    first, second = drawn.batch(6, range(2)), drawn.batch(7, range(2))
    common = sorted(set(first.spectral.wavelength_nm.tolist()) & set(second.spectral.wavelength_nm.tolist()))
    assert len(common) > 10
    at = [[b.spectral.wavelength_nm.tolist().index(w) for w in common] for b in (first, second)]
    ratio = first.image[:, at[0]] / second.image[:, at[1]].clamp(min=1e-3)
    light = ratio.median(dim=3, keepdim=True).values.median(dim=2, keepdim=True).values
    assert float((ratio / light - 1).abs().median()) < 0.01  # only the light differs
    assert not torch.equal(light[0], light[1])


def test_stages_bound_side_and_bands():
    stages = (Stage(0.5, 8, 12), Stage(1.0, 16, None))
    batches = sampler([scene(40)], stages=stages).batches(range(2), total=8)
    shapes = [next(batches).image.shape for _ in range(8)]
    assert {s[-1] for s in shapes[:4]} == {8}
    assert {s[-1] for s in shapes[4:]} == {16}
    assert max(s[1] for s in shapes[:4]) <= 12


def test_no_scene_at_all_is_an_error():
    with pytest.raises(InputError):
        SceneSource([])
