import dataclasses
import json
import pickle
import stat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from engine.errors import ModelError, OutputError
from engine.inference.model import load_model
from engine.inference.novelty import Novelty

from .models import make_bands, make_blocks, make_model


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.safetensors"
    make_model().save(path)
    return path


def change(path, arrays=None, **header):
    """Write the file again with some arrays and header entries replaced (None removes)."""
    with safe_open(path, framework="np") as file:
        metadata = dict(file.metadata())
    found = {k: v for k, v in (load_file(path) | (arrays or {})).items() if v is not None}
    body = {k: v for k, v in (json.loads(metadata["model"]) | header).items() if v is not ...}
    save_file(found, path, metadata=metadata | {"model": json.dumps(body)})
    return path


def test_what_is_loaded_is_what_was_saved(saved):
    model, loaded = make_model(), load_model(saved)
    assert (loaded.classes, loaded.bands, loaded.level) == (model.classes, model.bands, model.level)
    assert (loaded.scale, loaded.weights_hash) == (model.scale, model.weights_hash)
    assert loaded.provenance == model.provenance
    assert loaded.classifier.smoothing == model.classifier.smoothing
    np.testing.assert_array_equal(loaded.statistics.mean, model.statistics.mean)
    np.testing.assert_array_equal(loaded.tokens.matrix, model.tokens.matrix)
    for name, linear in model.maps.items():
        assert loaded.maps[name].size_px == linear.size_px
        np.testing.assert_array_equal(loaded.maps[name].matrix, linear.matrix)
    np.testing.assert_array_equal(loaded.classifier.mix(make_blocks()), model.classifier.mix(make_blocks()))


def calibrated(path):
    model = make_model()
    reference = np.arange(20, dtype=np.float32).reshape(5, 4)
    dataclasses.replace(model, classifier=dataclasses.replace(model.classifier, temperature=1.7),
                        novelty=Novelty(reference, 0.25)).save(path)
    return path


def test_calibration_and_training_pixels_are_kept(tmp_path):
    loaded = load_model(calibrated(tmp_path / "m.safetensors"))
    assert loaded.classifier.temperature == 1.7
    assert loaded.novelty.threshold == 0.25
    np.testing.assert_array_equal(loaded.novelty.reference, np.arange(20).reshape(5, 4))


def test_files_of_earlier_versions_have_neither(saved):
    loaded = load_model(change(saved, temperature=..., novelty_threshold=...))
    assert loaded.novelty is None
    assert loaded.classifier.temperature == 1


@pytest.mark.parametrize("damage", [
    {"temperature": 0}, {"temperature": float("nan")}, {"novelty_threshold": -1}, {"novelty_threshold": float("inf")},
    {"arrays": {"novelty/reference": np.zeros((3, 9), np.float32)}}, {"arrays": {"novelty/reference": None}},
    {"arrays": {"novelty/reference": np.full((3, 4), np.nan, np.float32)}}])
def test_damaged_calibration_is_refused(tmp_path, damage):
    path = change(calibrated(tmp_path / "m.safetensors"), **damage)
    with pytest.raises(ModelError):
        load_model(path)


def test_the_same_model_gives_the_same_bytes(saved, tmp_path):
    make_model().save(tmp_path / "again.safetensors")
    load_model(saved).save(tmp_path / "loaded.safetensors")
    assert saved.read_bytes() == (tmp_path / "again.safetensors").read_bytes()
    assert saved.read_bytes() == (tmp_path / "loaded.safetensors").read_bytes()


def test_bytes_do_not_depend_on_chance(saved, tmp_path):
    """Maps of the library are ordered at random, even within one process."""
    for i in range(8):
        make_model().save(tmp_path / f"{i}.safetensors")
    assert {(tmp_path / f"{i}.safetensors").read_bytes() for i in range(8)} == {saved.read_bytes()}


def test_a_saved_model_can_be_read_by_others_and_leaves_nothing_beside(saved):
    assert [p.name for p in saved.parent.iterdir()] == ["m.safetensors"]
    plain = saved.with_name("plain")
    plain.touch()
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_model_that_cannot_be_written_is_an_output_error(tmp_path):
    with pytest.raises(OutputError):
        make_model().save(tmp_path / "missing" / "m.safetensors")


def test_no_such_file(tmp_path):
    with pytest.raises(ModelError, match="There is no model file"):
        load_model(tmp_path / "m.safetensors")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_file_is_a_model_error_or_still_a_model(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("m") / "m.safetensors"
    make_model().save(path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1) | st.integers(0, 2500))
    if data.draw(st.booleans()):
        path.write_bytes(content[:at])
    else:
        content[at] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
    try:
        loaded = load_model(path)
    except ModelError:
        return
    assert np.isfinite(loaded.classifier.mix(make_blocks())).all()


