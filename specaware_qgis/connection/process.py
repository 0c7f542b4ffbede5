"""One engine process: started, spoken to in lines of JSON, and ended together with its children.

Standard library only, so that it can be tested without QGIS.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EngineMissing
from ..marking import say

MAX_LINE_BYTES = 16_000_000
KEPT_STDERR_LINES = 200
END_S = 5.0


@dataclass(frozen=True)
class Command:
    """A program to start: arguments, environment and working folder."""

    args: Sequence[str]
    env: Mapping[str, str]
    cwd: str


@dataclass(frozen=True)
class Junk:
    """A line that is not a JSON object."""

    text: str


class EngineProcess:
    """A running worker. Two threads drain its pipes, so that it can never block on them."""

    def __init__(self, command: Command) -> None:
        try:
            self._popen = start(command, stdin=subprocess.PIPE)
        except OSError as error:
            raise EngineMissing(say("The engine could not be started: {}.").format(error),
                                say("Check the engine's Python in the SpecAware panel.")) from error
        # None marks the end of the worker's output.
        self.messages: queue.Queue[dict[str, Any] | Junk | None] = queue.Queue()
        self._stderr: deque[str] = deque(maxlen=KEPT_STDERR_LINES)
        self._write_lock = threading.Lock()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read_out, self._read_err)]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._popen.poll()

    def send(self, body: Mapping[str, Any]) -> bool:
        """Write one message; False if the process no longer listens."""
        with self._write_lock:
            try:
                self._popen.stdin.write(json.dumps(body, allow_nan=False).encode() + b"\n")
                self._popen.stdin.flush()
            except (OSError, ValueError):
                return False
        return True

    def last_words(self, lines: int = 5) -> str:
        """The last lines it wrote to stderr."""
        self._threads[1].join(timeout=0.5)
        return "\n".join(list(self._stderr)[-lines:])

    def wait(self, timeout_s: float) -> int | None:
        """Wait for its end; the exit code, or None if it still runs."""
        try:
            return self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def end(self, grace_s: float = 0.0) -> None:
        """Close its input, which asks it to leave, and after the grace kill it and its children."""
        with contextlib.suppress(OSError):
            self._popen.stdin.close()
        if self.wait(grace_s) is None:
            kill(self._popen)
        for thread in self._threads:
            thread.join(timeout=1.0)

    def _read_out(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._popen.stdout.readline(MAX_LINE_BYTES):
                self.messages.put(parse(line))
        self.messages.put(None)

    def _read_err(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._popen.stderr:
                self._stderr.append(line.decode(errors="replace").rstrip())


def parse(line: bytes) -> dict[str, Any] | Junk:
    """A message, or what came instead of one."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict) and isinstance(body.get("type"), str):
        return body
    return Junk(line[:200].decode(errors="replace").strip())


def start(command: Command, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, without a console window."""
    options: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(  # nosec B603  # a list without a shell; the program is the Python the user chose
        list(command.args), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=command.cwd,
        env=dict(command.env), **options)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process started by `start` with all its children, and collect it."""
    if os.name == "nt":
        taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        subprocess.run(  # nosec B603  # a list without a shell; the program by its full path
            [str(taskkill), "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)
    elif process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
