"""What a data set will be, told before it is made: patches, bytes and hours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import SpecAwareError
from ...raster.cube import Cube
from ...raster.grid import Window, blocks
from ...reporting import PartReporter, Reporter, SilentReporter, tracked
from ...training.pretraining.hyper400k import prepare_patch, rules_for
from .product import ListedProduct

SAMPLED_WINDOWS = 48
FLOAT16_BYTES = 2


@dataclass(frozen=True)
class DatasetPlan:
    """What to expect.

    Attributes:
        windows: places of the patches' grid in all products: no more patches can come of them.
        max_bytes: if every window is kept.
        sampled: windows that were looked at.
        kept: share of them that the rules keep.
        patches: expected number of patches.
        bytes: expected size.
        worker_hours: expected time of one process, from the time it took to read and judge the sample.
        sets: windows of each sensor, level and number of bands.
        failed: products that cannot be used, with the reason.
    """

    windows: int
    max_bytes: int
    sampled: int
    kept: float
    patches: int
    bytes: int
    worker_hours: float
    sets: dict[str, int]
    failed: dict[str, str]


@dataclass(frozen=True)
class _Sight:
    """A product that can be used: its windows, and bytes of a patch."""

    product: ListedProduct
    windows: list[Window]
    patch_bytes: int


def plan(listed: Sequence[ListedProduct], patch_px: int, reporter: Reporter) -> DatasetPlan:
    """Open every product, and judge an even sample of all their windows."""
    sights: list[_Sight] = []
    sets: dict[str, int] = {}
    failed: dict[str, str] = {}
    for product in tracked(listed, len(listed), PartReporter(reporter, 0, 0.7), "opening products"):
        try:
            with Cube.open(product.path, product.overrides, SilentReporter()) as cube:
                rules_for(cube.meta, cube.bands)
                windows = list(blocks(cube.grid.shape, patch_px))
                name = f"{cube.meta.name} {cube.meta.level} {len(cube.bands)} bands"
        except (SpecAwareError, OSError, ValueError) as error:
            failed[product.name] = str(error)
            reporter.log("warning", f"{product.name} cannot be used: {error}")
            continue
        sets[name] = sets.get(name, 0) + len(windows)
        sights.append(_Sight(product, windows, FLOAT16_BYTES * patch_px**2 * len(cube.bands)))
    total = sum(len(s.windows) for s in sights)
    began = time.monotonic()
    kept = _judge(sights, max(1, -(-total // SAMPLED_WINDOWS)), patch_px, PartReporter(reporter, 0.7, 1))
    each_s = (time.monotonic() - began) / max(len(kept), 1)
    share = sum(kept) / max(len(kept), 1)
    most = sum(s.patch_bytes * len(s.windows) for s in sights)
    return DatasetPlan(total, most, len(kept), round(share, 4), round(share * total), round(share * most),
                       round(each_s * total / 3600, 4), sets, failed)


def _judge(sights: Sequence[_Sight], step: int, patch_px: int, reporter: Reporter) -> list[bool]:
    """For every ``step``-th window of all products: is it kept?"""
    kept: list[bool] = []
    passed = 0
    for sight in tracked(sights, len(sights), reporter, "judging windows"):
        chosen = sight.windows[-passed % step::step]
        passed += len(sight.windows)
        if not chosen:
            continue
        with Cube.open(sight.product.path, sight.product.overrides, SilentReporter()) as cube:
            rules = rules_for(cube.meta, cube.bands)
            for window in chosen:
                reporter.check_cancelled()
                values = cube.read(window, range(len(cube.bands)))
                kept.append(prepare_patch(values, rules, patch_px).values is not None)
    return kept
