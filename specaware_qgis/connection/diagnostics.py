"""What a person who helps needs to know, as text without names of people and without credentials."""

from __future__ import annotations

import configparser
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import Qgis

from ..paths import HOME, PLUGIN
from .installer import without_credentials

MAX_LOG_LINES = 60


def report(doctor: dict[str, Any] | None, problem: str, installed: dict[str, str], log: Sequence[str]) -> str:
    """The text.

    Args:
        doctor: what the engine says of itself, None if it does not run.
        problem: why it does not run, empty if it does.
        installed: name and value of what the installer knows.
        log: lines of the last installation.
    """
    lines = ["SpecAware diagnostics", f"plugin {_version()}", f"QGIS {Qgis.QGIS_VERSION}",
             f"Python of QGIS {platform.python_version()}", f"system {platform.platform()} {platform.machine()}",
             f"packaged {HOME == PLUGIN}", *(f"{name} {value}" for name, value in installed.items())]
    if problem:
        lines.append(f"problem {problem}")
    if doctor is not None:
        lines.append(json.dumps(doctor, indent=1, sort_keys=True))
    if log:
        lines += ["log of the installation:", *log[-MAX_LOG_LINES:]]
    return without_names("\n".join(lines))


def without_names(text: str) -> str:
    """A text without the user's folder and without credentials in addresses."""
    home = str(Path.home())
    for shape in (home, home.replace("\\", "\\\\")):
        if len(shape) > 1:
            text = text.replace(shape, "~")
    return without_credentials(text)


def _version() -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(PLUGIN / "metadata.txt" if (PLUGIN / "metadata.txt").exists() else HOME / "metadata.txt",
                encoding="utf-8")
    return parser.get("general", "version", fallback="?") + f" on {sys.platform}"
