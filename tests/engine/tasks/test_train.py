"""Fine-tuning for land cover."""

import dataclasses
import json

import numpy as np
import pytest
import rasterio
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from engine.errors import CancelledError, InputError, LabelError, ModelError, OutputError
from engine.inference.tuned_model import is_tuned, load_tuned
from engine.models.specaware import SpecAwareEncoder
from engine.reporting import SilentReporter
from engine.tasks.classify import task as classify
from engine.tasks.classify.task import ClassifyRequest
from engine.tasks.train.task import TrainRequest, run
from engine.training.fine_tuning import checkpoint as tune_checkpoint
from engine.training.fine_tuning import finetune
from tests.scenes import CLASSES, block_shape, files_in, write_image, write_raster, write_shapes

from .train_runs import apply, hurry, request_for


@pytest.fixture(autouse=True, scope="module")
def _short():
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        yield


def right(scene, classes):
    names, truth = np.array(["", *sorted(CLASSES)]), np.array(["", *CLASSES])[scene.truth]
    return (names[classes] == truth)[scene.valid].mean()


@pytest.fixture(scope="module")
def made(scene, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned")
    result = run(request_for(scene, folder, epochs=12, curves=str(folder / "c.csv"), report=str(folder / "r.json")),
                 SilentReporter())
    return folder, result


def test_model_curves_and_report(made):
    folder, result = made
    assert files_in(folder) == {"m.safetensors", "c.csv", "r.json"}
    lines = (folder / "c.csv").read_text().splitlines()
    assert len(lines) == 2 + result.epochs
    assert lines[1].startswith("0,"), "the head as it begins"
    scores = [epoch["score"] for epoch in result.curves]
    assert scores[result.best_epoch] == max(scores) == pytest.approx(result.scores["specaware"]["macro_f1"])
    assert result.scores["random_forest"]["macro_f1"] > 0
    card = json.loads((folder / "r.json").read_text())["card"]
    assert [c["name"] for c in card["classes"]] == sorted(CLASSES)
    assert card["task"] == "classification"
    assert len(card["weights_sha256"]) == 64


def test_the_map_is_mostly_right_where_there_is_data(scene, made, tmp_path):
    classes, warnings = apply(scene, made[0] / "m.safetensors", tmp_path / "map.tif")
    np.testing.assert_array_equal(classes > 0, scene.valid)
    assert right(scene, classes) > 0.6
    assert not any("trained" in w for w in warnings)


def test_a_map_of_another_sensor_comes_with_a_warning(scene, made, tmp_path):
    kept = [i for i in range(len(scene.bands)) if i % 3]
    other = write_image(tmp_path / "other.tif", scene.values[kept], scene.bands.only(kept))
    with rasterio.open(other, "r+") as file:
        file.update_tags(sensor="PRISMA")
    classes, warnings = apply(scene, made[0] / "m.safetensors", tmp_path / "map.tif", other)
    assert right(scene, classes) > 0.6
    assert any("never saw PRISMA" in w for w in warnings)


def test_another_band_range_is_refused(scene, made, tmp_path):
    kept = np.flatnonzero(scene.bands.wavelength_nm < 800)
    other = write_image(tmp_path / "vnir.tif", scene.values[kept], scene.bands.only(kept))
    with pytest.raises(ModelError, match=r"trained on .* nm; this image covers"):
        apply(scene, made[0] / "m.safetensors", tmp_path / "map.tif", other)
    assert files_in(tmp_path) == {"vnir.tif"}


@pytest.mark.parametrize(("head", "freeze"), [("kernel", "encoder"), ("mlp", "all-but-last"), ("linear", "none")])
def test_heads_and_what_learns(scene, tmp_path, monkeypatch, head, freeze):
    monkeypatch.setattr(tune_checkpoint.Epoch, "beats", lambda epoch, others: True)  # else the beginning may be best
    run(request_for(scene, tmp_path, head=head, freeze=freeze, epochs=1), SilentReporter())
    tuned = load_tuned(tmp_path / "m.safetensors").net.encoder.state_dict()
    with safe_open(scene.weights, framework="pt") as file:
        changed = {name for name in file.keys() if not torch.equal(file.get_tensor(name).float(), tuned[name])}  # noqa: SIM118
    if freeze == "encoder":
        assert changed == set()
    elif freeze == "all-but-last":
        assert changed
        assert all(name.startswith(("blocks.1.", "norm.")) for name in changed)
    else:
        assert any(name.startswith("patch_embed") for name in changed)


def test_a_continued_run_equals_one_that_was_never_stopped(scene, tmp_path):
    class StopAfterOne(SilentReporter):
        def log(self, level, message):
            if message.startswith("Epoch 1"):
                self.cancelled.set()

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir(), parts.mkdir()
    run(request_for(scene, whole, freeze="none", epochs=2), SilentReporter())
    again = request_for(scene, parts, freeze="none", epochs=2, checkpoints=str(parts / "k"))
    with pytest.raises(CancelledError):
        run(again, StopAfterOne())
    assert files_in(parts) == {"k"}
    run(again, SilentReporter())
    assert (whole / "m.safetensors").read_bytes() == (parts / "m.safetensors").read_bytes()
    with pytest.raises(ModelError, match="other data or settings"):
        run(dataclasses.replace(again, seed=1), SilentReporter())


@pytest.mark.parametrize("back", [False, True])
def test_a_training_step_is_cancelled_in_its_middle(scene, tmp_path, monkeypatch, back):
    """Not only between steps: after a layer of the encoder, on the way forth or back."""
    reporter, ended = SilentReporter(), []
    forth = cross_entropy if back else SpecAwareEncoder.forward

    def cancel(*values, **options):
        found = forth(*values, **options) if back else None
        reporter.cancelled.set()
        found = found if back else forth(*values, **options)
        ended.append(not back)
        return found

    class Recording(torch.optim.AdamW):
        def step(self, *values, **options):
            ended.append(True)

    monkeypatch.setattr(torch.optim, "AdamW", Recording)
    prepare = finetune.Tuner._prepare

    def prepared(tuner, views):
        loss = prepare(tuner, views)
        place = (finetune.functional, "cross_entropy") if back else (SpecAwareEncoder, "forward")
        monkeypatch.setattr(*place, cancel)
        return loss

    monkeypatch.setattr(finetune.Tuner, "_prepare", prepared)
    with pytest.raises(CancelledError):
        run(request_for(scene, tmp_path, freeze="none", epochs=1), reporter)
    assert not any(ended)
    assert files_in(tmp_path) == set()


def test_training_stops_when_nothing_is_gained(scene, tmp_path):
    result = run(request_for(scene, tmp_path, rate=1e-9, epochs=9, patience=2), SilentReporter())
    assert result.epochs == result.best_epoch + 2 < 9


def test_a_full_label_raster(scene, tmp_path):
    truth = write_raster(tmp_path / "truth.tif", np.where(scene.valid, scene.truth, 0).astype(np.uint8))
    result = run(request_for(scene, tmp_path, labels=str(truth), class_field=None, epochs=6), SilentReporter())
    assert result.scores["specaware"]["oa"] > 0.7


def test_labels_in_one_place_give_a_model_without_a_score(scene, tmp_path):
    shapes = write_shapes(tmp_path / "l.gpkg", [block_shape(30, 30, 2, 2), block_shape(32, 30, 2, 2)], kind=["a", "b"])
    result = run(request_for(scene, tmp_path, labels=str(shapes), epochs=1), SilentReporter())
    assert result.scores == {"specaware": None, "random_forest": None}
    assert any("no accuracy estimate" in w for w in result.warnings)


def test_spectralgpt(sentinel2, tmp_path):
    request = TrainRequest(str(sentinel2.image), str(sentinel2.polygons), str(tmp_path / "m.safetensors"),
                           weights=str(sentinel2.weights), device="cpu", epochs=1, freeze="none")
    run(request, SilentReporter())
    classify.run(ClassifyRequest(str(sentinel2.image), str(tmp_path / "map.tif"), device="cpu",
                                 model=str(tmp_path / "m.safetensors")), SilentReporter())
    with rasterio.open(tmp_path / "map.tif") as file:
        assert (file.read(1) > 0).any()


@pytest.mark.parametrize(("changes", "kind", "words"), [
    ({"head": "magic"}, ModelError, "no head called 'magic'"),
    ({"freeze": "half"}, InputError, "'half' cannot be frozen"),
    ({"epochs": 0}, InputError, "0 epochs"),
    ({"layer_decay": 0.0}, InputError, "layer decay of 0"),
    ({"output": "{folder}/m.bin"}, OutputError, "m.bin"),
    ({"curves": "{folder}/c.xlsx"}, OutputError, "Curves"),
    ({"class_field": "nonsense"}, LabelError, "nonsense"),
    ({"after": "{image}"}, LabelError, "change has two"),
    ({"head": "upernet"}, ModelError, "UPerNet needs 4 feature maps"),
])
def test_mistakes(scene, tmp_path, changes, kind, words):
    changes = {k: v.format(folder=tmp_path, image=scene.image) if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(kind, match=words) as caught:
        run(request_for(scene, tmp_path, **changes), SilentReporter())
    assert caught.value.hint
    assert files_in(tmp_path) == set()


def damaged(made, path, edit):
    """The model file with header and tensors changed by ``edit(header, tensors)``."""
    with safe_open(made[0] / "m.safetensors", framework="pt") as file:
        header = json.loads(file.metadata()["model"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    edit(header, tensors)
    save_file(tensors, path, metadata={"model": json.dumps(header)})
    return path


def poison(header, tensors):
    tensors["spectral_head.centre"][0] = float("nan")


def shorten(header, tensors):
    tensors["spectral_head.centre"] = tensors["spectral_head.centre"][:5].clone()


@pytest.mark.parametrize("edit", [
    poison, shorten,
    lambda header, tensors: tensors.pop("spectral_head.centre"),
    lambda header, tensors: tensors.update(extra=torch.zeros(3)),
    lambda header, tensors: header["head"].update(classes=200),
    lambda header, tensors: header["head"].update(head="../../etc"),
    lambda header, tensors: header["architecture"].update(embed_dim=10**9),
    lambda header, tensors: header["card"]["classes"][0].update(color=[1, 2]),
    lambda header, tensors: header["card"].update(wavelength_nm=[]),
    lambda header, tensors: header["card"].update(task="rm -rf"),
    lambda header, tensors: header.pop("card"),
    lambda header, tensors: header["card"].update(provenance="x"),
])
def test_damaged_files_are_refused(made, tmp_path, edit):
    path = damaged(made, tmp_path / "bad.safetensors", edit)
    with pytest.raises(ModelError) as caught:
        load_tuned(path)
    assert caught.value.hint


def test_what_is_no_such_file(made, scene, tmp_path):
    assert is_tuned(made[0] / "m.safetensors")
    (tmp_path / "x.safetensors").write_bytes(b"\xff" * 64)
    for path in (tmp_path / "x.safetensors", scene.weights, tmp_path / "none.safetensors"):
        assert not is_tuned(path)
        with pytest.raises(ModelError):
            load_tuned(path)
