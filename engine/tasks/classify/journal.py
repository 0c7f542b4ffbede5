"""A journal of the finished blocks of a map, so that a long job can go on where it was stopped.

It lies hidden beside the output: a line with the hash of all inputs, then a record a block. A record counts only if it
is whole, so the journal of a process that was killed is good up to its last whole record. One process at a time may use
it: blocks of two jobs in turn would be taken for those of one.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from ...errors import OutputError
from ...inference.mapping import UNCERTAINTY_BANDS, MappedBlock
from ...raster.grid import Window

# Row, column, rows, columns, 1 with uncertainty, length of the packed arrays, their CRC-32.
HEAD = struct.Struct("<IIIIBII")


def journal_path(output: Path) -> Path:
    """Where the journal of an output lies."""
    return output.with_name(f".{output.name}.journal")


class MapJournal:
    """Blocks of a map as they are finished, kept until `remove`.

    Args:
        path: of the journal; what it holds for the same ``key`` is kept, anything else is begun anew.
        key: hash of everything the blocks depend on.

    Attributes:
        count: blocks that an earlier run has finished.

    Raises:
        OutputError: the journal cannot be written, or another process uses it.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._start = path, len(key) + 1
        try:
            self._file: BinaryIO = path.open("a+b")
            if not _lock(self._file):
                self._file.close()
                raise OutputError(f"Another job is making the map that {path.name} belongs to.",
                                  "Wait until it is done, or choose another name for this one.")
            self._file.seek(0)
            if self._file.read(self._start) != key.encode() + b"\n":
                self._file.truncate(0)
                self._file.write(key.encode() + b"\n")
            self.count = sum(1 for _ in self._records())
            self._file.truncate(self._end)
            self._file.flush()
        except OSError as error:
            raise _failed(path, error) from error

    def blocks(self) -> Iterator[MappedBlock]:
        """The blocks of the earlier run, in order."""
        for number, block in enumerate(self._records()):
            if number == self.count:
                return
            yield block

    def add(self, block: MappedBlock) -> None:
        """Keep a finished block.

        Raises:
            OutputError: the disk is full.
        """
        parts = (block.class_ids, block.confidence, *(() if block.uncertainty is None else (block.uncertainty,)))
        packed = zlib.compress(b"".join(np.ascontiguousarray(part).tobytes() for part in parts), 1)
        window = block.window
        head = HEAD.pack(window.row, window.col, window.rows, window.cols, block.uncertainty is not None, len(packed),
                         zlib.crc32(packed))
        try:
            self._file.write(head + packed)  # the file is open for appending
            self._file.flush()
        except OSError as error:
            raise _failed(self._path, error) from error

    def remove(self) -> None:
        """The map is complete: the journal is of no more use."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> MapJournal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def _records(self) -> Iterator[MappedBlock]:
        """All whole records; `_end` is where the last of them ends."""
        self._end = self._start
        while True:
            self._file.seek(self._end)
            head = self._file.read(HEAD.size)
            if len(head) < HEAD.size:
                return
            *place, doubt, length, checksum = HEAD.unpack(head)
            packed = self._file.read(length)
            if len(packed) < length or zlib.crc32(packed) != checksum:
                return
            self._end += HEAD.size + length
            yield _unpacked(Window(*place), bool(doubt), packed)


def _unpacked(window: Window, doubt: bool, packed: bytes) -> MappedBlock:
    data, n = zlib.decompress(packed), window.rows * window.cols
    class_ids = np.frombuffer(data, np.uint8, n).reshape(window.shape)
    planes = np.frombuffer(data, np.float32, offset=n).reshape(-1, *window.shape)
    return MappedBlock(window, class_ids, planes[0], planes[1:1 + len(UNCERTAINTY_BANDS)] if doubt else None)


def _lock(file: BinaryIO) -> bool:
    """Take a file for this process until it is closed; False if another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # a byte that nobody reads: locked ones cannot be
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # some network drives know no locks
    return True


def _failed(path: Path, error: OSError) -> OutputError:
    return OutputError(f"The journal {path} cannot be written: {error}.",
                       "Check the free space and the folder's permissions, or go without --resume.")
