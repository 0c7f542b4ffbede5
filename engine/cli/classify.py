"""The verb ``classify``: a land-cover map from labels or a saved model."""

from __future__ import annotations

from typing import Any

from .common import EXTENT, device_options, extent, image_options, score_lines, table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("classify", help="make a land-cover map from a few labels, or with a saved model")
    image_options(parser)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--labels",
                        help="polygons or points (GeoPackage, GeoJSON, Shapefile) or a raster, 0 = unlabelled")
    source.add_argument("--model", metavar="M.safetensors", help="use a model saved by --save-model")
    parser.add_argument("--class-field", metavar="F", help="attribute that holds the class")
    parser.add_argument("--labels-layer", metavar="L", help="layer of a file with several")
    parser.add_argument("--output", required=True, metavar="MAP.tif")
    parser.add_argument("--confidence", metavar="C.tif", help="also write the probability of the mapped class")
    parser.add_argument("--uncertainty", metavar="U.tif",
                        help="also write margin, entropy, and how unlike the training pixels (above 1: unlike all)")
    parser.add_argument("--report", metavar="R", help="also write the report: .html, or JSON under any other name")
    parser.add_argument("--validation", default="places", choices=["places", "blocks", "areas", "none"],
                        help="hold out places (default), blocks with a buffer, one area after the other, or nothing")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="repeat the validation with other folds")
    parser.add_argument("--spectral-only", action="store_true",
                        help="do without the encoder: large scenes take about half of the time")
    parser.add_argument("--save-model", metavar="M.safetensors", help="also save the classifier")
    device_options(parser)
    parser.add_argument(EXTENT, type=extent, metavar="X0,Y0,X1,Y1", help="only this part, in the image's CRS")
    parser.add_argument("--memory", dest="memory_gb", type=float, default=2.0, metavar="GB",
                        help="budget of memory: blocks are made to fit (default 2)")
    parser.add_argument("--resume", action="store_true",
                        help="keep a journal of finished blocks, and go on where an earlier run was stopped")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(verb=verb("classify", _show))


def _show(value: dict[str, Any]) -> str:
    return "\n".join((table(value, skip=("classes", "scores", "warnings")), *score_lines(value["scores"])))
