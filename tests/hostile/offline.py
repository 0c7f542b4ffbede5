"""Forbids the network to a Python process: run as ``python offline.py MODULE ARGS``, like ``python -m MODULE ARGS``.

An audit hook sees every connection that Python asks for, by whatever package, and cannot be removed again. This machine
itself (a test's own server) stays allowed.
"""

from __future__ import annotations

import os
import runpy
import sys

MARK, STATUS = "asked for the network", 97
HERE = ("localhost", "localhost.localdomain", "::1", "0.0.0.0", "::", "")


def host_of(event: str, args: tuple[object, ...]) -> str | None:
    """The other machine that an audit event is about, None if there is none."""
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) and address else None  # a socket file has a path
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return None
    name = host.decode() if isinstance(host, bytes) else host
    return None if not isinstance(name, str) or name in HERE or name.startswith("127.") else name


def refuse(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: end the process at the first attempt, so that no ``except`` can hide it."""
    if (host := host_of(event, args)) is not None:
        os.write(2, f"{MARK}: {event} {host}\n".encode())
        os._exit(STATUS)


if __name__ == "__main__":
    sys.addaudithook(refuse)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
