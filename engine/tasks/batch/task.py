"""Many scenes on Dask: a local cluster, or the workers of a scheduler that runs already."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import torch
from distributed import Client, Future, LocalCluster, wait

from ...errors import InputError, SpecAwareError
from ...raster.writer import check_output
from ...reporting import Reporter
from ..registry import make_request, task
from ..staging import staged, write_text
from .scene import DONE, FAILED, INPUTS, OUTPUTS, SKIPPED, SceneOutcome, run_scene

TASKS = ("classify",)
POLL_S = 0.5
CONNECT_S = 20
COLUMNS = tuple(f.name for f in fields(SceneOutcome))


@dataclass(frozen=True)
class BatchRequest:
    """Which scenes, what to do with them, and where.

    Attributes:
        manifest: CSV with a column ``image``; ``output`` and every other column is a parameter of the task, for that
            scene alone; an empty cell stands for the default.
        output_folder: for maps without an ``output`` of their own, called like the image.
        task: what to do; ``classify``.
        model: saved model, for scenes that name none.
        weights: encoder weights, for scenes that name none.
        device: ``auto``, ``cpu`` or ``cuda``; with ``cuda`` each scene takes one unit of the resource ``GPU``.
        memory_gb: budget of each scene.
        scheduler: address of a running Dask scheduler; None for a cluster on this computer.
        workers: processes of the cluster on this computer.
        retries: how often a scene is tried again when its worker dies or fails unexpectedly.
        summary: table of all scenes to write (CSV).
    """

    manifest: str
    output_folder: str | None = None
    task: str = "classify"
    model: str | None = None
    weights: str | None = None
    device: str = "auto"
    memory_gb: float = 2.0
    scheduler: str | None = None
    workers: int = 1
    retries: int = 2
    summary: str | None = None


@dataclass(frozen=True)
class BatchResult:
    """What became of all scenes, in the order of the manifest; `dataclasses.asdict` of it is JSON."""

    done: int
    skipped: int
    failed: int
    seconds: float
    scenes: list[SceneOutcome]


def run(request: BatchRequest, reporter: Reporter) -> BatchResult:
    """Run all scenes. One that fails stops no other.

    Raises:
        InputError: the manifest, a parameter or the scheduler cannot be used.
        OutputError: the summary cannot be written.
    """
    start = time.monotonic()
    if request.task not in TASKS:
        raise InputError(f"{request.task!r} cannot be run as a batch.", f"Use one of {', '.join(TASKS)}.")
    if request.workers < 1 or request.retries < 0:
        raise InputError(f"{request.workers} workers and {request.retries} retries are not possible.",
                         "Give at least 1 worker and 0 retries.")
    if request.summary:
        check_output(request.summary, [request.manifest])
    jobs = read_manifest(request)
    reporter.progress(0.0, "starting the workers")
    with _client(request) as client:
        outcomes = _collect(client, request, jobs, reporter)
    if request.summary:
        with staged(Path(request.summary)) as partial:
            write_text(partial, _table(outcomes))
    count = {status: sum(o.status == status for o in outcomes) for status in (DONE, SKIPPED, FAILED)}
    return BatchResult(count[DONE], count[SKIPPED], count[FAILED], round(time.monotonic() - start, 2), outcomes)


def read_manifest(request: BatchRequest) -> list[dict[str, Any]]:
    """Parameters of the task for each scene.

    Raises:
        InputError: not a CSV with a column ``image``, a value that is not possible, or two scenes with one output.
    """
    path = Path(request.manifest)
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The manifest {path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    if not rows or "image" not in rows[0]:
        raise InputError(f"The manifest {path.name} has no scenes.", "Its first line must name a column 'image'.")
    jobs = [_params(request, row, line) for line, row in enumerate(rows, 2)]
    outputs = [job["output"] for job in jobs]
    if twice := sorted({o for o in outputs if outputs.count(o) > 1}):
        raise InputError(f"Two scenes of the manifest would be written to {twice[0]}.",
                         "Give a column 'output' with a name for each.")
    return jobs


def _params(request: BatchRequest, row: Mapping[str | None, Any], line: int) -> dict[str, Any]:
    """What the command gives for all scenes, then what the row gives."""
    kind = task(request.task).request
    hints, base = get_type_hints(kind), Path(request.manifest).resolve().parent
    params: dict[str, Any] = {"model": request.model, "weights": request.weights, "device": request.device,
                              "memory_gb": request.memory_gb}
    try:
        for name, text in row.items():
            if text not in (None, ""):
                params[str(name)] = _value(str(name), text, hints.get(str(name), str))
        params["image"] = str(base / str(params.get("image", "")))
        if "output" not in params and request.output_folder:
            params["output"] = f"{Path(params['image']).stem}_map.tif"
        folder = Path(request.output_folder).resolve() if request.output_folder else base
        for name in OUTPUTS:
            if params.get(name):
                params[name] = str(folder / params[name])
        for name in set(INPUTS) - {"image"}:
            if params.get(name) and Path(params[name]).exists():
                params[name] = str(Path(params[name]).resolve())
        make_request(kind, params)
    except SpecAwareError as error:
        raise InputError(f"Line {line} of the manifest: {error.message}", error.hint) from error
    return params


def _value(name: str, text: str, hint: Any) -> Any:
    """A cell as the type its parameter has."""
    kinds = getattr(hint, "__args__", (hint,))
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(text)
            except ValueError as error:
                raise InputError(f"{name} = {text!r} is not a number.", "Correct the manifest.") from error
    return text == "true" if bool in kinds else text


@contextmanager
def _client(request: BatchRequest) -> Iterator[Client]:
    """A client of the scheduler, or of a cluster that ends with it."""
    if request.scheduler is not None:
        try:
            client = Client(request.scheduler, timeout=CONNECT_S)
        except (OSError, ValueError) as error:
            raise InputError(f"No Dask scheduler answers at {request.scheduler}.",
                             "Start one, or leave --scheduler out for a cluster on this computer.") from error
        with client:
            yield client
        return
    threads = max(1, torch.get_num_threads() // request.workers)
    # A worker takes one scene at a time; memory is the engine's own matter, a pause by Dask would only hang it.
    cluster = LocalCluster(n_workers=request.workers, threads_per_worker=1, memory_limit=0, dashboard_address=None,
                           resources=_resources(request), silence_logs=50, env={"OMP_NUM_THREADS": str(threads)})
    with cluster, Client(cluster) as client:
        yield client


def _resources(request: BatchRequest) -> dict[str, float]:
    """What a scene takes of a worker."""
    return {"GPU": 1} if request.device == "cuda" else {}


def _collect(client: Client, request: BatchRequest, jobs: list[dict[str, Any]],
             reporter: Reporter) -> list[SceneOutcome]:
    """Outcomes in the order of the jobs, told as they come."""
    futures = [client.submit(run_scene, request.task, job, pure=False, retries=request.retries,
                             resources=_resources(request)) for job in jobs]
    found: dict[int, SceneOutcome] = {}
    try:
        while len(found) < len(jobs):
            reporter.check_cancelled()
            waiting = [future for i, future in enumerate(futures) if i not in found]
            try:
                wait(waiting, timeout=POLL_S, return_when="FIRST_COMPLETED")
            except TimeoutError:
                continue
            for i, future in enumerate(futures):
                if i not in found and future.done():
                    found[i] = _outcome(future, jobs[i])
                    _tell(found[i], len(found), len(jobs), reporter)
    finally:
        client.cancel(futures)
    return [found[i] for i in range(len(jobs))]


def _outcome(future: Future, job: Mapping[str, Any]) -> SceneOutcome:
    """What the worker says, or why it says nothing."""
    if future.status == "finished":
        outcome: SceneOutcome = future.result()
        return outcome
    reason = future.exception() if future.status == "error" else future.status
    return SceneOutcome(job["image"], job["output"], FAILED, 0.0, f"{type(reason).__name__}: {reason}"[:500])


def _tell(outcome: SceneOutcome, done: int, total: int, reporter: Reporter) -> None:
    level = "warning" if outcome.status == FAILED else "info"
    reporter.log(level, f"{done} of {total}: {Path(outcome.image).name} {outcome.status} "
                 f"({outcome.seconds:.1f} s){': ' + outcome.message if outcome.message else ''}")
    reporter.progress(done / total, f"{done} of {total} scenes")


def _table(outcomes: list[SceneOutcome]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(outcome, name) for name in COLUMNS] for outcome in outcomes)
    return text.getvalue()
