"""The verb ``change``: what differs between two images of one place."""

from __future__ import annotations

from typing import Any

from .common import EXTENT, device_options, extent, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("change", help="find what changed between two images of one place")
    parser.add_argument("before", help="the earlier image; the result lies on its pixels")
    parser.add_argument("after", help="the later image; grid, coordinate system and sensor may differ")
    parser.add_argument("--output", required=True, metavar="CHANGE.tif", help="band 1: score, band 2: changed or not")
    parser.add_argument(EXTENT, dest="extents", type=extent, action="append", metavar="X0,Y0,X1,Y1",
                        help="only this part; may be given several times")
    parser.add_argument("--extent-crs", metavar="CRS", help="coordinate system of --extent, if not the first image's")
    parser.add_argument("--mask", metavar="POLYGONS", help="only inside these polygons, in any coordinate system")
    parser.add_argument("--mask-layer", metavar="L", help="layer of a mask file with several")
    parser.add_argument("--labels", help="labelled changed and unchanged places, for a supervised score")
    parser.add_argument("--class-field", metavar="F", help="attribute of --labels that holds the class")
    parser.add_argument("--labels-layer", metavar="L", help="layer of a labels file with several")
    parser.add_argument("--threshold", type=float, metavar="T",
                        help="score above which a pixel counts as changed; 1 is the automatic threshold "
                        "(with --labels or a model trained for change a probability, 0.5)")
    parser.add_argument("--from-to", metavar="MAP.tif", help="also write a map of transitions between land covers")
    parser.add_argument("--model", metavar="M.safetensors",
                        help="model trained for change (train --after), or land-cover model for --from-to")
    parser.add_argument("--land-cover", metavar="LABELS", help="labels in the first image, to train such a model on")
    parser.add_argument("--land-cover-field", metavar="F", help="attribute of --land-cover that holds the class")
    parser.add_argument("--correct-shift", action="store_true", help="take the measured shift out first")
    parser.add_argument("--force", action="store_true", help="compare radiance with reflectance all the same")
    parser.add_argument("--spectral-only", action="store_true",
                        help="do without the encoder: two thirds of the time, about as good in the benchmarks")
    parser.add_argument("--report", metavar="R.html|R.json", help="also write a report")
    for date in ("before", "after"):
        parser.add_argument(f"--{date}-sensor", metavar="S", help=f"sensor of the {date} image")
        parser.add_argument(f"--{date}-level", choices=["L1", "L2"], help=f"level of the {date} image")
        parser.add_argument(f"--{date}-wavelengths", metavar="TABLE.csv", help=f"band table of the {date} image")
    device_options(parser)
    parser.set_defaults(verb=verb("change", _show))


def _show(value: dict[str, Any]) -> str:
    lines = [table(value, skip=("transitions", "validation", "warnings"))]
    if value["validation"]:
        lines.append("held out: " + ", ".join(f"{k} {value['validation'][k]:.3f}" for k in ("auc", "macro_f1", "oa")))
    for t in value["transitions"]:
        area = "" if t["area_ha"] is None else f", {t['area_ha']:g} ha"
        lines.append(f"  {t['from_name']} -> {t['to_name']}: {t['pixels']} pixels{area}")
    return "\n".join(lines)
