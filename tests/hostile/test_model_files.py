"""Model files nobody should trust: each is refused with a sentence, before it takes memory or runs anything."""

from __future__ import annotations

import json
import os
import pickle
import resource
import struct
import sys
import zipfile

import pytest
import torch

from engine.errors import ModelError
from engine.inference.model import load_model
from engine.inference.tuned_model import is_tuned
from engine.models.families import FAMILIES
from engine.models.weights import load_any, read_header

from .containers import data_of, header_of, write
from .model_files import LOADERS, good

pytestmark = pytest.mark.timeout(60)
SPARE_BYTES = 6 * 1024**3


@pytest.fixture(autouse=True)
def _bounded_memory():
    """Nothing takes more than a little of the machine's memory."""
    if sys.platform != "linux":
        yield
        return
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + SPARE_BYTES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def refused(path, loader, match=""):
    """Refused with a sentence of ours and a hint."""
    with pytest.raises(ModelError, match=match) as caught:
        LOADERS[loader](path)
    assert caught.value.hint
    assert "Traceback" not in caught.value.message
    assert len(caught.value.message) < 1000, "a hostile file must not flood the message"


def loads_or_is_refused(path, loader):
    """Anything but a model or a sentence fails the test."""
    try:
        LOADERS.get(loader, load_any)(path)
    except ModelError as error:
        told = error
    else:
        return
    assert told.hint
    assert len(told.message) < 1000


def kind_for(loader):
    return loader if loader in ("map", "tuned") else "weights"


def with_card(path, change):
    """Write the file again with its card changed: ``change`` takes and gives the JSON values, or gives text."""
    header = header_of(path)
    ((key, text),) = header["__metadata__"].items()
    card = json.loads(text)
    changed = change(card)
    header["__metadata__"][key] = changed if isinstance(changed, str) else json.dumps(changed or card)
    return write(path, header, data_of(path))


@pytest.mark.parametrize("kind", ["weights", "gpt", "map", "tuned"])
def test_the_files_these_tests_change_are_good(tmp_path, kind):
    path = good(tmp_path, kind)
    LOADERS.get(kind, load_any)(path)
    LOADERS.get(kind, load_any)(with_card(path, lambda card: card))


