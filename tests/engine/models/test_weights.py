from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.errors import ModelError
from engine.models.files import file_hash
from engine.models.specaware import SpecAwareAutoencoder, SpecAwareConfig, SpecAwareEncoder, SpectralInput
from engine.models.weights import WeightsCard, load_weights, save_weights

TINY = SpecAwareConfig(name="tiny", embed_dim=16, depth=2, heads=2, patch_px=2, wv_planes=16, rank=4, hyper_heads=2,
                       content_grid=4, feature_layers=(0, 1), band_reduction="mean", decoder_dim=8, decoder_depth=1,
                       decoder_heads=2, decoder_rank=2)
KIND = "specaware-weights-1"  # key of the header that holds the card
CARD = WeightsCard("tiny", "a test", ("nothing",), {"minutes": 0}, "GPL-3.0-or-later", {})


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "tiny.safetensors"
    save_weights(path, SpecAwareEncoder(TINY), CARD)
    return path


def rewritten(path: Path, change) -> Path:
    """The same file with tensors and header changed by ``change(tensors, metadata)``."""
    with safe_open(path, framework="pt") as file:
        metadata = dict(file.metadata())
    tensors = load_file(path)
    change(tensors, metadata)
    save_file(tensors, path, metadata=metadata)
    return path


def change_architecture(metadata: dict[str, str], **values) -> None:
    card = json.loads(metadata[KIND])
    card["architecture"].update(values)
    metadata[KIND] = json.dumps(card)


def test_round_trip_gives_the_same_outputs_within_half_precision(tmp_path):
    torch.manual_seed(0)
    model = SpecAwareAutoencoder(TINY).eval()
    save_weights(tmp_path / "m.safetensors", model, CARD)
    loaded, card = load_weights(tmp_path / "m.safetensors")
    assert not loaded.training
    assert {p.dtype for p in loaded.parameters()} == {torch.float32}
    assert card.parameters == sum(p.numel() for p in loaded.parameters())
    assert card.sha256 == file_hash(tmp_path / "m.safetensors")
    assert card.seen == ("nothing",)
    assert loaded.config == TINY
    image, spectral = torch.rand(1, 5, 8, 8), SpectralInput([450.0, 550, 650, 850, 1600], [10.0] * 5)
    with torch.no_grad():
        torch.testing.assert_close(loaded(image, spectral).tokens, model(image, spectral).tokens, rtol=0, atol=0.02)


def test_the_same_weights_have_the_same_hash(tmp_path):
    encoder = SpecAwareEncoder(TINY)
    for name in range(4):
        save_weights(tmp_path / f"{name}.safetensors", encoder, CARD)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_a_failed_save_leaves_nothing(tmp_path):
    encoder = SpecAwareEncoder(TINY)
    with torch.no_grad():
        encoder.cls_token[0, 0, 0] = 1e6  # infinite in half precision
    with pytest.raises(ModelError, match="cls_token"):
        save_weights(tmp_path / "m.safetensors", encoder, CARD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("change", "words"), [
    (lambda t, m: t.pop("norm.bias"), "lacks 1 weights"),
    (lambda t, m: t.update(extra=torch.zeros(2)), "unknown 1 weights"),
    (lambda t, m: t.update({"norm.bias": torch.zeros(3)}), "norm.bias"),
    (lambda t, m: t.update({"norm.bias": torch.zeros(16, dtype=torch.int64)}), "norm.bias"),
    (lambda t, m: t.update({"norm.bias": torch.full((16,), float("nan"))}), "not finite"),
    (lambda t, m: m.update(other=m.pop(KIND)), "not a SpecAware weights file"),
    (lambda t, m: m.update({KIND: "{"}), "card"),
    (lambda t, m: m.update({KIND: '{"name": 1}'}), "card"),
    (lambda t, m: change_architecture(m, embed_dim=2048, depth=64), "norm.bias|weights|cls_token"),
    (lambda t, m: change_architecture(m, embed_dim=10 ** 9), "embed_dim"),
    (lambda t, m: change_architecture(m, depth="2"), "depth"),
    (lambda t, m: change_architecture(m, colour="red"), "colour"),
])
def test_a_file_that_does_not_fit_is_refused(saved, change, words):
    with pytest.raises(ModelError, match=words) as caught:
        load_weights(rewritten(saved, change))
    assert caught.value.hint


def test_files_of_another_kind_are_refused(tmp_path, saved):
    truncated = tmp_path / "cut.safetensors"
    truncated.write_bytes(saved.read_bytes()[:500])
    pickled = tmp_path / "pickle.safetensors"
    torch.save({"a": torch.zeros(1)}, pickled)
    for path in (truncated, pickled, tmp_path / "absent.safetensors", tmp_path):
        with pytest.raises(ModelError):
            load_weights(path)
