"""The folders beside this file were made by this program (run the module to make them anew): they hold its numbers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.bench.parity import Comparison, compare, compare_folder, parity_table, relative_error
from engine.bench.rule_weights import state_by_rule
from engine.bench.specaware_fixture import architecture, specaware_outputs
from engine.cli import main
from engine.errors import InputError, ModelError
from engine.models.specaware import SpecAwareAutoencoder

HERE = Path(__file__).parent
SIZES = {"img_size": 8, "patch_size": 4, "embed_dim": 16, "num_heads": 2, "wv_planes": 16, "rank": 2, "hyper_heads": 2,
         "hyper_layers": 1, "mlp_ratio": 4, "content_grid": 2, "level": "L2", "weights": "by rule"}
CONFIGS = {
    "small_mae": SIZES | {"model": "specaware-mae", "depth": 1, "decoder_embed_dim": 8, "decoder_depth": 1,
                          "decoder_num_heads": 2, "decoder_rank": 2, "mask_ratio": 0.5, "norm_pix_loss": True,
                          "sensor": "av3", "seed": 1},
    "small_upernet": SIZES | {"model": "specaware-upernet", "depth": 4, "feature_idx": [0, 1, 2, 3],
                              "decoder_pyramid_channels": 8, "decoder_segmentation_channels": 4, "num_classes": 3,
                              "sensor": "avng", "seed": 2}}


def inputs(config: dict) -> dict[str, np.ndarray]:
    rs = np.random.RandomState(config["seed"])
    data = {"image": rs.uniform(0, 0.6, (2, 5, 8, 8)).astype(np.float16),
            "wavelength": np.sort(rs.uniform(400, 2400, (2, 5)), axis=1).astype(np.float32),
            "fwhm": rs.uniform(5, 15, (2, 5)).astype(np.float32), "gsd": np.array([3.4, 20], np.float32)}
    return data | ({"mask_noise": rs.permutation(8).reshape(2, 4).astype(np.float32) / 8}
                   if config["model"].endswith("mae") else {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "small_mae", tmp_path / "fixture"))


def change_data(folder: Path, **changes) -> None:
    with np.load(folder / "data.npz") as stored:
        data = dict(stored)
    np.savez(folder / "data.npz", **data | changes)


@pytest.mark.parametrize(("name", "arrays"), [("small_mae", 32), ("small_upernet", 29)])
def test_stored_numbers_are_reproduced(name, arrays, capsys):
    assert main(["bench", "parity", str(HERE / name)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"specaware-{name[6:]}: {arrays} of {arrays} arrays agree"
    assert sum(line.endswith("input") for line in lines) == len(inputs(CONFIGS[name]))


def test_every_array_counts(folder, capsys):
    with np.load(folder / "data.npz") as stored:
        data = dict(stored)
    for name in set(data) - set(inputs(CONFIGS["small_mae"])):
        changed = data[name].copy()
        changed.flat[-1] += 1 if changed.dtype.kind == "i" else 1e-4 * np.abs(changed).max()
        change_data(folder, **data | {name: changed})
        assert [c.tensor for c in compare_folder(folder).comparisons if not c.ok] == [name]
    change_data(folder, **data | {"bias": data["bias"][:-1], "loss": data["loss"] + 1})
    assert main(["bench", "parity", str(folder), "--json", str(folder / "found.json")]) == 1
    assert " NO" in capsys.readouterr().out
    found = json.loads((folder / "found.json").read_text())
    assert {a["tensor"]: a["error"] is None for a in found["arrays"] if not a["ok"]} == {"bias": True, "loss": False}


def test_what_is_not_compared_fails(folder):
    change_data(folder, novelty=np.zeros(3), loss=np.zeros(2))
    odd = {c.tensor: c.note for c in compare_folder(folder).comparisons if not c.ok}
    assert set(odd) == {"novelty", "loss"}
    assert all("not compared" in note for note in odd.values())
    assert "not compared: unknown name" in parity_table(compare_folder(folder))


def test_stored_weights_are_loaded_strictly(folder):
    model = SpecAwareAutoencoder(architecture(CONFIGS["small_mae"]))
    state = state_by_rule({name: value.shape for name, value in model.state_dict().items()}, seed=1)
    save_file(state, folder / "state.safetensors")
    assert compare_folder(folder).ok
    save_file(state | {"norm.bias": state["norm.bias"] + 0.01}, folder / "state.safetensors")
    assert "tokens" not in {c.tensor for c in compare_folder(folder).comparisons if not c.ok}
    assert {"encoder_latent", "pred"} <= {c.tensor for c in compare_folder(folder).comparisons if not c.ok}
    for broken in (state | {"extra": torch.zeros(1)}, {n: v for n, v in state.items() if n != "norm.bias"},
                   state | {"norm.bias": torch.zeros(3)}):
        save_file(broken, folder / "state.safetensors")
        with pytest.raises(ModelError, match=r"norm\.bias|extra"):
            compare_folder(folder)


@pytest.mark.parametrize("change", [
    lambda f: (f / "config.json").unlink(), lambda f: (f / "config.json").write_text("["),
    lambda f: (f / "data.npz").write_bytes(b"PK"), lambda f: np.savez(f / "data.npz", image=np.array([{}])),
    lambda f: (f / "config.json").write_text('{"model": 3}'), lambda f: (f / "config.json").write_text("[]"),
    lambda f: (f / "config.json").write_text(json.dumps(SIZES | {"model": "resnet"})),
    lambda f: (f / "config.json").write_text(json.dumps(SIZES | {"model": "specaware-mae", "seed": 1})),
    lambda f: (f / "config.json").write_text(json.dumps(CONFIGS["small_mae"] | {"vit_norm_eps": 1e-5})),
    lambda f: np.savez(f / "data.npz", image=np.zeros((1, 5, 8, 8))),
    lambda f: (f / "state.safetensors").write_bytes(b"nonsense")])
def test_folders_that_are_no_fixtures(folder, change, capsys):
    change(folder)
    with pytest.raises(InputError):
        compare_folder(folder)
    assert main(["bench", "parity", str(folder)]) == 2
    assert capsys.readouterr().err.startswith("error: bad-input")


def test_errors_are_relative_to_the_largest_value():
    assert relative_error(np.array([1.0, 100]), np.array([2.0, 100])) == 0.01
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.ones(2), np.zeros(2)) == np.inf
    assert not Comparison("x", (1,), float("nan"), 1.0).ok
    assert not compare("x", np.array([1.0, np.nan]), torch.tensor([1.0, float("nan")])).ok


def test_tolerances():
    value = torch.tensor([1.0, 2.0])
    assert compare("x", (value * (1 + 1e-5)).numpy(), value).ok
    assert not compare("x", (value * (1 + 5e-5)).numpy(), value).ok
    assert compare("grad::x", (value * (1 + 5e-5)).numpy(), value).ok
    assert not compare("x", np.array([1, 2]), torch.tensor([1, 3])).ok
    noise = np.full(3, 1e-9)
    assert compare("grad::blocks.0.attn.k.bias", noise, None, largest_gradient=1.0).ok
    assert not compare("grad::blocks.0.attn.k.bias", noise, None, largest_gradient=1e-8).ok


if __name__ == "__main__":
    for folder_name, config in CONFIGS.items():
        (HERE / folder_name).mkdir(exist_ok=True)
        given = inputs(config)
        found = {name: value.numpy() for name, value in specaware_outputs(config, {}, given).items()}
        (HERE / folder_name / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        np.savez_compressed(HERE / folder_name / "data.npz", **given, **found)
