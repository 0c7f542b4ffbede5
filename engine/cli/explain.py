"""The verb ``explain``: how much the model weighs each band at some places."""

from __future__ import annotations

import argparse
from typing import Any

from .common import EXTENT, POINT, extent, image_options, verb

SHOWN_BANDS = 5


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("explain", help="tell how much the model weighs each band at a place")
    image_options(parser)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument(POINT, dest="points", action="append", type=_point, metavar="X,Y",
                       help="a place in the image's CRS; may be given several times")
    place.add_argument(EXTENT, type=extent, metavar="X0,Y0,X1,Y1", help="a box in the image's CRS")
    parser.add_argument("--weights", metavar="W.safetensors", help="SpecAware weights, instead of the bundled ones")
    parser.add_argument("--model", metavar="M.safetensors",
                        help="a model saved by classify: tell also which bands its classes need")
    parser.add_argument("--output", required=True, metavar="WEIGHTS.csv", help="table (.csv) or everything (.json)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.set_defaults(verb=verb("explain", _show))


def _point(text: str) -> tuple[float, ...]:
    """``x,y`` as floats."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers x,y")
    return values


def _show(value: dict[str, Any]) -> str:
    """For each place the bands with the largest response, and the most probable class."""
    lines = [f"output: {value['output']}", f"weights: {value['weights']}"]
    for number, place in enumerate(value["places"], 1):
        lines.append(f"place {number}: {place['x']:.10g}, {place['y']:.10g} ({place['pixels']} pixels)")
        used = [i for i, share in enumerate(place["response"]) if share is not None]
        for i in sorted(used, key=lambda i: -place["response"][i])[:SHOWN_BANDS]:
            lines.append(f"  {value['bands'][i]['wavelength_nm']:.1f} nm: response {place['response'][i]:.2%}, "
                         f"gain {place['gain'][i]:.2%}, content shift {place['content_shift'][i]:.3f}")
        if place["classes"]:
            best = place["classes"][0]
            lines.append(f"  {best['name']}: {best['score']:.3f}")
    return "\n".join(lines)
