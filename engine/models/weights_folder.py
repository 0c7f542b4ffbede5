"""Where weights files are: those that come with the program, and the user's."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError
from .weights import SUFFIX, default_weights_path

APPLICATION = "specaware"
CHECKPOINT_SUFFIX = ".pth"


@dataclass(frozen=True)
class WeightsFile:
    """A file, and whether it is ``bundled``, the ``user``'s, or a ``download`` that is not imported yet."""

    path: Path
    origin: str


def user_weights_folder() -> Path:
    """``weights`` in the platform's folder for a user's data; it need not exist.

    ``%LOCALAPPDATA%`` on Windows, ``~/Library/Application Support`` on macOS, else ``$XDG_DATA_HOME``, which counts
    only if it is absolute (XDG Base Directory Specification), or ``~/.local/share``.
    """
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "" if sys.platform == "darwin" else "XDG_DATA_HOME"
    fallback = {"win32": "AppData/Local", "darwin": "Library/Application Support"}.get(sys.platform, ".local/share")
    chosen = Path(os.environ.get(variable, "")) if variable else Path()
    return (chosen if chosen.is_absolute() else Path.home() / fallback) / APPLICATION / "weights"


def weights_files() -> list[WeightsFile]:
    """All files found, by origin and name."""
    found = [WeightsFile(path, "bundled") for path in sorted(default_weights_path().parent.glob(f"*{SUFFIX}"))]
    for suffix, origin in ((SUFFIX, "user"), (CHECKPOINT_SUFFIX, "download")):
        found += [WeightsFile(path, origin) for path in sorted(user_weights_folder().glob(f"*{suffix}"))]
    return found


def find_weights(name_or_path: str) -> Path:
    """A path as given, or the file of that name, with or without suffix, among `weights_files`.

    Raises:
        ModelError: there is no such file.
    """
    path = Path(name_or_path)
    if path.is_file():
        return path
    found = [file.path for file in weights_files() if name_or_path in (file.path.name, file.path.stem)]
    if not found:
        raise ModelError(f"There are no weights called {name_or_path!r}.",
                         "See `python -m engine weights list`, or give the path of a file.")
    return found[0]
