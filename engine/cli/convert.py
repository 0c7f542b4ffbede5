"""The verb ``convert``: any image the engine reads as a GeoTIFF."""

from __future__ import annotations

from typing import Any

from .common import EXTENT, extent, image_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("convert", help="write any image as a GeoTIFF with wavelengths that QGIS reads right")
    image_options(parser)
    parser.add_argument("output", metavar="OUT.tif")
    parser.add_argument("--stored", default="float32", choices=["float32", "int16"],
                        help="values as they are, or reflectance x 10,000 at half the size")
    parser.add_argument(EXTENT, type=extent, metavar="X0,Y0,X1,Y1", help="only this part, in the image's CRS")
    parser.set_defaults(verb=verb("convert", _show))


def _show(value: dict[str, Any]) -> str:
    return table(value, skip=("notes",))
