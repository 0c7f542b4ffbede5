"""The verb ``bench``: comparison with stored numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

DIFFERS_EXIT = 1


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("bench", help="compare the models with stored numbers")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    parity = kinds.add_parser("parity", help="compute and compare every array of a fixture folder; 1 if any differs")
    parity.add_argument("folder", help="holds config.json, data.npz and state.safetensors")
    parity.set_defaults(verb=_parity)


def _parity(args: argparse.Namespace) -> int:
    from ..bench.parity import compare_folder, parity_table

    parity = compare_folder(Path(args.folder))
    print(parity_table(parity))
    return 0 if parity.ok else DIFFERS_EXIT
