"""Several processes that train one model together, started by torchrun; a single process is the plain case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ...errors import InputError
from ...inference.device import Device

Losses = dict[str, Tensor]


@dataclass(frozen=True)
class Ranks:
    """This process among all.

    Attributes:
        rank: its number, from 0.
        count: of processes.
    """

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """True in the process that writes files and log lines."""
        return self.rank == 0

    def share(self, size: int) -> range:
        """This process' samples of a batch of ``size``.

        Raises:
            InputError: the batch cannot be divided evenly.
        """
        if size % self.count:
            raise InputError(f"A batch of {size} crops cannot be divided between {self.count} processes.",
                             "Choose a multiple.")
        part = size // self.count
        return range(self.rank * part, (self.rank + 1) * part)


def ranks_of_torchrun() -> Ranks:
    """As torchrun's environment has them; a single process without one."""
    return Ranks(int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1")))


@contextmanager
def joined(device: Device) -> Iterator[Ranks]:
    """Meet the other processes, and part from them at the end."""
    ranks = ranks_of_torchrun()
    if ranks.count == 1:
        yield ranks
        return
    if device.name == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device.name == "cuda" else "gloo")
    try:
        yield ranks
    finally:
        dist.destroy_process_group()


class LossRunner:
    """Computes losses so that the gradients of all processes are averaged.

    Args:
        model: whose gradients.
        losses: computes the named parts of the loss of one more batch with the model.
        ranks: this process among all; with one, nothing is added.
    """

    def __init__(self, model: nn.Module, losses: Callable[[], Losses], ranks: Ranks) -> None:
        self._ranks, self._parallel = ranks, None
        self._losses: Callable[[], Losses] = losses
        if ranks.count > 1:
            self._parallel = DistributedDataParallel(_LossModule(model, losses))
            self._losses = self._parallel

    def backward(self, parts: int) -> Iterator[Losses]:
        """Losses of ``parts`` batches; the mean of their sums is propagated back, and averaged at the last one."""
        for part in range(parts):
            with self._accumulating(part + 1 < parts):
                losses = self._losses()
                (torch.stack(list(losses.values())).sum() / parts).backward()
            yield losses

    def _accumulating(self, wait: bool) -> AbstractContextManager[None]:
        """Gradients are kept apart for the moment if ``wait``."""
        return self._parallel.no_sync() if self._parallel is not None and wait else nullcontext()

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        """Means over the processes; every process must call it at the same step."""
        if self._ranks.count == 1:
            return dict(values)
        where = torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")
        packed = torch.tensor(list(values.values()), dtype=torch.float64, device=where)
        dist.all_reduce(packed)
        return dict(zip(values, (packed / self._ranks.count).tolist(), strict=True))


class _LossModule(nn.Module):
    """What DistributedDataParallel wraps: a module whose forward pass is the loss."""

    def __init__(self, model: nn.Module, losses: Callable[[], Losses]) -> None:
        super().__init__()
        self.model, self._losses = model, losses

    def forward(self) -> Losses:
        return self._losses()
