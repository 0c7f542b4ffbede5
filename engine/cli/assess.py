"""The verb ``assess``: accuracy and areas of a class map from reference points."""

from __future__ import annotations

from typing import Any

from .common import verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("assess", help="accuracy and areas of a class map, from independent reference points")
    parser.add_argument("map", help="a class map, such as classify writes")
    parser.add_argument("--reference", required=True, metavar="POINTS", help="points with their true class")
    parser.add_argument("--class-field", metavar="F", help="attribute of the points with the class")
    parser.add_argument("--layer", metavar="L", help="layer of a file with several")
    parser.add_argument("--training", metavar="LABELS", help="labels the map was made from, to refuse points on them")
    parser.add_argument("--training-field", metavar="F", help="attribute of these labels with the class")
    parser.add_argument("--report", metavar="R", help="also write a report: .html, or JSON under any other name")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=verb("assess", _show))


def _show(value: dict[str, Any]) -> str:
    lines = [f"points: {value['points']}", f"overall accuracy: {_text(value['overall'])}"]
    for c in value["classes"]:
        area = f", area {_text(c['area_ha'], 1)} ha" if c["area_ha"]["value"] is not None else ""
        lines.append(f"{c['name']}: user's {_text(c['users'])}, producer's {_text(c['producers'])}{area}")
    return "\n".join(lines)


def _text(figure: dict[str, Any], digits: int = 3) -> str:
    if figure["value"] is None:
        return "-"
    return f"{figure['value']:.{digits}f}" + ("" if figure["se"] is None else f" (se {figure['se']:.{digits}f})")
