"""The verb ``dataset``: patches of many products in shards, for pretraining."""

from __future__ import annotations

from typing import Any

from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("dataset", help="cut AVIRIS products into shards of patches for pretraining")
    parser.add_argument("recipe", choices=["hyper400k"], help="the rules: those of the published pretraining set")
    parser.add_argument("manifest", metavar="MANIFEST",
                        help="list of products: one path a line, or a CSV with path,sensor,level,gsd_m")
    parser.add_argument("--out", dest="output", required=True, metavar="SHARDS",
                        help="folder of the shards; one that holds some of them is continued")
    parser.add_argument("--patch", dest="patch_px", type=int, default=256, metavar="PX", help="side of a patch")
    parser.add_argument("--shard-mb", type=int, default=1000, metavar="MB", help="size of a shard at most")
    parser.add_argument("--workers", type=int, metavar="N", help="processes side by side; all cores if left out")
    parser.add_argument("--dry-run", action="store_true", help="only tell how many patches, bytes and hours")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(verb=verb("dataset", _show))


def _show(value: dict[str, Any]) -> str:
    planned = value.pop("planned")
    return table(planned) if planned else table(value)
