"""Finds the engine and its Python, and gives it an environment free of QGIS' own settings. Standard library only."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EngineCancelled, EngineError, EngineMissing
from ..marking import say
from ..paths import HOME
from .process import Command, kill, start

DOCTOR_TIMEOUT_S = 180.0
# Each of these makes the engine's Python load QGIS' packages, another PROJ database or another interpreter's files.
STRIPPED = frozenset((
    "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "PYTHONUSERBASE", "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH",
    "QGIS_PREFIX_PATH", "QGIS_PLUGINPATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM"))


@dataclass(frozen=True)
class Engine:
    """An engine that can be started: its Python, and the folder that holds the package ``engine``."""

    python: Path
    folder: Path

    def command(self, *verb: str) -> Command:
        """``python -m engine VERB ...``."""
        env = child_environment(os.environ)
        # Safe path keeps the working folder off sys.path, so the package's place is named.
        env |= {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1",
                "PYTHONDONTWRITEBYTECODE": "1"}
        # Waiting threads that spin take the processor from QGIS, and from the engine itself when it is shared.
        env.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        return Command((str(self.python), "-m", "engine", *verb), env, str(self.folder))


def child_environment(base: Mapping[str, str]) -> dict[str, str]:
    """``base`` without what would lead the engine's Python astray."""
    return {k: v for k, v in base.items() if k.upper() not in STRIPPED and not k.upper().startswith("DYLD_")}


def data_folder() -> Path:
    """Where an engine installed for this user lives."""
    home = Path.home()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"), "SpecAware")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "SpecAware"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share", "specaware")


def python_of(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_engine(chosen: str = "", home: Path = HOME) -> Engine:
    """Find the engine.

    Args:
        chosen: the Python set by the user; if given, no other is used.
        home: folder that holds ``engine/`` and perhaps ``.venv-engine``.

    Raises:
        EngineMissing: there is none; the hint says what to do.
    """
    if not (home / "engine" / "__main__.py").is_file():
        raise EngineMissing(say("The folder engine is missing in {}.").format(home), say("Install the plugin again."))
    if chosen:
        if not os.access(chosen, os.X_OK) or Path(chosen).is_dir():
            raise EngineMissing(say("The engine's Python {} does not exist or cannot be run.").format(chosen),
                                say("Choose another in the SpecAware panel."))
        return Engine(Path(chosen), home)
    venvs = (home / ".venv-engine", home.parent / ".venv-engine", data_folder() / "venv-engine")
    for venv in venvs:
        if python_of(venv).is_file():
            return Engine(python_of(venv), home)
    target, requirements = venvs[2], home / "engine" / "requirements.txt"
    raise EngineMissing(
        say("SpecAware's engine is not installed: no Python environment for it was found."),
        say("Install it on the page Engine of the SpecAware panel, or choose an existing Python there."),
        by_hand=say("By hand, with Python 3.11: {}").format(
            f"python3.11 -m venv \"{target}\", \"{python_of(target)}\" -m pip install -r \"{requirements}\""))


def diagnose(engine: Engine, is_cancelled: Callable[[], bool] = lambda: False,
             timeout_s: float = DOCTOR_TIMEOUT_S) -> dict[str, Any]:
    """What ``engine doctor`` finds: versions, devices, weights, problems.

    Raises:
        EngineMissing: the Python cannot run the engine at all.
        EngineCancelled: ``is_cancelled`` said so.
    """
    try:
        process = start(engine.command("doctor", "--json"))
    except OSError as error:
        raise EngineMissing(say("{} cannot be started: {}.").format(engine.python, error),
                            say("Choose another Python in the SpecAware panel.")) from error
    give_up_at = time.monotonic() + timeout_s
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                out, err = process.communicate(timeout=0.1)
                return _answer(engine, out, err)
            if is_cancelled():
                raise EngineCancelled
            if time.monotonic() > give_up_at:
                raise EngineError(say("The check of the engine took more than {:g} s.").format(timeout_s),
                                  say("Try again."), "timeout")
    finally:
        kill(process)


def _answer(engine: Engine, out: bytes, err: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        body = json.loads(out)
        if isinstance(body, dict):
            return body
    last = err.decode(errors="replace").strip().splitlines()[-1:] or [say("no output")]
    raise EngineMissing(say("{} cannot run the engine: {}").format(engine.python, last[0]), say(
        "Choose another Python in the SpecAware panel, or install the engine's packages into it."))
