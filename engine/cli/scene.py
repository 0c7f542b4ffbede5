"""The verb ``scene``: whole chips, or the cells of a grid, given classes from a few labelled examples."""

from __future__ import annotations

from typing import Any

from .common import device_options, sensor_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("scene", help="classify whole chips, or the cells of a grid over an image")
    parser.add_argument("--train", required=True, metavar="T",
                        help="CSV with the columns path and label, a folder with one folder of chips per class, or "
                        "polygons or points over the image of --predict")
    parser.add_argument("--predict", required=True, metavar="P",
                        help="CSV with the column path, a folder of chips, or an image to cut into a grid")
    parser.add_argument("--output", required=True, metavar="O.csv|O.gpkg|O.geojson")
    parser.add_argument("--class-field", metavar="F", help="attribute that holds the class")
    parser.add_argument("--labels-layer", metavar="L", help="layer of a file with several")
    parser.add_argument("--units", metavar="POLYGONS",
                        help="polygons over the image that get one class each, instead of the cells of a grid")
    parser.add_argument("--chip", dest="chip_px", type=int, default=64, metavar="PX", help="side of a cell of the grid")
    parser.add_argument("--report", metavar="R.html|R.json", help="also write a report")
    sensor_options(parser)
    device_options(parser)
    parser.set_defaults(verb=verb("scene", _show))


def _show(value: dict[str, Any]) -> str:
    classes = [f"  {c['name']}: {c['predicted']} ({c['trained']} labelled chips)" for c in value["classes"]]
    return "\n".join([table(value, skip=("classes", "warnings")), "classes:", *classes])
