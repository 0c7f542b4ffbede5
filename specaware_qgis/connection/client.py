"""Runs jobs in the engine: one warm worker, started when needed, restarted when dead. Standard library only."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from ..errors import EngineBusy, EngineCancelled, EngineDied, EngineError, EngineMismatch
from ..marking import say
from .process import Command, EngineProcess, Junk

PROTOCOL = 1
POLL_S = 0.05


def _never() -> bool:
    return False


class EngineClient:
    """Talks to one worker from any thread; one job at a time.

    Args:
        command: called each time a worker must be started; may raise `EngineMissing`.
        hello_timeout_s: how long a worker may take to import its packages.
        grace_s: how long a worker may take to cancel a job before it is killed.
    """

    def __init__(self, command: Callable[[], Command], hello_timeout_s: float = 120.0, grace_s: float = 1.0) -> None:
        self._command, self._hello_timeout_s, self._grace_s = command, hello_timeout_s, grace_s
        self._lock = threading.Lock()
        self._process: EngineProcess | None = None
        self._stopping = threading.Event()
        self.hello: dict[str, Any] = {}

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None if none runs."""
        process = self._process
        return process.pid if process is not None and process.exit_code is None else None

    def run(self, task: str, params: dict[str, Any], on_progress: Callable[[float, str], None] | None = None,
            on_log: Callable[[str, str], None] | None = None,
            is_cancelled: Callable[[], bool] | None = None) -> dict[str, Any]:
        """Run one job and wait for its value; the callbacks are called on this thread.

        Raises:
            EngineCancelled: ``is_cancelled`` said so, or `stop` was called.
            EngineBusy: another thread has a job running.
            EngineDied: the worker ended before it answered.
            EngineError: anything else, with the engine's own code, message and hint.
        """
        if not self._lock.acquire(blocking=False):
            raise EngineBusy(say("The engine is running another job."), say("Wait for it to end, or cancel it."))
        try:
            self._stopping.clear()
            job = _Job(task, params, on_progress, on_log, is_cancelled or _never)
            warm = self.pid is not None
            try:
                return self._attempt(job)
            except EngineDied:
                # An idle worker may leave at the very moment a job is sent to it.
                if not warm or job.heard or self._stopping.is_set():
                    raise
                return self._attempt(job)
        except BaseException:
            if self._stopping.is_set():
                raise EngineCancelled from None
            raise
        finally:
            self._lock.release()

    def stop(self) -> None:
        """End the worker; a running job ends as cancelled. Never fails."""
        self._stopping.set()
        process, self._process = self._process, None
        if process is not None:
            process.send({"type": "shutdown"})
            process.end(grace_s=0.5)

    def _attempt(self, job: _Job) -> dict[str, Any]:
        process = self._ready_process(job)
        job.id = uuid.uuid4().hex
        try:
            process.send({"type": "run", "id": job.id, "task": job.task, "params": job.params})
            return self._follow(process, job)
        except EngineError as error:
            if isinstance(error, (EngineDied, EngineMismatch)) or process.exit_code is not None:
                self._discard(process)
            raise
        except BaseException:
            self._discard(process)  # a callback failed: nobody listens to this job any more
            raise

    def _follow(self, process: EngineProcess, job: _Job) -> dict[str, Any]:
        """Pass messages on until the job's answer arrives."""
        kill_at = None
        while True:
            if kill_at is None and (job.is_cancelled() or self._stopping.is_set()):
                process.send({"type": "cancel", "id": job.id})
                kill_at = time.monotonic() + self._grace_s
            if kill_at is not None and time.monotonic() >= kill_at:
                self._discard(process)
                raise EngineCancelled
            with contextlib.suppress(queue.Empty):
                message = process.messages.get(timeout=POLL_S)
                if message is None and kill_at is not None:
                    raise EngineCancelled
                done, value = job.take(_checked(message, process))
                if done:
                    return value

    def _ready_process(self, job: _Job) -> EngineProcess:
        """The warm worker, or a new one that has said hello."""
        if self._process is not None and self._process.exit_code is None:
            return self._process
        if self._process is not None:
            self._discard(self._process)
        if job.on_progress is not None:
            job.on_progress(0.0, "Starting the engine")
        process = self._process = EngineProcess(self._command())
        try:
            self.hello = self._await_hello(process, job)
        except BaseException:
            self._discard(process)
            raise
        return process

    def _await_hello(self, process: EngineProcess, job: _Job) -> dict[str, Any]:
        give_up_at = time.monotonic() + self._hello_timeout_s
        while time.monotonic() < give_up_at:
            if job.is_cancelled() or self._stopping.is_set():
                raise EngineCancelled
            with contextlib.suppress(queue.Empty):
                message = _checked(process.messages.get(timeout=POLL_S), process)
                if message["type"] != "hello" or message.get("protocol") != PROTOCOL:
                    raise EngineMismatch(
                        say("The engine speaks protocol {}, this plugin protocol {}.").format(
                            message.get("protocol"), PROTOCOL), say("Install plugin and engine of the same version."))
                return message
        raise EngineError(say("The engine did not answer within {:g} s.").format(self._hello_timeout_s), say(
            "Try again; if it stays so, check the engine's Python in the SpecAware panel."), "timeout")

    def _discard(self, process: EngineProcess) -> None:
        process.end()
        if self._process is process:
            self._process = None


class _Job:
    """One request and what is to be done with the answers."""

    def __init__(self, task: str, params: dict[str, Any], on_progress: Callable[[float, str], None] | None,
                 on_log: Callable[[str, str], None] | None, is_cancelled: Callable[[], bool]) -> None:
        self.id, self.task, self.params = "", task, params
        self.on_progress, self.on_log, self.is_cancelled = on_progress, on_log, is_cancelled
        self.heard = False

    def take(self, message: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        """Handle one message: whether the job is done, and its value."""
        kind, ours = message["type"], message.get("id") == self.id
        # An error without an id says that the worker did not understand what was just sent.
        if kind == "error" and (ours or not message.get("id")):
            if message.get("code") == "cancelled":
                raise EngineCancelled
            raise EngineError(*(str(message.get(key, "")) for key in ("message", "hint", "code")))
        if not ours:
            return False, {}  # the tail of an earlier job
        self.heard = True
        if kind == "result" and isinstance(message.get("value"), dict):
            return True, message["value"]
        if kind == "progress" and self.on_progress is not None:
            self.on_progress(_fraction(message.get("fraction")), str(message.get("message", "")))
        elif kind == "log" and self.on_log is not None:
            self.on_log(str(message.get("level", "info")), str(message.get("message", "")))
        return False, {}


def _fraction(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, (int, float)) else 0.0


def _checked(message: dict[str, Any] | Junk | None, process: EngineProcess) -> dict[str, Any]:
    """The message, or the error that its absence or its form means."""
    if isinstance(message, Junk):
        raise EngineMismatch(say("The engine sent a line that is not a message: {!r}.").format(message.text),
                             say("Install plugin and engine of the same version."), "bad-message")
    if message is not None:
        return message
    code, words = process.wait(1.0), process.last_words()
    reason = {None: say("it closed its output"),
              -9: say("it was killed (exit code -9), perhaps for lack of memory")}.get(
                  code, say("exit code {}").format(code))
    told = say("The engine ended before the job was done: {}.").format(reason)
    raise EngineDied(f"{told} {say('It said: {}').format(words)}" if words else told,
                     say("Run the job again; the engine restarts by itself."))
