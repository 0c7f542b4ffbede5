from __future__ import annotations

import pytest
import torch

from engine.inference import device as devices
from engine.inference import precision
from engine.inference.device import cpu_has_bfloat16, pick_device
from engine.inference.precision import agrees_with_float32
from engine.models.specaware.hyper import HyperEmbedding
from engine.models.vit import Block


@pytest.fixture(autouse=True)
def _fresh_check():
    agrees_with_float32.cache_clear()
    yield
    agrees_with_float32.cache_clear()


def test_bfloat16_of_this_processor_agrees():
    assert agrees_with_float32("cpu", torch.bfloat16)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_of_the_card_agrees(dtype):
    assert agrees_with_float32("cuda", dtype)


@pytest.mark.parametrize("wrong", [lambda x: x * 1.05, lambda x: x * float("nan"), lambda x: x.flip(1)])
def test_a_processor_that_computes_nonsense_is_found_out(wrong, monkeypatch):
    right = Block.forward
    monkeypatch.setattr(Block, "forward", lambda block, x: (
        wrong(right(block, x)) if torch.is_autocast_enabled("cpu") else right(block, x)))
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: True)
    assert pick_device("cpu").dtype == torch.float32


def test_a_processor_that_embeds_pixels_wrongly_is_found_out(monkeypatch):
    right = HyperEmbedding.forward
    monkeypatch.setattr(HyperEmbedding, "forward", lambda *inputs, **named: (
        right(*inputs, **named).flip(1) if torch.is_autocast_enabled("cpu") else right(*inputs, **named)))
    assert not agrees_with_float32("cpu", torch.bfloat16)


def test_one_that_cannot_compute_at_all_is_used_in_float32(monkeypatch):
    right = Block.forward

    def fail(block, x):
        if torch.is_autocast_enabled("cpu"):
            raise RuntimeError("could not create a primitive")
        return right(block, x)

    monkeypatch.setattr(Block, "forward", fail)
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: True)
    assert pick_device("cpu").dtype == torch.float32


def test_it_is_checked_once_and_only_where_it_would_be_used(monkeypatch):
    examples = []
    whole = precision._example
    monkeypatch.setattr(precision, "_example", lambda: (examples.append(1), whole())[1])
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: False)
    assert pick_device("cpu").dtype == torch.float32
    assert examples == []
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: True)
    assert {pick_device("cpu").dtype for _ in range(3)} == {torch.bfloat16}
    assert examples == [1]


def test_the_check_leaves_random_numbers_alone():
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    agrees_with_float32("cpu", torch.bfloat16)
    assert torch.equal(torch.rand(4), expected)


def test_processors_without_matrix_units_for_it_stay_with_float32(monkeypatch):
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False, raising=False)
    assert not cpu_has_bfloat16()
    assert pick_device("cpu").dtype == torch.float32
