from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.errors import DeviceError
from engine.inference.device import Device, compile_blocks, pick_device, run_with_backoff
from engine.models.vit import Block
from engine.reporting import SilentReporter

CPU = Device("cpu", torch.float32, "CPU")


def failing_above(size: int, seen: list[int]):
    def fn(batch: torch.Tensor, device: Device) -> torch.Tensor:
        seen.append(len(batch))
        if len(batch) > size:
            raise torch.OutOfMemoryError("out of memory")
        return batch * 2
    return fn


def test_batches_are_halved_until_they_fit_and_the_order_is_kept():
    reporter, seen = SilentReporter(), []
    batch = torch.arange(7.0).unsqueeze(1)
    result = run_with_backoff(failing_above(2, seen), batch, CPU, reporter)
    assert torch.equal(result, batch * 2)
    assert seen == [7, 3, 1, 2, 4, 2, 2]
    assert "7 tiles" in reporter.warnings[0]


def test_a_single_item_goes_to_the_cpu_when_the_card_is_full(monkeypatch):
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)

    def fn(batch, device):
        if device.name == "cuda":
            raise torch.OutOfMemoryError("out of memory")
        return batch

    reporter = SilentReporter()
    batch = torch.ones(1, 2)
    assert torch.equal(run_with_backoff(fn, batch, Device("cuda", torch.float16, "a card"), reporter), batch)
    assert "computing on the CPU" in reporter.warnings[-1]


def test_what_the_host_cannot_allocate_is_halved_too():
    """A tensor larger than any address space: the error that torch raises where the host's memory is full."""
    def fn(batch, device):
        return batch + (torch.empty(2**58).sum() if len(batch) > 2 else 1)

    reporter = SilentReporter()
    assert torch.equal(run_with_backoff(fn, torch.zeros(4, 1), CPU, reporter), torch.ones(4, 1))
    assert "4 tiles" in reporter.warnings[0]


def test_no_other_error_is_taken_for_full_memory():
    def fn(batch, device):
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        run_with_backoff(fn, torch.zeros(4, 1), CPU, SilentReporter())


def test_no_memory_at_all_is_an_error_with_a_hint():
    with pytest.raises(DeviceError) as caught:
        run_with_backoff(failing_above(0, []), torch.ones(2, 2), CPU, SilentReporter())
    assert caught.value.hint


def test_cuda_without_a_card_is_refused_and_auto_falls_back(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device("auto").name == "cpu"
    with pytest.raises(DeviceError) as caught:
        pick_device("cuda")
    assert "cpu" in caught.value.hint
    with pytest.raises(DeviceError, match="tpu"):
        pick_device("tpu")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_autocast_uses_the_device_precision(dtype):
    with Device("cpu", dtype, "CPU").autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


def test_values_are_not_copied_to_where_they_are():
    values = torch.ones(3)
    assert CPU.put(values) is values


def test_blocks_stay_as_they_are_where_nothing_can_be_compiled(monkeypatch):
    def no_compiler(fn):
        raise RuntimeError("Compiler: cl is not found.\nmore")

    monkeypatch.setattr(torch, "compile", no_compiler)
    block, reporter, tokens = Block(8, 2), SilentReporter(), torch.ones(1, 3, 8)
    before = block(tokens)
    assert not compile_blocks(nn.Sequential(block), CPU, reporter)
    assert reporter.warnings == ["Nothing is compiled, which is slower and gives the same: Compiler: cl is not found."]
    assert torch.equal(block(tokens), before)


def test_every_block_is_compiled_where_that_works(monkeypatch):
    compiled = []
    monkeypatch.setattr(torch, "compile", lambda fn: fn)
    monkeypatch.setattr(Block, "compile", lambda self: compiled.append(self))
    blocks, reporter = nn.Sequential(Block(8, 2), nn.Linear(8, 8), Block(8, 2)), SilentReporter()
    assert compile_blocks(blocks, CPU, reporter)
    assert compiled == [blocks[0], blocks[2]]
    assert reporter.warnings == []


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_compiled_blocks_give_the_same_on_the_card():
    block, tokens = Block(64, 2).cuda(), torch.randn(1, 9, 64, device="cuda")
    before = block(tokens)
    assert compile_blocks(nn.Sequential(block), pick_device("cuda"), SilentReporter())
    torch.testing.assert_close(block(tokens), before, rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_values_arrive_on_the_card():
    values = torch.arange(5.0)
    assert torch.equal(pick_device("cuda").put(values).cpu(), values)
