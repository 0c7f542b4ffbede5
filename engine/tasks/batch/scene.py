"""One scene of a batch, as a worker of the cluster runs it; complete outputs are known by their hashes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import __version__
from ...errors import SpecAwareError
from ...models.files import file_hash
from ...reporting import SilentReporter
from ..registry import run_task
from ..staging import staged, write_text
from ..warm import fingerprint

DONE, SKIPPED, FAILED = "done", "complete already", "failed"
OUTPUTS = ("output", "confidence", "uncertainty")
INPUTS = ("image", "model", "weights", "labels", "wavelengths")


@dataclass(frozen=True)
class SceneOutcome:
    """What became of a scene.

    Attributes:
        image: the scene.
        output: its map.
        status: `DONE`, `SKIPPED` or `FAILED`.
        seconds: it took.
        message: why it failed.
    """

    image: str
    output: str
    status: str
    seconds: float
    message: str = ""


def mark_path(output: Path) -> Path:
    """The small file beside an output that says what it was made from and what it must hold."""
    return output.with_name(output.name + ".done.json")


def run_scene(task: str, params: Mapping[str, Any]) -> SceneOutcome:
    """Run a task on a scene unless its outputs are complete; a mistake of the user is an outcome, not an exception."""
    start, image, output = time.monotonic(), str(params["image"]), str(params["output"])
    try:
        key, mark = _key(task, params), mark_path(Path(output))
        if _is_complete(mark, key):
            return SceneOutcome(image, output, SKIPPED, 0.0)
        run_task(task, params, SilentReporter())
        hashes = {params[name]: file_hash(Path(params[name])) for name in OUTPUTS if params.get(name)}
        with staged(mark) as partial:
            write_text(partial, json.dumps({"key": key, "sha256": hashes}, indent=1))
    except SpecAwareError as error:
        return SceneOutcome(image, output, FAILED, round(time.monotonic() - start, 2),
                            f"{error.code}: {error.message} {error.hint}".strip())
    return SceneOutcome(image, output, DONE, round(time.monotonic() - start, 2))


def _key(task: str, params: Mapping[str, Any]) -> str:
    """Hash of all settings, and of size and time of the input files."""
    files = fingerprint(sorted(str(params[name]) for name in INPUTS if params.get(name)))
    told = json.dumps([__version__, task, dict(sorted(params.items())), files], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _is_complete(mark: Path, key: str) -> bool:
    """True if the mark is of the same inputs and the outputs hold what it says."""
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
        return found["key"] == key and all(file_hash(Path(p)) == h for p, h in found["sha256"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
