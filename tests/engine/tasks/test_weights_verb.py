from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.cli import main
from engine.errors import InputError, ModelError, OutputError
from engine.models import specaware, spectralgpt
from engine.models.files import file_hash
from engine.models.specaware import SpecAwareConfig, SpecAwareEncoder, SpectralInput
from engine.models.specaware.patch_resize import LAST_LAYER
from engine.models.spectralgpt import SpectralGptAutoencoder, SpectralGptConfig, SpectralGptEncoder
from engine.models.weights import (
    WeightsCard,
    default_weights_path,
    load_any,
    load_weights,
    save_weights,
)
from engine.models.weights_folder import find_weights, user_weights_folder
from engine.reporting import SilentReporter
from engine.tasks.weights.task import WeightsRequest, known_files, run

TINY = SpecAwareConfig(name="tiny", embed_dim=16, depth=4, heads=2, patch_px=8, wv_planes=16, rank=2, hyper_heads=2,
                       content_grid=2, feature_layers=(0, 1, 2, 3), decoder_dim=8, decoder_depth=1, decoder_heads=2,
                       decoder_rank=2)
TINY_GPT = SpectralGptConfig(name="tiny-gpt", bands=6, bands_per_token=3, patch_px=4, image_px=16, embed_dim=16,
                             depth=2, heads=2, decoder_dim=16, decoder_depth=1)
CARD = WeightsCard("tiny", "a test", ("nothing",), {"minutes": 0}, "GPL-3.0-or-later", {})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(specaware.PRESETS, "tiny", TINY)
    monkeypatch.setitem(spectralgpt.PRESETS, "tiny-gpt", TINY_GPT)
    folder = tmp_path / "home" / "specaware" / "weights"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def encoder() -> SpecAwareEncoder:
    torch.manual_seed(0)
    return SpecAwareEncoder(TINY).eval()


