"""The verb ``suggest``: places worth labelling next."""

from __future__ import annotations

from typing import Any

from .common import EXTENT, device_options, extent, image_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("suggest", help="name places worth labelling next, from a model saved by classify")
    image_options(parser)
    parser.add_argument("--model", required=True, metavar="M.safetensors", help="a model saved by --save-model")
    parser.add_argument("--output", required=True, metavar="POINTS.gpkg")
    parser.add_argument("--count", type=int, default=30, metavar="N", help="number of places (default 30)")
    parser.add_argument("--gap", dest="gap_px", type=float, metavar="PX", help="least distance between two of them")
    device_options(parser)
    parser.add_argument(EXTENT, type=extent, metavar="X0,Y0,X1,Y1", help="only this part, in the image's CRS")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=verb("suggest", _show))


def _show(value: dict[str, Any]) -> str:
    return table(value, skip=("warnings",))
