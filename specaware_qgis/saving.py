"""Writes small files so that they are whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .errors import EngineError
from .i18n import tr


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together.

    Raises:
        EngineError: one cannot be written; then none is changed that was not complete before.
    """
    partials = {path.with_name(f".{path.name}.part"): path for path in files}
    try:
        for partial, path in partials.items():
            partial.write_bytes(files[path])
        for partial, path in partials.items():
            partial.replace(path)
    except OSError as error:
        for partial in partials:
            partial.unlink(missing_ok=True)
        raise EngineError(tr("The file could not be written: {}.").format(error), tr("Choose another folder."),
                          "output") from error


def write_text(path: Path, text: str) -> None:
    """Write one file of text, as UTF-8."""
    write_files({path: text.encode()})
