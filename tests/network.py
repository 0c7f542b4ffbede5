"""Cuts the tests off: they and everything they start reach no machine but this one.

As root (the CI) the test process moves into a network namespace of its own, which holds the loopback device alone, and
every process it starts inherits it: the engine, ``qgis_process``, GDAL's curl, Qt. The kernel counts what found no way
out. Elsewhere an audit hook sees at least what Python asks for in the test process itself.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HERE = ("localhost", "localhost.localdomain", "::1", "0.0.0.0", "::", "")
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41
COUNTERS = ("OutNoRoutes", "Ip6OutNoRoutes")


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


class Cut:
    """The cut, from the moment it is made to the end of the process."""

    def __init__(self) -> None:
        self._asked: list[str] = []
        self._allowed = False
        self._outside = self._leave()
        self._counted = self._count()
        sys.addaudithook(self._hook)

    @property
    def reaches_children(self) -> bool:
        """Whether the processes that are started are cut off as well."""
        return self._outside is not None

    def asked(self) -> list[str]:
        """What was asked of the network since the last call."""
        found, self._asked = self._asked, []
        before, self._counted = self._counted, self._count()
        if self._counted > before:
            found.append(f"{self._counted - before} attempts of a process")
        return found

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """The network is there: for tests of what a person asks for by a button."""
        with open("/proc/thread-self/ns/net") as inside:
            self._enter(self._outside)
            self._allowed = True
            try:
                yield
            finally:
                self._allowed = False
                self._enter(inside.fileno() if self._outside is not None else None)

    @staticmethod
    def _leave() -> int | None:
        """Move into a namespace of our own; returns the one left, None where that is not allowed."""
        if sys.platform != "linux" or os.geteuid() != 0 or not Path("/proc/thread-self/ns/net").exists():
            return None
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
            os.close(outside)
            return None
        with socket.socket() as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP_RUNNING))
        return outside

    @staticmethod
    def _enter(namespace: int | None) -> None:
        if namespace is not None and ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "The network namespace could not be changed.")

    def _count(self) -> int:
        """How often the kernel found no way out of the namespace, for any process in it."""
        if self._outside is None:
            return 0
        lines = Path("/proc/net/snmp").read_text().splitlines()
        names, values = (line.split()[1:] for line in lines if line.startswith("Ip:"))
        pairs = list(zip(names, values, strict=True))
        with suppress(FileNotFoundError):  # no IPv6
            pairs += [tuple(line.split()) for line in Path("/proc/net/snmp6").read_text().splitlines()]
        return sum(int(value) for name, value in pairs if name in COUNTERS)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if not self._allowed and (host := host_of(event, args)) is not None:
            self._asked.append(f"{event} {host}")
            raise PermissionError(f"A test asked for {host}.")


cut = Cut()
