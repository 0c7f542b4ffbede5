"""The verb ``pretrain``: encoder weights from scenes without labels."""

from __future__ import annotations

import argparse
import os
from contextlib import redirect_stdout
from typing import Any

from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    parser = verbs.add_parser(
        "pretrain", help="pretrain encoder weights on unlabelled and simulated scenes",
        epilog="Several processes: torchrun --nproc-per-node N -m engine pretrain --steps S ... (masked objective); "
               "--batch is then divided between them.")
    _data(parser)
    parser.add_argument("--objective", choices=["masked", "episodes"], default="masked",
                        help="masked autoencoding (specaware-small), or few-shot episodes (specaware-pixel)")
    parser.add_argument("--output", required=True, metavar="W.safetensors")
    parser.add_argument("--checkpoints", required=True, metavar="FOLDER",
                        help="resumed from if it holds any; loss.csv and loss.png are written there")
    _course(parser)
    parser.add_argument("--preset", metavar="NAME", help="architecture, instead of the objective's own")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="all cores if left out")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--precision", default="auto", choices=["auto", "float32"],
                        help="auto takes bfloat16 where the hardware multiplies it")
    parser.set_defaults(verb=_run)


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", nargs="*", default=[], metavar="FOLDER",
                        help="folders of scenes (image.tif, meta.json)")
    parser.add_argument("--exclude", nargs="*", default=[], metavar="SCENE", help="scenes to leave out")
    parser.add_argument("--libraries", nargs="*", default=[], metavar="FOLDER",
                        help="folders of spectral libraries (library.npz): material of scenes")
    parser.add_argument("--simulated", type=int, default=200, metavar="N", help="number of simulated scenes")
    parser.add_argument("--demanding", action="store_true",
                        help="simulate towns, coasts, slopes, stray light and faults of sensors, too")
    parser.add_argument("--shards", metavar="FOLDER", help="patches written by `dataset`, in place of scenes")


def _course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, metavar="N",
                        help="length in steps in place of minutes; the masked objective can then be repeated exactly")
    parser.add_argument("--batch", type=int, default=16, metavar="N", help="crops of a batch, all processes together")
    parser.add_argument("--accumulate", dest="scenes_per_step", type=int, default=2, metavar="N",
                        help="batches or episodes whose gradients are added up before each step")
    parser.add_argument("--crop", dest="crop_px", type=int, metavar="PX", help="side of a crop")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    parser.add_argument("--mask-ratio", type=float, default=0.75, help="share of hidden patches")
    parser.add_argument("--progressive", action="store_true", help="from small crops and few bands to large and all")
    parser.add_argument("--views", choices=["mixed", "paired"], default="mixed",
                        help="any selection of bands, or the paper's two ranges of wavelength in turn")
    parser.add_argument("--ema", type=float, default=0.0, metavar="DECAY",
                        help="write a running mean of the weights, e.g. 0.999")


def _run(args: argparse.Namespace) -> int:
    """Of several processes the first one prints the result."""
    if os.environ.get("RANK", "0") == "0":
        return verb("pretrain", table)(args)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        return verb("pretrain", table)(args)
