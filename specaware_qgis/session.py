"""The one engine shared by the dock and all algorithms of this QGIS."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import settings
from .engine_client import EngineClient
from .engine_process import Command
from .environment import Engine, find_engine

OUTPUT_PARAMS = ("output", "confidence", "report", "save_model")


def engine() -> Engine:
    """The engine of the user's settings; raises `EngineMissing`."""
    return find_engine(settings.engine_python())


def _worker_command() -> Command:
    return engine().command("worker", "--idle-seconds", str(settings.idle_s()))


client = EngineClient(_worker_command)


def run(task: str, params: dict[str, Any], on_progress: Callable[[float, str], None] | None = None,
        on_log: Callable[[str, str], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None) -> dict[str, Any]:
    """`EngineClient.run` on the shared client; a job that fails leaves no partial file behind."""
    try:
        return client.run(task, params, on_progress, on_log, is_cancelled)
    except BaseException:
        remove_partial_files(params)
        raise


def remove_partial_files(params: dict[str, Any]) -> None:
    """Remove what a killed engine could not: it writes under such names beside the final file."""
    for path in (Path(params[key]) for key in OUTPUT_PARAMS if params.get(key)):
        name = glob.escape(path.name)
        for pattern in (f"{name}.part", f".{name}.part", f".{name}.*.part*"):
            for partial in path.parent.glob(pattern):
                partial.unlink(missing_ok=True)
