"""Puts the plugin together as QGIS wants to find it: build/plugins/specaware_qgis with metadata.txt inside.

Everything is linked, not copied, so that the plugin runs from the checkout and finds the engine there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "build" / "plugins"
BESIDE = ("metadata.txt", "LICENSE", "resources")


def stage() -> Path:
    """Link the plugin anew; returns the folder for QGIS_PLUGINPATH."""
    target = PLUGINS / "specaware_qgis"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    items = [p for p in (ROOT / "specaware_qgis").iterdir() if p.name != "__pycache__"]
    for item in items + [ROOT / name for name in BESIDE if (ROOT / name).exists()]:
        (target / item.name).symlink_to(item)
    return PLUGINS


if __name__ == "__main__":
    print(stage())
