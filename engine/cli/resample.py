"""The verb ``resample``: an image or a spectral library as another sensor would see it."""

from __future__ import annotations

from typing import Any

from .common import image_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("resample", help="turn an image or a spectral library into another sensor's bands")
    image_options(parser)
    parser.add_argument("output", metavar="OUT", help="GeoTIFF; for a library .sli, .csv or .gpkg")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--to-sensor", metavar="NAME", help="Gaussian responses of a known sensor, e.g. Sentinel-2")
    target.add_argument("--to-responses", metavar="TABLE.csv",
                        help="response curves: wavelength, then a column for each band")
    parser.set_defaults(verb=verb("resample", table))
