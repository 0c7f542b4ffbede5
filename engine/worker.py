"""The worker: NDJSON over stdin and stdout, one job at a time; the libraries stay loaded between jobs."""

from __future__ import annotations

import os
import platform
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from . import __version__
from .errors import BusyError, ProtocolError, SpecAwareError, is_out_of_memory
from .reporting import CallbackReporter
from .tasks.registry import run_task
from .wire import (
    MAX_LINE_BYTES,
    Cancel,
    Error,
    Hello,
    Log,
    Message,
    Ping,
    Pong,
    Progress,
    Result,
    Run,
    Shutdown,
    decode,
    encode,
)

IDLE_SECONDS = 15 * 60
GRACE_SECONDS = 1.5


class Worker:
    """Runs jobs on the calling thread while another thread reads messages."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, idle_s: float = IDLE_SECONDS) -> None:
        self._source, self._sink, self._idle_s = source, sink, idle_s
        self._lock = threading.Lock()
        self._jobs: queue.Queue[Run | None] = queue.Queue()
        self._current: tuple[str, CallbackReporter] | None = None
        self._finished = threading.Event()

    def serve(self) -> None:
        """Say hello, then run jobs until shutdown, end of input or the idle time is over."""
        self._send(_hello())
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_s)
            except queue.Empty:
                return
            if job is None:
                return
            self._work(job)

    def _send(self, message: Message) -> None:
        with self._lock:
            self._sink.write(encode(message))
            self._sink.flush()

    def _read(self) -> None:
        """Take messages as they come. End of input ends the process at once: nobody is listening any more."""
        try:
            while line := self._source.readline(MAX_LINE_BYTES + 1):
                rest = line
                while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
                    rest = self._source.readline(MAX_LINE_BYTES + 1)  # the rest of a line too long is not a message
                try:
                    self._take(decode(line))
                except SpecAwareError as error:
                    self._send(Error("", error.code, error.message, error.hint))
        finally:  # nor when an answer finds the pipe closed
            self._leave()

    def _leave(self) -> None:
        """End the process; a running job gets a moment to remove its unfinished files."""
        current = self._current
        if current is not None:
            current[1].cancelled.set()
            self._finished.wait(GRACE_SECONDS)
        os._exit(0)

    def _take(self, message: Message) -> None:
        match message:
            case Run():
                self._accept(message)
            case Cancel(id=job):
                current = self._current
                if current is not None and current[0] == job:
                    current[1].cancelled.set()
            case Ping():
                self._send(Pong())
            case Shutdown():
                self._jobs.put(None)
            case _:
                raise ProtocolError(f"A client does not send {type(message).__name__.lower()!r}.",
                                    "Send run or cancel.")

    def _accept(self, job: Run) -> None:
        """Start a job; a second one is refused rather than queued, so that the user knows."""
        if self._current is not None:
            busy = BusyError("The engine is running another job.", "Wait for it to end, or cancel it.")
            self._send(Error(job.id, busy.code, busy.message, busy.hint))
            return
        self._finished.clear()
        self._current = (job.id, CallbackReporter(
            lambda fraction, message: self._send(Progress(job.id, round(float(fraction), 4), message)),
            lambda level, message: self._send(Log(job.id, level, message))))
        self._jobs.put(job)

    def _work(self, job: Run) -> None:
        """Run one job and answer with exactly one result or error."""
        assert self._current is not None  # nosec B101  # for the type checker
        try:
            answer: Message = Result(job.id, run_task(job.task, job.params, self._current[1]))
            encode(answer)  # a value that is not JSON is a fault of the task
        except SpecAwareError as error:
            answer = Error(job.id, error.code, error.message, error.hint)
        except Exception as error:
            traceback.print_exc()
            answer = Error(job.id, "internal", f"The engine failed: {type(error).__name__}: {error}",
                           "This is a fault of the engine; please report it with the log.")
            if is_out_of_memory(error):
                answer = Error(job.id, "out-of-memory", "The computer ran out of memory.",
                               "Close other programs, or map a smaller extent.")
        self._current = None
        self._finished.set()
        self._send(answer)


def _hello() -> Hello:
    import torch

    devices = ["cpu"] + [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    return Hello(__version__, platform.python_version(), torch.__version__, devices)


def main(idle_s: float = IDLE_SECONDS) -> int:
    """Serve on the real stdin and stdout; whatever else prints goes to stderr."""
    protocol = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    Worker(sys.stdin.buffer, protocol, idle_s).serve()
    sys.stderr.flush()
    # The reading thread waits inside stdin, whose lock an orderly exit cannot get: Python would abort.
    os._exit(0)
