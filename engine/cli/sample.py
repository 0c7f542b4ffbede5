"""The verb ``sample``: reference points drawn from a class map."""

from __future__ import annotations

from typing import Any

from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("sample", help="draw stratified reference points from a class map, to be labelled")
    parser.add_argument("map", help="a class map, such as classify writes")
    parser.add_argument("--output", required=True, metavar="POINTS.gpkg")
    parser.add_argument("--size", type=int, metavar="N", help="number of points, instead of a wanted standard error")
    parser.add_argument("--target-se", type=float, default=0.02, metavar="SE",
                        help="wanted standard error of overall accuracy (default 0.02)")
    parser.add_argument("--expected", type=float, default=0.8, metavar="A",
                        help="accuracy expected of every class (default 0.8)")
    parser.add_argument("--allocation", default="compromise", choices=["compromise", "proportional", "equal"])
    parser.add_argument("--min-per-class", type=int, default=50, metavar="N",
                        help="points of rare classes in the compromise (default 50)")
    parser.add_argument("--training", metavar="LABELS", help="labels the map was made from: nothing is drawn there")
    parser.add_argument("--class-field", metavar="F", help="attribute of the training labels with the class")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=verb("sample", _show))


def _show(value: dict[str, Any]) -> str:
    lines = [f"{s['name']}: {s['points']} of {s['pixels']} pixels" for s in value["strata"]]
    return "\n".join([table(value, skip=("strata", "warnings")), *lines])
