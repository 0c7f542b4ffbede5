from __future__ import annotations

import argparse
import ast
import io
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import CancelledError, ModelError
from engine.models.official import Checkpoint, match_encoder, read_checkpoint, require_complete
from engine.models.specaware import SpecAwareAutoencoder, SpecAwareConfig, SpecAwareEncoder
from engine.models.specaware.patch_resize import LAST_LAYER, resize_patch, with_patch
from engine.models.specaware.upernet import SpecAwareUPerNet, UPerNetConfig
from engine.models.unpickle import read_tensors
from tests.scenes import ROOT

TINY = SpecAwareConfig(name="tiny", embed_dim=16, depth=4, heads=2, patch_px=4, wv_planes=16, rank=2, hyper_heads=2,
                       content_grid=2, feature_layers=(0, 1, 2, 3), decoder_dim=8, decoder_depth=1, decoder_heads=2,
                       decoder_rank=2)


def saved(path: Path, content) -> Path:
    torch.save(content, path)
    return path


class Trap:
    """Unpickling it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_training_checkpoint_is_read_in_another_process(tmp_path):
    state = SpecAwareEncoder(TINY).state_dict()
    path = saved(tmp_path / "c.pth", {"model": state, "epoch": 3, "optimizer": {"lr": 0.1},
                                      "args": argparse.Namespace(batch=4)})
    found = read_checkpoint(path)
    assert found.others == ("epoch", "optimizer", "args")
    assert found.tensors.keys() == state.keys()
    assert all(torch.equal(value, state[name]) for name, value in found.tensors.items())


def test_code_in_a_checkpoint_does_not_run(tmp_path):
    path = saved(tmp_path / "c.pth", {"model": {"a": torch.zeros(1)}, "extra": Trap(tmp_path / "sprung")})
    with pytest.raises(ModelError, match="is refused: UnpicklingError"):
        read_checkpoint(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_cancelled_reading_ends_at_once(tmp_path):
    def cancel():
        raise CancelledError

    with pytest.raises(CancelledError):
        read_checkpoint(saved(tmp_path / "c.pth", {"a": torch.zeros(1)}), cancel)


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: {"model": s}, lambda s: {"state_dict": s, "epoch": 1}])
def test_wrappers(tmp_path, wrap):
    tensors, others = read_tensors(str(saved(tmp_path / "c.pth", wrap({"a": torch.arange(3.0)}))))
    assert tensors["a"].tolist() == [0, 1, 2]
    assert set(others) <= {"epoch"}


@pytest.mark.parametrize("content", [
    {}, {"model": {}}, [torch.zeros(1)], {"a": 3.0}, {"a": torch.zeros(2).to_sparse()}, {3: torch.zeros(1)},
    {"a": torch.zeros(1).expand(2 ** 31)}])
def test_anything_but_tensors_by_name_is_refused(tmp_path, content):
    with pytest.raises(ValueError, match=r"it holds|its entry"):
        read_tensors(str(saved(tmp_path / "c.pth", content)))


def compressed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"0" * 1000)
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"", b"<html>moved</html>", pickle.dumps({"a": 1}), compressed()])
def test_files_that_are_no_checkpoints(tmp_path, content):
    path = tmp_path / "c.pth"
    path.write_bytes(content)
    for wrong in (path, tmp_path / "absent.pth", tmp_path):
        with pytest.raises(ModelError) as caught:
            read_checkpoint(wrong)
        assert caught.value.hint


@pytest.mark.parametrize(("kind", "prefix"), [
    (SpecAwareEncoder, ""), (SpecAwareEncoder, "encoder."), (SpecAwareEncoder, "module.encoder."),
    (SpecAwareAutoencoder, "module."), (SpecAwareUPerNet, "")])
def test_every_published_form_gives_the_encoder(kind, prefix):
    torch.manual_seed(0)
    model = kind(UPerNetConfig(TINY, 2, 8, 4) if kind is SpecAwareUPerNet else TINY)
    encoder = SpecAwareEncoder(TINY)
    tensors = {prefix + name: value for name, value in model.state_dict().items()}
    state, report = match_encoder(Checkpoint(tensors, ()), TINY)
    require_complete(report, "file")
    encoder.load_state_dict(state, strict=True)
    assert report.loaded == len(encoder.state_dict()) == len(tensors) - len(report.ignored)
    assert (report.missing, report.unexpected, report.resized) == ((), (), ())


def test_another_patch_size_is_resampled_and_reported():
    state = SpecAwareEncoder(TINY).state_dict()
    found, report = match_encoder(Checkpoint(state, ()), with_patch(TINY, 8))
    assert report.resized == (f"{LAST_LAYER}.weight", f"{LAST_LAYER}.bias")
    assert torch.equal(found[f"{LAST_LAYER}.weight"], resize_patch(state, TINY, 8)[f"{LAST_LAYER}.weight"])
    SpecAwareEncoder(with_patch(TINY, 8)).load_state_dict(found, strict=True)


@pytest.mark.parametrize(("change", "words"), [
    (lambda s: s.pop("norm.bias"), "1 weights missing .first: 'norm.bias'"),
    (lambda s: s.update(head=torch.zeros(2)), "1 weights unexpected .first: 'head'"),
    (lambda s: s.update({"norm.bias": torch.zeros(3)}), "1 weights of another shape .first: 'norm.bias'"),
    (lambda s: s.update({"norm.bias": torch.zeros(16, dtype=torch.int64)}), "of another shape"),
    (lambda s: s.update({f"{LAST_LAYER}.weight": torch.zeros(33, 8)}), "cannot be resampled"),
    (lambda s: s.update({"encoder.norm.bias": torch.zeros(16)}), "two weights called 'norm.bias'")])
def test_a_checkpoint_that_does_not_fit_is_refused(change, words):
    state = dict(SpecAwareEncoder(TINY).state_dict())
    change(state)
    with pytest.raises(ModelError, match=words):
        require_complete(match_encoder(Checkpoint(state, ()), TINY)[1], "file")


def test_a_model_of_another_size_is_told_by_its_shapes():
    state = SpecAwareEncoder(TINY).state_dict()
    report = match_encoder(Checkpoint(state, ()), replace(TINY, embed_dim=32, depth=5))[1]
    assert len(report.missing) == 12
    assert len(report.misshapen) > 40
    assert report.loaded + len(report.misshapen) == len(state)


FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
READER = Path("engine/models/unpickle.py")


def unpickling(source: str) -> list[str]:
    """What in a module's source can read a pickle."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.partition(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            found += [node.module] if (node.module or "").partition(".")[0] in FORBIDDEN_MODULES else []
            found += ["torch.load"] if node.module == "torch" and "load" in names else []
        elif isinstance(node, ast.Attribute) and node.attr == "load":
            found += ["torch.load"] if ast.unparse(node.value) in ("torch", "torch.serialization") else []
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            found += [] if isinstance(node.value, ast.Constant) and node.value.value is False else ["allow_pickle"]
    return found


def test_pickle_is_read_in_one_place_only():
    sources = [p for folder in ("engine", "specaware_qgis") for p in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 60
    found = {p.relative_to(ROOT): unpickling(p.read_text()) for p in sources}
    assert {path: names for path, names in found.items() if names} == {READER: ["torch.load"]}
    assert (ROOT / READER).read_text().count("weights_only=True") == 1


@pytest.mark.parametrize("source", ["import pickle", "from pickle import loads", "import torch\ntorch.load('x')",
                                    "from torch import load", "np.load('x', allow_pickle=True)", "import joblib.x"])
def test_the_search_for_pickle_finds_it(source):
    assert unpickling(source)
