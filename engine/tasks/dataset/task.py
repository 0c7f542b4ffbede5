"""Data sets for pretraining: patches of many products in shards."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ...errors import CancelledError, InputError, OutputError
from ...raster.cube import Overrides
from ...reporting import Reporter
from ...training.pretraining.hyper400k import PATCH_PX
from ...training.pretraining.shard_manifest import MANIFEST_NAME, RECORDS, load_record, save_manifest
from .plan import DatasetPlan, plan
from .product import ListedProduct, Outcome, ProductJob, SharedWatch, begin_worker, build, work

RECIPES = ("hyper400k",)
COLUMNS = ("path", "sensor", "level", "gsd_m")
MEGABYTE = 1_000_000
POLL_S = 0.5


@dataclass(frozen=True)
class DatasetRequest:
    """What to cut, and where the shards go.

    Attributes:
        manifest: list of products, one path a line, relative to the list; or a CSV with the columns path and, where
            known better than the files do, sensor, level and gsd_m. Lines that begin with # are passed over.
        output: folder of the shards; one that holds some of them is continued.
        recipe: the rules, ``hyper400k``.
        patch_px: side of a patch.
        shard_mb: size at which the next shard of a product is begun, in megabytes.
        workers: processes that work side by side, each on a product; all cores if None.
        dry_run: only tell how many patches and bytes there will be, from the images' sizes and a sample of windows.
    """

    manifest: str
    output: str
    recipe: str = "hyper400k"
    patch_px: int = PATCH_PX
    shard_mb: int = 1000
    workers: int | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.recipe not in RECIPES:
            raise InputError(f"There is no data set {self.recipe!r}.", f"Known: {', '.join(RECIPES)}.")
        if not 8 <= self.patch_px <= 4096 or self.shard_mb < 1 or (self.workers is not None and self.workers < 1):
            raise InputError(f"Patches of {self.patch_px} px, shards of {self.shard_mb} MB and {self.workers} workers "
                             "cannot be meant.", "Patches have 8 to 4096 px, the other numbers are positive.")


@dataclass(frozen=True)
class DatasetResult:
    """What was written; `dataclasses.asdict` of it is JSON.

    Attributes:
        manifest: the file that lists the shards; None in a dry run.
        products: number of products listed.
        reused: products that had been done before.
        failed: products that could not be used, with the reason.
        patches: patches in the folder, those of other lists included.
        skipped: windows of this list that the rules dropped.
        bytes: of all shards.
        shards: number of shards.
        sets: patches of each sensor, level and number of bands.
        planned: what a dry run found.
    """

    manifest: str | None
    products: int
    reused: int
    failed: dict[str, str]
    patches: int
    skipped: int
    bytes: int
    shards: int
    sets: dict[str, int]
    planned: DatasetPlan | None = None


def run(request: DatasetRequest, reporter: Reporter) -> DatasetResult:
    """Cut the patches of all products that have not been cut yet.

    A product that cannot be used is named in the result and does not stop the others; it is tried again next time.

    Raises:
        InputError: the list of products cannot be read, or the folder holds patches of another size.
        OutputError: the shards cannot be written.
    """
    listed, folder = read_products(Path(request.manifest)), Path(request.output)
    if request.dry_run:
        planned = plan(listed, request.patch_px, reporter)
        return DatasetResult(None, len(listed), 0, planned.failed, 0, 0, 0, 0, {}, planned)
    _prepare(folder, request.patch_px)
    jobs = [ProductJob(product, folder, request.patch_px, request.shard_mb * MEGABYTE) for product in listed]
    outcomes: list[Outcome] = []
    failed: dict[str, str] = {}
    for job, outcome in _outcomes(jobs, request.workers or os.cpu_count() or 1, reporter):
        outcomes.append(outcome)
        if outcome.fatal:
            raise OutputError(outcome.problem, outcome.hint)
        if outcome.record is None:
            failed[job.product.name] = outcome.problem
            reporter.log("warning", f"{job.product.name} is left out: {outcome.problem}")
        elif not outcome.record.patches:
            reporter.log("warning", f"{job.product.name}: the rules drop all of its {outcome.record.skipped} windows.")
    sets = save_manifest(folder, request.recipe, request.patch_px)
    counts: Counter[str] = Counter()
    for one in sets:
        counts[f"{one.sensor} {one.level} {one.bands} bands"] += one.patches
    reporter.progress(1.0)
    return DatasetResult(str(folder / MANIFEST_NAME), len(listed), sum(o.reused for o in outcomes), failed,
                         sum(counts.values()), sum(o.record.skipped for o in outcomes if o.record),
                         sum(s.bytes for s in sets), sum(len(s.shards) for s in sets), dict(counts))


def read_products(path: Path) -> list[ListedProduct]:
    """Read the list of products; one that is named twice counts once.

    Raises:
        InputError: the file cannot be read, names no product, or has a column or value that cannot be meant.
    """
    try:
        lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines()
                 if line.strip() and not line.lstrip().startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The list of products {path} cannot be read: {error}.",
                         "Give a text file with one path a line.") from error
    header = [name.strip() for name in lines[0].split(",")] if lines else []
    if "path" not in header:
        rows = [{"path": line.strip()} for line in lines]
    elif unknown := sorted(set(header) - set(COLUMNS)):
        raise InputError(f"The list of products has the columns {', '.join(unknown)}.",
                         f"Known columns: {', '.join(COLUMNS)}.")
    else:
        rows = [{k: (v or "").strip() for k, v in row.items() if k}
                for row in csv.DictReader(lines, skipinitialspace=True)]
    if not rows:
        raise InputError(f"The list of products {path} is empty.", "Give one path a line.")
    return list({product.key: product for product in (_listed(path.parent, row) for row in rows)}.values())


def _listed(folder: Path, row: dict[str, str]) -> ListedProduct:
    try:
        gsd_m = float(row["gsd_m"]) if row.get("gsd_m") else None
    except ValueError as error:
        raise InputError(f"{row['path']} has the pixel size {row['gsd_m']!r}.", "Give metres.") from error
    overrides = Overrides(row.get("sensor") or None, row.get("level") or None, gsd_m)
    overrides.check()
    return ListedProduct(row["path"], folder / row["path"], overrides)


def _prepare(folder: Path, patch_px: int) -> None:
    """Make the folder, and see that it can take patches of this size."""
    try:
        (folder / RECORDS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error}.", "Choose another folder.") from error
    for path in (folder / RECORDS).glob("*.json"):
        record = load_record(folder, path.stem)
        if record is not None and record.patch_px != patch_px:
            raise InputError(f"{folder} holds patches of {record.patch_px} px, not {patch_px}.",
                             "Choose another folder, or the same size.")


class _LocalWatch:
    """A watch inside this process."""

    def __init__(self, total: int, reporter: Reporter) -> None:
        self._total, self._reporter, self._done = total, reporter, 0.0

    def advance(self, share: float) -> None:
        """Report."""
        self._done += share
        self._reporter.progress(self._done / self._total, "cutting patches")

    def check_cancelled(self) -> None:
        """Ask the reporter."""
        self._reporter.check_cancelled()


def _outcomes(jobs: Sequence[ProductJob], workers: int,
              reporter: Reporter) -> Iterator[tuple[ProductJob, Outcome]]:
    """Each job with its outcome, as they are done."""
    if min(workers, len(jobs)) == 1:
        watch = _LocalWatch(len(jobs), reporter)
        for job in jobs:
            reporter.check_cancelled()
            yield job, build(job, watch)
        return
    context = get_context("spawn")  # a forked process would share GDAL's open files
    done, stop = context.Value("d", 0.0), context.Event()
    with ProcessPoolExecutor(min(workers, len(jobs)), context, begin_worker, (SharedWatch(done, stop),)) as pool:
        try:
            waiting: dict[Future[Outcome], ProductJob] = {pool.submit(work, job): job for job in jobs}
            while waiting:
                reporter.check_cancelled()
                finished, _ = wait(waiting, POLL_S, FIRST_COMPLETED)
                reporter.progress(done.value / len(jobs), "cutting patches")
                for future in finished:
                    yield waiting.pop(future), future.result()
        except (CancelledError, GeneratorExit):
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
