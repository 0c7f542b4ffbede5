"""The verb ``pretrain``: encoder weights from scenes without labels."""

from __future__ import annotations

import argparse
import os
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from ..errors import InputError
from .common import table, verb


def add(verbs: Any) -> None:
    """Add the verb to the command line's."""
    # What is not given is absent, so that a file of settings or the request's own values count.
    parser = verbs.add_parser(
        "pretrain", argument_default=argparse.SUPPRESS,
        help="pretrain encoder weights on unlabelled and simulated scenes",
        epilog="Several processes: torchrun --nproc-per-node N -m engine pretrain --steps S ... (masked objective); "
               "--batch is then divided between them.")
    parser.add_argument("--config", metavar="FILE.toml",
                        help="settings by the names of the request's fields; what is given here counts more")
    _data(parser)
    parser.add_argument("--objective", choices=["masked", "episodes"],
                        help="masked autoencoding (default), or few-shot episodes, as the bundled weights were made")
    parser.add_argument("--output", required=True, metavar="W.safetensors")
    parser.add_argument("--checkpoints", required=True, metavar="FOLDER",
                        help="resumed from if it holds any; loss.csv and loss.png are written there")
    _course(parser)
    parser.add_argument("--preset", metavar="NAME", help="architecture, instead of the objective's own")
    parser.add_argument("--seed", type=int, help="default 0")
    parser.add_argument("--threads", type=int, help="all cores if left out")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--precision", choices=["auto", "float32"],
                        help="auto takes bfloat16 where the hardware multiplies it")
    parser.add_argument("--recompute-blocks", action="store_true",
                        help="less memory: compute blocks again in the backward pass (masked objective)")
    parser.add_argument("--compile", action="store_true", help="let torch compile the blocks, if it finds a compiler")
    parser.set_defaults(verb=_run)


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", nargs="*", metavar="FOLDER",
                        help="folders of scenes (image.tif, meta.json)")
    parser.add_argument("--exclude", nargs="*", metavar="SCENE", help="scenes to leave out")
    parser.add_argument("--libraries", nargs="*", metavar="FOLDER",
                        help="folders of spectral libraries (library.npz): material of scenes")
    parser.add_argument("--simulated", type=int, metavar="N", help="number of simulated scenes, default 200")
    parser.add_argument("--demanding", action="store_true",
                        help="simulate towns, coasts, slopes, stray light and faults of sensors, too")
    parser.add_argument("--shards", metavar="FOLDER", help="patches written by `dataset`, in place of scenes")


def _course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, help="default 60")
    parser.add_argument("--steps", type=int, metavar="N",
                        help="length in steps in place of minutes; the run can then be repeated and continued exactly")
    parser.add_argument("--batch", type=int, metavar="N", help="crops of a batch, all processes together, default 16")
    parser.add_argument("--accumulate", dest="scenes_per_step", type=int, metavar="N",
                        help="batches or episodes whose gradients are added up before each step, default 2")
    parser.add_argument("--crop", dest="crop_px", type=int, metavar="PX", help="side of a crop")
    parser.add_argument("--rate", type=float, help="peak learning rate, default 0.001")
    parser.add_argument("--mask-ratio", type=float, help="share of hidden patches, default 0.75")
    parser.add_argument("--progressive", action="store_true", help="from small crops and few bands to large and all")
    parser.add_argument("--views", choices=["mixed", "paired"],
                        help="any selection of bands, or the paper's two ranges of wavelength in turn")
    parser.add_argument("--ema", type=float, metavar="DECAY",
                        help="write a running mean of the weights, e.g. 0.999")


def _run(args: argparse.Namespace) -> int:
    """Of several processes the first one prints the result."""
    given = vars(args)
    config = given.pop("config", None)
    merged = {"threads": os.cpu_count() or 1} | (read_settings(Path(config)) if config else {}) | given
    args = argparse.Namespace(**merged)
    if os.environ.get("RANK", "0") == "0":
        return verb("pretrain", table)(args)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        return verb("pretrain", table)(args)


def read_settings(path: Path) -> dict[str, Any]:
    """Settings of a TOML file.

    Raises:
        InputError: there is no such file, or it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The settings {path} cannot be read ({error}).", "Give a TOML file.") from error
