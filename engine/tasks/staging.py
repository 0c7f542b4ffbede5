"""Small result files that appear only when the whole job is complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import OutputError
from ..raster.leftovers import part_prefix


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``; what is written there becomes ``path`` if the ``with`` block ends well.

    Raises:
        OutputError: the file cannot be put in place.
    """
    partial = path.with_name(f"{part_prefix(path)}.part")
    try:
        yield partial
        try:
            os.replace(partial, path)
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error}.", "Check the folder's permissions.") from error
    finally:
        partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8; names of files that are not UTF-8 are escaped.

    Raises:
        OutputError: the disk is full or the folder not writable.
    """
    try:
        path.write_bytes(text.encode(errors="backslashreplace"))
    except OSError as error:
        raise OutputError(f"A text file cannot be written to {path.parent}: {error}.",
                          "Check the free space and the folder's permissions.") from error