@pytest.fixture
def checkpoint(tmp_path: Path, encoder) -> Path:
    torch.save({"model": encoder.state_dict() | {"decoder_norm.bias": torch.zeros(8)}, "epoch": 1}, tmp_path / "c.pth")
    return tmp_path / "c.pth"


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 0.0), ("float16", 2e-3)])
@torch.no_grad()
def test_an_imported_checkpoint_gives_the_same_numbers(tmp_path, encoder, checkpoint, capsys, dtype, tolerance):
    output = tmp_path / "w.safetensors"
    assert main(["weights", "import", str(checkpoint), "--model", "tiny", "--output", str(output), "--dtype", dtype,
                 "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert result["loaded"] == len(encoder.state_dict())
    assert (result["missing"], result["unexpected"], result["resized"]) == ([], [], [])
    assert (result["ignored"], result["others"]) == (["decoder_norm.bias"], ["epoch"])
    assert "info: 1 ignored: decoder_norm.bias" in printed.err
    loaded, card = load_weights(output)
    assert card.sha256 == result["sha256"] == file_hash(output)
    assert file_hash(checkpoint) in card.created_from
    image, spectral = torch.rand(1, 5, 16, 16), SpectralInput([450.0, 550, 650, 850, 1600], [10.0] * 5)
    torch.testing.assert_close(loaded(image, spectral).tokens, encoder(image, spectral).tokens, rtol=0,
                               atol=tolerance)


def test_an_import_can_resample_the_patch(tmp_path, checkpoint, capsys):
    output = tmp_path / "w.safetensors"
    assert main(["weights", "import", str(checkpoint), "--model", "tiny", "--output", str(output), "--patch-px",
                 "2"]) == 0
    config = load_weights(output)[0].config
    assert (config.patch_px, config.position_scale) == (2, 0.25)
    printed = capsys.readouterr()
    assert "2 resized" in printed.out
    assert LAST_LAYER in printed.err


@torch.no_grad()
def test_a_spectralgpt_checkpoint_is_imported_with_its_image_size(tmp_path, capsys):
    torch.manual_seed(0)
    model = SpectralGptAutoencoder(replace(TINY_GPT, image_px=8)).eval()
    torch.save({"model": model.state_dict(), "args": argparse.Namespace(lr=1)}, tmp_path / "g.pth")
    output = tmp_path / "g.safetensors"
    assert main(["weights", "import", str(tmp_path / "g.pth"), "--model", "tiny-gpt", "--output", str(output)]) == 0
    assert f"{len(SpectralGptEncoder(TINY_GPT).state_dict())} weights loaded" in capsys.readouterr().out
    encoder, card = load_any(output)
    assert (card.name, encoder.config.image_px, encoder.config.heads) == ("tiny-gpt", 8, 2)
    images = torch.rand(1, 6, 8, 8)
    assert torch.equal(encoder(images), SpectralGptEncoder.forward(model, images))
    with pytest.raises(ModelError, match="spectralgpt-weights-1, which cannot be used here"):
        load_weights(output)
    assert main(["weights", "verify", str(output)]) == 0
    assert main(["weights", "import", str(tmp_path / "g.pth"), "--model", "spectralgpt-base", "--output",
                 str(tmp_path / "no.safetensors")]) == 2
    assert "2 blocks of width 16" in capsys.readouterr().err


def test_a_checkpoint_that_does_not_fit_writes_nothing(tmp_path, encoder, capsys):
    state = encoder.state_dict()
    state.pop("cls_token")
    torch.save(state | {"head.weight": torch.zeros(3)}, tmp_path / "c.pth")
    assert main(["weights", "import", str(tmp_path / "c.pth"), "--model", "tiny", "--output",
                 str(tmp_path / "w.safetensors")]) == 2
    err = capsys.readouterr().err
    assert "warning: 1 missing: cls_token" in err
    assert "warning: 1 unexpected: head.weight" in err
    assert "error: bad-model: c.pth does not fit the model" in err
    assert {p.name for p in tmp_path.iterdir()} == {"home", "c.pth"}


@pytest.mark.parametrize(("changes", "error"), [
    ({"model": "resnet"}, InputError), ({"model": None}, InputError), ({"output": "w.pth"}, InputError),
    ({"model": "tiny-gpt", "patch_px": 4}, InputError), ({"dtype": "int8"}, InputError),
    ({"patch_px": 1000}, ModelError), ({"output": "no/w.safetensors"}, OutputError)])
def test_imports_that_are_refused_before_reading(tmp_path, monkeypatch, changes, error):
    monkeypatch.chdir(tmp_path)
    request = {"file": "absent.pth", "model": "tiny", "output": "w.safetensors"} | changes
    with pytest.raises(error) as caught:
        run(WeightsRequest("import", **request), SilentReporter())
    assert caught.value.hint
    assert "absent" not in caught.value.message


def test_list_shows_bundled_own_broken_and_downloaded(home, encoder, capsys):
    save_weights(home / "mine.safetensors", encoder, CARD, torch.float32)
    (home / "broken.safetensors").write_bytes(b"no")
    (home / "new.pth").write_bytes(b"no")
    found = run(WeightsRequest("list"), SilentReporter())
    entries = {e.name: e for e in found.files}
    assert (entries["mine"].origin, entries["mine"].dtype, entries["mine"].model) == ("user", "F32", "tiny")
    assert "cannot be read" in entries["broken"].problem
    assert "not imported" in entries["new"].problem
    if default_weights_path().exists():
        assert entries["specaware-pixel"].origin == "bundled"
    assert main(["weights", "list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("mine", "broken", "new", "specaware-base", str(home)))


def test_a_list_without_downloads_says_so(tmp_path, monkeypatch, capsys):
    (tmp_path / "weights.json").write_text('{"files": []}')
    monkeypatch.setattr("engine.tasks.weights.task.REGISTRY", tmp_path / "weights.json")
    assert main(["weights", "list"]) == 0
    assert "No file to download is known." in capsys.readouterr().out


def test_the_registry_names_https_addresses_and_files_without_folders():
    files = known_files()
    assert {f.name for f in files} >= {"specaware-base", "spectralgpt"}
    for file in files:
        assert file.url.startswith("https://")
        assert Path(file.file).name == file.file
        assert file.sha256 is None or len(file.sha256) == 64


def test_show_prints_the_card_and_nothing_that_moves_the_cursor(home, encoder, capsys):
    save_weights(home / "mine.safetensors", encoder,
                 WeightsCard("evil\x1b[2J", "a test", ("nothing",), {}, "GPL", {}))
    assert main(["weights", "show", "mine"]) == 0
    out = capsys.readouterr().out
    assert "evil?[2J" in out
    assert "\x1b" not in out
    assert file_hash(home / "mine.safetensors") in out
    details = run(WeightsRequest("show", file="mine"), SilentReporter())
    assert details.file.origin == "user"
    assert details.card["architecture"]["embed_dim"] == 16


def test_verify_compares_the_hash_and_loads_the_file(home, encoder, capsys):
    path = home / "mine.safetensors"
    save_weights(path, encoder, CARD)
    right = file_hash(path)
    assert main(["weights", "verify", "mine", "--sha256", right.upper()]) == 0
    assert "is the expected one" in capsys.readouterr().out
    assert main(["weights", "verify", str(path)]) == 0
    assert "was not compared" in capsys.readouterr().out
    assert main(["weights", "verify", "mine", "--sha256", "0" * 64]) == 2
    assert right in capsys.readouterr().err
    assert main(["weights", "verify", "mine", "--sha256", "123"]) == 2
    changed = bytearray(path.read_bytes())
    changed[-2:] = b"\xff\xff"  # the last half-precision number is no number any more
    path.write_bytes(changed)
    assert main(["weights", "verify", "mine"]) == 2
    assert "not finite" in capsys.readouterr().err


def test_verify_of_a_checkpoint_needs_a_hash(checkpoint):
    with pytest.raises(InputError, match="no hash is known"):
        run(WeightsRequest("verify", file=str(checkpoint)), SilentReporter())
    found = run(WeightsRequest("verify", file=str(checkpoint), sha256=file_hash(checkpoint)), SilentReporter())
    assert (found.compared, found.parameters) == (True, 0)


@pytest.mark.parametrize("args", [["show", "absent"], ["verify", "absent"], ["download", "absent"],
                                  ["import", "absent.pth", "--model", "tiny", "--output", "w.safetensors"]])
def test_what_is_not_there_is_said_in_a_line(args, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["weights", *args]) == 2
    assert "absent" in capsys.readouterr().err


def test_an_unknown_action_names_the_known_ones():
    with pytest.raises(InputError, match="bake"):
        run(WeightsRequest("bake"), SilentReporter())


@pytest.mark.parametrize(("platform", "variable", "value", "expected"), [
    ("linux", "XDG_DATA_HOME", "/data", "/data/specaware/weights"),
    ("linux", "XDG_DATA_HOME", "relative", "~/.local/share/specaware/weights"),
    ("linux", "XDG_DATA_HOME", "", "~/.local/share/specaware/weights"),
    ("win32", "LOCALAPPDATA", "/data", "/data/specaware/weights"),
    ("darwin", "XDG_DATA_HOME", "/data", "~/Library/Application Support/specaware/weights")])
def test_the_users_folder_is_the_platforms(monkeypatch, platform, variable, value, expected):
    monkeypatch.setattr("engine.models.weights_folder.sys.platform", platform)
    monkeypatch.setenv(variable, value)
    assert user_weights_folder() == Path(expected).expanduser()


def test_weights_are_found_by_path_name_or_file_name(home, encoder):
    save_weights(home / "mine.safetensors", encoder, CARD)
    assert {find_weights(name) for name in ("mine", "mine.safetensors", str(home / "mine.safetensors"))} == {
        home / "mine.safetensors"}
    with pytest.raises(ModelError):
        find_weights("")
