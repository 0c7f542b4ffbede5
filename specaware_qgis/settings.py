"""What the user can set once for all projects."""

from __future__ import annotations

import os

from qgis.core import QgsApplication, QgsSettings

PREFIX = "specaware/"
DEFAULT_IDLE_S = 15 * 60
DEVICES = ("auto", "cpu", "cuda")


def engine_python() -> str:
    """Path of the engine's Python as set by the user, empty to look for it."""
    return str(QgsSettings().value(PREFIX + "engine_python", "") or "")


def set_engine_python(path: str) -> None:
    """Remember the engine's Python; empty forgets it."""
    QgsSettings().setValue(PREFIX + "engine_python", path)


def device() -> str:
    """Where to compute: ``auto``, ``cpu`` or ``cuda``."""
    value = str(QgsSettings().value(PREFIX + "device", "auto"))
    return value if value in DEVICES else "auto"


def set_device(name: str) -> None:
    """Remember where to compute; one of `DEVICES`."""
    QgsSettings().setValue(PREFIX + "device", name)


def idle_s() -> int:
    """After how many idle seconds the engine leaves and frees its memory."""
    try:
        return max(1, int(QgsSettings().value(PREFIX + "idle_s", DEFAULT_IDLE_S)))
    except (TypeError, ValueError):
        return DEFAULT_IDLE_S


def set_idle_s(seconds: int) -> None:
    """Remember how long an idle engine stays."""
    QgsSettings().setValue(PREFIX + "idle_s", seconds)


def install_folder() -> str:
    """Where the engine is installed: chosen by the user, or beside QGIS' own settings."""
    chosen = str(QgsSettings().value(PREFIX + "install_folder", "") or "")
    return chosen or os.path.join(QgsApplication.qgisSettingsDirPath(), "specaware", "engine")


def set_install_folder(path: str) -> None:
    """Remember where the engine is installed; empty takes the usual place."""
    QgsSettings().setValue(PREFIX + "install_folder", path)
