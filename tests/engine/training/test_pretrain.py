from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.cli import ERROR_EXIT, main
from engine.cli.pretrain import read_settings
from engine.errors import CancelledError, InputError, ModelError
from engine.inference.device import pick_device
from engine.models.specaware import PRESETS, SpecAwareAutoencoder
from engine.models.specaware.autoencoder import mask_from_noise
from engine.models.weights import load_weights, read_header
from engine.reporting import SilentReporter
from engine.tasks.registry import make_request, task
from engine.training.pretraining.checkpoint import Progress, load_checkpoint, save_checkpoint
from engine.training.pretraining.crops import CropSampler, SceneSource
from engine.training.pretraining.masked import MaskedObjective, block_noise, calibrate
from engine.training.pretraining.task import PretrainRequest, run
from engine.training.pretraining.trainer import MAX_DROPPED, Trainer, learning_rate, make_optimizer

from ..models.test_specaware import TINY
from .test_datasets import scene

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def request_for(tmp_path: Path):
    def make(**changes) -> PretrainRequest:
        return PretrainRequest(**{"output": str(tmp_path / "out" / "m.safetensors"), "device": "cpu",
                                  "checkpoints": str(tmp_path / "ck"), "simulated": 2, "minutes": 1e-4, "threads": 1,
                                  "batch": 2, "scenes_per_step": 1, "crop_px": 8} | changes)
    return make


@pytest.fixture
def tiny_preset(monkeypatch):
    monkeypatch.setitem(PRESETS, "specaware-small", TINY)


def test_a_run_writes_weights_with_a_card_and_can_be_continued(request_for, tiny_preset):
    first = run(request_for(), SilentReporter())
    assert first.steps == 1
    encoder, card = load_weights(Path(first.weights))
    assert encoder.config == TINY
    assert card.sha256 == first.sha256
    assert card.seen == ("2 simulated scenes (seed 0)",)
    assert card.training["steps"] == 1
    done = run(request_for(), SilentReporter())
    assert (done.steps, done.loss, done.sha256) == (1, None, load_weights(Path(done.weights))[1].sha256)
    longer = run(request_for(steps=3), SilentReporter())
    assert longer.steps == 3
    assert longer.loss == pytest.approx(longer.loss)


def test_cancelling_leaves_no_weights(request_for, tiny_preset):
    reporter = SilentReporter()
    reporter.cancelled.set()
    with pytest.raises(CancelledError):
        run(request_for(), reporter)
    assert not Path(request_for().output).exists()


