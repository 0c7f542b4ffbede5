"""Makes the engine's environment, goes on where it was stopped, and repairs it. Standard library only."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import shutil
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import EngineCancelled, EngineError
from ..marking import say
from .environment import Engine, diagnose, find_engine
from .install_plan import InstallPlan
from .process import Command, kill, start

# Nothing is ever changed in a folder that holds something and lacks this mark.
MARK = "specaware-environment.json"
MISSING, HALF, OUTDATED, READY = "missing", "half", "outdated", "ready"
INSTALLING = "installing"
SPACE_FACTOR, MB = 1.2, 1024**2
POLL_S, KEPT_LINES = 0.1, 30
CREDENTIALS = re.compile(r"(://)[^/@\s]+@")

Line = Callable[[str], None]
Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]


def state_of(plan: InstallPlan) -> str:
    """`MISSING`, `HALF` installed, `OUTDATED` (the list of packages has changed since) or `READY`."""
    mark = _read_mark(plan.target)
    if mark is None:
        return MISSING
    if mark.get("state") != READY or not plan.python.exists():
        return HALF
    return READY if mark.get("requirements") == plan.fingerprint() else OUTDATED


def install(plan: InstallPlan, home: Path, on_line: Line, on_progress: Progress, is_cancelled: Cancelled) -> Engine:
    """Make the environment, or go on with one that was stopped; the engine in it has been examined.

    Args:
        plan: what to install and where.
        home: folder that holds ``engine/``.
        on_line: takes each line that the commands print.
        on_progress: takes a share 0..1 and what is being done.
        is_cancelled: asked ten times a second; what is there then is kept, and another call goes on with it.

    Raises:
        EngineCancelled: ``is_cancelled`` said so.
        EngineError: the folder holds something else, the disk is full, a command failed, or the engine in the new
            environment finds problems.
    """
    _check_target(plan)
    _write_mark(plan, INSTALLING)
    if not _can_run(plan):
        on_progress(0.02, say("Making the environment"))
        _run(plan.create(), on_line, is_cancelled, say("The environment could not be made."))
    seen = 0

    def watch(line: str) -> None:
        nonlocal seen
        on_line(line)
        if line.startswith(("Collecting", "Downloading", "Installing", " + ", "Resolved", "Prepared")):
            seen += 1
            late = line.startswith("Installing")
            on_progress(0.85 if late else min(0.05 + 0.012 * seen, 0.8), line.strip()[:90])

    _run(plan.fill(), watch, is_cancelled, say("The packages could not be installed."))
    return _examined(plan, home, on_progress, is_cancelled)


def repair(plan: InstallPlan, home: Path, on_line: Line, on_progress: Progress, is_cancelled: Cancelled) -> Engine:
    """Install what is missing; if the engine still finds problems, make the environment anew. Raises as `install`."""
    try:
        return install(plan, home, on_line, on_progress, is_cancelled)
    except EngineCancelled:
        raise
    except EngineError as error:
        if _read_mark(plan.target) is None:
            raise  # the folder is not ours
        on_line(error.text())
    on_line(say("Making the environment anew."))
    shutil.rmtree(plan.venv, ignore_errors=True)
    return install(plan, home, on_line, on_progress, is_cancelled)


def _examined(plan: InstallPlan, home: Path, on_progress: Progress, is_cancelled: Cancelled) -> Engine:
    """Let the engine examine itself in the new environment; only then it counts as ready."""
    on_progress(0.93, say("Checking the engine"))
    engine = find_engine(str(plan.python), home)
    problems = diagnose(engine, is_cancelled).get("problems") or []
    if problems:
        raise EngineError(say("The new environment does not work: {}").format(problems[0].get("message", "")),
                          say("Repair it; the log has the details."), "environment")
    _write_mark(plan, READY)
    on_progress(1.0, say("Ready"))
    return engine


def _check_target(plan: InstallPlan) -> None:
    target = plan.target
    if target.exists() and _read_mark(target) is None and (not target.is_dir() or any(target.iterdir())):
        raise EngineError(say("The folder {} holds something that was not installed by SpecAware.").format(target),
                          say("Choose an empty folder, or one that does not exist."), "environment")
    if plan.base is None and plan.uv is None:
        raise EngineError(say("No Python was found that an environment can be made from."),
                          say("Install Python 3.11 or newer, or uv; or use an existing environment."), "environment")
    try:
        target.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target).free
    except OSError as error:
        raise EngineError(say("The folder {} cannot be made: {}.").format(target, error),
                          say("Choose another folder.")) from error
    needed = SPACE_FACTOR * (plan.build.disk_mb if plan.build else 0) * MB
    if state_of(plan) == MISSING and free < needed:
        raise EngineError(say("There are {:,} MB free for {}, and {:,.0f} MB are needed.").format(
            free // MB, target, needed / MB), say("Free some space, or choose a folder on another disk."),
            "environment")


def _can_run(plan: InstallPlan) -> bool:
    """Whether the environment has a Python with pip already."""
    if not plan.python.exists():
        return False
    question = ("-c", "pass") if plan.uv is not None else ("-m", "pip", "--version")
    with contextlib.suppress(EngineError):
        _run(Command((str(plan.python), *question), plan.fill().env, str(plan.target)), lambda _: None,
             lambda: False, "")
        return True
    return False


def _run(command: Command, on_line: Line, is_cancelled: Cancelled, what: str) -> None:
    """Run a command to its end and pass its output on line by line; it is killed with its children on cancel."""
    try:
        process = start(command)
    except OSError as error:
        raise EngineError(f"{what} {say('{} cannot be started: {}.').format(command.args[0], error)}",
                          say("Choose another.")) from error
    lines: queue.Queue[str] = queue.Queue()
    threads = [threading.Thread(target=_drain, args=(pipe, lines), daemon=True)
               for pipe in (process.stdout, process.stderr)]
    for thread in threads:
        thread.start()
    last: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        while any(thread.is_alive() for thread in threads) or not lines.empty():
            with contextlib.suppress(queue.Empty):
                last.append(lines.get(timeout=POLL_S))
                on_line(last[-1])
            if is_cancelled():
                raise EngineCancelled
        code = process.wait()
    finally:
        kill(process)
    if code != 0:
        told = [line for line in last if line.lower().startswith(("error", "  ×", "  ╰"))] or list(last)[-3:]
        raise EngineError(f"{what} {' '.join(told)}".strip(), _advice(" ".join(last)), "environment")


def without_credentials(text: str) -> str:
    """A text with ``***`` for the user and password in its addresses."""
    return CREDENTIALS.sub(r"\1***@", text)


def _drain(pipe: Any, lines: queue.Queue[str]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in pipe:
            lines.put(without_credentials(line.decode(errors="replace").rstrip()))


def _advice(text: str) -> str:
    low = text.lower()
    if "no space left" in low:
        return say("Free some space on the disk and go on.")
    if any(word in low for word in ("proxy", "connection", "timed out", "name resolution", "certificate")):
        return say(
            "Check the network and the proxy in QGIS' settings (Options, Network), then go on; what has come stays.")
    if "no matching distribution" in low or "no solution found" in low:
        return say("The index, or the folder of packages, lacks one for this Python; choose another Python.")
    return say("The log has the details; go on to try again.")


def _read_mark(target: Path) -> dict[str, Any] | None:
    try:
        body = json.loads((target / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def _write_mark(plan: InstallPlan, state: str) -> None:
    body = {"state": state, "requirements": plan.fingerprint(), "build": plan.build.key if plan.build else ""}
    path, partial = plan.target / MARK, plan.target / (MARK + ".part")
    try:
        partial.write_text(json.dumps(body), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise EngineError(say("The folder {} cannot be written to: {}.").format(plan.target, error),
                          say("Choose another folder.")) from error
