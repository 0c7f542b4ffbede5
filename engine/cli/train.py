"""The verb ``train``: fine-tune the encoder with a head."""

from __future__ import annotations

import argparse
from typing import Any

from .common import device_options, image_options, score_lines, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("train", help="fine-tune the model on labels, for land cover or (--after) for change")
    image_options(parser)
    parser.add_argument("--labels", required=True,
                        help="polygons or points (GeoPackage, GeoJSON, Shapefile) or a raster, 0 = unlabelled")
    parser.add_argument("--after", metavar="IMAGE", help="the later image: learn to tell changed from unchanged")
    parser.add_argument("--class-field", metavar="F", help="attribute that holds the class")
    parser.add_argument("--labels-layer", metavar="L", help="layer of a file with several")
    parser.add_argument("--output", required=True, metavar="M.safetensors")
    parser.add_argument("--head", default="linear", choices=["linear", "kernel", "mlp", "upernet"])
    parser.add_argument("--freeze", default="encoder", choices=["none", "encoder", "all-but-last"],
                        help="what of the encoder does not learn")
    parser.add_argument("--epochs", type=int, default=30, help="at most")
    parser.add_argument("--patience", type=int, default=8, help="epochs without a better score before stopping")
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate of the head")
    parser.add_argument("--layer-decay", type=float, default=0.75, help="factor on the rate from block to block")
    parser.add_argument("--drop-path", type=float, default=0.1, help="chance of skipping the last block")
    parser.add_argument("--class-weights", dest="weigh_classes", action=argparse.BooleanOptionalAction, default=True,
                        help="let rare classes count more")
    parser.add_argument("--curves", metavar="C.csv|C.png",
                        help="write loss (red) and held-out macro-F1 (blue) after every epoch")
    parser.add_argument("--checkpoints", metavar="FOLDER", help="keep a checkpoint there, and continue one")
    parser.add_argument("--report", metavar="R.html|R.json", help="also write a report")
    device_options(parser)
    parser.set_defaults(verb=verb("train", _show))


def _show(value: dict[str, Any]) -> str:
    return "\n".join((table(value, skip=("curves", "scores", "warnings")), *score_lines(value["scores"])))
