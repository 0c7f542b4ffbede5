"""Messages between a client (the QGIS plugin) and the worker: one JSON object a line, UTF-8.

Standard library only; `specaware_qgis/connection/client.py` speaks the same protocol from the other side.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import ProtocolError

PROTOCOL = 1
MAX_LINE_BYTES = 1_000_000


@dataclass(frozen=True)
class Hello:
    """First line of a worker."""

    engine: str
    python: str
    torch: str
    devices: list[str]
    protocol: int = PROTOCOL


@dataclass(frozen=True)
class Run:
    """Start ``task`` with ``params`` (the fields of its request)."""

    id: str
    task: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cancel:
    """Stop the job ``id``."""

    id: str


@dataclass(frozen=True)
class Ping:
    """Ask for a `Pong`."""


@dataclass(frozen=True)
class Pong:
    """Answer to a `Ping`."""


@dataclass(frozen=True)
class Shutdown:
    """End the worker."""


@dataclass(frozen=True)
class Progress:
    """How far a job is, ``fraction`` in 0..1."""

    id: str
    fraction: float
    message: str = ""


@dataclass(frozen=True)
class Log:
    """A log line of a job; ``level`` is ``info`` or ``warning``."""

    id: str
    level: str
    message: str


@dataclass(frozen=True)
class Result:
    """The value a job ended with."""

    id: str
    value: dict[str, Any]


@dataclass(frozen=True)
class Error:
    """A job that failed, or (empty ``id``) a line that could not be understood."""

    id: str
    code: str
    message: str
    hint: str = ""


Message = Hello | Run | Cancel | Ping | Pong | Shutdown | Progress | Log | Result | Error
TYPES: dict[str, type] = {
    cls.__name__.lower(): cls for cls in (Hello, Run, Cancel, Ping, Pong, Shutdown, Progress, Log, Result, Error)
}

JSON_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "dict": (dict,),
                                           "list": (list,)}


def encode(message: Message) -> bytes:
    """One line, newline included. NaN and infinity are not JSON and raise ValueError."""
    body = {"type": type(message).__name__.lower(), **asdict(message)}
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A half of a surrogate pair (a file name that is not UTF-8) is kept as a JSON escape.
    return text.encode(errors="backslashreplace") + b"\n"


def decode(line: bytes) -> Message:
    """Parse one line; raises `ProtocolError` for anything that is not a known message."""
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError(f"A message of {len(line)} bytes is too long.", f"Keep lines below {MAX_LINE_BYTES} bytes.")
    try:
        body = json.loads(line)
        kind = TYPES[body.pop("type")]
        _check_types(kind, body)
        return kind(**body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProtocolError(f"A line is not a message of protocol {PROTOCOL}: {error!r}.",
                            "Plugin and engine must have the same version.") from error


def _check_types(kind: type, body: dict[str, Any]) -> None:
    """Raise TypeError for a value of another JSON type than the field's; its content is the task's business."""
    for item in fields(kind):
        expected = JSON_TYPES[str(item.type).partition("[")[0]]
        if item.name in body and (not isinstance(body[item.name], expected) or isinstance(body[item.name], bool)):
            raise TypeError(f"{item.name} is not of type {item.type}")
