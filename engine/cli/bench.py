"""The verb ``bench``: comparison with stored numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InputError

DIFFERS_EXIT = 1


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser("bench", help="compare the models with stored numbers")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    parity = kinds.add_parser("parity", help="compute and compare every array of a fixture folder; 1 if any differs")
    parity.add_argument("folder", help="holds config.json, data.npz and state.safetensors")
    parity.set_defaults(verb=_parity)
    suggest = kinds.add_parser("suggest", help="simulate whether suggested labels beat random ones; prints markdown")
    suggest.add_argument("folders", nargs="+", metavar="SCENE", help="folder with image.tif and labels.tif")
    suggest.add_argument("--seeds", type=int, default=5, metavar="N", help="rounds a scene (default 5)")
    suggest.set_defaults(verb=_suggest)
    io = kinds.add_parser("io", help="speed of reading row strips against plain rasterio, by file layout")
    io.add_argument("--rows", type=int, default=512)
    io.add_argument("--cols", type=int, default=600)
    io.add_argument("--bands", type=int, default=120)
    io.add_argument("--repeats", type=int, default=5)
    io.set_defaults(verb=_io)


def _io(args: argparse.Namespace) -> int:
    from ..bench.io import Scene, measure, speed_table

    if min(args.rows, args.cols, args.bands - 3, args.repeats) < 1:
        raise InputError("The scene is too small to measure.", "Give at least 1 row, 1 column, 4 bands and 1 repeat.")
    print(speed_table(measure(Scene(args.rows, args.cols, args.bands), args.repeats)))
    return 0


def _parity(args: argparse.Namespace) -> int:
    from ..bench.parity import compare_folder, parity_table

    parity = compare_folder(Path(args.folder))
    print(parity_table(parity))
    return 0 if parity.ok else DIFFERS_EXIT


def _suggest(args: argparse.Namespace) -> int:
    from ..bench.suggest import simulate, table
    from ..reporting import SilentReporter

    rounds = [found for folder in args.folders
              for found in simulate(Path(folder), range(args.seeds), SilentReporter())]
    print(table(rounds))
    return 0
