"""The verb ``pretrain``: encoder weights from scenes without labels."""

from __future__ import annotations

import os
from typing import Any

from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("pretrain", help="pretrain encoder weights on unlabelled and simulated scenes")
    parser.add_argument("--data", nargs="*", default=[], metavar="FOLDER",
                        help="folders of scenes (image.tif, meta.json)")
    parser.add_argument("--objective", choices=["masked", "episodes"], default="masked",
                        help="masked autoencoding (specaware-small), or few-shot episodes (specaware-pixel)")
    parser.add_argument("--exclude", nargs="*", default=[], metavar="SCENE", help="scenes to leave out")
    parser.add_argument("--libraries", nargs="*", default=[], metavar="FOLDER",
                        help="folders of spectral libraries (library.npz), for episodes")
    parser.add_argument("--output", required=True, metavar="W.safetensors")
    parser.add_argument("--checkpoints", required=True, metavar="FOLDER", help="resumed from if it holds any")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="all cores if left out")
    parser.set_defaults(verb=verb("pretrain", table))
