"""The verb ``pair``: how two images fit together, before they are compared."""

from __future__ import annotations

from typing import Any

from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("pair", help="overlap, grids, common bands and shift of two images")
    parser.add_argument("before", help="the earlier image")
    parser.add_argument("after", help="the later image")
    for date in ("before", "after"):
        parser.add_argument(f"--{date}-sensor", metavar="S", help=f"sensor of the {date} image")
        parser.add_argument(f"--{date}-level", choices=["L1", "L2"], help=f"level of the {date} image")
        parser.add_argument(f"--{date}-wavelengths", metavar="TABLE.csv", help=f"band table of the {date} image")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(verb=verb("pair", table))
