"""Safetensors files byte by byte, so that they can be wrong: length of the header, header, data."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any


def header_of(path: Path) -> dict[str, Any]:
    """The header of a file: its entries, and its texts under ``__metadata__``."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length))


def data_of(path: Path) -> bytes:
    """What follows the header."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return content[8 + length:]


def write(path: Path, header: Any, data: bytes = b"", length: int | None = None) -> Path:
    """A file of this header, in bytes or as JSON values, with a true or another length in front."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)
    return path
