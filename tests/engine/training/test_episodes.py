from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import CancelledError, InputError
from engine.inference.device import pick_device
from engine.models.specaware import PRESETS, SpecAwareEncoder
from engine.models.weights import load_weights
from engine.reporting import SilentReporter
from engine.spectral.bands import BandTable, SensorMeta
from engine.training.pretraining.datasets import make_scene
from engine.training.pretraining.episode_loss import balanced_cross_entropy, ridge_logits
from engine.training.pretraining.episode_objective import TOKEN_SPREAD, EpisodeObjective
from engine.training.pretraining.episodes import MAX_DEVIATION, PIXELS, EpisodeSampler, draw_pixels, episode_scene
from engine.training.pretraining.library import library_scenes, read_libraries
from engine.training.pretraining.pseudo import CLUSTER_COUNTS, pseudo_classes
from engine.training.pretraining.task import PretrainRequest, run

from .test_pretrain_steps import StopAt

TINY_PIXEL = replace(PRESETS["specaware-pixel"], embed_dim=16, depth=2, heads=2, wv_planes=16, rank=2, hyper_heads=2,
                     feature_layers=(1,), decoder_dim=16, decoder_heads=2)
BANDS = BandTable.from_arrays(np.linspace(450.0, 2350.0, 30).tolist(), [12.0] * 30)


