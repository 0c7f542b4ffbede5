"""Where to compute and in which precision, and what to do when memory runs out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..errors import DeviceError, is_out_of_memory
from ..models.vit import Block
from ..reporting import Reporter
from .precision import agrees_with_float32

DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class Device:
    """A computing device and the precision of matrix products on it.

    Attributes:
        name: ``cpu`` or ``cuda``.
        dtype: type of matrix products under `autocast`; float32 switches autocast off.
        label: what to show the user, e.g. the name of the graphics card.
    """

    name: str
    dtype: torch.dtype
    label: str

    def __str__(self) -> str:
        return f"{self.label} ({str(self.dtype).removeprefix('torch.')})"

    @property
    def torch_device(self) -> torch.device:
        """For ``Tensor.to``."""
        return torch.device(self.name)

    def put(self, values: Tensor) -> Tensor:
        """The same values on this device; to a graphics card from pinned memory, so that nobody waits for the copy."""
        if self.name != "cuda":
            return values
        return values.pin_memory().to(self.torch_device, non_blocking=True)

    def autocast(self) -> AbstractContextManager[None]:
        """Run matrix products in `dtype`."""
        return torch.autocast(self.name, self.dtype if self.dtype != torch.float32 else torch.bfloat16,
                              enabled=self.dtype != torch.float32)


def pick_device(wanted: str = "auto") -> Device:
    """Choose the device, and half precision where it is fast and passes a check against float32.

    Args:
        wanted: ``auto`` takes CUDA where it works, else the CPU.

    Raises:
        DeviceError: CUDA was asked for and is not there, or the name is unknown.
    """
    if wanted not in DEVICES:
        raise DeviceError(f"There is no device called {wanted!r}.", f"Use one of {', '.join(DEVICES)}.")
    if wanted == "cuda" and not torch.cuda.is_available():
        reason = ("this torch was built without CUDA" if torch.version.cuda is None
                  else "no usable graphics card or driver was found")
        raise DeviceError(f"CUDA was asked for, but {reason}.",
                          "Use the device 'auto' or 'cpu', or install the CUDA build of torch and the card's driver.")
    if wanted != "cpu" and torch.cuda.is_available():
        half = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        return Device("cuda", _trusted("cuda", half), torch.cuda.get_device_name())
    return Device("cpu", _trusted("cpu", torch.bfloat16) if cpu_has_bfloat16() else torch.float32, "CPU")


def _trusted(name: str, half: torch.dtype) -> torch.dtype:
    """Half precision where it computes what float32 computes."""
    return half if agrees_with_float32(name, half) else torch.float32


def compile_blocks(model: nn.Module, device: Device, reporter: Reporter) -> bool:
    """Have torch compile the transformer blocks of a model; where it cannot, as without a compiler, say so.

    Args:
        model: its blocks are compiled in place; names of weights stay.
        device: where it runs; most is to be had on a graphics card.
        reporter: told if nothing is compiled.

    Returns:
        True if the blocks are compiled, each when it is first used.
    """
    try:
        torch.compile(lambda x: x + 1)(torch.zeros(2, device=device.torch_device))
    except (RuntimeError, ImportError, OSError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        reporter.log("warning", f"Nothing is compiled, which is slower and gives the same: {reason[:200]}")
        return False
    for block in (part for part in model.modules() if isinstance(part, Block)):
        block.compile()
    return True


def cpu_has_bfloat16() -> bool:
    """True if the processor itself multiplies bfloat16 matrices; emulated, they are slower than float32."""
    checks = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(check() for check in checks if check is not None)


def run_with_backoff(fn: Callable[[Tensor, Device], Tensor], batch: Tensor, device: Device,
                     reporter: Reporter) -> Tensor:
    """Run ``fn`` on a batch; when memory runs out, on halves of it, and at last on the CPU.

    Args:
        fn: computes (b, ...) -> (b, ...) on the device it is given, and moves model and data there itself.
        batch: (B, ...).
        device: where to begin.
        reporter: told about each retreat.

    Returns:
        The results, joined along the first axis, on the CPU.

    Raises:
        DeviceError: a single item does not fit into memory, even on the CPU.
    """
    try:
        return fn(batch, device).cpu()
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        shown = f"{device.label} ran out of memory with {len(batch)} tiles at once"
    # Outside of the except clause: the traceback would keep the failed run's tensors alive.
    if device.name == "cuda":
        torch.cuda.empty_cache()
    if len(batch) > 1:
        half = len(batch) // 2
        reporter.log("warning", f"{shown}; trying {half}.")
        parts = [run_with_backoff(fn, part, device, reporter) for part in (batch[:half], batch[half:])]
        return torch.cat(parts)
    if device.name == "cpu":
        raise DeviceError(f"{shown}.", "Close other programs, or choose a smaller tile or fewer bands.")
    reporter.log("warning", f"{shown}; computing on the CPU.")
    return run_with_backoff(fn, batch, pick_device("cpu"), reporter)