def test_a_checkpoint_restores_weights_moments_and_progress(tmp_path):
    torch.manual_seed(0)
    model = SpecAwareAutoencoder(TINY)
    optimizer = make_optimizer(model, 1e-3)
    for parameter in model.parameters():
        parameter.grad = torch.rand_like(parameter)
    optimizer.step()
    save_checkpoint(tmp_path / "c.safetensors", model, optimizer, Progress(1, 2.5, 30))
    other = SpecAwareAutoencoder(TINY)
    fresh = make_optimizer(other, 1e-3)
    assert load_checkpoint(tmp_path / "c.safetensors", other, fresh) == Progress(1, 2.5, 30)
    for kept, restored in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(kept, restored)
        assert torch.equal(optimizer.state[kept]["exp_avg_sq"], fresh.state[restored]["exp_avg_sq"])
        kept.grad = restored.grad = torch.ones_like(kept)
    optimizer.step()
    fresh.step()
    for kept, restored in zip(model.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(kept, restored)


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    path = tmp_path / "c.safetensors"
    model = SpecAwareAutoencoder(TINY)
    save_checkpoint(path, model, make_optimizer(model, 1e-3), Progress())
    other = torch.nn.Linear(2, 2)
    with pytest.raises(ModelError):
        load_checkpoint(path, other, make_optimizer(other, 1e-3))
    path.write_bytes(b"junk")
    with pytest.raises(ModelError):
        load_checkpoint(path, model, make_optimizer(model, 1e-3))


def test_gradients_that_are_not_finite_do_not_touch_the_weights_and_end_the_run(request_for, tiny_preset):
    model = SpecAwareAutoencoder(TINY)
    before = model.cls_token.detach().clone()
    objective = MaskedObjective(model, iter(()), pick_device("cpu"), 0.75)
    trainer = Trainer(request_for(), model, objective, make_optimizer(model, 1e-3), SilentReporter(), Progress())

    def spoil() -> None:
        model.cls_token.grad = torch.full_like(model.cls_token, float("nan"))
        trainer._update()

    spoil()
    assert torch.equal(model.cls_token, before)
    for _ in range(MAX_DROPPED - 1):
        spoil()
    with pytest.raises(ModelError, match="not finite"):
        spoil()


def test_the_rate_warms_up_and_falls_with_the_time():
    rates = [learning_rate(1.0, f / 100) for f in range(101)]
    assert rates[0] < 0.05
    assert max(rates) == pytest.approx(1.0)
    assert rates.index(max(rates)) == 5
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(0.02)


def test_patches_are_hidden_in_whole_blocks():
    hidden = mask_from_noise(block_noise(5, 16), 0.75).hidden.view(5, 8, 2, 8, 2)
    blocks = hidden.mean(dim=(2, 4))
    assert set(blocks.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(hidden.mean(dim=(1, 2, 3, 4)), torch.full((5,), 0.75))


def test_calibration_sets_the_size_of_tokens():
    model = SpecAwareAutoencoder(TINY).eval()
    batch = CropSampler(SceneSource([scene()]), 16, 0).batch(0, range(4))
    calibrate(model, batch, pick_device("cpu"))
    tokens = model.patch_embed(batch.image, model.patch_embed.metadata(batch.spectral))
    assert float(tokens.std().detach()) == pytest.approx(0.7, rel=0.01)


@pytest.mark.parametrize("changes", [{"preset": "none"}, {"objective": "none"}, {"preset": "specaware-pixel"},
                                     {"objective": "episodes", "preset": "specaware-small"}, {"minutes": 0.0},
                                     {"crop_px": 30}, {"mask_ratio": 1.0},
                                     {"objective": "episodes", "recompute_blocks": True}])
def test_requests_that_make_no_sense_are_refused(request_for, changes):
    with pytest.raises(InputError):
        request_for(**changes)


def test_the_task_is_registered():
    assert task("pretrain").request is PretrainRequest


def test_settings_come_from_a_file_and_the_command_line_counts_more(tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setattr("engine.cli.pretrain.verb", lambda task, show: lambda args: seen.update(vars(args)) or 0)
    config = tmp_path / "settings.toml"
    config.write_text('objective = "episodes"\nsteps = 7\nexclude = ["samson"]\nrate = 1e-3\n')
    words = ["pretrain", "--config", str(config), "--output", "w.safetensors", "--checkpoints", "c"]
    assert main([*words, "--steps", "9", "--threads", "1"]) == 0
    request = make_request(PretrainRequest, {name: v for name, v in seen.items() if name != "verb"})
    assert request == PretrainRequest("w.safetensors", "c", objective="episodes", steps=9, exclude=("samson",),
                                      threads=1)
    config.write_text("steps = ")
    assert main(words) == ERROR_EXIT
    assert main(["pretrain", "--config", str(tmp_path / "none.toml"), *words[3:]]) == ERROR_EXIT


def test_the_committed_settings_are_those_the_weights_were_made_with():
    for path in (ROOT / "resources").glob("*.toml"):
        request = make_request(PretrainRequest, {"output": "w", "checkpoints": "c", **read_settings(path)})
        card = read_header(path.with_suffix(".safetensors")).card
        assert (request.architecture, request.steps, request.seed, request.side_px) == (
            path.stem, *(card.training[name] for name in ("steps", "seed", "crop_px")))
        assert not set(request.exclude) & set(card.seen)
