"""The verb ``inspect``: what the engine understands of an image."""

from __future__ import annotations

from typing import Any

from .common import image_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("inspect", help="tell size, bands, wavelengths, bad bands, sensor and level")
    image_options(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(verb=verb("inspect", lambda value: table(value, skip=("bands",))))
