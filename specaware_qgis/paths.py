"""Where the plugin's files are. Standard library only."""

from __future__ import annotations

from pathlib import Path

PLUGIN = Path(__file__).resolve().parent
# In a packaged plugin engine/ and resources/ lie inside the plugin's folder, in a checkout beside it.
HOME = PLUGIN if (PLUGIN / "resources").is_dir() and (PLUGIN / "engine").is_dir() else PLUGIN.parent


def resource(*parts: str) -> Path:
    """A file of ``resources/``."""
    return HOME.joinpath("resources", *parts)
