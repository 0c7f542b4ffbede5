"""Files of weights and models: put in place when complete, and known by their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to save safetensors to; it takes the place of ``path`` if the ``with`` block ends well.

    Raises:
        OSError: it cannot be put in place.
    """
    partial = path.with_name(path.name + ".part")
    try:
        yield partial
        partial.chmod(0o644)  # safetensors makes it private
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
