"""One product of a data set: its patches, cut by the rules and written to shards of its own."""

from __future__ import annotations

import hashlib
import re
import signal
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Protocol

import numpy as np

from ...errors import CancelledError, OutputError, SpecAwareError
from ...raster.cube import Cube, Overrides
from ...raster.grid import Window, blocks
from ...raster.source import data_file
from ...reporting import SilentReporter
from ...training.pretraining.hyper400k import Prepared, Rules, prepare_patch, rules_for
from ...training.pretraining.shard_manifest import ProductRecord, load_record, save_record
from ...training.pretraining.shards import PatchInfo, ShardWriter

WAVELENGTH_DIGITS = 5
GSD_DIGITS = 1


@dataclass(frozen=True)
class ListedProduct:
    """A line of the list of products.

    Attributes:
        name: the path as it stands there.
        path: the file.
        overrides: what the list says about it.
    """

    name: str
    path: Path
    overrides: Overrides

    @property
    def key(self) -> str:
        """Short name that no other product has: letters, digits, hyphens and underscores."""
        stem = re.sub(r"[^A-Za-z0-9_]+", "-", Path(self.name).name.partition(".")[0]).strip("-")[:60]
        told = (self.name, self.overrides.sensor, self.overrides.level, self.overrides.gsd_m)
        return f"{stem}-{hashlib.sha256(repr(told).encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class ProductJob:
    """A product and how to cut it.

    Attributes:
        product: what to read.
        folder: of the data set.
        patch_px: side of a patch.
        max_bytes: of a shard.
    """

    product: ListedProduct
    folder: Path
    patch_px: int
    max_bytes: int


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a record, or why there is none.

    Attributes:
        record: None if the product could not be used.
        reused: True if it had been done before.
        problem: why it could not be used.
        hint: what to do.
        fatal: True if no other product would fare better.
    """

    record: ProductRecord | None
    reused: bool = False
    problem: str = ""
    hint: str = ""
    fatal: bool = False


class Watch(Protocol):
    """What a job tells on the way, and asks."""

    def advance(self, share: float) -> None:
        """A further share of a product is done."""

    def check_cancelled(self) -> None:
        """Raise `CancelledError` if the job is to stop."""


class SharedWatch:
    """A watch for processes of a pool."""

    def __init__(self, done: Synchronized[float], stop: Event) -> None:
        self._done, self._stop = done, stop

    def advance(self, share: float) -> None:
        """Add to the number all processes share."""
        with self._done.get_lock():
            self._done.value += share

    def check_cancelled(self) -> None:
        """Raise if the event is set."""
        if self._stop.is_set():
            raise CancelledError


_watch: Watch | None = None


def begin_worker(watch: Watch) -> None:
    """Called once in each process of a pool; the parent alone answers to Ctrl-C."""
    global _watch
    _watch = watch
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(job: ProductJob) -> Outcome:
    """`build` in a process of a pool."""
    if _watch is None:
        raise RuntimeError("the pool was started without begin_worker")
    try:
        return build(job, _watch)
    except CancelledError:
        return Outcome(None)


def build(job: ProductJob, watch: Watch) -> Outcome:
    """Cut a product, unless that has been done; what is wrong with it becomes part of the outcome.

    Raises:
        CancelledError: the user asked to stop; nothing of this product is left behind.
    """
    try:
        status = data_file(job.product.path).stat()
        known = load_record(job.folder, job.product.key)
        if known is not None and known.matches(job.folder, status.st_size, status.st_mtime_ns):
            watch.advance(1.0)
            return Outcome(known, reused=True)
        for shard in known.shards if known else ():
            (job.folder / shard.name).unlink(missing_ok=True)
        record = _cut(job, watch, status.st_size, status.st_mtime_ns)
        save_record(job.folder, record)
        return Outcome(record)
    except CancelledError:
        raise
    except SpecAwareError as error:
        return Outcome(None, problem=error.message, hint=error.hint, fatal=isinstance(error, OutputError))
    except (OSError, ValueError) as error:
        return Outcome(None, problem=str(error))


def _cut(job: ProductJob, watch: Watch, size: int, modified_ns: int) -> ProductRecord:
    first: PatchInfo | None = None
    patches = skipped = 0
    product = job.product
    with (Cube.open(product.path, product.overrides, SilentReporter()) as cube,
          ShardWriter(job.folder, product.key, job.max_bytes) as writer):
        rules = rules_for(cube.meta, cube.bands)
        windows = list(blocks(cube.grid.shape, job.patch_px))
        every_band = range(len(cube.bands))
        for window in windows:
            watch.check_cancelled()
            found = prepare_patch(cube.read(window, every_band), rules, job.patch_px)
            watch.advance(1.0 / len(windows))
            if found.values is None:
                skipped += 1
                continue
            info = _info(cube, rules, product.name, window, found)
            first = first or info
            writer.add(f"{product.key}_{window.row:06d}_{window.col:06d}", found.values, info)
            patches += 1
        shards = tuple(writer.finish())
    return ProductRecord(product.key, product.name, size, modified_ns, job.patch_px, shards, patches, skipped, first)


def _info(cube: Cube, rules: Rules, product: str, window: Window, found: Prepared) -> PatchInfo:
    wavelength_nm, fwhm_nm = (tuple(np.round(column, WAVELENGTH_DIGITS).tolist())
                              for column in (cube.bands.wavelength_nm, cube.bands.fwhm_nm))
    return PatchInfo(cube.meta.name, cube.meta.level, round(cube.meta.gsd_m, GSD_DIGITS), wavelength_nm, fwhm_nm,
                     tuple(np.flatnonzero(rules.blanked).tolist()), product, window.row, window.col,
                     round(found.invalid, 4), round(found.mean, 6))
