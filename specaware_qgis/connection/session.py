"""The engines shared by the dock and all algorithms of this QGIS."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import settings
from .client import EngineClient
from .environment import Engine, find_engine
from .process import Command

OUTPUT_PARAMS = ("output", "confidence", "uncertainty", "report", "save_model", "from_to", "curves")


def engine() -> Engine:
    """The engine of the user's settings; raises `EngineMissing`."""
    return find_engine(settings.engine_python())


def _worker_command() -> Command:
    return engine().command("worker", "--idle-seconds", str(settings.idle_s()))


client = EngineClient(_worker_command)
# Answers short questions while the first one is at a long job; started only then.
second = EngineClient(_worker_command)


def stop() -> None:
    """End both engines."""
    client.stop()
    second.stop()


def run(task: str, params: dict[str, Any], on_progress: Callable[[float, str], None] | None = None,
        on_log: Callable[[str, str], None] | None = None, is_cancelled: Callable[[], bool] | None = None,
        aside: bool = False) -> dict[str, Any]:
    """`EngineClient.run` on the shared client, or on the second one; a job that fails leaves no partial file behind."""
    try:
        return (second if aside else client).run(task, params, on_progress, on_log, is_cancelled)
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
