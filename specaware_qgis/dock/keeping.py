"""Keeps the state of the dock in the project."""

from __future__ import annotations

import json
from typing import Any

from qgis.core import QgsProject

SCOPE, KEY = "SpecAware", "/desk"


def write(state: dict[str, Any]) -> None:
    """Put the state into the project; it reaches the disk when the project is saved."""
    QgsProject.instance().writeEntry(SCOPE, KEY, json.dumps(state))


def read() -> dict[str, Any]:
    """The state that the project holds; empty if none or if it cannot be understood."""
    text, found = QgsProject.instance().readEntry(SCOPE, KEY, "")
    try:
        state = json.loads(text) if found and text else {}
    except ValueError:
        state = {}
    return state if isinstance(state, dict) else {}
