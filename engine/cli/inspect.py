"""The verb ``inspect``: what the engine understands of an image."""

from __future__ import annotations

from typing import Any

from .common import image_options, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("inspect", help="tell size, bands, wavelengths, bad bands, sensor and level")
    image_options(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON, every band included")
    parser.set_defaults(verb=verb("inspect", show))


def show(value: dict[str, Any]) -> str:
    """The result as text: in place of the band table the bad bands by reason, of the scales what is said of them."""
    import numpy as np  # the command line starts without it

    from ..raster.quality import spans
    reasons: dict[str, list[int]] = {}
    for band in value["bands"]:
        if not band["good"]:
            reasons.setdefault(band["reason"], []).append(band["band"] - 1)
    bad = {reason: spans(np.array(numbers)) for reason, numbers in reasons.items()}
    told = ("notes", "advice")
    return "\n".join(filter(None, (table(value, skip=("bands", "scales", "offsets", *told)), table({"bad bands": bad}),
                                   table({name: value[name] for name in told}))))