def test_a_pickle_is_refused_and_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return exec, (f"open({str(tmp_path / 'run')!r}, 'w')",)

    path = tmp_path / "m.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError):
        load_model(path)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"model": "[]"}, {"model": "[" * 9000}, {"model": "{}"},
                                      {"model": "nonsense"}, {"model": '{"format": "specaware-classifier-1"}'}])
def test_foreign_safetensors_are_refused(tmp_path, metadata):
    save_file({"a": np.zeros(3, np.float32)}, tmp_path / "m.safetensors", metadata=metadata)
    with pytest.raises(ModelError):
        load_model(tmp_path / "m.safetensors")


NAMES = sorted({"bands/wavelength_nm", "bands/fwhm_nm", "statistics/mean", "statistics/std", "tokens/centre",
                "tokens/matrix", "maps/spectrum/centre", "maps/spectrum/matrix", "maps/guide/matrix",
                "heads/0/weights", "heads/1/bias"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["missing", "longer", "transposed", "nan", "integers", "flat"])
def test_arrays_that_do_not_fit_are_refused(saved, name, damage):
    value = load_file(saved)[name]
    if damage == "transposed" and (value.ndim == 1 or value.shape[0] == value.shape[1]):
        return
    broken = {"missing": None, "longer": np.concatenate([value, value]), "transposed": np.ascontiguousarray(value.T),
              "nan": np.where(np.arange(value.size).reshape(value.shape) == 0, np.nan, value).astype(value.dtype),
              "integers": value.clip(-9, 9).astype(np.int32), "flat": value.reshape(-1, 1, 1)}[damage]
    with pytest.raises(ModelError):
        load_model(change(saved, {name: broken}))


def one_class(**values):
    return [{"id": 1, "name": "a", "color": [1, 2, 3]}, {"id": 4, "name": "b", "color": [4, 5, 6]},
            {"id": 200, "name": "c", "color": [7, 8, 9]} | values]


@pytest.mark.parametrize("header", [
    {"classes": one_class(id=300)}, {"classes": one_class(id=0)}, {"classes": one_class(id=4)},
    {"classes": one_class(color=[1, 2])}, {"classes": one_class(color=[1, 2, 900])}, {"classes": []}, {"classes": 7},
    {"smoothing": "very"}, {"smoothing": ...}, {"scale": float("nan")}, {"scale": 0}, {"scale": "x"},
    {"heads": []}, {"heads": {}}, {"heads": [{"name": "h", "blocks": ["spectrum"], "share": float("inf")}]},
    {"heads": [{"name": "h", "blocks": ["nonsense"], "share": 1}]},
    {"heads": [{"name": "h", "blocks": [], "share": 1}]},
    {"sizes_px": {"spectrum": 0, "mnf3": 3, "guide": 1}}, {"sizes_px": {"spectrum": 2, "mnf3": 3, "guide": 1}},
    {"sizes_px": {"spectrum": 10**9 + 1, "mnf3": 3, "guide": 1}}, {"sizes_px": {"spectrum": 1, "mnf3": 3}},
    {"sizes_px": []}, {"level": "L7"}, {"provenance": []}], ids=str)
def test_headers_that_make_no_sense_are_refused(saved, header):
    with pytest.raises(ModelError):
        load_model(change(saved, **header))


def test_bands_are_found_by_wavelength_in_any_order():
    model = make_model()
    order = np.random.default_rng(0).permutation(len(model.bands))
    np.testing.assert_array_equal(order[model.match_bands(model.bands.only(order))], np.arange(len(model.bands)))


def test_bands_may_be_off_by_half_their_width():
    model = make_model()
    np.testing.assert_array_equal(model.match_bands(make_bands(8, 454.9 - 50)), np.arange(1, 7))
    with pytest.raises(ModelError, match="6 of the model's 6 bands"):
        model.match_bands(make_bands(first_nm=455.1))


def test_a_missing_or_bad_band_is_an_error():
    model = make_model()
    with pytest.raises(ModelError, match=r"1 of the model's 6 bands .* 600\.0 nm"):
        model.match_bands(model.bands.only([0, 1, 2, 4, 5]))
    with pytest.raises(ModelError, match="1 of the model's 6 bands"):
        model.match_bands(model.bands.without([2], "flagged bad"))


def test_one_wide_band_does_not_stand_in_for_several():
    with pytest.raises(ModelError):
        make_model().match_bands(make_bands(3, 500, 100, 120))


def test_bands_of_one_wavelength_keep_their_order():
    twice = make_bands().only([0, 1, 2, 2, 4, 5])
    np.testing.assert_array_equal(make_model(bands=twice).match_bands(twice), np.arange(6))