# ---------------------------------------------------------------- containers
class Runs:
    """Leaves a file behind if it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def hostile_bytes(folder):
    """Contents by what is wrong with them."""
    bomb = folder / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(50_000_000))
    torch.save({"w": torch.zeros(3), "x": Runs(folder / "ran")}, folder / "checkpoint.pth")
    return {"nothing": b"", "short": b"\x08\0\0", "zeros": bytes(64), "pickle": pickle.dumps(Runs(folder / "ran")),
            "checkpoint": (folder / "checkpoint.pth").read_bytes(), "zip bomb": bomb.read_bytes(),
            "html": b"<html>not found</html>", "all ones": b"\xff" * 64, "random": bytes(range(256)) * 8,
            "no json": struct.pack("<Q", 5) + b"hello", "not UTF-8": struct.pack("<Q", 6) + b'{"\xff":',
            "deep json": struct.pack("<Q", 200_000) + b"[" * 200_000,
            "a list": struct.pack("<Q", 2) + b"[]", "a number": struct.pack("<Q", 1) + b"7",
            "header beyond the file": struct.pack("<Q", 10_000) + b"{}",
            "negative length": struct.pack("<q", -1) + b"{}", "no metadata": struct.pack("<Q", 2) + b"{}"}


@pytest.mark.parametrize("loader", LOADERS)
def test_what_is_no_safetensors_is_refused_and_not_run(tmp_path, loader):
    for what, content in hostile_bytes(tmp_path).items():
        path = tmp_path / "m.safetensors"
        path.write_bytes(content)
        refused(path, loader)
        assert not is_tuned(path), what
        assert not (tmp_path / "ran").exists(), what


@pytest.mark.parametrize("loader", LOADERS)
def test_a_header_of_two_gigabytes(tmp_path, loader):
    path = write(tmp_path / "m.safetensors", b"{", length=2**31)
    os.truncate(path, 2**31 + 8)  # sparse: it takes no space
    refused(path, loader)


def overlapping(header, size):
    first = next(name for name in header if name != "__metadata__")
    for entry in (v for k, v in header.items() if k not in ("__metadata__", first)):
        entry["data_offsets"][0] = max(entry["data_offsets"][0] - 2, 0)


def all_at_the_start(header, size):
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            entry["data_offsets"] = [0, end - begin]


def offsets(begin, end):
    def change(header, size):
        entry = next(v for k, v in header.items() if k != "__metadata__")
        entry["data_offsets"] = [begin, end]
    return change


def shape(*sides):
    def change(header, size):
        next(v for k, v in header.items() if k != "__metadata__")["shape"] = list(sides)
    return change


def dtype(name):
    def change(header, size):
        next(v for k, v in header.items() if k != "__metadata__")["dtype"] = name
    return change


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("damage", [
    overlapping, all_at_the_start, offsets(-4, 8), offsets(8, 4), offsets(0, 2**63), offsets(2**64 - 8, 2**64 - 1),
    offsets(0.5, 3), offsets(None, 4), offsets("0", "8"), shape(2**40, 2**40), shape(-1), shape(0), shape(2**64 - 1, 2),
    shape(*[1] * 2000), shape(1.5), dtype("I64"), dtype("F999"), dtype("../../x"), dtype(None)],
    ids=lambda d: d.__qualname__.split(".")[0])
def test_entries_that_do_not_fit_the_data(tmp_path, loader, damage):
    path = good(tmp_path, kind_for(loader))
    header, data = header_of(path), data_of(path)
    damage(header, len(data))
    write(path, header, data)
    # The card alone may be shown whatever the shapes are.
    (loads_or_is_refused if loader == "header" else refused)(path, loader)


@pytest.mark.parametrize("loader", ["weights", "map", "tuned"])
@pytest.mark.parametrize("kept", [0.999, 0.5, 0.05])
def test_cut_off_files(tmp_path, loader, kept):
    path = good(tmp_path, loader)
    os.truncate(path, int(path.stat().st_size * kept))
    refused(path, loader)


@pytest.mark.parametrize("loader", ["weights", "map", "tuned"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_numbers(tmp_path, loader, value):
    path = good(tmp_path, loader)
    header = header_of(path)
    entry = next(v for k, v in header.items() if k != "__metadata__" and v["dtype"] in ("F16", "F32"))
    data, begin = bytearray(data_of(path)), entry["data_offsets"][0]
    data[begin:begin + (2 if entry["dtype"] == "F16" else 4)] = struct.pack("<e" if entry["dtype"] == "F16" else "<f",
                                                                            value)
    refused(write(path, header, bytes(data)), loader, "finite")


# ---------------------------------------------------------------- cards
TEXTS = ["../../x", "/etc/passwd", "$(touch ran)", "`touch ran`; rm -rf ~", "<script>alert(1)</script>", "%s%n{0}",
         "\x00\x1b[2J", "\u202egnp.exe", "x" * 100_000, "\ud800"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:12]))
def test_texts_of_a_card_are_data(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    path = with_card(good(tmp_path, "weights"), lambda card: card | {
        "name": text, "created_from": text, "licence": text, "seen": [text], "training": {text: text}})
    before = sorted(tmp_path.iterdir())
    assert read_header(path).card.name == text
    load_any(path)
    saved = with_card(good(tmp_path, "map"), lambda card: card | {"provenance": {text: text}, "weights_hash": text})
    assert load_model(saved).weights_hash == text
    assert sorted(tmp_path.iterdir()) == sorted([*before, saved])


DEEP = "[" * 50_000
ODD = [DEEP, '{"a":' * 50_000, "", "null", "7", "[]", '"x"', "{", "NaN", "{}", '{"name":"a","name":"b"}', "\ufeff{}",
       "1" * 10_000, '{"classes":' + "9" * 6000 + "}"]


@pytest.mark.parametrize("text", ODD, ids=lambda t: ascii(t[:12]))
@pytest.mark.parametrize("loader", LOADERS)
def test_cards_that_are_no_cards(tmp_path, loader, text):
    refused(with_card(good(tmp_path, kind_for(loader)), lambda card: text), loader)


def test_a_card_that_is_not_utf_8(tmp_path):
    for kind in ("weights", "map", "tuned"):
        path = good(tmp_path, kind)
        text = json.dumps(header_of(path)).encode().replace(b'name\\": \\"', b'name\\": \\"\xff\xfe', 1)
        assert b"\xff\xfe" in text
        refused(write(path, text, data_of(path)), kind)


@pytest.mark.parametrize(("loader", "key"), [(loader, key) for loader in ("weights", "map", "tuned") for key in {
    "weights": ("name", "created_from", "seen", "training", "licence", "architecture"),
    "map": ("format", "classes", "level", "scale", "sizes_px", "weights_hash", "heads", "smoothing", "provenance"),
    "tuned": ("format", "card", "head", "family", "architecture")}[loader]])
def test_every_entry_of_a_card_may_be_missing_or_of_another_type(tmp_path, loader, key):
    path = good(tmp_path, loader)
    refused(with_card(path, lambda card: {k: v for k, v in card.items() if k != key}), loader)
    for value in (None, 7, True, -1e308, [[]], {"a": {}}):
        changed = with_card(good(tmp_path, loader), lambda card, value=value: card | {key: value})
        loads_or_is_refused(changed, loader)


@pytest.mark.parametrize("loader", ["map", "tuned"])
@pytest.mark.parametrize("count", [0, 256, 1_000_000])
def test_a_million_classes(tmp_path, loader, count):
    def change(card):
        (card if loader == "map" else card["card"])["classes"] = "CLASSES"
        if loader == "tuned":
            card["head"]["classes"] = count
        classes = ",".join(['{"id":%d,"name":"c","color":[0,0,0]}'] * count)
        return json.dumps(card).replace('"CLASSES"', f"[{classes % tuple(range(1, count + 1))}]")

    refused(with_card(good(tmp_path, loader), change), loader)


@pytest.mark.parametrize("kind", ["weights", "gpt", "tuned"])
@pytest.mark.parametrize("value", [0, -1, 2**31, 2**70, 1e300, None, "8", [8], True])
def test_sizes_no_model_has(tmp_path, kind, value):
    names = [name for name, was in header_architecture(good(tmp_path, kind)).items() if type(was) in (int, float)]
    assert "embed_dim" in names
    for name in names:
        loads_or_is_refused(with_card(good(tmp_path, kind), lambda card, name=name: card["architecture"].update(
            {name: value})), kind)


def header_architecture(path):
    return json.loads(next(iter(header_of(path)["__metadata__"].values())))["architecture"]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda f: f.name)
def test_the_largest_architecture_a_card_may_name_takes_no_memory(tmp_path, family):
    largest = {"specaware": {"embed_dim": 2048, "depth": 64, "heads": 64, "wv_planes": 1024, "rank": 256,
                             "hyper_layers": 8, "hyper_heads": 16, "patch_px": 64, "content_grid": 64, "tile_px": 512},
               "spectralgpt": {"bands": 1024, "bands_per_token": 1, "patch_px": 1, "image_px": 4096, "embed_dim": 4096,
                               "depth": 64, "heads": 64, "decoder_dim": 4096, "decoder_depth": 64,
                               "decoder_heads": 64}}[family.name]
    path = good(tmp_path, "gpt" if family.name == "spectralgpt" else "weights")
    refused(with_card(path, lambda card: card["architecture"].update(largest)), "weights")