def striped(seed: int = 0, side: int = 48, faint: bool = False):
    """Two materials in stripes 12 px wide, with noise, and the map of them; faint ones differ in a few bands less than
    the light does from pixel to pixel.
    """
    rng = np.random.default_rng(seed)
    classes = (np.arange(side) // 12 % 2)[None, :].repeat(side, 0).astype(np.int16)
    spectra = np.stack([np.linspace(0.1, 0.4, 30), np.linspace(0.4, 0.1, 30)])
    if faint:
        spectra = 0.3 + 0.04 * np.array([[0.0], [1.0]]) * (np.abs(np.arange(30) - 12) < 4)
    cube = spectra[classes].transpose(2, 0, 1) + rng.normal(0, 0.02, (30, side, side))
    if faint:
        cube *= np.exp(rng.normal(0, 0.3, (side, side)))
    return make_scene("striped", cube.astype(np.float32), BANDS, SensorMeta("EnMAP", "L2", 30.0)), classes


@pytest.fixture
def sampler():
    scene, classes = striped()
    return EpisodeSampler([episode_scene(scene, [classes], "real")], 12, 0)


def test_pseudo_classes_of_two_materials_are_their_stripes():
    scene, classes = striped()
    maps = pseudo_classes(scene, 0)
    assert len(maps) == 2 * len(CLUSTER_COUNTS)
    for found in maps:
        # Every cluster lies in one material.
        shares = [classes[found == k].mean() for k in np.unique(found)]
        assert np.allclose(np.minimum(shares, 1 - np.array(shares)), 0, atol=0.02)


def test_pseudo_classes_leave_out_what_has_no_data():
    scene, _ = striped()
    holed = replace(scene, valid=scene.valid & (np.arange(48) > 5))
    assert all((m[:, :6] == -1).all() and (m[:, 6:] >= 0).all() for m in pseudo_classes(holed, 0))


def test_support_and_query_of_a_class_lie_in_different_crops():
    rng = np.random.default_rng(0)
    labels = rng.integers(-1, 4, (6, 50)).astype(np.int16)
    pixels = draw_pixels(rng, labels)
    for known in range(int(pixels.support_class.max()) + 1):
        support = pixels.support[pixels.support_class == known]
        query = pixels.query[pixels.query_class == known]
        assert not set((support // 50).tolist()) & set((query // 50).tolist())
        assert len(set(labels.ravel()[np.concatenate([support, query])].tolist())) == 1


def test_one_class_makes_no_episode():
    assert draw_pixels(np.random.default_rng(0), np.zeros((4, 9), np.int16)) is None


def test_an_episode_shows_standardised_pixels_and_the_scene(sampler):
    for episode, _ in zip(sampler.episodes(), range(5), strict=False):
        assert episode.image[:, 0].numel() <= PIXELS
        assert episode.image.shape[2:] == (12, 12)
        assert float(episode.image.abs().max()) <= MAX_DEVIATION
        assert episode.image.shape[1] == episode.content.shape[1] == episode.spectral.bands
        assert episode.content.shape[2:] == (8, 8)
        assert abs(float(episode.image.mean())) < 0.5
        assert float(episode.image.std()) == pytest.approx(1, abs=0.3)


def test_episodes_depend_on_the_seed_and_their_number_alone(sampler):
    scene, classes = striped()
    again = EpisodeSampler([episode_scene(scene, [classes], "real")], 12, 0)
    episodes = sampler.episodes()
    next(episodes)
    first, second = next(episodes), next(again.episodes(1))
    assert torch.equal(first.image, second.image)
    assert torch.equal(first.pixels.query, second.pixels.query)
    assert not torch.equal(first.image, again.episode(0).image)


def test_no_scene_is_refused():
    with pytest.raises(InputError):
        EpisodeSampler([], 12, 0)


def test_separable_tokens_are_told_apart():
    torch.manual_seed(0)
    centres = 5 * torch.eye(3, 8) + 2
    known, wanted = torch.arange(3).repeat_interleave(4), torch.arange(3).repeat(5)
    support, query = (centres[c] + 0.3 * torch.randn(len(c), 8) for c in (known, wanted))
    found = ridge_logits(support, known, query)
    assert torch.equal(found.argmax(1), wanted)
    assert float(balanced_cross_entropy(found, wanted)) < 0.1
    # More examples of one class change its prior nothing.
    more = torch.cat([known, torch.zeros(40, dtype=torch.long)])
    assert torch.equal(ridge_logits(centres[more], more, query).argmax(1), wanted)


def test_guessing_costs_one():
    assert float(balanced_cross_entropy(torch.zeros(9, 4), torch.arange(9) % 4)) == pytest.approx(1)


def test_episodes_teach_a_small_encoder():
    torch.manual_seed(0)
    scene, classes = striped(faint=True)
    sampler = EpisodeSampler([episode_scene(scene, [classes], "real")], 12, 0)
    model = SpecAwareEncoder(TINY_PIXEL)
    objective = EpisodeObjective(model, sampler.episodes(), pick_device("cpu"))
    objective.calibrate()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    losses = []
    for _ in range(25):
        loss = sum(objective.losses().values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-6:]) < 0.8 * np.mean(losses[:6])
    assert 0 < objective.tokens <= 25 * PIXELS


def test_calibration_sets_the_size_of_tokens(sampler):
    objective = EpisodeObjective(SpecAwareEncoder(TINY_PIXEL), iter([next(sampler.episodes())] * 2), pick_device("cpu"))
    objective.calibrate()
    episode = next(objective._episodes)
    embed = objective.model.patch_embed
    tokens = embed(episode.image, embed.metadata(episode.spectral), content=episode.content)
    assert float(tokens.std().detach()) == pytest.approx(TOKEN_SPREAD, rel=0.01)


def write_library(folder: Path) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    wavelength_nm = np.linspace(380.0, 2480.0, 120)
    spectra = rng.uniform(0.1, 0.5, (30, 1)) * np.linspace(1, rng.uniform(0.5, 2, 30), 120).T
    spectra[-1, 40:60] = np.nan
    np.savez(folder / "library.npz", X=spectra.astype(np.float16), wavelengths=wavelength_nm,
             level_2=np.array([f"m{i % 6}" for i in range(30)]))


def test_scenes_from_a_library_have_its_materials(tmp_path):
    write_library(tmp_path / "small")
    library, = read_libraries(tmp_path, SilentReporter())
    assert (library.name, library.spectra.shape, set(library.class_ids)) == ("small", (30, 441), set(range(6)))
    assert np.isfinite(library.spectra).all()
    first, second = (library_scenes([library], 2, 3, 24, SilentReporter()) for _ in range(2))
    for (scene, classes), (same, _) in zip(first, second, strict=True):
        assert scene.values.shape[1:] == classes.shape == (24, 24)
        assert 2 <= len(np.unique(classes)) <= 6
        np.testing.assert_array_equal(scene.values, same.values)


def test_a_folder_of_libraries_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError):
        read_libraries(tmp_path / "none", SilentReporter())


@pytest.fixture
def request_for(tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS, "specaware-pixel", TINY_PIXEL)
    monkeypatch.setattr("engine.training.pretraining.task.SIMULATED_SIDE_PX", 30)
    monkeypatch.setattr("engine.training.pretraining.episode_scenes.LIBRARY_SIDE_PX", 30)
    write_library(tmp_path / "libraries" / "small")

    def make(name: str, **changes) -> PretrainRequest:
        return PretrainRequest(**{
            "output": str(tmp_path / name / "m.safetensors"), "checkpoints": str(tmp_path / name),
            "objective": "episodes", "libraries": (str(tmp_path / "libraries"),), "simulated": 2, "library_scenes": 2,
            "threads": 1, "device": "cpu", "scenes_per_step": 1, "precision": "float32"} | changes)
    return make


def test_a_run_on_episodes_that_was_cut_off_ends_like_one_that_was_not(request_for):
    whole = run(request_for("whole", steps=4), SilentReporter())
    cut = request_for("cut", steps=4, save_minutes=1e-9)
    with pytest.raises(CancelledError):
        run(cut, StopAt(0.5))
    continued = run(cut, SilentReporter())
    assert (whole.steps, whole.crops) == (continued.steps, continued.crops)
    first, second = (load_file(result.weights) for result in (whole, continued))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_run_on_episodes_writes_a_card_with_its_sources(request_for):
    result = run(request_for("run", minutes=1e-4), SilentReporter())
    encoder, card = load_weights(Path(result.weights))
    assert encoder.config == TINY_PIXEL
    assert card.seen == ("2 scenes of spectra from small", "2 simulated scenes (seed 0)")
    assert card.training["objective"] == EpisodeObjective.description
    assert json.dumps(card.architecture)
